package templates

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// listers prints listers.go: the listers of a group-version.
func listers(f *jen.File, c *plan.Listers) {
	packageDoc(f, "Package %s has the listers of %s.", c.Name, c.GroupVersion())
	minimumVersion(f)
	for _, k := range c.Listed {
		lister{file: f, kind: k, name: k.GoName + "Lister", impl: model.LowerFirst(k.GoName) + "Lister"}.print()
	}
}

// lister prints the lister of one kind.
type lister struct {
	file *jen.File
	kind *model.Kind
	// name and impl are the interface and what implements it: RobotLister, robotLister.
	name, impl string
}

func (b lister) print() {
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
	return jen.Id("List").Params(jen.Id("selector").Qual(plan.PkgLabels, "Selector")).
		Params(jen.Id("ret").Index().Add(pointer(b.file, b.kind.Decl)), jen.Err().Error())
}

func (b lister) get() jen.Code {
	return jen.Id("Get").Params(jen.Id("name").String()).Params(pointer(b.file, b.kind.Decl), jen.Error())
}

// core writes typed.Lister[*fleetv1.Robot].
func (b lister) core() *jen.Statement {
	return jen.Qual(plan.PkgTyped, "Lister").Types(pointer(b.file, b.kind.Decl))
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
	// Errors name the kind in lower case in place of the resource, as those of client-go's listers do.
	resource := jen.Qual(plan.PkgSchema, "GroupResource").Values(append(groupField(k.Version.Group), field("Resource", jen.Lit(strings.ToLower(k.GoName))))...)
	declare(b.file, comment("New%s returns a lister of what the indexer holds.", b.name),
		jen.Func().Id("New"+b.name).Params(jen.Id("indexer").Qual(plan.PkgCache, "Indexer")).Id(b.name).Block(
			jen.Return(jen.Op("&").Id(b.impl).Values(
				jen.Qual(plan.PkgTyped, "NewLister").Types(pointer(b.file, k.Decl)).Call(jen.Id("indexer"), resource),
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
			jen.Return(jen.Id(impl).Values(jen.Qual(plan.PkgTyped, "NewNamespaceLister").Call(jen.Id("s.Lister"), jen.Id("namespace")))),
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

// listerExpansions prints expansion_generated.go:
//
//	type RobotListerExpansion interface{}
//	type RobotNamespaceListerExpansion interface{}
func listerExpansions(f *jen.File, c *plan.ListerExpansions) {
	for _, l := range c.Listers {
		declare(f, comment("%sExpansion is where methods of [%s] go that are written by hand: declare it in %s.", l.Lister, l.Lister, l.ExpansionFile()),
			jen.Type().Id(l.Lister+"Expansion").Interface())
	}
}
