package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// informers prints informers.go: the informers of a group-version.
func informers(f *jen.File, c *plan.Informers) {
	minimumVersion(f)
	importAs(f, c.Listers, "listers")
	importAs(f, c.Internal, "internalinterfaces")
	for _, k := range c.Kinds {
		b := informer{file: f, kind: k, InformerPackages: c.InformerPackages, listers: c.Listers, views: c.Views, name: k.GoName, impl: informerImpl(k)}
		b.interfaces()
		b.aliases()
		b.implementation()
		b.constructors()
		b.core()
		b.adapters()
	}
}

// informerImpl is the name of the type that implements a kind's informer.
func informerImpl(k *model.Kind) string { return model.LowerFirst(k.GoName) + "Informer" }

// informer prints the informer of one kind.
type informer struct {
	plan.InformerPackages

	file *jen.File
	kind *model.Kind
	// listers is the import path of the listers.
	listers string
	// views is the import path of the clients of views.
	views string
	// name is the kind's Go name, impl the type that implements its informer.
	name, impl string
}

// object writes *fleetv1.Robot.
func (b informer) object() *jen.Statement { return pointer(b.file, b.kind.Decl) }

// index is the name of the kind's typed informer.
func (b informer) index() string { return b.name + "IndexInformer" }

func (b informer) listerMethod() jen.Code {
	return jen.Id("Lister").Params().Add(b.lister())
}

// lister writes listers.RobotLister.
func (b informer) lister() *jen.Statement {
	return jen.Qual(b.listers, b.name+"Lister")
}

// interfaces writes
//
//	type RobotInformer interface {
//		Informer() cache.SharedIndexInformer
//		Lister() listers.RobotLister
//	}
//
//	type TypedRobotInformer interface {
//		Informer() cache.SharedIndexInformer
//		TypedInformer() RobotIndexInformer
//		Lister() listers.RobotLister
//	}
//
//	type RobotIndexInformer cache.TypedSharedIndexInformer[*fleetv1.Robot]
func (b informer) interfaces() {
	untyped := jen.Id("Informer").Params().Qual(plan.PkgCache, "SharedIndexInformer")
	typed := "Typed" + b.name + "Informer"
	declare(b.file, comment("%sInformer gives access to the shared informer and the lister of %s; [%s] does more.", b.name, b.kind.Plural, typed),
		jen.Type().Id(b.name+"Informer").Interface(untyped, b.listerMethod()))
	declare(b.file, comment("%s is a [%sInformer] that also gives access to the informer with its type.", typed, b.name),
		jen.Type().Id(typed).Interface(untyped, jen.Id("TypedInformer").Params().Id(b.index()), b.listerMethod()))
	declare(b.file, comment("%s is an informer whose handlers, indexes and store hold %s and nothing else.", b.index(), b.kind.Plural),
		jen.Type().Id(b.index()).Qual(plan.PkgCache, "TypedSharedIndexInformer").Types(b.object()))
}

// aliases writes
//
//	type (
//		RobotHandlerFuncs = cache.TypedResourceEventHandlerFuncs[*fleetv1.Robot]
//		…
//	)
func (b informer) aliases() {
	alias := func(name, generic string) jen.Code {
		return jen.Id(name).Op("=").Qual(plan.PkgCache, generic).Types(b.object())
	}
	declare(b.file, comment("The types of package cache that take part in handling events, for %s.", b.kind.Plural),
		jen.Type().Defs(
			alias(b.name+"HandlerFuncs", "TypedResourceEventHandlerFuncs"),
			alias(b.name+"DetailedHandlerFuncs", "TypedResourceEventHandlerDetailedFuncs"),
			alias(b.name+"FilteringHandler", "TypedFilteringResourceEventHandler"),
			alias(b.name+"Indexers", "TypedIndexers"),
			alias("Deleted"+b.name, "DeletedObject"),
		))
}

// implementation writes the type that a factory hands out:
//
//	type robotInformer version
//
//	func (f *robotInformer) TypedInformer() RobotIndexInformer {
//		return cache.NewTypedSharedIndexInformer[*fleetv1.Robot](f.factory.InformerFor(&fleetv1.Robot{}, f.defaultInformer))
//	}
func (b informer) implementation() {
	receiver := func() *jen.Statement { return jen.Func().Params(jen.Id("f").Op("*").Id(b.impl)) }
	sample := jen.Op("&").Add(name(b.file, b.kind.Decl)).Values()
	declare(b.file, comment("%s implements [Typed%sInformer] on behalf of a factory.", b.impl, b.name),
		jen.Type().Id(b.impl).Id("version"))
	declare(b.file, comment("Informer returns the factory's informer of %s.", b.kind.Plural),
		receiver().Id("Informer").Params().Qual(plan.PkgCache, "SharedIndexInformer").Block(jen.Return(jen.Id("f.TypedInformer").Call())))
	declare(b.file, comment("TypedInformer returns the same informer with its type."),
		receiver().Id("TypedInformer").Params().Id(b.index()).Block(
			jen.Return(jen.Qual(plan.PkgCache, "NewTypedSharedIndexInformer").Types(b.object()).Call(
				jen.Id("f.factory.InformerFor").Call(sample, jen.Id("f.defaultInformer")),
			)),
		))
	constructor := jen.Qual(b.listers, "New"+b.name+"Lister")
	declare(b.file, comment("Lister returns a lister of what the informer holds."),
		receiver().Add(b.listerMethod()).Block(jen.Return(constructor.Call(jen.Id("f.Informer").Call().Dot("GetIndexer").Call()))))
	b.defaultInformer(receiver(), sample.Clone())
}

// defaultInformer writes
//
//	func (f *robotInformer) defaultInformer(client versioned.Interface, resyncPeriod time.Duration) cache.SharedIndexInformer {
//		return NewTypedRobotInformerWithOptions(client, f.namespace, internalinterfaces.InformerOptions{…})
//	}
func (b informer) defaultInformer(method, sample *jen.Statement) {
	args := []jen.Code{jen.Id("client")}
	if b.kind.Namespaced {
		args = append(args, jen.Id("f.namespace"))
	}
	byNamespace := jen.Qual(plan.PkgCache, "Indexers").Values(
		jen.Qual(plan.PkgCache, "NamespaceIndex").Op(":").Qual(plan.PkgCache, "MetaNamespaceIndexFunc"),
	)
	options := b.options().Add(lines(
		field("ResyncPeriod", jen.Id("resyncPeriod")),
		field("Indexers", byNamespace),
		field("InformerName", jen.Id("f.factory.InformerName").Call()),
		field("TweakListOptions", jen.Id("f.tweakListOptions")),
		field("SharedOptions", jen.Id("f.factory.SharedOptions").Call(sample)),
	))
	b.file.Line()
	b.file.Add(method.Id("defaultInformer").
		Params(b.client(), jen.Id("resyncPeriod").Qual(plan.PkgTime, "Duration")).Qual(plan.PkgCache, "SharedIndexInformer").Block(
		jen.Return(jen.Id("NewTyped" + b.name + "InformerWithOptions").Call(append(args, options)...)),
	))
}

func (b informer) client() jen.Code {
	return jen.Id("client").Add(clientsetInterfaceOf(b.file, b.InformerPackages))
}

// options writes internalinterfaces.InformerOptions.
func (b informer) options() *jen.Statement {
	return jen.Qual(b.Internal, "InformerOptions")
}
