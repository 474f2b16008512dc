package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// typedClient prints <group>_client.go: the client of a group-version with the clients of all its kinds.
func typedClient(f *jen.File, c *plan.TypedClient) {
	minimumVersion(f)
	groupVariable(f, c)
	groupInterface(f, c.Version)
	groupClient(f, c.Version)
	for _, client := range c.Clients {
		clientPrinter{f, client}.print()
	}
}

// groupInterface writes
//
//	type FleetV1Interface interface {
//		RESTClient() rest.Interface
//		RobotsGetter
//	}
//
//	type FleetV1Client struct {
//		restClient rest.Interface
//	}
func groupInterface(f *jen.File, v *model.Version) {
	methods := []jen.Code{jen.Id("RESTClient").Params().Qual(plan.PkgREST, "Interface")}
	for _, k := range v.Kinds {
		methods = append(methods, jen.Id(k.Plural+"Getter"))
	}
	iface, client := v.GroupGoName()+"Interface", v.GroupGoName()+"Client"
	declare(f, comment("%s has the clients of all kinds of %s.", iface, v.GroupVersion()),
		jen.Type().Id(iface).Interface(methods...))
	declare(f, comment("%s implements [%s].", client, iface),
		jen.Type().Id(client).Struct(jen.Id("restClient").Qual(plan.PkgREST, "Interface")))
}

// groupVariable writes
//
//	var group = typed.NewGroup(schema.GroupVersion{Group: "fleet.typewright.dev", Version: "v1"}, fleetv1.AddToScheme).
//		WithDecoders(codecfleetv1.Table).
//		WithEncoders(codecfleetv1.Encoders)
func groupVariable(f *jen.File, c *plan.TypedClient) {
	args := []jen.Code{versionLiteral(c.Version)}
	for _, pkg := range c.Schemes {
		importAs(f, pkg.Path, plan.Alias(pkg))
		args = append(args, jen.Qual(pkg.Path, "AddToScheme"))
	}
	group := jen.Var().Id("group").Op("=").Qual(plan.PkgTyped, "NewGroup").Call(args...)
	if c.Decoders.Ident != "" {
		group.Op(".").Line().Id("WithDecoders").Call(nameOf(f, c.Decoders))
	}
	if c.Encoders.Ident != "" {
		group.Op(".").Line().Id("WithEncoders").Call(nameOf(f, c.Encoders))
	}
	declare(f, comment("group says where requests go and how bodies and options are written. It knows the types of %s, and of its subresources, and no others.", c.GroupVersion()), group)
}

// groupClient writes the constructors and RESTClient.
func groupClient(f *jen.File, v *model.Version) {
	client := v.GroupGoName() + "Client"
	config := jen.Id("c").Op("*").Qual(plan.PkgREST, "Config")
	result := jen.Params(jen.Op("*").Id(client), jen.Error())

	// func NewForConfig(c *rest.Config) (*FleetV1Client, error) {
	// 	client, err := group.RESTClientFor(c)
	// 	if err != nil {
	// 		return nil, err
	// 	}
	// 	return &FleetV1Client{client}, nil
	// }
	from := func(constructor string, args ...jen.Code) []jen.Code {
		return []jen.Code{
			jen.List(jen.Id("client"), jen.Err()).Op(":=").Id("group." + constructor).Call(args...),
			ifErr(),
			jen.Return(jen.Op("&").Id(client).Values(jen.Id("client")), jen.Nil()),
		}
	}
	declare(f, comment("NewForConfig returns a client for the server and the credentials of c, with an HTTP client that is made from c."),
		jen.Func().Id("NewForConfig").Params(config.Clone()).Add(result.Clone()).Block(from("RESTClientFor", jen.Id("c"))...))
	declare(f, comment("NewForConfigAndClient is NewForConfig on an HTTP client of the caller's, which wins over what c says about transport and timeout."),
		jen.Func().Id("NewForConfigAndClient").Params(config.Clone(), jen.Id("h").Op("*").Qual(plan.PkgHTTP, "Client")).Add(result).
			Block(from("RESTClientForConfigAndClient", jen.Id("c"), jen.Id("h"))...))
	declare(f, comment("NewForConfigOrDie is NewForConfig for programs that cannot go on without: it panics where that returns an error."),
		jen.Func().Id("NewForConfigOrDie").Params(config).Op("*").Id(client).Block(orDie()...))
	declare(f, comment("New returns a client that sends its requests through c."),
		jen.Func().Id("New").Params(jen.Id("c").Qual(plan.PkgREST, "Interface")).Op("*").Id(client).Block(
			jen.Return(jen.Op("&").Id(client).Values(jen.Id("c"))),
		))
	declare(f, comment("RESTClient returns the client that sends the requests."),
		jen.Func().Params(jen.Id("c").Op("*").Id(client)).Id("RESTClient").Params().Qual(plan.PkgREST, "Interface").Block(
			jen.If(jen.Id("c").Op("==").Nil()).Block(jen.Return(jen.Nil())),
			jen.Return(jen.Id("c.restClient")),
		))
}

// clientExpansions prints generated_expansion.go:
//
//	type RobotExpansion interface{}
func clientExpansions(f *jen.File, c *plan.ClientExpansions) {
	for _, k := range c.Kinds {
		declare(f, comment("%sExpansion is where methods of [%sInterface] go that are written by hand: declare it in %s.", k.GoName, k.GoName, k.ExpansionFile()),
			jen.Type().Id(k.GoName+"Expansion").Interface())
	}
}
