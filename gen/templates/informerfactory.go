package templates

import (
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// internalInterfaces is the import path of the package that informers and factory share.
func internalInterfaces(api *model.API) string {
	return path.Join(api.Layout.Informers, "internalinterfaces")
}

// clientsetInterfaceOf writes versioned.Interface.
func clientsetInterfaceOf(f *jen.File, api *model.API) *jen.Statement {
	importAs(f, api.Layout.Clientset, api.Layout.ClientsetName)
	return jen.Qual(api.Layout.Clientset, "Interface")
}

// tweak writes internalinterfaces.TweakListOptionsFunc.
func tweak(f *jen.File, api *model.API) *jen.Statement {
	pkg := internalInterfaces(api)
	importAs(f, pkg, "internalinterfaces")
	return jen.Qual(pkg, "TweakListOptionsFunc")
}

// buildFactory builds factory.go: the factory that shares informers.
func buildFactory(f *jen.File, api *model.API) {
	packageDoc(f, "Package %s has the shared informers of the clientset %s and the factory that makes them.", path.Base(api.Layout.Informers), api.Layout.ClientsetName)
	minimumVersion(f)
	b := factory{file: f, api: api}
	b.types()
	for _, o := range b.options() {
		b.option(o)
	}
	b.constructors()
	for _, g := range api.Groups {
		if groupWatchable(g) {
			b.group(g)
		}
	}
}

type factory struct {
	file *jen.File
	api  *model.API
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
func (b factory) types() {
	internal := internalInterfaces(b.api)
	importAs(b.file, internal, "internalinterfaces")
	methods := append([]jen.Code{jen.Qual(internal, "SharedInformerFactory"), jen.Line()}, b.methods()...)
	for _, g := range b.api.Groups {
		if groupWatchable(g) {
			methods = append(methods, jen.Id(g.GoName).Params().Qual(b.api.Layout.Informer(g, nil), "Interface"))
		}
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
		"Shutdown waits for the informers: end ctx before.", b.example()),
		jen.Type().Id("SharedInformerFactory").Interface(methods...))
	declare(b.file, comment("SharedInformerOption is an option of [NewSharedInformerFactoryWithOptions]."),
		jen.Type().Id("SharedInformerOption").Func().Params(jen.Op("*").Id("sharedInformerFactory")).Op("*").Id("sharedInformerFactory"))
	declare(b.file, comment("sharedInformerFactory implements [SharedInformerFactory]."),
		jen.Type().Id("sharedInformerFactory").Struct(
			jen.Qual(pkgTyped, "InformerFactory").Types(clientsetInterfaceOf(b.file, b.api), jen.Qual(internal, "NewInformerFunc")),
		))
}

// example is the first informer that there is.
func (b factory) example() string {
	for _, g := range b.api.Groups {
		for _, v := range watchableVersions(g) {
			return g.GoName + "()." + v.GoName + "()." + watchable(v)[0].Plural + "()"
		}
	}
	return "ForResource(resource)"
}

// methods are those that the factory's core implements, and ForResource.
func (b factory) methods() []jen.Code {
	stopCh := func() jen.Code { return jen.Id("stopCh").Op("<-").Chan().Struct() }
	return []jen.Code{
		comment("Start is StartWithContext with a channel in place of the context."),
		jen.Id("Start").Params(stopCh()),
		comment("StartWithContext starts every informer that was asked for and does not run yet, and returns at once. They run until ctx ends. Informers that are asked for later need another call."),
		jen.Id("StartWithContext").Params(ctx()),
		comment("Shutdown keeps informers from being started and waits until those that run have ended, which they do when their context ends. It may be called many times."),
		jen.Id("Shutdown").Params(),
		comment("WaitForCacheSync is WaitForCacheSyncWithContext with a channel in place of the context, and without the error."),
		jen.Id("WaitForCacheSync").Params(stopCh()).Map(jen.Qual(pkgReflect, "Type")).Bool(),
		comment("WaitForCacheSyncWithContext waits until every informer that was started has seen all objects, or until ctx ends. The result tells which have."),
		jen.Id("WaitForCacheSyncWithContext").Params(ctx()).Qual(pkgCache, "SyncResult"),
		comment("ForResource returns the informer of a resource that is known by name only, or an error for one that this factory has no informer for."),
		jen.Id("ForResource").Params(jen.Id("resource").Qual(pkgSchema, "GroupVersionResource")).Params(jen.Id("GenericInformer"), jen.Error()),
		comment("Use counts a user of one of the factory's informers. From then on it runs only while it has users; release ends a use. See typed.InformerSet."),
		jen.Id("Use").Params(jen.Id("informer").Qual(pkgCache, "SharedIndexInformer")).Params(jen.Id("release").Func().Params(), jen.Err().Error()),
		comment("InformerFor returns the factory's informer for the Go type of obj, made by newFunc when there is none yet."),
		jen.Id("InformerFor").Params(
			jen.Id("obj").Qual(pkgRuntime, "Object"),
			jen.Id("newFunc").Qual(internalInterfaces(b.api), "NewInformerFunc"),
		).Qual(pkgCache, "SharedIndexInformer"),
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

func (b factory) options() []option {
	assign := func(field, value string) jen.Code {
		return jen.Id("factory.Options." + field).Op("=").Id(value)
	}
	return []option{
		{
			"WithCustomResyncConfig", comment("WithCustomResyncConfig gives the types of these sample objects resync periods of their own."),
			jen.Id("resyncConfig").Map(jen.Qual(pkgMeta, "Object")).Qual(pkgTime, "Duration"),
			jen.Id("factory.Options.SetResync").Call(jen.Id("resyncConfig")),
		},
		{
			"WithTweakListOptions", comment("WithTweakListOptions changes the options of every list and watch before they are sent."),
			jen.Id("tweakListOptions").Add(tweak(b.file, b.api)), assign("TweakListOptions", "tweakListOptions"),
		},
		{
			"WithNamespace", comment("WithNamespace limits the informers to one namespace."),
			jen.Id("namespace").String(), assign("Namespace", "namespace"),
		},
		{
			"WithTransform", comment("WithTransform changes every object before it is stored."),
			jen.Id("transform").Qual(pkgCache, "TransformFunc"), assign("Transform", "transform"),
		},
		{
			"WithInformerName", comment("WithInformerName names the informers in metrics. The name comes from [cache.NewInformerName] and is released by Shutdown."),
			jen.Id("informerName").Op("*").Qual(pkgCache, "InformerName"), assign("InformerName", "informerName"),
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
			jen.Id("tweaks").Map(jen.Qual(pkgMeta, "Object")).Func().Params(jen.Op("*").Qual(pkgMeta, "ListOptions")),
			jen.Id("factory.Options.SetListOptions").Call(jen.Id("tweaks")),
		},
		{
			"WithoutManagedFields", comment("WithoutManagedFields leaves managed fields, often a third of an object, out of the caches."),
			nil, assign("DropManagedFields", "true"),
		},
		{
			"WithMutationDetector", comment("WithMutationDetector finds out who changes what the caches hold, which is read-only. It costs the memory and the time of a copy of each object: for tests, and for hunting a defect. Without it the environment variable KUBE_CACHE_MUTATION_DETECTOR does the same."),
			jen.Id("options").Qual(pkgCache, "MutationDetectorOptions"), jen.Id("factory.Options.MutationDetector").Op("=").Op("&").Id("options"),
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
func (b factory) option(o option) {
	pointer := jen.Op("*").Id("sharedInformerFactory")
	declare(b.file, o.doc, jen.Func().Id(o.name).Params(o.param).Id("SharedInformerOption").Block(
		jen.Return(jen.Func().Params(jen.Id("factory").Add(pointer.Clone())).Add(pointer).Block(
			o.set,
			jen.Return(jen.Id("factory")),
		)),
	))
}

func (b factory) constructors() {
	params := []jen.Code{
		jen.Id("client").Add(clientsetInterfaceOf(b.file, b.api)),
		jen.Id("defaultResync").Qual(pkgTime, "Duration"),
	}
	withOptions := jen.Id("NewSharedInformerFactoryWithOptions")
	declare(b.file, comment("NewSharedInformerFactory returns a factory for all namespaces. Each handler sees every object again after defaultResync; zero means never."),
		jen.Func().Id("NewSharedInformerFactory").Params(params...).Id("SharedInformerFactory").Block(
			jen.Return(withOptions.Clone().Call(jen.Id("client"), jen.Id("defaultResync"))),
		))
	declare(b.file, comment("NewFilteredSharedInformerFactory returns a factory for one namespace.\n\nDeprecated: use [NewSharedInformerFactoryWithOptions] with [WithNamespace] and [WithTweakListOptions]."),
		jen.Func().Id("NewFilteredSharedInformerFactory").Params(append(params[:2:2],
			jen.Id("namespace").String(),
			jen.Id("tweakListOptions").Add(tweak(b.file, b.api)),
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
func (b factory) group(g *model.Group) {
	pkg := b.api.Layout.Informer(g, nil)
	importAs(b.file, pkg, g.Package)
	declare(b.file, comment("%s returns the informers of the group %s.", g.GoName, display(g)),
		jen.Func().Params(jen.Id("f").Op("*").Id("sharedInformerFactory")).Id(g.GoName).Params().Qual(pkg, "Interface").Block(
			jen.Return(jen.Qual(pkg, "New").Call(jen.Id("f"), jen.Id("f.Options.Namespace"), jen.Id("f.Options.TweakListOptions"))),
		))
}
