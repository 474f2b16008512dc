package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// fakeClient prints fake/fake_<group>_client.go: the fake client of a group-version with those of all its kinds.
func fakeClient(f *jen.File, c *plan.FakeClient) {
	minimumVersion(f)
	importAs(f, c.Typed, c.TypedAlias)
	fakeGroup(f, c.Version)
	for _, client := range c.Clients {
		fakePrinter{clientPrinter{f, client}, c.Typed}.print()
	}
}

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
		jen.Type().Id(name).Struct(jen.Op("*").Qual(plan.PkgFakes, "Fake")))
	declare(f, comment("RESTClient returns a nil *RESTClient: nothing is sent."),
		jen.Func().Params(jen.Id("c").Op("*").Id(name)).Id("RESTClient").Params().Qual(plan.PkgREST, "Interface").Block(
			jen.Var().Id("none").Op("*").Qual(plan.PkgREST, "RESTClient"),
			jen.Return(jen.Id("none")),
		))
}

func fakeGroupName(v *model.Version) string { return "Fake" + v.GroupGoName() }

// fakePrinter prints the fake client of one kind. Its type has the name that handwritten expansions know, such as fakeRobots.
type fakePrinter struct {
	clientPrinter

	// typed is the import path of the real clients.
	typed string
}

func (p fakePrinter) name() string { return "fake" + p.Plural }

func (p fakePrinter) print() {
	p.accessor()
	p.implementation()
	p.constructor()
	for _, m := range p.Extra {
		p.method(p.name(), plan.PkgTypedFake, m)
	}
}

// iface writes typedfleetv1.RobotInterface.
func (p fakePrinter) iface() *jen.Statement { return jen.Qual(p.typed, p.GoName+"Interface") }

// accessor writes
//
//	func (c *FakeFleetV1) Robots(namespace string) typedfleetv1.RobotInterface {
//		return newFakeRobots(c, namespace)
//	}
func (p fakePrinter) accessor() {
	call := []jen.Code{jen.Id("c")}
	if p.Namespaced {
		call = append(call, jen.Id("namespace"))
	}
	declare(p.file, comment("%s returns the fake client of %s.", p.Plural, p.Plural),
		jen.Func().Params(jen.Id("c").Op("*").Id(fakeGroupName(p.Version))).Id(p.Plural).
			Params(namespaceParam(p.Kind)...).Add(p.iface()).Block(
			jen.Return(jen.Id("newFake"+p.Plural).Call(call...)),
		))
}

// implementation writes
//
//	type fakeRobots struct {
//		*typedfake.ApplyClient[*fleetv1.Robot, *fleetv1.RobotList, *applyfleetv1.RobotApplyConfiguration]
//		Fake *FakeFleetV1
//	}
func (p fakePrinter) implementation() {
	core, args := p.core()
	declare(p.file, comment("%s implements %sInterface.", p.name(), p.GoName),
		jen.Type().Id(p.name()).Struct(
			jen.Op("*").Qual(plan.PkgTypedFake, core).Types(args...),
			jen.Id("Fake").Op("*").Id(fakeGroupName(p.Version)),
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
func (p fakePrinter) constructor() {
	core, args := p.core()
	fields := []jen.Code{field("Fake", jen.Id("fake.Fake"))}
	if p.Namespaced {
		fields = append(fields, field("Namespace", jen.Id("namespace")))
	}
	fields = append(fields,
		field("Resource", resourceLiteral(p.Kind)),
		field("Kind", kindLiteral(p.Kind)),
		field("New", p.newFunc(p.Decl)),
	)
	if p.List != nil {
		fields = append(fields, field("NewList", p.newFunc(p.List)))
	}
	client := jen.Qual(plan.PkgTypedFake, "New"+core)
	if len(args) > 2 {
		client.Types(args...) // the compiler cannot tell the type of the apply configuration
	}
	options := jen.Qual(plan.PkgTypedFake, "Options").Types(args[:2]...).Add(lines(fields...))
	params := append([]jen.Code{jen.Id("fake").Op("*").Id(fakeGroupName(p.Version))}, namespaceParam(p.Kind)...)
	p.file.Line()
	p.file.Func().Id("newFake" + p.Plural).Params(params...).Add(p.iface()).Block(
		jen.Return(jen.Op("&").Id(p.name()).Values(client.Call(options), jen.Id("fake"))),
	)
}
