package templates

import (
	"path"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// buildFakeClientset builds fake/clientset_generated.go: fake clientsets on a tracker, and the real one on a server.
func buildFakeClientset(f *jen.File, api *model.API) {
	importAs(f, api.Layout.Clientset, api.Layout.ClientsetName)
	importAs(f, api.Layout.Scheme(), "scheme")
	serverBacked(f, api)
	servedResources(f, api)
	fakeClientsetStruct(f, api)
	fakeConstructors(f, api)
	fakeAccessors(f, api)
	declare(f, comment("AddToScheme adds all types of the clientset to another scheme."),
		jen.Var().Id("AddToScheme").Op("=").Qual(api.Layout.Scheme(), "AddToScheme"))
}

// serverBacked writes
//
//	type ServerBacked struct {
//		*versioned.Clientset
//		Server *apitest.Server
//	}
//
//	func NewServerBacked(t testing.TB, objects ...runtime.Object) *ServerBacked { … }
func serverBacked(f *jen.File, api *model.API) {
	clientset := func(name string) *jen.Statement { return jen.Qual(api.Layout.Clientset, name) }
	declare(f, comment("ServerBacked is the real clientset on an API server of its own."),
		jen.Type().Id("ServerBacked").Struct(
			jen.Op("*").Add(clientset("Clientset")),
			comment("Server answers. Its Config is for other clients of it."),
			jen.Id("Server").Op("*").Qual(pkgAPITest, "Server"),
		))

	fields := []jen.Code{
		field("Scheme", jen.Qual(api.Layout.Scheme(), "Scheme")),
		field("Resources", jen.Id("Resources").Call()),
		field("Objects", jen.Id("objects")),
	}
	if hasConfigs(api) {
		fields = append(fields, field("TypeConverter", newTypeConverter(f, api)))
	}
	server := jen.Qual(pkgAPITest, "Start").Call(jen.Id("t"),
		jen.Qual(pkgAPITest, "Options").Add(lines(append(fields, field("InMemory", jen.True()))...)))
	body := []jen.Code{
		jen.Id("t.Helper").Call(),
		jen.Id("server").Op(":=").Add(server),
		jen.List(jen.Id("client"), jen.Err()).Op(":=").Add(clientset("NewForConfig")).Call(jen.Id("server.Config").Call()),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Id("t.Fatalf").Call(jen.Lit("make the clientset: %v"), jen.Err())),
		jen.Return(jen.Op("&").Id("ServerBacked").Values(field("Clientset", jen.Id("client")), field("Server", jen.Id("server")))),
	}
	declare(f, comment("NewServerBacked returns a clientset on a server that holds the objects, needs no network and ends with the test. It behaves as a cluster does: versions rise, stale updates conflict, names are generated, selectors select, apply keeps managed fields."),
		jen.Func().Id("NewServerBacked").Params(jen.Id("t").Qual(pkgTesting, "TB"), objectsParam()).Op("*").Id("ServerBacked").Block(body...))
}

func objectsParam() jen.Code { return jen.Id("objects").Op("...").Qual(pkgRuntime, "Object") }

// servedResources writes
//
//	func Resources() []apitest.Resource {
//		return []apitest.Resource{
//			{GroupVersionKind: schema.GroupVersionKind{…}, Name: "robots", Status: true},
//		}
//	}
func servedResources(f *jen.File, api *model.API) {
	var all []jen.Code
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			for _, k := range v.Kinds {
				if isStored(k) {
					all = append(all, servedResource(k))
				}
			}
		}
	}
	declare(f, comment("Resources are what a server serves: all kinds that are stored, with their names, scopes and subresources, which a scheme does not know. They are for the Options of a server that is started with [apitest.Start] or [apitest.New]."),
		jen.Func().Id("Resources").Params().Index().Qual(pkgAPITest, "Resource").Block(
			jen.Return(jen.Index().Qual(pkgAPITest, "Resource").Add(lines(all...))),
		))
}

