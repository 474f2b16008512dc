package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/plan"
)

// clientsetInterfaceOf writes versioned.Interface.
func clientsetInterfaceOf(f *jen.File, p plan.InformerPackages) *jen.Statement {
	importAs(f, p.Clientset, p.ClientsetName)
	return jen.Qual(p.Clientset, "Interface")
}

// tweak writes internalinterfaces.TweakListOptionsFunc.
func tweak(f *jen.File, p plan.InformerPackages) *jen.Statement {
	importAs(f, p.Internal, "internalinterfaces")
	return jen.Qual(p.Internal, "TweakListOptionsFunc")
}

// factory prints factory.go: the factory that shares informers.
func factory(f *jen.File, c *plan.Factory) {
	packageDoc(f, "Package %s has the shared informers of the clientset %s and the factory that makes them.", c.Name, c.ClientsetName)
	minimumVersion(f)
	b := factoryPrinter{f, c}
	b.types()
	for _, o := range b.options() {
		b.option(o)
	}
	b.constructors()
	for _, g := range c.Groups {
		b.group(g)
	}
}

type factoryPrinter struct {
	file *jen.File
	*plan.Factory
}

// types writes
//
//	type SharedInformerFactory interface {
//		internalinterfaces.SharedInformerFactory
//		…
//		Fleet() fleet.Interface
//	}
//
//	type SharedInformerOption func(*sharedInformerFactory) *sharedInformerFactory
//
//	type sharedInformerFactory struct {
//		typed.InformerFactory[versioned.Interface, internalinterfaces.NewInformerFunc]
//	}
func (b factoryPrinter) types() {
	importAs(b.file, b.Internal, "internalinterfaces")
	methods := append([]jen.Code{jen.Qual(b.Internal, "SharedInformerFactory"), jen.Line()}, b.methods()...)
	for _, g := range b.Groups {
		methods = append(methods,
			comment("%s leads to the informers of the group %s.", g.GoName, display(g.Group)), jen.Id(g.GoName).Params().Qual(g.Informers, "Interface"))
	}
	declare(b.file, comment("SharedInformerFactory makes informers, at most one a type, and runs them. Ask it for all informers, add handlers, start it, and wait until the caches have synced:\n\n"+
		"\tfactory := NewSharedInformerFactory(client, 0)\n"+
		"\tdefer factory.Shutdown()\n"+
		"\tinformer := factory.%s\n"+
		"\tif _, err := informer.Informer().AddEventHandler(handler); err != nil {\n"+
		"\t\treturn err\n"+
		"\t}\n"+
		"\tfactory.StartWithContext(ctx)\n"+
		"\tif err := factory.WaitForCacheSyncWithContext(ctx).AsError(); err != nil {\n"+
		"\t\treturn err\n"+
		"\t}\n\n"+
		"Shutdown waits for the informers: end ctx before.", b.Example),
		jen.Type().Id("SharedInformerFactory").Interface(methods...))
	declare(b.file, comment("SharedInformerOption is an option of [NewSharedInformerFactoryWithOptions]."),
		jen.Type().Id("SharedInformerOption").Func().Params(jen.Op("*").Id("sharedInformerFactory")).Op("*").Id("sharedInformerFactory"))
	declare(b.file, comment("sharedInformerFactory implements [SharedInformerFactory]."),
		jen.Type().Id("sharedInformerFactory").Struct(
			jen.Qual(plan.PkgTyped, "InformerFactory").Types(clientsetInterfaceOf(b.file, b.InformerPackages), jen.Qual(b.Internal, "NewInformerFunc")),
		))
}

