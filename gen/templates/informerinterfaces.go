package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// internalInterfaces prints internalinterfaces/factory_interfaces.go: what informers and their factory know of each
// other.
func internalInterfaces(f *jen.File, c *plan.InternalInterfaces) {
	packageDoc(f, "Package internalinterfaces holds what informers and their factory know of each other, so that neither imports the other.")
	duration, informer := jen.Qual(plan.PkgTime, "Duration"), jen.Qual(plan.PkgCache, "SharedIndexInformer")

	declare(f, comment("NewInformerFunc makes an informer with a resync period; zero means no resync."),
		jen.Type().Id("NewInformerFunc").Func().Params(clientsetInterfaceOf(f, c.InformerPackages), duration).Add(informer))

	// type SharedInformerFactory interface { … }
	declare(f, comment("SharedInformerFactory is what informers need of their factory."),
		jen.Type().Id("SharedInformerFactory").Interface(
			comment("Start starts every informer that was asked for and does not run yet."),
			jen.Id("Start").Params(jen.Id("stopCh").Op("<-").Chan().Struct()),
			comment("InformerFor returns the informer for the Go type of obj, made by newFunc when there is none yet."),
			jen.Id("InformerFor").Params(
				jen.Id("obj").Qual(plan.PkgRuntime, "Object"), jen.Id("newFunc").Id("NewInformerFunc"),
			).Add(informer),
			comment("InformerName names the informers in metrics; nil publishes none."),
			jen.Id("InformerName").Params().Op("*").Qual(plan.PkgCache, "InformerName"),
			comment("SharedOptions returns the options that the factory has for the informer of the Go type of obj."),
			jen.Id("SharedOptions").Params(jen.Id("obj").Qual(plan.PkgRuntime, "Object")).Qual(plan.PkgTyped, "SharedOptions"),
		))

	declare(f, comment("TweakListOptionsFunc changes the options of a list or watch before they are sent."),
		jen.Type().Id("TweakListOptionsFunc").Func().Params(jen.Op("*").Qual(plan.PkgMeta, "ListOptions")))

	declare(f, comment("InformerOptions are the options of one informer. The zero value is usable."),
		jen.Type().Id("InformerOptions").Struct(
			comment("ResyncPeriod is the time after which handlers see every object again; zero means never."),
			jen.Id("ResyncPeriod").Add(duration),
			jen.Line().Add(comment("Indexers are the store's indexes besides the key; may be nil.")),
			jen.Id("Indexers").Qual(plan.PkgCache, "Indexers"),
			jen.Line().Add(comment("InformerName names the informer in metrics; nil publishes none.")),
			jen.Id("InformerName").Op("*").Qual(plan.PkgCache, "InformerName"),
			jen.Line().Add(comment("TweakListOptions changes the options of every list and watch; may be nil.")),
			jen.Id("TweakListOptions").Id("TweakListOptionsFunc"),
			jen.Line().Add(comment("SharedOptions are those that client-go's informers do not have, such as several namespaces.")),
			jen.Qual(plan.PkgTyped, "SharedOptions"),
		))
}

// groupInformers prints a group's interface.go: the way to its versions.
func groupInformers(f *jen.File, c *plan.GroupInformers) {
	packageDoc(f, "Package %s leads to the informers of the group %s.", c.Package, display(c.Group))
	methods := []jen.Code{}
	for _, v := range c.Watched {
		importAs(f, v.Informers, v.Name)
		methods = append(methods, jen.Id(v.GoName).Params().Qual(v.Informers, "Interface"))
	}
	declare(f, comment("Interface has the informers of each version."), jen.Type().Id("Interface").Interface(methods...))
	shared(f, c.InformerPackages, "group")
	for _, v := range c.Watched {
		// func (g *group) V1() v1.Interface {
		// 	return v1.New(g.factory, g.namespace, g.tweakListOptions)
		// }
		declare(f, comment("%s returns the informers of %s.", v.GoName, v.GroupVersion()),
			jen.Func().Params(jen.Id("g").Op("*").Id("group")).Id(v.GoName).Params().Qual(v.Informers, "Interface").Block(
				jen.Return(jen.Qual(v.Informers, "New").Call(jen.Id("g.factory"), jen.Id("g.namespace"), jen.Id("g.tweakListOptions"))),
			))
	}
}

// versionInformers prints a version's interface.go: the way to its kinds.
func versionInformers(f *jen.File, c *plan.VersionInformers) {
	packageDoc(f, "Package %s has the informers of %s.", c.Name, c.GroupVersion())
	methods := []jen.Code{}
	for _, k := range c.Watched {
		methods = append(methods, jen.Id(k.Plural).Params().Id("Typed"+k.GoName+"Informer"))
	}
	declare(f, comment("Interface has the informers of each kind."), jen.Type().Id("Interface").Interface(methods...))
	shared(f, c.InformerPackages, "version")
	for _, k := range c.Watched {
		// func (v *version) Robots() TypedRobotInformer {
		// 	return (*robotInformer)(v)
		// }
		declare(f, comment("%s returns the informer of %s.", k.Plural, k.Plural),
			jen.Func().Params(jen.Id("v").Op("*").Id("version")).Id(k.Plural).Params().Id("Typed"+k.GoName+"Informer").Block(
				jen.Return(jen.Parens(jen.Op("*").Id(informerImpl(k))).Call(jen.Id("v"))),
			))
	}
}

