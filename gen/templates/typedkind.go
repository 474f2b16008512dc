package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// clientPrinter prints the client of one kind.
type clientPrinter struct {
	file *jen.File
	plan.Client
}

func (p clientPrinter) print() {
	p.getter()
	p.verbs()
	p.implementation()
	p.constructor()
	for _, m := range p.Extra {
		p.method(p.Impl, plan.PkgTyped, m)
	}
}

// namespaceParam is the parameter of accessors of namespaced kinds. Those of cluster-scoped kinds have no parameter.
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
func (p clientPrinter) getter() {
	declare(p.file, comment("%sGetter leads to the client of %s.", p.Plural, p.Plural),
		jen.Type().Id(p.Plural+"Getter").Interface(
			jen.Id(p.Plural).Params(namespaceParam(p.Kind)...).Id(p.GoName+"Interface"),
		))
}

// verbs writes the interface with one method a verb, then those of the markers, then the expansion:
//
//	type RobotInterface interface {
//		// Create stores a new object, and returns it as the server has it.
//		Create(ctx context.Context, robot *fleetv1.Robot, opts metav1.CreateOptions) (*fleetv1.Robot, error)
//		…
//		RobotExpansion
//	}
func (p clientPrinter) verbs() {
	var methods []jen.Code
	for _, verb := range p.Offers {
		methods = append(methods, verbDoc(verb), p.verb(verb))
	}
	for _, m := range p.Extra {
		methods = append(methods, comment("%s", extraDoc(m)), jen.Id(m.Name).Add(p.signature(m)))
	}
	methods = append(methods, comment("%sExpansion has the methods that are written by hand.", p.GoName), jen.Id(p.GoName+"Expansion"))
	declare(p.file, comment("%sInterface works with %s.", p.GoName, p.Plural),
		jen.Type().Id(p.GoName+"Interface").Interface(methods...))
}

// verbDoc is the comment of a method of the interface.
func verbDoc(verb model.Verb) jen.Code {
	switch verb {
	case model.Create:
		return comment("Create stores a new object, and returns it as the server has it.")
	case model.Update:
		return comment("Update replaces an object. It fails with a conflict if that has changed since it was read.")
	case model.UpdateStatus:
		return comment("UpdateStatus is Update of the status alone.")
	case model.Delete:
		return comment("Delete deletes an object.")
	case model.DeleteCollection:
		return comment("DeleteCollection deletes the objects that listOpts selects.")
	case model.Get:
		return comment("Get returns an object.")
	case model.List:
		return comment("List returns the objects that opts selects.")
	case model.Watch:
		return comment("Watch follows the objects that opts selects; the caller stops it.")
	case model.Patch:
		return comment("Patch changes an object as data says, which is a patch of type pt.")
	case model.Apply:
		return comment("Apply sets the fields of the configuration for the field manager that opts names, and creates the object if need be.")
	case model.ApplyStatus:
		return comment("ApplyStatus is Apply to the status alone.")
	}
	return jen.Null()
}

// extraDoc is the comment of a method of +genclient:method.
func extraDoc(m plan.ClientMethod) string {
	if m.Subresource == "" {
		return m.Name + " sends the request " + string(m.Verb) + "."
	}
	return m.Name + " sends the request " + string(m.Verb) + " to the subresource " + m.Subresource + "."
}

