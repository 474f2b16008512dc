package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/plan"
)

// clientset prints clientset.go: one client for every group-version.
func clientset(f *jen.File, c *plan.Clientset) {
	all := make([]clientsetMember, len(c.Versions))
	for i, v := range c.Versions {
		importAs(f, v.Client, v.Alias)
		all[i] = clientsetMember{v}
	}
	clientsetInterface(f, all)
	clientsetStruct(f, all)
	clientsetAccessors(f, all)
	clientsetConstructors(f, all)
}

// clientsetMember is the client of one group-version in the clientset.
type clientsetMember struct{ plan.ClientsetVersion }

// client writes fleetv1.FleetV1Client, iface fleetv1.FleetV1Interface.
func (m clientsetMember) client() *jen.Statement { return jen.Qual(m.Client, m.GroupGoName()+"Client") }

func (m clientsetMember) iface() *jen.Statement {
	return jen.Qual(m.Client, m.GroupGoName()+"Interface")
}

// clientsetInterface writes
//
//	type Interface interface {
//		Discovery() discovery.DiscoveryInterfaces
//		FleetV1() fleetv1.FleetV1Interface
//	}
func clientsetInterface(f *jen.File, all []clientsetMember) {
	methods := []jen.Code{jen.Id("Discovery").Params().Qual(plan.PkgDiscovery, "DiscoveryInterfaces")}
	for _, m := range all {
		methods = append(methods, jen.Id(m.GroupGoName()).Params().Add(m.iface()))
	}
	declare(f, comment("Interface is a client for every group-version, and for discovery."),
		jen.Type().Id("Interface").Interface(methods...))
}

func clientsetStruct(f *jen.File, all []clientsetMember) {
	fields := []jen.Code{jen.Op("*").Qual(plan.PkgDiscovery, "DiscoveryClient")}
	for _, m := range all {
		fields = append(fields, jen.Id(m.Field).Op("*").Add(m.client()))
	}
	declare(f, comment("Clientset implements [Interface]. Its clients share one HTTP client and one rate limiter."),
		jen.Type().Id("Clientset").Struct(fields...))
}

// clientsetAccessors writes
//
//	func (c *Clientset) FleetV1() fleetv1.FleetV1Interface {
//		return c.fleetV1
//	}
func clientsetAccessors(f *jen.File, all []clientsetMember) {
	receiver := jen.Id("c").Op("*").Id("Clientset")
	for _, m := range all {
		declare(f, comment("%s returns the client of %s.", m.GroupGoName(), m.GroupVersion()),
			jen.Func().Params(receiver.Clone()).Id(m.GroupGoName()).Params().Add(m.iface()).
				Block(jen.Return(jen.Id("c").Dot(m.Field))))
	}
	declare(f, comment("Discovery returns the discovery client."),
		jen.Func().Params(receiver).Id("Discovery").Params().Qual(plan.PkgDiscovery, "DiscoveryInterfaces").Block(
			jen.If(jen.Id("c").Op("==").Nil()).Block(jen.Return(jen.Nil())),
			jen.Return(jen.Id("c.DiscoveryClient")),
		))
}

func clientsetConstructors(f *jen.File, all []clientsetMember) {
	config := jen.Id("c").Op("*").Qual(plan.PkgREST, "Config")
	result := jen.Params(jen.Op("*").Id("Clientset"), jen.Error())

	// func NewForConfig(c *rest.Config) (*Clientset, error) { … }
	declare(f, comment("NewForConfig returns a clientset for the server and the credentials of c. The clients share an HTTP client that is made from c."),
		jen.Func().Id("NewForConfig").Params(config.Clone()).Add(result.Clone()).Block(
			jen.Id("config").Op(":=").Op("*").Id("c"),
			defaultUserAgent(),
			jen.List(jen.Id("httpClient"), jen.Err()).Op(":=").Qual(plan.PkgREST, "HTTPClientFor").Call(jen.Op("&").Id("config")),
			ifErr(),
			jen.Return(jen.Id("NewForConfigAndClient").Call(jen.Op("&").Id("config"), jen.Id("httpClient"))),
		))

	declare(f, comment("NewForConfigAndClient is NewForConfig on an HTTP client of the caller's, which wins over what c says about transport and timeout. Without a RateLimiter in c, the clients share one that is made of its QPS and Burst."),
		jen.Func().Id("NewForConfigAndClient").Params(config.Clone(), jen.Id("httpClient").Op("*").Qual(plan.PkgHTTP, "Client")).
			Add(result).Block(forConfigAndClient(all)...))

	declare(f, comment("NewForConfigOrDie is NewForConfig for programs that cannot go on without: it panics where that returns an error."),
		jen.Func().Id("NewForConfigOrDie").Params(config).Op("*").Id("Clientset").Block(orDie()...))

	// func New(c rest.Interface) *Clientset { … }
	fields := []jen.Code{field("DiscoveryClient", jen.Qual(plan.PkgDiscovery, "NewDiscoveryClient").Call(jen.Id("c")))}
	for _, m := range all {
		fields = append(fields, field(m.Field, jen.Qual(m.Client, "New").Call(jen.Id("c"))))
	}
	declare(f, comment("New returns a clientset that sends all its requests through c."),
		jen.Func().Id("New").Params(jen.Id("c").Qual(plan.PkgREST, "Interface")).Op("*").Id("Clientset").Block(
			jen.Return(jen.Op("&").Id("Clientset").Add(lines(fields...))),
		))
}

