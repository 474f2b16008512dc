package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// fakeClientset prints fake/clientset_generated.go: fake clientsets on a tracker, and the real one on a server.
func fakeClientset(f *jen.File, c *plan.FakeClientset) {
	importAs(f, c.Clientset, c.ClientsetName)
	importAs(f, c.Scheme, "scheme")
	serverBacked(f, c)
	servedResources(f, c)
	fakeClientsetStruct(f, c)
	fakeConstructors(f, c)
	fakeAccessors(f, c)
	declare(f, comment("AddToScheme adds all types of the clientset to another scheme."),
		jen.Var().Id("AddToScheme").Op("=").Qual(c.Scheme, "AddToScheme"))
}

// serverBacked writes
//
//	type ServerBacked struct {
//		*versioned.Clientset
//		Server *apitest.Server
//	}
//
//	func NewServerBacked(t testing.TB, objects ...runtime.Object) *ServerBacked { … }
func serverBacked(f *jen.File, c *plan.FakeClientset) {
	clientset := func(name string) *jen.Statement { return jen.Qual(c.Clientset, name) }
	declare(f, comment("ServerBacked is the real clientset on an API server of its own."),
		jen.Type().Id("ServerBacked").Struct(
			jen.Op("*").Add(clientset("Clientset")),
			comment("Server answers. Its Config is for other clients of it."),
			jen.Id("Server").Op("*").Qual(plan.PkgAPITest, "Server"),
		))

	fields := []jen.Code{
		field("Scheme", jen.Qual(c.Scheme, "Scheme")),
		field("Resources", jen.Id("Resources").Call()),
		field("Objects", jen.Id("objects")),
	}
	if c.TypeConverter.Ident != "" {
		fields = append(fields, field("TypeConverter", newTypeConverter(f, c)))
	}
	server := jen.Qual(plan.PkgAPITest, "Start").Call(jen.Id("t"),
		jen.Qual(plan.PkgAPITest, "Options").Add(lines(append(fields, field("InMemory", jen.True()))...)))
	body := []jen.Code{
		jen.Id("t.Helper").Call(),
		jen.Id("server").Op(":=").Add(server),
		jen.List(jen.Id("client"), jen.Err()).Op(":=").Add(clientset("NewForConfig")).Call(jen.Id("server.Config").Call()),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Id("t.Fatalf").Call(jen.Lit("make the clientset: %v"), jen.Err())),
		jen.Return(jen.Op("&").Id("ServerBacked").Values(field("Clientset", jen.Id("client")), field("Server", jen.Id("server")))),
	}
	declare(f, comment("NewServerBacked returns a clientset on a server that holds the objects, needs no network and ends with the test. It behaves as a cluster does: versions rise, stale updates conflict, names are generated, selectors select, apply keeps managed fields."),
		jen.Func().Id("NewServerBacked").Params(jen.Id("t").Qual(plan.PkgTesting, "TB"), objectsParam()).Op("*").Id("ServerBacked").Block(body...))
}

func objectsParam() jen.Code { return jen.Id("objects").Op("...").Qual(plan.PkgRuntime, "Object") }

// servedResources writes
//
//	func Resources() []apitest.Resource {
//		return []apitest.Resource{
//			{GroupVersionKind: schema.GroupVersionKind{…}, Name: "robots", Status: true},
//		}
//	}
func servedResources(f *jen.File, c *plan.FakeClientset) {
	all := make([]jen.Code, len(c.Served))
	for i, k := range c.Served {
		all[i] = servedResource(k)
	}
	declare(f, comment("Resources are what a server serves: all kinds that are stored, with their names, scopes and subresources, which a scheme does not know. They are for the Options of a server that is started with [apitest.Start] or [apitest.New]."),
		jen.Func().Id("Resources").Params().Index().Qual(plan.PkgAPITest, "Resource").Block(
			jen.Return(jen.Index().Qual(plan.PkgAPITest, "Resource").Add(lines(all...))),
		))
}

func servedResource(k *model.Kind) jen.Code {
	fields := []jen.Code{field("GroupVersionKind", kindLiteral(k)), field("Name", jen.Lit(k.Resource))}
	if k.List != nil && k.List.Name != k.Decl.Name+"List" {
		fields = append(fields, field("ListKind", jen.Lit(k.List.Name)))
	}
	if !k.Namespaced {
		fields = append(fields, field("ClusterScoped", jen.True()))
	}
	if k.Status {
		fields = append(fields, field("Status", jen.True()))
	}
	if slices.ContainsFunc(k.Methods, func(m model.Method) bool { return m.Subresource == "scale" }) {
		fields = append(fields, field("Scale", jen.True()))
	}
	return jen.Values(fields...)
}

// fakeClientsetStruct writes
//
//	type Clientset struct {
//		clienttesting.Fake
//		discovery *fakediscovery.FakeDiscovery
//		tracker   clienttesting.ObjectTracker
//	}
func fakeClientsetStruct(f *jen.File, c *plan.FakeClientset) {
	declare(f, comment("Clientset implements the clientset's interface by a fake. Its zero value has no objects and no discovery, and answers with empty objects."),
		jen.Type().Id("Clientset").Struct(
			jen.Qual(plan.PkgFakes, "Fake"),
			jen.Id("discovery").Op("*").Qual(plan.PkgFakeDiscovery, "FakeDiscovery"),
			jen.Id("tracker").Qual(plan.PkgFakes, "ObjectTracker"),
		))
	f.Line()
	f.Var().Defs(
		jen.Id("_").Qual(c.Clientset, "Interface").Op("=").Op("&").Id("Clientset").Values(),
		jen.Id("_").Qual(plan.PkgFakes, "FakeClient").Op("=").Op("&").Id("Clientset").Values(),
	)
}

