package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// buildTypedClient builds <group>_client.go: the client of a group-version with the clients of all its kinds.
func (p *applyPlans) buildTypedClient(f *jen.File, v *model.Version) {
	minimumVersion(f)
	groupVariable(f, v)
	groupInterface(f, v)
	groupClient(f, v)
	for _, k := range v.Kinds {
		kindClient{file: f, kind: k, apply: p.of(v.Group.API)}.build()
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
	methods := []jen.Code{jen.Id("RESTClient").Params().Qual(pkgREST, "Interface")}
	for _, k := range v.Kinds {
		methods = append(methods, jen.Id(k.Plural+"Getter"))
	}
	iface, client := v.GroupGoName()+"Interface", v.GroupGoName()+"Client"
	declare(f, comment("%s has the clients of all kinds of %s.", iface, v.GroupVersion()),
		jen.Type().Id(iface).Interface(methods...))
	declare(f, comment("%s implements [%s].", client, iface),
		jen.Type().Id(client).Struct(jen.Id("restClient").Qual(pkgREST, "Interface")))
}

// groupVariable writes
//
//	var group = typed.NewGroup(schema.GroupVersion{Group: "fleet.typewright.dev", Version: "v1"}, fleetv1.AddToScheme).
//		WithDecoders(codecfleetv1.Table)
func groupVariable(f *jen.File, v *model.Version) {
	args := []jen.Code{versionLiteral(v)}
	for _, pkg := range exchanged(v) {
		importAs(f, pkg.Path, aliasOf(pkg))
		args = append(args, jen.Qual(pkg.Path, "AddToScheme"))
	}
	declare(f, comment("group says where requests go and how bodies and options are written. It knows the types of %s, and of its subresources, and no others.", v.GroupVersion()),
		jen.Var().Id("group").Op("=").Qual(pkgTyped, "NewGroup").Call(args...).Add(withDecoders(f, v)))
}

// withDecoders writes .WithDecoders(codecfleetv1.Table) where there are codecs.
func withDecoders(f *jen.File, v *model.Version) jen.Code {
	layout := layoutOf(v)
	if layout.Codec == "" {
		return jen.Null()
	}
	pkg := layout.CodecPackage(v)
	importAs(f, pkg, codecAlias(pkg, v.Package))
	return jen.Op(".").Line().Id("WithDecoders").Call(jen.Qual(pkg, "Table"))
}

// exchanged are the packages whose types a version's clients send and receive: its own first, then those that extra
// methods name.
func exchanged(v *model.Version) []*model.Package {
	pkgs := []*model.Package{v.Package}
	add := func(t *model.Type) {
		if t == nil || slices.Contains(pkgs, t.Decl.Package) {
			return
		}
		if p := t.Decl.Package; p.Idents["AddToScheme"] || wantsRegister(p) {
			pkgs = append(pkgs, p)
		}
	}
	for _, k := range v.Kinds {
		for _, m := range k.Methods {
			add(m.Input)
			add(m.Result)
		}
	}
	return pkgs
}

// groupClient writes the constructors and RESTClient.
func groupClient(f *jen.File, v *model.Version) {
	client := v.GroupGoName() + "Client"
	config := jen.Id("c").Op("*").Qual(pkgREST, "Config")
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
		jen.Func().Id("NewForConfigAndClient").Params(config.Clone(), jen.Id("h").Op("*").Qual(pkgHTTP, "Client")).Add(result).
			Block(from("RESTClientForConfigAndClient", jen.Id("c"), jen.Id("h"))...))
	declare(f, comment("NewForConfigOrDie is NewForConfig for programs that cannot go on without: it panics where that returns an error."),
		jen.Func().Id("NewForConfigOrDie").Params(config).Op("*").Id(client).Block(orDie()...))
	declare(f, comment("New returns a client that sends its requests through c."),
		jen.Func().Id("New").Params(jen.Id("c").Qual(pkgREST, "Interface")).Op("*").Id(client).Block(
			jen.Return(jen.Op("&").Id(client).Values(jen.Id("c"))),
		))
	declare(f, comment("RESTClient returns the client that sends the requests."),
		jen.Func().Params(jen.Id("c").Op("*").Id(client)).Id("RESTClient").Params().Qual(pkgREST, "Interface").Block(
			jen.If(jen.Id("c").Op("==").Nil()).Block(jen.Return(jen.Nil())),
			jen.Return(jen.Id("c.restClient")),
		))
}

// buildTypedDoc builds the doc.go of a group-version's typed clients.
func buildTypedDoc(f *jen.File, v *model.Version) {
	packageDoc(f, "Package %s has the typed clients of %s.", v.Name, v.GroupVersion())
}

// lacksClientExpansion tells versions for some of whose kinds nobody has written an expansion by hand.
func lacksClientExpansion(v *model.Version) bool {
	return len(kinds(v, func(k *model.Kind) bool { return !k.Expansions.Client })) > 0
}

// buildClientExpansions builds generated_expansion.go:
//
//	type RobotExpansion interface{}
func buildClientExpansions(f *jen.File, v *model.Version) {
	for _, k := range v.Kinds {
		if k.Expansions.Client {
			continue
		}
		declare(f, comment("%sExpansion is where methods of [%sInterface] go that are written by hand: declare it in %s.", k.GoName, k.GoName, expansionFile(k)),
			jen.Type().Id(k.GoName+"Expansion").Interface())
	}
}

// expansionFile is the name of the file in which a kind's handwritten expansion is looked for.
func expansionFile(k *model.Kind) string { return lowerAll(k.GoName) + "_expansion.go" }