// forConfigAndClient writes, for each group-version,
//
//	if cs.fleetV1, err = fleetv1.NewForConfigAndClient(&config, httpClient); err != nil {
//		return nil, err
//	}
func forConfigAndClient(all []clientsetMember) []jen.Code {
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
		body = append(body, attempt(m.Field, jen.Qual(m.Client, "NewForConfigAndClient")))
	}
	body = append(body, attempt("DiscoveryClient", jen.Qual(plan.PkgDiscovery, "NewDiscoveryClientForConfigAndClient")))
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
			jen.Return(jen.Nil(), jen.Qual(plan.PkgErrors, "New").Call(jen.Lit("burst is required to be greater than 0 when RateLimiter is not set and QPS is set to greater than 0"))),
		),
		jen.Id("config.RateLimiter").Op("=").Qual(plan.PkgFlowControl, "NewTokenBucketRateLimiter").
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
		jen.Id("config.UserAgent").Op("=").Qual(plan.PkgREST, "DefaultKubernetesUserAgent").Call(),
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

// scheme prints scheme/register.go: a scheme with all types of the clientset.
func scheme(f *jen.File, c *plan.Scheme) {
	add := make([]jen.Code, len(c.Packages))
	for i, pkg := range c.Packages {
		importPackage(f, pkg)
		add[i] = jen.Qual(pkg.Path, "AddToScheme")
	}
	// var Scheme = runtime.NewScheme()
	declare(f, comment("Scheme knows all types of the clientset."),
		jen.Var().Id("Scheme").Op("=").Qual(plan.PkgRuntime, "NewScheme").Call())
	declare(f, comment("Codecs encode and decode the types of Scheme."),
		jen.Var().Id("Codecs").Op("=").Qual(plan.PkgSerializer, "NewCodecFactory").Call(jen.Id("Scheme")))
	declare(f, comment("ParameterCodec turns the options of requests into query parameters and back."),
		jen.Var().Id("ParameterCodec").Op("=").Qual(plan.PkgRuntime, "NewParameterCodec").Call(jen.Id("Scheme")))
	// var localSchemeBuilder = runtime.SchemeBuilder{
	// 	fleetv1.AddToScheme,
	// }
	declare(f, nil, jen.Var().Id("localSchemeBuilder").Op("=").Qual(plan.PkgRuntime, "SchemeBuilder").Add(lines(add...)))
	declare(f, comment("AddToScheme adds all types of the clientset to another scheme, so that one scheme can serve several clientsets:\n\n"+
		"\tutilruntime.Must(%s.AddToScheme(myscheme.Scheme))", "scheme"),
		jen.Var().Id("AddToScheme").Op("=").Id("localSchemeBuilder.AddToScheme"))
	// func init() {
	// 	metav1.AddToGroupVersion(Scheme, schema.GroupVersion{Version: "v1"})
	// 	utilruntime.Must(AddToScheme(Scheme))
	// }
	f.Line()
	f.Func().Id("init").Params().Block(
		jen.Qual(plan.PkgMeta, "AddToGroupVersion").Call(jen.Id("Scheme"), jen.Qual(plan.PkgSchema, "GroupVersion").Values(field("Version", jen.Lit("v1")))),
		jen.Qual(plan.PkgUtilRuntime, "Must").Call(jen.Id("AddToScheme").Call(jen.Id("Scheme"))),
	)
}
