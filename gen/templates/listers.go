package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// buildListers builds listers.go: the listers of a group-version.
func buildListers(f *jen.File, v *model.Version) {
	packageDoc(f, "Package %s has the listers of %s.", v.Name, v.GroupVersion())
	minimumVersion(f)
	for _, k := range listable(v) {
		lister{file: f, kind: k, name: k.GoName + "Lister", impl: model.LowerFirst(k.GoName) + "Lister"}.build()
	}
}

// lister builds the lister of one kind.
type lister struct {
	file *jen.File
	kind *model.Kind
	// name and impl are the interface and what implements it: RobotLister, robotLister.
	name, impl string
}

func (b lister) build() {
	b.iface()
	b.implementation()
	b.constructor()
	if b.kind.Namespaced {
		b.namespaced()
	}
}

// list and get write the methods that read:
//
//	List(selector labels.Selector) (ret []*fleetv1.Robot, err error)
//	Get(name string) (*fleetv1.Robot, error)
func (b lister) list() jen.Code {
	return jen.Id("List").Params(jen.Id("selector").Qual(pkgLabels, "Selector")).
		Params(jen.Id("ret").Index().Add(pointer(b.file, b.kind.Decl)), jen.Err().Error())
}

func (b lister) get() jen.Code {
	return jen.Id("Get").Params(jen.Id("name").String()).Params(pointer(b.file, b.kind.Decl), jen.Error())
}

// core writes typed.Lister[*fleetv1.Robot].
func (b lister) core() *jen.Statement {
	return jen.Qual(pkgTyped, "Lister").Types(pointer(b.file, b.kind.Decl))
}

func (b lister) namespaceLister() string { return b.kind.GoName + "NamespaceLister" }

// iface writes
//
//	type RobotLister interface {
//		List(selector labels.Selector) (ret []*fleetv1.Robot, err error)
//		Robots(namespace string) RobotNamespaceLister
//		RobotListerExpansion
//	}
func (b lister) iface() {
	k := b.kind
	methods := []jen.Code{comment("List returns the %s whose labels match; a nil selector matches all.", k.Plural), b.list()}
	if k.Namespaced {
		methods = append(methods,
			comment("%s returns a lister of one namespace.", k.Plural),
			jen.Id(k.Plural).Params(namespaceParam(k)...).Id(b.namespaceLister()))
	} else {
		methods = append(methods, comment("Get returns the %s of that name, or a \"not found\" error.", k.GoName), b.get())
	}
	methods = append(methods, jen.Id(b.name+"Expansion"))
	declare(b.file, comment("%s reads %s from an indexer. What it returns is shared with everyone else who reads it: do not change it.", b.name, k.Plural),
		jen.Type().Id(b.name).Interface(methods...))
}

// implementation writes
//
//	type robotLister struct {
//		typed.Lister[*fleetv1.Robot]
//	}
func (b lister) implementation() {
	declare(b.file, comment("%s implements [%s].", b.impl, b.name), jen.Type().Id(b.impl).Struct(b.core()))
}

// constructor writes
//
//	func NewRobotLister(indexer cache.Indexer) RobotLister {
//		return &robotLister{typed.NewLister[*fleetv1.Robot](indexer, schema.GroupResource{Group: "fleet.typewright.dev", Resource: "robot"})}
//	}
func (b lister) constructor() {
	k := b.kind
	// Errors have always named the kind in lower case where one would expect the resource.
	resource := jen.Qual(pkgSchema, "GroupResource").Values(append(groupField(k.Version.Group), field("Resource", jen.Lit(lowerAll(k.GoName))))...)
	declare(b.file, comment("New%s returns a lister of what the indexer holds.", b.name),
		jen.Func().Id("New"+b.name).Params(jen.Id("indexer").Qual(pkgCache, "Indexer")).Id(b.name).Block(
			jen.Return(jen.Op("&").Id(b.impl).Values(
				jen.Qual(pkgTyped, "NewLister").Types(pointer(b.file, k.Decl)).Call(jen.Id("indexer"), resource),
			)),
		))
}

// namespaced writes the lister of one namespace:
//
//	func (s *robotLister) Robots(namespace string) RobotNamespaceLister {
//		return robotNamespaceLister{typed.NewNamespaceLister(s.Lister, namespace)}
//	}
func (b lister) namespaced() {
	k, iface, impl := b.kind, b.namespaceLister(), model.LowerFirst(b.kind.GoName)+"NamespaceLister"
	declare(b.file, comment("%s returns a lister of one namespace.", k.Plural),
		jen.Func().Params(jen.Id("s").Op("*").Id(b.impl)).Id(k.Plural).Params(namespaceParam(k)...).Id(iface).Block(
			jen.Return(jen.Id(impl).Values(jen.Qual(pkgTyped, "NewNamespaceLister").Call(jen.Id("s.Lister"), jen.Id("namespace")))),
		))
	declare(b.file, comment("%s reads the %s of one namespace. What it returns is shared: do not change it.", iface, k.Plural),
		jen.Type().Id(iface).Interface(
			comment("List returns the %s of the namespace whose labels match; a nil selector matches all.", k.Plural),
			b.list(),
			comment("Get returns the %s of that name in the namespace, or a \"not found\" error.", k.GoName),
			b.get(),
			jen.Id(iface+"Expansion"),
		))
	declare(b.file, comment("%s implements [%s].", impl, iface), jen.Type().Id(impl).Struct(b.core()))
}

// lacksListerExpansion tells versions for some of whose listers nobody has written an expansion by hand.
func lacksListerExpansion(v *model.Version) bool {
	for _, k := range listable(v) {
		if !k.Expansions.Lister || k.Namespaced && !k.Expansions.NamespaceLister {
			return true
		}
	}
	return false
}

// buildListerExpansions builds expansion_generated.go:
//
//	type RobotListerExpansion interface{}
//	type RobotNamespaceListerExpansion interface{}
func buildListerExpansions(f *jen.File, v *model.Version) {
	for _, k := range listable(v) {
		expansion := func(lister string) {
			declare(f, comment("%sExpansion is where methods of [%s] go that are written by hand: declare it in %s.", lister, lister, expansionFile(k)),
				jen.Type().Id(lister+"Expansion").Interface())
		}
		if !k.Expansions.Lister {
			expansion(k.GoName + "Lister")
		}
		if k.Namespaced && !k.Expansions.NamespaceLister {
			expansion(k.GoName + "NamespaceLister")
		}
	}
}