// isStored reports whether a server keeps objects of a kind: those of a kind that can only be created, such as a review, are
// answered and forgotten.
func isStored(k *model.Kind) bool {
	return slices.ContainsFunc(k.Verbs, func(v model.Verb) bool { return v != model.Create })
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
func fakeClientsetStruct(f *jen.File, api *model.API) {
	declare(f, comment("Clientset implements the clientset's interface by a fake. Its zero value has no objects and no discovery, and answers with empty objects."),
		jen.Type().Id("Clientset").Struct(
			jen.Qual(pkgFakes, "Fake"),
			jen.Id("discovery").Op("*").Qual(pkgFakeDiscovery, "FakeDiscovery"),
			jen.Id("tracker").Qual(pkgFakes, "ObjectTracker"),
		))
	f.Line()
	f.Var().Defs(
		jen.Id("_").Qual(api.Layout.Clientset, "Interface").Op("=").Op("&").Id("Clientset").Values(),
		jen.Id("_").Qual(pkgFakes, "FakeClient").Op("=").Op("&").Id("Clientset").Values(),
	)
}

// fakeConstructors writes
//
//	func NewSimpleClientset(objects ...runtime.Object) *Clientset {
//		return newClientset(clienttesting.NewObjectTracker(scheme.Scheme, scheme.Codecs.UniversalDecoder()), objects)
//	}
//
//	func NewClientset(objects ...runtime.Object) *Clientset { … }
func fakeConstructors(f *jen.File, api *model.API) {
	scheme := func() *jen.Statement { return jen.Qual(api.Layout.Scheme(), "Scheme") }
	decoder := jen.Qual(api.Layout.Scheme(), "Codecs").Dot("UniversalDecoder").Call()
	converter := jen.Qual(pkgMerge, "NewDeducedTypeConverter").Call()
	if hasConfigs(api) {
		converter = newTypeConverter(f, api)
	}
	constructor := func(name string, tracker *jen.Statement) *jen.Statement {
		return jen.Func().Id(name).Params(objectsParam()).Op("*").Id("Clientset").Block(
			jen.Return(jen.Id("newClientset").Call(tracker, jen.Id("objects"))),
		)
	}
	declare(f, comment("NewSimpleClientset returns a fake clientset that holds the objects and stores what it is told to, unchanged. For what a server does beyond that see [NewServerBacked]."),
		constructor("NewSimpleClientset", jen.Qual(pkgFakes, "NewObjectTracker").Call(scheme(), decoder.Clone())))
	declare(f, comment("NewClientset is NewSimpleClientset with managed fields: Apply is server-side apply."),
		constructor("NewClientset", jen.Qual(pkgFakes, "NewFieldManagedObjectTracker").Call(scheme(), decoder, converter)))

	// func newClientset(tracker clienttesting.ObjectTracker, objects []runtime.Object) *Clientset {
	// 	c := &Clientset{tracker: tracker}
	// 	c.discovery = &fakediscovery.FakeDiscovery{Fake: &c.Fake}
	// 	clienttesting.TrackObjects(&c.Fake, tracker, objects...)
	// 	return c
	// }
	fake := jen.Op("&").Id("c.Fake")
	f.Line()
	f.Func().Id("newClientset").Params(
		jen.Id("tracker").Qual(pkgFakes, "ObjectTracker"), jen.Id("objects").Index().Qual(pkgRuntime, "Object"),
	).Op("*").Id("Clientset").Block(append(nameResources(api),
		jen.Id("c").Op(":=").Op("&").Id("Clientset").Values(field("tracker", jen.Id("tracker"))),
		jen.Id("c.discovery").Op("=").Op("&").Qual(pkgFakeDiscovery, "FakeDiscovery").Values(field("Fake", fake.Clone())),
		jen.Qual(pkgFakes, "TrackObjects").Call(fake, jen.Id("tracker"), jen.Id("objects").Op("...")),
		jen.Return(jen.Id("c")),
	)...)
}

// nameResources writes, for each kind whose resource trackers would not find by themselves,
//
//	clienttesting.NameResource(tracker, schema.GroupVersionKind{…}, "gateways")
func nameResources(api *model.API) []jen.Code {
	var named []jen.Code
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			for _, k := range v.Kinds {
				if guessedResource(k.Decl.Name) != k.Resource {
					named = append(named, jen.Qual(pkgFakes, "NameResource").Call(jen.Id("tracker"), kindLiteral(k), jen.Lit(k.Resource)))
				}
			}
		}
	}
	return named
}

// guessedResource is what trackers take for the resource of a kind when nobody has named it: the guess of apimachinery's
// meta.UnsafeGuessKindToResource, a package that the generators do without.
func guessedResource(kind string) string {
	name := strings.ToLower(kind)
	stem, isY := strings.CutSuffix(name, "y")
	switch {
	case strings.HasSuffix(name, "endpoints"):
		return name
	case strings.HasSuffix(name, "s"):
		return name + "es"
	case isY:
		return stem + "ies"
	}
	return name + "s"
}

// newTypeConverter writes applyconfiguration.NewTypeConverter(scheme.Scheme).
func newTypeConverter(f *jen.File, api *model.API) *jen.Statement {
	importAs(f, api.Layout.Apply, path.Base(api.Layout.Apply))
	return jen.Qual(api.Layout.Apply, "NewTypeConverter").Call(jen.Qual(api.Layout.Scheme(), "Scheme"))
}

// fakeAccessors writes
//
//	func (c *Clientset) FleetV1() fleetv1.FleetV1Interface {
//		return &fakefleetv1.FakeFleetV1{Fake: &c.Fake}
//	}
func fakeAccessors(f *jen.File, api *model.API) {
	receiver := jen.Id("c").Op("*").Id("Clientset")
	method := func(name string, result, value *jen.Statement, doc string, args ...any) {
		declare(f, comment(doc, args...),
			jen.Func().Params(receiver.Clone()).Id(name).Params().Add(result).Block(jen.Return(value)))
	}
	method("Discovery", jen.Qual(pkgDiscovery, "DiscoveryInterfaces"), jen.Id("c.discovery"),
		"Discovery returns a discovery client that knows the Resources of the Fake.")
	method("Tracker", jen.Qual(pkgFakes, "ObjectTracker"), jen.Id("c.tracker"), "Tracker returns the objects.")
	method("IsWatchListSemanticsUnSupported", jen.Bool(), jen.True(),
		"IsWatchListSemanticsUnSupported tells informers that the clientset cannot stream lists.")
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			pkg := api.Layout.TypedClient(v)
			fakePkg := pkg + "/fake"
			importAs(f, pkg, versionAlias(v))
			importAs(f, fakePkg, "fake"+versionAlias(v))
			method(v.GroupGoName(), jen.Qual(pkg, v.GroupGoName()+"Interface"),
				jen.Op("&").Qual(fakePkg, fakeGroupName(v)).Values(field("Fake", jen.Op("&").Id("c.Fake"))),
				"%s returns the fake client of %s.", v.GroupGoName(), v.GroupVersion())
		}
	}
}

// buildFakeClientsetDoc builds the doc.go of the fake clientset.
func buildFakeClientsetDoc(f *jen.File, _ *model.API) {
	packageDoc(f, "Package fake holds clientsets for tests. [NewServerBacked] is the real clientset on an API server in the test's process. [NewSimpleClientset] and [NewClientset] are fakes that store what they are told, record actions and let reactors answer; %s describes these.", pkgFakes)
}