// methods are those that the factory's core implements, and ForResource.
func (b factoryPrinter) methods() []jen.Code {
	stopCh := func() jen.Code { return jen.Id("stopCh").Op("<-").Chan().Struct() }
	return []jen.Code{
		comment("Start is StartWithContext with a channel in place of the context."),
		jen.Id("Start").Params(stopCh()),
		comment("StartWithContext starts every informer that was asked for and does not run yet, and returns at once. They run until ctx ends. Informers that are asked for later need another call."),
		jen.Id("StartWithContext").Params(ctx()),
		comment("Shutdown keeps informers from being started and waits until those that run have ended, which they do when their context ends. It may be called many times."),
		jen.Id("Shutdown").Params(),
		comment("WaitForCacheSync is WaitForCacheSyncWithContext with a channel in place of the context, and without the error."),
		jen.Id("WaitForCacheSync").Params(stopCh()).Map(jen.Qual(plan.PkgReflect, "Type")).Bool(),
		comment("WaitForCacheSyncWithContext waits until every informer that was started has seen all objects, or until ctx ends. The result tells which have."),
		jen.Id("WaitForCacheSyncWithContext").Params(ctx()).Qual(plan.PkgCache, "SyncResult"),
		comment("ForResource returns the informer of a resource that is known by name only, or an error for one that this factory has no informer for."),
		jen.Id("ForResource").Params(jen.Id("resource").Qual(plan.PkgSchema, "GroupVersionResource")).Params(jen.Id("GenericInformer"), jen.Error()),
		comment("Use counts a user of one of the factory's informers. From then on it runs only while it has users; release ends a use. See typed.InformerSet."),
		jen.Id("Use").Params(jen.Id("informer").Qual(plan.PkgCache, "SharedIndexInformer")).Params(jen.Id("release").Func().Params(), jen.Err().Error()),
		comment("InformerFor returns the factory's informer for the Go type of obj, made by newFunc when there is none yet."),
		jen.Id("InformerFor").Params(
			jen.Id("obj").Qual(plan.PkgRuntime, "Object"),
			jen.Id("newFunc").Qual(b.Internal, "NewInformerFunc"),
		).Qual(plan.PkgCache, "SharedIndexInformer"),
		jen.Line(),
	}
}

// option is one function that makes a SharedInformerOption.
type option struct {
	name string
	doc  jen.Code
	// param is what it takes, set what it does with that.
	param, set jen.Code
}

func (b factoryPrinter) options() []option {
	assign := func(field, value string) jen.Code {
		return jen.Id("factory.Options." + field).Op("=").Id(value)
	}
	return []option{
		{
			"WithCustomResyncConfig", comment("WithCustomResyncConfig gives the types of these sample objects resync periods of their own."),
			jen.Id("resyncConfig").Map(jen.Qual(plan.PkgMeta, "Object")).Qual(plan.PkgTime, "Duration"),
			jen.Id("factory.Options.SetResync").Call(jen.Id("resyncConfig")),
		},
		{
			"WithTweakListOptions", comment("WithTweakListOptions changes the options of every list and watch before they are sent."),
			jen.Id("tweakListOptions").Add(tweak(b.file, b.InformerPackages)), assign("TweakListOptions", "tweakListOptions"),
		},
		{
			"WithNamespace", comment("WithNamespace limits the informers to one namespace."),
			jen.Id("namespace").String(), assign("Namespace", "namespace"),
		},
		{
			"WithTransform", comment("WithTransform changes every object before it is stored."),
			jen.Id("transform").Qual(plan.PkgCache, "TransformFunc"), assign("Transform", "transform"),
		},
		{
			"WithInformerName", comment("WithInformerName names the informers in metrics. The name comes from [cache.NewInformerName] and is released by Shutdown."),
			jen.Id("informerName").Op("*").Qual(plan.PkgCache, "InformerName"), assign("InformerName", "informerName"),
		},
		{
			"WithAutoStart", comment("WithAutoStart starts informers that are asked for after the factory was started, without another call."),
			nil, assign("AutoStart", "true"),
		},
		{
			"WithNamespaces", comment("WithNamespaces limits the informers to several namespaces, each listed and watched by itself."),
			jen.Id("namespaces").Op("...").String(), assign("Namespaces", "namespaces"),
		},
		{
			"WithCustomListOptions", comment("WithCustomListOptions changes the options of every list and watch of the types of these sample objects."),
			jen.Id("tweaks").Map(jen.Qual(plan.PkgMeta, "Object")).Func().Params(jen.Op("*").Qual(plan.PkgMeta, "ListOptions")),
			jen.Id("factory.Options.SetListOptions").Call(jen.Id("tweaks")),
		},
		{
			"WithoutManagedFields", comment("WithoutManagedFields leaves managed fields, often a third of an object, out of the caches."),
			nil, assign("DropManagedFields", "true"),
		},
		{
			"WithSharedValues", comment("WithSharedValues lets equal maps, slices and pointers of cached objects be one in memory, which makes caches of many replicas much smaller. Informers with a transform share nothing. A program that changes cached objects, which is a defect, changes others with them: see WithMutationDetector."),
			nil, jen.Id("factory.Options.SharedValues").Op("=").New(jen.Qual(plan.PkgCache, "SharedValues")),
		},
		{
			"WithPageSize", comment("WithPageSize limits each page of a list to size objects, for kinds whose objects are very large or very small. Without it a page has 500 where pages help."),
			jen.Id("size").Int64(), assign("PageSize", "size"),
		},
		{
			"WithShards", comment("WithShards limits the informers to the objects that this process holds, such as those of a member of package sharding. With sample objects, it applies to their kinds only."),
			jen.List(jen.Id("shards").Qual(plan.PkgCache, "Shards"), jen.Id("samples").Op("...").Qual(plan.PkgRuntime, "Object")),
			jen.Id("factory.Options.SetShards").Call(jen.Id("shards"), jen.Id("samples").Op("...")),
		},
		{
			"WithMutationDetector", comment("WithMutationDetector finds out who changes what the caches hold, which is read-only. It costs the memory and the time of a copy of each object: for tests, and for hunting a defect. Without it the environment variable KUBE_CACHE_MUTATION_DETECTOR does the same."),
			jen.Id("options").Qual(plan.PkgCache, "MutationDetectorOptions"), jen.Id("factory.Options.MutationDetector").Op("=").Op("&").Id("options"),
		},
	}
}

