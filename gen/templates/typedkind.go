package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// kindClient builds the client of one kind.
type kindClient struct {
	file *jen.File
	kind *model.Kind
	// apply knows where apply configurations lie.
	apply *applyPlan
}

func (b kindClient) build() {
	b.getter()
	b.verbs()
	b.implementation()
	b.constructor()
	for _, m := range b.methods() {
		b.method(m)
	}
}

// namespaceParam is the parameter of accessors of namespaced kinds; cluster-scoped ones have none.
func namespaceParam(k *model.Kind) []jen.Code {
	if k.Namespaced {
		return []jen.Code{jen.Id("namespace").String()}
	}
	return nil
}

// getter writes
//
//	type RobotsGetter interface {
//		Robots(namespace string) RobotInterface
//	}
func (b kindClient) getter() {
	k := b.kind
	declare(b.file, comment("%sGetter leads to the client of %s.", k.Plural, k.Plural),
		jen.Type().Id(k.Plural+"Getter").Interface(
			jen.Id(k.Plural).Params(namespaceParam(k)...).Id(k.GoName+"Interface"),
		))
}

// verbs writes the interface with one method a verb, then those of the markers, then the expansion:
//
//	type RobotInterface interface {
//		Create(ctx context.Context, robot *fleetv1.Robot, opts metav1.CreateOptions) (*fleetv1.Robot, error)
//		…
//		RobotExpansion
//	}
func (b kindClient) verbs() {
	k := b.kind
	var methods []jen.Code
	for _, verb := range k.Verbs {
		if method := b.verb(verb); method != nil {
			methods = append(methods, method)
		}
	}
	for _, m := range b.methods() {
		methods = append(methods, jen.Id(m.Name).Add(b.signature(m)))
	}
	methods = append(methods, jen.Id(k.GoName+"Expansion"))
	declare(b.file, comment("%sInterface works with %s.", k.GoName, k.Plural),
		jen.Type().Id(k.GoName+"Interface").Interface(methods...))
}

// verb writes one method of the interface; nil for those which need apply configurations where there are none.
func (b kindClient) verb(verb model.Verb) jen.Code {
	object := jen.Id(b.objectParam(b.kind.Decl)).Add(pointer(b.file, b.kind.Decl))
	result := func() *jen.Statement { return jen.Params(pointer(b.file, b.kind.Decl), jen.Error()) }
	switch verb {
	case model.Create:
		return jen.Id("Create").Params(ctx(), object, opts("Create")).Add(result())
	case model.Update:
		return jen.Id("Update").Params(ctx(), object, opts("Update")).Add(result())
	case model.UpdateStatus:
		return jen.Id("UpdateStatus").Params(ctx(), object, opts("Update")).Add(result())
	case model.Delete:
		return jen.Id("Delete").Params(ctx(), jen.Id("name").String(), opts("Delete")).Error()
	case model.DeleteCollection:
		return jen.Id("DeleteCollection").Params(ctx(), opts("Delete"), jen.Id("listOpts").Qual(pkgMeta, "ListOptions")).Error()
	case model.Get:
		return jen.Id("Get").Params(ctx(), jen.Id("name").String(), opts("Get")).Add(result())
	case model.List:
		return jen.Id("List").Params(ctx(), opts("List")).Params(pointer(b.file, b.kind.List), jen.Error())
	case model.Watch:
		return jen.Id("Watch").Params(ctx(), opts("List")).Params(jen.Qual(pkgWatch, "Interface"), jen.Error())
	case model.Patch:
		return jen.Id("Patch").Params(
			ctx(), jen.Id("name").String(), jen.Id("pt").Qual(pkgTypes, "PatchType"), jen.Id("data").Index().Byte(),
			opts("Patch"), jen.Id("subresources").Op("...").String(),
		).Add(result())
	case model.Apply, model.ApplyStatus:
		if hasApply(b.kind.Version) {
			config := jen.Id(b.objectParam(b.kind.Decl)).Add(b.applyConfiguration(b.kind.Decl))
			return jen.Id(model.UpperFirst(string(verb))).Params(ctx(), config, opts("Apply")).Add(result())
		}
	}
	return nil
}

