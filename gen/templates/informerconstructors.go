package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// constructors writes the functions that make an informer without a factory. There are three pairs, of which each has
// one that takes and returns untyped things and one that is typed; all lead to NewTypedRobotInformerWithOptions.
func (b informer) constructors() {
	typedOptions := "NewTyped" + b.name + "InformerWithOptions"
	for _, filtered := range []bool{false, true} {
		infix, doc := "", ""
		if filtered {
			infix, doc = "Filtered", "; tweakListOptions changes the options of each list and watch"
		}
		untyped, typed := "New"+infix+b.name+"Informer", "NewTyped"+infix+b.name+"Informer"
		declare(b.file, comment("%s is [%s] without types.", untyped, typed), b.constructor(constructor{
			name: untyped, indexers: jen.Qual(plan.PkgCache, "Indexers"), value: jen.Id("indexers"),
			result: jen.Qual(plan.PkgCache, "SharedIndexInformer"), filtered: filtered,
		}))
		declare(b.file, comment("%s returns an informer of its own, not shared with anyone%s. Prefer a factory's.", typed, doc), b.constructor(constructor{
			name: typed, indexers: jen.Id(b.name + "Indexers"), value: jen.Qual(plan.PkgCache, "TypedIndexersToIndexers").Call(jen.Id("indexers")),
			result: jen.Id(b.index()), filtered: filtered,
		}))
	}
	untypedOptions := "New" + b.name + "InformerWithOptions"
	declare(b.file, comment("%s is [%s] without types.", untypedOptions, typedOptions),
		jen.Func().Id(untypedOptions).Params(b.params(jen.Id("options").Add(b.options()))...).Qual(plan.PkgCache, "SharedIndexInformer").Block(
			jen.Return(jen.Id(typedOptions).Call(b.args(jen.Id("options"))...)),
		))
}

// constructor is a constructor that takes its options one by one.
type constructor struct {
	name string
	// indexers is the type of that parameter, value the expression for the options.
	indexers, value, result jen.Code
	// filtered ones also take a function that changes the options of lists.
	filtered bool
}

// constructor writes
//
//	func NewRobotInformer(client versioned.Interface, namespace string, resyncPeriod time.Duration, indexers cache.Indexers) cache.SharedIndexInformer {
//		return NewTypedRobotInformerWithOptions(client, namespace, internalinterfaces.InformerOptions{ResyncPeriod: resyncPeriod, Indexers: indexers})
//	}
func (b informer) constructor(c constructor) jen.Code {
	params := []jen.Code{jen.Id("resyncPeriod").Qual(plan.PkgTime, "Duration"), jen.Id("indexers").Add(c.indexers)}
	fields := []jen.Code{field("ResyncPeriod", jen.Id("resyncPeriod")), field("Indexers", c.value)}
	if c.filtered {
		params = append(params, jen.Id("tweakListOptions").Add(tweak(b.file, b.InformerPackages)))
		fields = append(fields, field("TweakListOptions", jen.Id("tweakListOptions")))
	}
	return jen.Func().Id(c.name).Params(b.params(params...)...).Add(c.result).Block(
		jen.Return(jen.Id("NewTyped" + b.name + "InformerWithOptions").Call(b.args(b.options().Values(fields...))...)),
	)
}

// params and args put the client, and the namespace of namespaced kinds, before the rest.
func (b informer) params(rest ...jen.Code) []jen.Code {
	return append(append([]jen.Code{b.client()}, namespaceParam(b.kind)...), rest...)
}

func (b informer) args(rest ...jen.Code) []jen.Code {
	args := []jen.Code{jen.Id("client")}
	if b.kind.Namespaced {
		args = append(args, jen.Id("namespace"))
	}
	return append(args, rest...)
}