// verb writes one method of the interface.
func (p clientPrinter) verb(verb model.Verb) jen.Code {
	object := jen.Id(p.Object).Add(pointer(p.file, p.Decl))
	result := func() *jen.Statement { return jen.Params(pointer(p.file, p.Decl), jen.Error()) }
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
		return jen.Id("DeleteCollection").Params(ctx(), opts("Delete"), jen.Id("listOpts").Qual(plan.PkgMeta, "ListOptions")).Error()
	case model.Get:
		return jen.Id("Get").Params(ctx(), jen.Id("name").String(), opts("Get")).Add(result())
	case model.List:
		return jen.Id("List").Params(ctx(), opts("List")).Params(pointer(p.file, p.List), jen.Error())
	case model.Watch:
		return jen.Id("Watch").Params(ctx(), opts("List")).Params(jen.Qual(plan.PkgWatch, "Interface"), jen.Error())
	case model.Patch:
		return jen.Id("Patch").Params(
			ctx(), jen.Id("name").String(), jen.Id("pt").Qual(plan.PkgTypes, "PatchType"), jen.Id("data").Index().Byte(),
			opts("Patch"), jen.Id("subresources").Op("...").String(),
		).Add(result())
	case model.Apply, model.ApplyStatus:
		config := jen.Id(p.Object).Add(pointer(p.file, p.Config))
		return jen.Id(model.UpperFirst(string(verb))).Params(ctx(), config, opts("Apply")).Add(result())
	}
	return nil
}

func ctx() jen.Code { return jen.Id("ctx").Qual(plan.PkgContext, "Context") }

func opts(verb string) jen.Code { return jen.Id("opts").Qual(plan.PkgMeta, verb+"Options") }