// option writes
//
//	func WithNamespace(namespace string) SharedInformerOption {
//		return func(factory *sharedInformerFactory) *sharedInformerFactory {
//			factory.Options.Namespace = namespace
//			return factory
//		}
//	}
func (b factoryPrinter) option(o option) {
	pointer := jen.Op("*").Id("sharedInformerFactory")
	declare(b.file, o.doc, jen.Func().Id(o.name).Params(o.param).Id("SharedInformerOption").Block(
		jen.Return(jen.Func().Params(jen.Id("factory").Add(pointer.Clone())).Add(pointer).Block(
			o.set,
			jen.Return(jen.Id("factory")),
		)),
	))
}

func (b factoryPrinter) constructors() {
	params := []jen.Code{
		jen.Id("client").Add(clientsetInterfaceOf(b.file, b.InformerPackages)),
		jen.Id("defaultResync").Qual(plan.PkgTime, "Duration"),
	}
	withOptions := jen.Id("NewSharedInformerFactoryWithOptions")
	declare(b.file, comment("NewSharedInformerFactory returns a factory for all namespaces. Each handler sees every object again after defaultResync; zero means never."),
		jen.Func().Id("NewSharedInformerFactory").Params(params...).Id("SharedInformerFactory").Block(
			jen.Return(withOptions.Clone().Call(jen.Id("client"), jen.Id("defaultResync"))),
		))
	declare(b.file, comment("NewFilteredSharedInformerFactory returns a factory for one namespace.\n\nDeprecated: use [NewSharedInformerFactoryWithOptions] with [WithNamespace] and [WithTweakListOptions]."),
		jen.Func().Id("NewFilteredSharedInformerFactory").Params(append(params[:2:2],
			jen.Id("namespace").String(),
			jen.Id("tweakListOptions").Add(tweak(b.file, b.InformerPackages)),
		)...).Id("SharedInformerFactory").Block(
			jen.Return(withOptions.Clone().Call(
				jen.Id("client"), jen.Id("defaultResync"),
				jen.Id("WithNamespace").Call(jen.Id("namespace")),
				jen.Id("WithTweakListOptions").Call(jen.Id("tweakListOptions")),
			)),
		))
	declare(b.file, comment("NewSharedInformerFactoryWithOptions is [NewSharedInformerFactory] with options."),
		jen.Func().Add(withOptions).Params(append(params[:2:2],
			jen.Id("options").Op("...").Id("SharedInformerOption"),
		)...).Id("SharedInformerFactory").Block(
			jen.Id("factory").Op(":=").Op("&").Id("sharedInformerFactory").Values(),
			jen.Id("factory.Options.Client").Op("=").Id("client"),
			jen.Id("factory.Options.DefaultResync").Op("=").Id("defaultResync"),
			jen.For(jen.List(jen.Id("_"), jen.Id("option")).Op(":=").Range().Id("options")).Block(
				jen.Id("factory").Op("=").Id("option").Call(jen.Id("factory")),
			),
			jen.Return(jen.Id("factory")),
		))
}

// group writes
//
//	func (f *sharedInformerFactory) Fleet() fleet.Interface {
//		return fleet.New(f, f.Options.Namespace, f.Options.TweakListOptions)
//	}
func (b factoryPrinter) group(g plan.FactoryGroup) {
	pkg := g.Informers
	importAs(b.file, pkg, g.Package)
	declare(b.file, comment("%s returns the informers of the group %s.", g.GoName, display(g.Group)),
		jen.Func().Params(jen.Id("f").Op("*").Id("sharedInformerFactory")).Id(g.GoName).Params().Qual(pkg, "Interface").Block(
			jen.Return(jen.Qual(pkg, "New").Call(jen.Id("f"), jen.Id("f.Options.Namespace"), jen.Id("f.Options.TweakListOptions"))),
		))
}
