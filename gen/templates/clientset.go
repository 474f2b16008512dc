package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// buildClientset builds clientset.go: one client for every group-version.
func buildClientset(f *jen.File, api *model.API) {
	var all []member
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			pkg := api.Layout.TypedClient(v)
			importAs(f, pkg, versionAlias(v))
			all = append(all, member{version: v, pkg: pkg, field: free(model.LowerFirst(v.GroupGoName()))})
		}
	}
	clientsetInterface(f, all)
	clientsetStruct(f, all)
	clientsetAccessors(f, all)
	clientsetConstructors(f, all)
}

// member is the client of one group-version in the clientset.
type member struct {
	version *model.Version
	// pkg is the import path of the typed client, field the name of the field that holds it.
	pkg, field string
}

// client writes fleetv1.FleetV1Client, iface fleetv1.FleetV1Interface.
func (m member) client() *jen.Statement { return jen.Qual(m.pkg, m.version.GroupGoName()+"Client") }

func (m member) iface() *jen.Statement { return jen.Qual(m.pkg, m.version.GroupGoName()+"Interface") }

// clientsetInterface writes
//
//	type Interface interface {
//		Discovery() discovery.DiscoveryInterfaces
//		FleetV1() fleetv1.FleetV1Interface
//	}
func clientsetInterface(f *jen.File, all []member) {
	methods := []jen.Code{jen.Id("Discovery").Params().Qual(pkgDiscovery, "DiscoveryInterfaces")}
	for _, m := range all {
		methods = append(methods, jen.Id(m.version.GroupGoName()).Params().Add(m.iface()))
	}
	declare(f, comment("Interface is a client for every group-version, and for discovery."),
		jen.Type().Id("Interface").Interface(methods...))
}

func clientsetStruct(f *jen.File, all []member) {
	fields := []jen.Code{jen.Op("*").Qual(pkgDiscovery, "DiscoveryClient")}
	for _, m := range all {
		fields = append(fields, jen.Id(m.field).Op("*").Add(m.client()))
	}
	declare(f, comment("Clientset implements [Interface]. Its clients share one HTTP client and one rate limiter."),
		jen.Type().Id("Clientset").Struct(fields...))
}

// clientsetAccessors writes
//
//	func (c *Clientset) FleetV1() fleetv1.FleetV1Interface {
//		return c.fleetV1
//	}
func clientsetAccessors(f *jen.File, all []member) {
	receiver := jen.Id("c").Op("*").Id("Clientset")
	for _, m := range all {
		declare(f, comment("%s returns the client of %s.", m.version.GroupGoName(), m.version.GroupVersion()),
			jen.Func().Params(receiver.Clone()).Id(m.version.GroupGoName()).Params().Add(m.iface()).
				Block(jen.Return(jen.Id("c").Dot(m.field))))
	}
	declare(f, comment("Discovery returns the discovery client."),
		jen.Func().Params(receiver).Id("Discovery").Params().Qual(pkgDiscovery, "DiscoveryInterfaces").Block(
			jen.If(jen.Id("c").Op("==").Nil()).Block(jen.Return(jen.Nil())),
			jen.Return(jen.Id("c.DiscoveryClient")),
		))
}

func clientsetConstructors(f *jen.File, all []member) {
	config := jen.Id("c").Op("*").Qual(pkgREST, "Config")
	result := jen.Params(jen.Op("*").Id("Clientset"), jen.Error())

	// func NewForConfig(c *rest.Config) (*Clientset, error) { … }
	declare(f, comment("NewForConfig returns a clientset for the server and the credentials of c. The clients share an HTTP client that is made from c."),
		jen.Func().Id("NewForConfig").Params(config.Clone()).Add(result.Clone()).Block(
			jen.Id("config").Op(":=").Op("*").Id("c"),
			defaultUserAgent(),
			jen.List(jen.Id("httpClient"), jen.Err()).Op(":=").Qual(pkgREST, "HTTPClientFor").Call(jen.Op("&").Id("config")),
			ifErr(),
			jen.Return(jen.Id("NewForConfigAndClient").Call(jen.Op("&").Id("config"), jen.Id("httpClient"))),
		))

	declare(f, comment("NewForConfigAndClient is NewForConfig on an HTTP client of the caller's, which wins over what c says about transport and timeout. Without a RateLimiter in c, the clients share one that is made of its QPS and Burst."),
		jen.Func().Id("NewForConfigAndClient").Params(config.Clone(), jen.Id("httpClient").Op("*").Qual(pkgHTTP, "Client")).
			Add(result).Block(forConfigAndClient(all)...))

	declare(f, comment("NewForConfigOrDie is NewForConfig for programs that cannot go on without: it panics where that returns an error."),
		jen.Func().Id("NewForConfigOrDie").Params(config).Op("*").Id("Clientset").Block(orDie()...))

	// func New(c rest.Interface) *Clientset { … }
	fields := []jen.Code{field("DiscoveryClient", jen.Qual(pkgDiscovery, "NewDiscoveryClient").Call(jen.Id("c")))}
	for _, m := range all {
		fields = append(fields, field(m.field, jen.Qual(m.pkg, "New").Call(jen.Id("c"))))
	}
	declare(f, comment("New returns a clientset that sends all its requests through c."),
		jen.Func().Id("New").Params(jen.Id("c").Qual(pkgREST, "Interface")).Op("*").Id("Clientset").Block(
			jen.Return(jen.Op("&").Id("Clientset").Add(lines(fields...))),
		))
}