// core writes the type arguments and the name of the generic client that implements the verbs.
func (p clientPrinter) core() (name string, args []jen.Code) {
	list := jen.Qual(plan.PkgTyped, "NoList")
	if p.List != nil {
		list = pointer(p.file, p.List)
	}
	args = []jen.Code{pointer(p.file, p.Decl), list}
	if p.Config == nil {
		return "Client", args
	}
	return "ApplyClient", append(args, pointer(p.file, p.Config))
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
func (p clientPrinter) implementation() {
	core, args := p.core()
	declare(p.file, comment("%s implements [%sInterface].", p.Impl, p.GoName),
		jen.Type().Id(p.Impl).Struct(jen.Op("*").Qual(plan.PkgTyped, core).Types(args...)))

	doc := comment("%s returns the client of %s, which belong to the whole cluster.", p.Plural, p.Plural)
	call := []jen.Code{jen.Id("c")}
	if p.Namespaced {
		doc = comment("%s returns the client of %s in a namespace; an empty one means all namespaces, for List and Watch.", p.Plural, p.Plural)
		call = append(call, jen.Id("namespace"))
	}
	declare(p.file, doc,
		jen.Func().Params(p.groupClient()).Id(p.Plural).Params(namespaceParam(p.Kind)...).Id(p.GoName+"Interface").Block(
			jen.Return(jen.Id(p.New).Call(call...)),
		))
}

func (p clientPrinter) groupClient() jen.Code {
	return jen.Id("c").Op("*").Id(p.Version.GroupGoName() + "Client")
}

// constructor writes
//
//	func newRobots(c *FleetV1Client, namespace string) *robots {
//		return &robots{typed.NewApplyClient[…](typed.Options[*fleetv1.Robot, *fleetv1.RobotList]{
//			Resource: "robots",
//			…
//		})}
//	}
func (p clientPrinter) constructor() {
	core, args := p.core()
	fields := []jen.Code{
		field("Resource", jen.Lit(p.Resource)),
		field("REST", jen.Id("c.RESTClient").Call()),
		field("ParameterCodec", jen.Id("group.ParameterCodec").Call()),
	}
	if p.Namespaced {
		fields = append(fields, field("Namespace", jen.Id("namespace")), field("Namespaced", jen.True()))
	}
	fields = append(fields, field("New", p.newFunc(p.Decl)))
	if p.List != nil {
		fields = append(fields, field("NewList", p.newFunc(p.List)))
	}
	if p.PrefersProtobuf {
		fields = append(fields, field("PrefersProtobuf", jen.True()))
	}
	options := jen.Qual(plan.PkgTyped, "Options").Types(args[:2]...).Add(lines(fields...))
	client := jen.Qual(plan.PkgTyped, "New"+core)
	if len(args) > 2 {
		client.Types(args...) // the compiler cannot tell the type of the apply configuration
	}
	p.file.Line()
	p.file.Func().Id(p.New).Params(append([]jen.Code{p.groupClient()}, namespaceParam(p.Kind)...)...).Op("*").Id(p.Impl).Block(
		jen.Return(jen.Op("&").Id(p.Impl).Values(client.Call(options))),
	)
}

// newFunc writes func() *fleetv1.Robot { return &fleetv1.Robot{} }.
func (p clientPrinter) newFunc(d *model.Decl) jen.Code {
	return jen.Func().Params().Add(pointer(p.file, d)).Add(inline(jen.Return(jen.Op("&").Add(name(p.file, d)).Values())))
}

// signature writes what follows the name of an extra method. One with a subresource takes the name of the object; one without
// has the parameters of its verb.
func (p clientPrinter) signature(m plan.ClientMethod) *jen.Statement {
	params := []jen.Code{ctx()}
	if m.Subresource != "" {
		params = append(params, jen.Id(m.Owner).String())
	}
	result := jen.Op("*").Add(name(p.file, m.Result))
	switch m.Verb {
	case model.Create, model.Update, model.Apply:
		params = append(params, jen.Id(m.Param).Add(pointer(p.file, m.Input)))
	case model.Get:
		if m.Subresource == "" {
			params = append(params, jen.Id("name").String())
		}
		return jen.Params(append(params, jen.Id("options").Qual(plan.PkgMeta, "GetOptions"))...).Params(result, jen.Error())
	case model.Patch:
		params = []jen.Code{
			ctx(), jen.Id("name").String(), jen.Id("pt").Qual(plan.PkgTypes, "PatchType"), jen.Id("data").Index().Byte(),
			opts("Patch"), jen.Id("subresources").Op("...").String(),
		}
		return jen.Params(params...).Params(result, jen.Error())
	}
	return jen.Params(append(params, opts(model.UpperFirst(string(m.Verb))))...).Params(result, jen.Error())
}

// method writes
//
//	func (c *robots) GetScale(ctx context.Context, robotName string, options metav1.GetOptions) (*autoscalingv1.Scale, error) {
//		return typed.SubresourceGet[autoscalingv1.Scale](ctx, c.At(robotName, "scale"), options)
//	}
//
// core is the package with the function that is called.
func (p clientPrinter) method(receiver, core string, m plan.ClientMethod) {
	args := []jen.Code{jen.Id("ctx"), p.target(m)}
	switch m.Verb {
	case model.Create, model.Update, model.Apply:
		args = append(args, jen.Id(m.Param), jen.Id("opts"))
	case model.Patch:
		args = append(args, jen.Id("pt"), jen.Id("data"), jen.Id("opts"))
	case model.Get:
		args = append(args, jen.Id("options"))
	default:
		args = append(args, jen.Id("opts"))
	}
	where := "the object"
	if m.Subresource != "" {
		where = "the subresource " + m.Subresource
	}
	declare(p.file, comment("%s has the verb %s on %s of %s.", m.Name, m.Verb, where, a(p.GoName)),
		jen.Func().Params(jen.Id("c").Op("*").Id(receiver)).Id(m.Name).Add(p.signature(m)).Block(
			jen.Return(jen.Qual(core, "Subresource"+model.UpperFirst(string(m.Verb))).Types(name(p.file, m.Result)).Call(args...)),
		))
}

// target writes c.At(robotName, "scale").
func (p clientPrinter) target(m plan.ClientMethod) jen.Code {
	at := jen.Id("c.At")
	switch {
	case m.Verb == model.Patch:
		return at.Call(jen.Id("name"), jen.Id("subresources").Op("..."))
	case m.Subresource != "":
		return at.Call(jen.Id(m.Owner), jen.Lit(m.Subresource))
	case m.Verb == model.Get:
		return at.Call(jen.Id("name"))
	case m.Verb == model.Update:
		return at.Call(jen.Id(m.ObjectName))
	}
	return at.Call(jen.Lit(""))
}
