package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// buildFakeClient builds fake/fake_<group>_client.go: the fake client of a group-version with those of all its kinds.
func (p *applyPlans) buildFakeClient(f *jen.File, v *model.Version) {
	minimumVersion(f)
	importAs(f, layoutOf(v).TypedClient(v), typedAlias(v))
	fakeGroup(f, v)
	for _, k := range v.Kinds {
		fakeKind{kindClient{file: f, kind: k, apply: p.of(v.Group.API)}}.build()
	}
}

func typedAlias(v *model.Version) string { return "typed" + versionAlias(v) }

// fakeGroup writes
//
//	type FakeFleetV1 struct {
//		*clienttesting.Fake
//	}
//
//	func (c *FakeFleetV1) RESTClient() rest.Interface {
//		var none *rest.RESTClient
//		return none
//	}
func fakeGroup(f *jen.File, v *model.Version) {
	name := fakeGroupName(v)
	declare(f, comment("%s has fake clients of all kinds of %s.", name, v.GroupVersion()),
		jen.Type().Id(name).Struct(jen.Op("*").Qual(pkgFakes, "Fake")))
	declare(f, comment("RESTClient returns a nil *RESTClient: nothing is sent."),
		jen.Func().Params(jen.Id("c").Op("*").Id(name)).Id("RESTClient").Params().Qual(pkgREST, "Interface").Block(
			jen.Var().Id("none").Op("*").Qual(pkgREST, "RESTClient"),
			jen.Return(jen.Id("none")),
		))
}

func fakeGroupName(v *model.Version) string { return "Fake" + v.GroupGoName() }

// fakeKind builds the fake client of one kind. Its type has the name that handwritten expansions know, such as fakeRobots.
type fakeKind struct{ kindClient }

func (b fakeKind) name() string { return "fake" + b.kind.Plural }

func (b fakeKind) build() {
	b.accessor()
	b.implementation()
	b.constructor()
	for _, m := range b.methods() {
		b.methodOf(b.name(), pkgTypedFake, m)
	}
}

// iface writes typedfleetv1.RobotInterface.
func (b fakeKind) iface() *jen.Statement {
	return jen.Qual(layoutOf(b.kind.Version).TypedClient(b.kind.Version), b.kind.GoName+"Interface")
}

// accessor writes
//
//	func (c *FakeFleetV1) Robots(namespace string) typedfleetv1.RobotInterface {
//		return newFakeRobots(c, namespace)
//	}
func (b fakeKind) accessor() {
	call := []jen.Code{jen.Id("c")}
	if b.kind.Namespaced {
		call = append(call, jen.Id("namespace"))
	}
	declare(b.file, comment("%s returns the fake client of %s.", b.kind.Plural, b.kind.Plural),
		jen.Func().Params(jen.Id("c").Op("*").Id(fakeGroupName(b.kind.Version))).Id(b.kind.Plural).
			Params(namespaceParam(b.kind)...).Add(b.iface()).Block(
			jen.Return(jen.Id("newFake"+b.kind.Plural).Call(call...)),
		))
}

// implementation writes
//
//	type fakeRobots struct {
//		*typedfake.ApplyClient[*fleetv1.Robot, *fleetv1.RobotList, *applyfleetv1.RobotApplyConfiguration]
//		Fake *FakeFleetV1
//	}
func (b fakeKind) implementation() {
	core, args := b.core()
	declare(b.file, comment("%s implements %sInterface.", b.name(), b.kind.GoName),
		jen.Type().Id(b.name()).Struct(
			jen.Op("*").Qual(pkgTypedFake, core).Types(args...),
			jen.Id("Fake").Op("*").Id(fakeGroupName(b.kind.Version)),
		))
}

// constructor writes
//
//	func newFakeRobots(fake *FakeFleetV1, namespace string) typedfleetv1.RobotInterface {
//		return &fakeRobots{typedfake.NewApplyClient[…](typedfake.Options[*fleetv1.Robot, *fleetv1.RobotList]{
//			Fake: fake.Fake,
//			…
//		}), fake}
//	}
func (b fakeKind) constructor() {
	k := b.kind
	core, args := b.core()
	fields := []jen.Code{field("Fake", jen.Id("fake.Fake"))}
	if k.Namespaced {
		fields = append(fields, field("Namespace", jen.Id("namespace")))
	}
	fields = append(fields,
		field("Resource", resourceLiteral(k)),
		field("Kind", kindLiteral(k)),
		field("New", b.newFunc(k.Decl)),
	)
	if k.List != nil {
		fields = append(fields, field("NewList", b.newFunc(k.List)))
	}
	client := jen.Qual(pkgTypedFake, "New"+core)
	if len(args) > 2 {
		client.Types(args...) // the compiler cannot tell the type of the apply configuration
	}
	options := jen.Qual(pkgTypedFake, "Options").Types(args[:2]...).Add(lines(fields...))
	params := append([]jen.Code{jen.Id("fake").Op("*").Id(fakeGroupName(k.Version))}, namespaceParam(k)...)
	b.file.Line()
	b.file.Func().Id("newFake" + k.Plural).Params(params...).Add(b.iface()).Block(
		jen.Return(jen.Op("&").Id(b.name()).Values(client.Call(options), jen.Id("fake"))),
	)
}

// buildFakeDoc builds the doc.go of a group-version's fake clients.
func buildFakeDoc(f *jen.File, v *model.Version) {
	packageDoc(f, "Package fake has fake clients of %s.", v.GroupVersion())
}
