package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// buildTypedClient builds <group>_client.go: the client of a group-version with the clients of all its kinds.
func buildTypedClient(f *jen.File, v *model.Version) {
	importAs(f, layoutOf(v).Scheme(), "scheme")
	minimumVersion(f)
	groupInterface(f, v)
	groupClient(f, v)
	for _, k := range v.Kinds {
		kindClient{file: f, kind: k}.build()
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

// groupClient writes the constructors and RESTClient.
func groupClient(f *jen.File, v *model.Version) {
	client := v.GroupGoName() + "Client"
	config := jen.Id("c").Op("*").Qual(pkgREST, "Config")
	result := jen.Params(jen.Op("*").Id(client), jen.Error())
	settle := []jen.Code{
		jen.Id("config").Op(":=").Op("*").Id("c"),
		jen.Id("setConfigDefaults").Call(jen.Op("&").Id("config")),
	}
	declare(f, comment("NewForConfig returns a client for the server and the credentials of c, with an HTTP client that is made from c."),
		jen.Func().Id("NewForConfig").Params(config.Clone()).Add(result.Clone()).Block(append(settle[:2:2],
			jen.List(jen.Id("httpClient"), jen.Err()).Op(":=").Qual(pkgREST, "HTTPClientFor").Call(jen.Op("&").Id("config")),
			ifErr(),
			jen.Return(jen.Id("NewForConfigAndClient").Call(jen.Op("&").Id("config"), jen.Id("httpClient"))),
		)...))
	declare(f, comment("NewForConfigAndClient is NewForConfig on an HTTP client of the caller's, which wins over what c says about transport and timeout."),
		jen.Func().Id("NewForConfigAndClient").Params(config.Clone(), jen.Id("h").Op("*").Qual(pkgHTTP, "Client")).Add(result).Block(append(settle[:2:2],
			jen.List(jen.Id("client"), jen.Err()).Op(":=").Qual(pkgREST, "RESTClientForConfigAndClient").Call(jen.Op("&").Id("config"), jen.Id("h")),
			ifErr(),
			jen.Return(jen.Op("&").Id(client).Values(jen.Id("client")), jen.Nil()),
		)...))
	declare(f, comment("NewForConfigOrDie is NewForConfig for programs that cannot go on without: it panics where that returns an error."),
		jen.Func().Id("NewForConfigOrDie").Params(config).Op("*").Id(client).Block(orDie()...))
	declare(f, comment("New returns a client that sends its requests through c."),
		jen.Func().Id("New").Params(jen.Id("c").Qual(pkgREST, "Interface")).Op("*").Id(client).Block(
			jen.Return(jen.Op("&").Id(client).Values(jen.Id("c"))),
		))
	configDefaults(f, v)
	declare(f, comment("RESTClient returns the client that sends the requests."),
		jen.Func().Params(jen.Id("c").Op("*").Id(client)).Id("RESTClient").Params().Qual(pkgREST, "Interface").Block(
			jen.If(jen.Id("c").Op("==").Nil()).Block(jen.Return(jen.Nil())),
			jen.Return(jen.Id("c.restClient")),
		))
}

// configDefaults writes
//
//	func setConfigDefaults(config *rest.Config) {
//		config.GroupVersion = &schema.GroupVersion{Group: "fleet.typewright.dev", Version: "v1"}
//		config.APIPath = "/apis"
//		config.NegotiatedSerializer = rest.CodecFactoryForGeneratedClient(scheme.Scheme, scheme.Codecs).WithoutConversion()
//		…
//	}
func configDefaults(f *jen.File, v *model.Version) {
	scheme := layoutOf(v).Scheme()
	apiPath := "/apis"
	if v.Group.Name == "" {
		apiPath = "/api"
	}
	declare(f, comment("setConfigDefaults points config at %s.", v.GroupVersion()),
		jen.Func().Id("setConfigDefaults").Params(jen.Id("config").Op("*").Qual(pkgREST, "Config")).Block(
			jen.Id("config.GroupVersion").Op("=").Op("&").Add(versionLiteral(v)),
			jen.Id("config.APIPath").Op("=").Lit(apiPath),
			jen.Id("config.NegotiatedSerializer").Op("=").Qual(pkgREST, "CodecFactoryForGeneratedClient").
				Call(jen.Qual(scheme, "Scheme"), jen.Qual(scheme, "Codecs")).Dot("WithoutConversion").Call(),
			defaultUserAgent(),
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