// fakeConstructors writes
//
//	func NewSimpleClientset(objects ...runtime.Object) *Clientset {
//		return newClientset(clienttesting.NewObjectTracker(scheme.Scheme, scheme.Codecs.UniversalDecoder()), objects)
//	}
//
//	func NewClientset(objects ...runtime.Object) *Clientset { … }
func fakeConstructors(f *jen.File, c *plan.FakeClientset) {
	scheme := func() *jen.Statement { return jen.Qual(c.Scheme, "Scheme") }
	decoder := jen.Qual(c.Scheme, "Codecs").Dot("UniversalDecoder").Call()
	converter := jen.Qual(plan.PkgMerge, "NewDeducedTypeConverter").Call()
	if c.TypeConverter.Ident != "" {
		converter = newTypeConverter(f, c)
	}
	constructor := func(name string, tracker *jen.Statement) *jen.Statement {
		return jen.Func().Id(name).Params(objectsParam()).Op("*").Id("Clientset").Block(
			jen.Return(jen.Id("newClientset").Call(tracker, jen.Id("objects"))),
		)
	}
	declare(f, comment("NewSimpleClientset returns a fake clientset that holds the objects and stores what it is told to, unchanged. For what a server does beyond that see [NewServerBacked]."),
		constructor("NewSimpleClientset", jen.Qual(plan.PkgFakes, "NewObjectTracker").Call(scheme(), decoder.Clone())))
	declare(f, comment("NewClientset is NewSimpleClientset with managed fields: Apply is server-side apply."),
		constructor("NewClientset", jen.Qual(plan.PkgFakes, "NewFieldManagedObjectTracker").Call(scheme(), decoder, converter)))

	// func newClientset(tracker clienttesting.ObjectTracker, objects []runtime.Object) *Clientset {
	// 	c := &Clientset{tracker: tracker}
	// 	c.discovery = &fakediscovery.FakeDiscovery{Fake: &c.Fake}
	// 	clienttesting.TrackObjects(&c.Fake, tracker, objects...)
	// 	return c
	// }
	fake := jen.Op("&").Id("c.Fake")
	f.Line()
	f.Func().Id("newClientset").Params(
		jen.Id("tracker").Qual(plan.PkgFakes, "ObjectTracker"), jen.Id("objects").Index().Qual(plan.PkgRuntime, "Object"),
	).Op("*").Id("Clientset").Block(append(nameResources(c),
		jen.Id("c").Op(":=").Op("&").Id("Clientset").Values(field("tracker", jen.Id("tracker"))),
		jen.Id("c.discovery").Op("=").Op("&").Qual(plan.PkgFakeDiscovery, "FakeDiscovery").Values(field("Fake", fake.Clone())),
		jen.Qual(plan.PkgFakes, "TrackObjects").Call(fake, jen.Id("tracker"), jen.Id("objects").Op("...")),
		jen.Return(jen.Id("c")),
	)...)
}

// nameResources writes, for each kind whose resource trackers would not find by themselves,
//
//	clienttesting.NameResource(tracker, schema.GroupVersionKind{…}, "gateways")
func nameResources(c *plan.FakeClientset) []jen.Code {
	named := make([]jen.Code, len(c.Named))
	for i, k := range c.Named {
		named[i] = jen.Qual(plan.PkgFakes, "NameResource").Call(jen.Id("tracker"), kindLiteral(k), jen.Lit(k.Resource))
	}
	return named
}

// newTypeConverter writes applyconfiguration.NewTypeConverter(scheme.Scheme).
func newTypeConverter(f *jen.File, c *plan.FakeClientset) *jen.Statement {
	return nameOf(f, c.TypeConverter).Call(jen.Qual(c.Scheme, "Scheme"))
}

// fakeAccessors writes
//
//	func (c *Clientset) FleetV1() fleetv1.FleetV1Interface {
//		return &fakefleetv1.FakeFleetV1{Fake: &c.Fake}
//	}
func fakeAccessors(f *jen.File, c *plan.FakeClientset) {
	receiver := jen.Id("c").Op("*").Id("Clientset")
	method := func(name string, result, value *jen.Statement, doc string, args ...any) {
		declare(f, comment(doc, args...),
			jen.Func().Params(receiver.Clone()).Id(name).Params().Add(result).Block(jen.Return(value)))
	}
	method("Discovery", jen.Qual(plan.PkgDiscovery, "DiscoveryInterfaces"), jen.Id("c.discovery"),
		"Discovery returns a discovery client that knows the Resources of the Fake.")
	method("Tracker", jen.Qual(plan.PkgFakes, "ObjectTracker"), jen.Id("c.tracker"), "Tracker returns the objects.")
	method("IsWatchListSemanticsUnSupported", jen.Bool(), jen.True(),
		"IsWatchListSemanticsUnSupported tells informers that the clientset cannot stream lists.")
	for _, v := range c.Versions {
		fake := v.Client + "/fake"
		importAs(f, v.Client, v.Alias)
		importAs(f, fake, "fake"+v.Alias)
		method(v.GroupGoName(), jen.Qual(v.Client, v.GroupGoName()+"Interface"),
			jen.Op("&").Qual(fake, fakeGroupName(v.Version)).Values(field("Fake", jen.Op("&").Id("c.Fake"))),
			"%s returns the fake client of %s.", v.GroupGoName(), v.GroupVersion())
	}
}