// shared writes the struct of that name, which carries what informers share, and its constructor New.
func shared(f *jen.File, p plan.InformerPackages, name string) {
	importAs(f, p.Internal, "internalinterfaces")
	factory := jen.Qual(p.Internal, "SharedInformerFactory")
	declare(f, comment("%s implements [Interface].", name), jen.Type().Id(name).Struct(
		jen.Id("factory").Add(factory),
		jen.Id("namespace").String(),
		jen.Id("tweakListOptions").Add(tweak(f, p)),
	))
	declare(f, comment("New returns the informers of a factory, limited to a namespace unless that is empty. The function tweakListOptions may be nil."),
		jen.Func().Id("New").Params(
			jen.Id("f").Add(factory), jen.Id("namespace").String(), jen.Id("tweakListOptions").Add(tweak(f, p)),
		).Id("Interface").Block(
			jen.Return(jen.Op("&").Id(name).Values(
				field("factory", jen.Id("f")), field("namespace", jen.Id("namespace")), field("tweakListOptions", jen.Id("tweakListOptions")),
			)),
		))
}

// genericInformers prints generic.go: access to informers by the name of a resource.
func genericInformers(f *jen.File, c *plan.GenericInformers) {
	// type GenericInformer interface {
	// 	Informer() cache.SharedIndexInformer
	// 	Lister() cache.GenericLister
	// }
	informer, lister := jen.Qual(plan.PkgCache, "SharedIndexInformer"), jen.Qual(plan.PkgCache, "GenericLister")
	declare(f, comment("GenericInformer gives access to an informer and a lister whose type is known at run time only."),
		jen.Type().Id("GenericInformer").Interface(
			jen.Id("Informer").Params().Add(informer),
			jen.Id("Lister").Params().Add(lister),
		))
	declare(f, comment("genericInformer implements [GenericInformer]."),
		jen.Type().Id("genericInformer").Struct(
			jen.Id("informer").Add(informer),
			jen.Id("resource").Qual(plan.PkgSchema, "GroupResource"),
		))
	receiver := jen.Id("g").Op("*").Id("genericInformer")
	declare(f, comment("Informer returns the informer."),
		jen.Func().Params(receiver.Clone()).Id("Informer").Params().Add(informer).Block(jen.Return(jen.Id("g.informer"))))
	declare(f, comment("Lister returns a lister of what the informer holds."),
		jen.Func().Params(receiver).Id("Lister").Params().Add(lister).Block(
			jen.Return(jen.Qual(plan.PkgCache, "NewGenericLister").Call(jen.Id("g.informer.GetIndexer").Call(), jen.Id("g.resource"))),
		))
	forResource(f, c.Kinds)
}

// forResource writes
//
//	func (f *sharedInformerFactory) ForResource(resource schema.GroupVersionResource) (GenericInformer, error) {
//		var informer cache.SharedIndexInformer
//		switch resource {
//		case schema.GroupVersionResource{Group: "fleet.typewright.dev", Version: "v1", Resource: "robots"}:
//			informer = f.Fleet().V1().Robots().Informer()
//		…
func forResource(f *jen.File, watched []*model.Kind) {
	var cases []jen.Code
	for _, k := range watched {
		cases = append(cases, jen.Case(resourceLiteral(k)).Block(
			jen.Id("informer").Op("=").Id("f."+k.Version.Group.GoName).Call().Dot(k.Version.GoName).Call().Dot(k.Plural).Call().Dot("Informer").Call(),
		))
	}
	cases = append(cases, jen.Default().Block(
		jen.Return(jen.Nil(), jen.Qual(plan.PkgFmt, "Errorf").Call(jen.Lit("no informer found for %v"), jen.Id("resource"))),
	))
	declare(f, comment("ForResource returns the informer of a resource, or an error for one that this factory has no informer for."),
		jen.Func().Params(jen.Id("f").Op("*").Id("sharedInformerFactory")).Id("ForResource").
			Params(jen.Id("resource").Qual(plan.PkgSchema, "GroupVersionResource")).
			Params(jen.Id("GenericInformer"), jen.Error()).Block(
			jen.Var().Id("informer").Qual(plan.PkgCache, "SharedIndexInformer"),
			jen.Switch(jen.Id("resource")).Block(cases...),
			jen.Return(jen.Op("&").Id("genericInformer").Values(
				field("informer", jen.Id("informer")),
				field("resource", jen.Id("resource.GroupResource").Call()),
			), jen.Nil()),
		))
}