// forConfigAndClient writes, for each group-version,
//
//	if cs.fleetV1, err = fleetv1.NewForConfigAndClient(&config, httpClient); err != nil {
//		return nil, err
//	}
func forConfigAndClient(all []member) []jen.Code {
	args := []jen.Code{jen.Op("&").Id("config"), jen.Id("httpClient")}
	attempt := func(field string, constructor *jen.Statement) jen.Code {
		return jen.If(
			jen.List(jen.Id("cs").Dot(field), jen.Err()).Op("=").Add(constructor.Call(args...)),
			jen.Err().Op("!=").Nil(),
		).Block(jen.Return(jen.Nil(), jen.Err()))
	}
	body := []jen.Code{jen.Id("config").Op(":=").Op("*").Id("c"), sharedRateLimiter(), jen.Line()}
	body = append(body, jen.Var().Id("cs").Id("Clientset"), jen.Var().Err().Error())
	for _, m := range all {
		body = append(body, attempt(m.field, jen.Qual(m.pkg, "NewForConfigAndClient")))
	}
	body = append(body, attempt("DiscoveryClient", jen.Qual(pkgDiscovery, "NewDiscoveryClientForConfigAndClient")))
	return append(body, jen.Return(jen.Op("&").Id("cs"), jen.Nil()))
}

// sharedRateLimiter writes
//
//	if config.RateLimiter == nil && config.QPS > 0 {
//		if config.Burst <= 0 {
//			return nil, errors.New("…")
//		}
//		config.RateLimiter = flowcontrol.NewTokenBucketRateLimiter(config.QPS, config.Burst)
//	}
func sharedRateLimiter() jen.Code {
	return jen.If(jen.Id("config.RateLimiter").Op("==").Nil().Op("&&").Id("config.QPS").Op(">").Lit(0)).Block(
		jen.If(jen.Id("config.Burst").Op("<=").Lit(0)).Block(
			jen.Return(jen.Nil(), jen.Qual(pkgErrors, "New").Call(jen.Lit("burst is required to be greater than 0 when RateLimiter is not set and QPS is set to greater than 0"))),
		),
		jen.Id("config.RateLimiter").Op("=").Qual(pkgFlowControl, "NewTokenBucketRateLimiter").
			Call(jen.Id("config.QPS"), jen.Id("config.Burst")),
	)
}

// defaultUserAgent writes
//
//	if config.UserAgent == "" {
//		config.UserAgent = rest.DefaultKubernetesUserAgent()
//	}
func defaultUserAgent() jen.Code {
	return jen.If(jen.Id("config.UserAgent").Op("==").Lit("")).Block(
		jen.Id("config.UserAgent").Op("=").Qual(pkgREST, "DefaultKubernetesUserAgent").Call(),
	)
}

// orDie writes
//
//	client, err := NewForConfig(c)
//	if err != nil {
//		panic(err)
//	}
//	return client
func orDie() []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("client"), jen.Err()).Op(":=").Id("NewForConfig").Call(jen.Id("c")),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Panic(jen.Err())),
		jen.Return(jen.Id("client")),
	}
}

// buildClientsetDoc builds the clientset's doc.go.
func buildClientsetDoc(f *jen.File, api *model.API) {
	packageDoc(f, "Package %s is a typed clientset: [NewForConfig] makes it from a *rest.Config, and it has one method for every group-version, which leads to the typed clients of its kinds.", api.Layout.ClientsetName)
}

// packageDoc puts a comment above the package clause.
func packageDoc(f *jen.File, format string, args ...any) {
	f.PackageComment(commentText(format, args...))
}