func ctx() jen.Code { return jen.Id("ctx").Qual(pkgContext, "Context") }

func opts(verb string) jen.Code { return jen.Id("opts").Qual(pkgMeta, verb+"Options") }

// core writes the type arguments and the name of the generic client that implements the verbs.
func (b kindClient) core() (name string, args []jen.Code) {
	list := jen.Qual(pkgTyped, "NoList")
	if b.kind.List != nil {
		list = pointer(b.file, b.kind.List)
	}
	args = []jen.Code{pointer(b.file, b.kind.Decl), list}
	if !b.kind.Has(model.Apply) && !b.kind.Has(model.ApplyStatus) || !hasApply(b.kind.Version) {
		return "Client", args
	}
	return "ApplyClient", append(args, b.applyConfiguration(b.kind.Decl))
}

// implementation writes
//
//	type robots struct {
//		*typed.ApplyClient[*fleetv1.Robot, *fleetv1.RobotList, *applyfleetv1.RobotApplyConfiguration]
//	}
//
//	func (c *FleetV1Client) Robots(namespace string) RobotInterface {
//		return newRobots(c, namespace)
//	}
func (b kindClient) implementation() {
	k := b.kind
	core, args := b.core()
	declare(b.file, comment("%s implements [%sInterface].", implName(k), k.GoName),
		jen.Type().Id(implName(k)).Struct(jen.Op("*").Qual(pkgTyped, core).Types(args...)))

	doc := comment("%s returns the client of %s, which belong to the whole cluster.", k.Plural, k.Plural)
	call := []jen.Code{jen.Id("c")}
	if k.Namespaced {
		doc = comment("%s returns the client of %s in a namespace; an empty one means all namespaces, for List and Watch.", k.Plural, k.Plural)
		call = append(call, jen.Id("namespace"))
	}
	declare(b.file, doc,
		jen.Func().Params(b.groupClient()).Id(k.Plural).Params(namespaceParam(k)...).Id(k.GoName+"Interface").Block(
			jen.Return(jen.Id(newName(k)).Call(call...)),
		))
}

func (b kindClient) groupClient() jen.Code {
	return jen.Id("c").Op("*").Id(b.kind.Version.GroupGoName() + "Client")
}

// constructor writes
//
//	func newRobots(c *FleetV1Client, namespace string) *robots {
//		return &robots{typed.NewApplyClient[…](typed.Options[*fleetv1.Robot, *fleetv1.RobotList]{
//			Resource: "robots",
//			…
//		})}
//	}
func (b kindClient) constructor() {
	k := b.kind
	core, args := b.core()
	fields := []jen.Code{
		field("Resource", jen.Lit(k.Resource)),
		field("REST", jen.Id("c.RESTClient").Call()),
		field("ParameterCodec", jen.Id("group.ParameterCodec").Call()),
	}
	if k.Namespaced {
		fields = append(fields, field("Namespace", jen.Id("namespace")), field("Namespaced", jen.True()))
	}
	fields = append(fields, field("New", b.newFunc(k.Decl)))
	if k.List != nil {
		fields = append(fields, field("NewList", b.newFunc(k.List)))
	}
	if k.Version.Group.API.Options.PrefersProtobuf {
		fields = append(fields, field("PrefersProtobuf", jen.True()))
	}
	options := jen.Qual(pkgTyped, "Options").Types(args[:2]...).Add(lines(fields...))
	client := jen.Qual(pkgTyped, "New"+core)
	if len(args) > 2 {
		client.Types(args...) // the compiler cannot tell the type of the apply configuration
	}
	b.file.Line()
	b.file.Func().Id(newName(k)).Params(append([]jen.Code{b.groupClient()}, namespaceParam(k)...)...).Op("*").Id(implName(k)).Block(
		jen.Return(jen.Op("&").Id(implName(k)).Values(client.Call(options))),
	)
}

// newFunc writes func() *fleetv1.Robot { return &fleetv1.Robot{} }.
func (b kindClient) newFunc(d *model.Decl) jen.Code {
	return jen.Func().Params().Add(pointer(b.file, d)).Add(inline(jen.Return(jen.Op("&").Add(name(b.file, d)).Values())))
}