// core writes
//
//	func NewTypedRobotInformerWithOptions(client versioned.Interface, namespace string, options internalinterfaces.InformerOptions) RobotIndexInformer {
//		return typed.NewInformer[*fleetv1.Robot](
//			func() typed.ListWatcher[*fleetv1.RobotList] { return client.FleetV1().Robots(namespace) },
//			typed.InformerOptions{…},
//		)
//	}
func (b informer) core() {
	k := b.kind
	name := "NewTyped" + b.name + "InformerWithOptions"
	kindClient, list := b.source()
	source := jen.Func().Params().Qual(plan.PkgTyped, "ListWatcher").Types(list).Add(inline(jen.Return(kindClient)))
	options := jen.Qual(plan.PkgTyped, "InformerOptions").Add(lines(
		field("Client", jen.Id("client")),
		field("Resource", resourceLiteral(k)),
		field("ResyncPeriod", jen.Id("options.ResyncPeriod")),
		field("Indexers", jen.Id("options.Indexers")),
		field("InformerName", jen.Id("options.InformerName")),
		field("TweakListOptions", jen.Id("options.TweakListOptions")),
		field("SharedOptions", jen.Id("options.SharedOptions")),
	))
	declare(b.file, comment("%s returns an informer of its own, not shared with anyone. Prefer a factory's.", name),
		jen.Func().Id(name).Params(b.params(jen.Id("options").Add(b.options()))...).Id(b.index()).Block(
			jen.Return(jen.Qual(plan.PkgTyped, "NewInformer").Types(b.object()).Custom(
				jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true}, source, options,
			)),
		))
}

// source writes the client of the kind, client.FleetV1().Robots(namespace), and the type of its lists, *fleetv1.RobotList. For a view
// these are
//
//	viewscorev1.PodViews(client.Discovery().RESTClient(), namespace)
//	*typed.ViewList[*views.PodView]
func (b informer) source() (client, list jen.Code) {
	k := b.kind
	if k.Of == nil {
		return jen.Id("client." + k.Version.GroupGoName()).Call().Dot(k.Plural).Call(b.args()[1:]...), pointer(b.file, k.List)
	}
	importAs(b.file, b.views, plan.ViewsAlias(k.Version))
	args := append([]jen.Code{jen.Id("client.Discovery").Call().Dot("RESTClient").Call()}, b.args()[1:]...)
	return jen.Qual(b.views, k.Plural).Call(args...), jen.Op("*").Qual(plan.PkgTyped, "ViewList").Types(b.object())
}

// adapters writes the functions that give types to untyped informers, and what the first of them needs.
func (b informer) adapters() {
	typed, adapter := "Typed"+b.name+"Informer", model.LowerFirst(b.name)+"TypedInformerAdapter"
	already := func(name string) jen.Code {
		// if informer, ok := informer.(TypedRobotInformer); ok {
		// 	return informer
		// }
		return jen.If(
			jen.List(jen.Id("informer"), jen.Id("ok")).Op(":=").Id("informer").Assert(jen.Id(name)), jen.Id("ok"),
		).Block(jen.Return(jen.Id("informer")))
	}
	wrapped := func(informer jen.Code) *jen.Statement {
		return jen.Return(jen.Qual(plan.PkgCache, "NewTypedSharedIndexInformer").Types(b.object()).Call(informer))
	}
	declare(b.file, comment("To%s gives an informer its type. One that holds anything else than %s panics later.", typed, b.kind.Plural),
		jen.Func().Id("To"+typed).Params(jen.Id("informer").Id(b.name+"Informer")).Id(typed).Block(
			already(typed),
			jen.Return(jen.Op("&").Id(adapter).Values(jen.Id("informer"))),
		))
	declare(b.file, nil, jen.Type().Id(adapter).Struct(jen.Id(b.name+"Informer")))
	declare(b.file, nil, jen.Func().Params(jen.Id("a").Op("*").Id(adapter)).Id("TypedInformer").Params().Id(b.index()).Block(
		wrapped(jen.Id("a.Informer").Call()),
	))
	declare(b.file, comment("To%s gives an informer its type. One that holds anything else than %s panics later.", b.index(), b.kind.Plural),
		jen.Func().Id("To"+b.index()).Params(jen.Id("informer").Qual(plan.PkgCache, "SharedIndexInformer")).Id(b.index()).Block(
			already(b.index()),
			wrapped(jen.Id("informer")),
		))
}
