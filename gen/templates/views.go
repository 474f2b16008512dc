package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/plan"
)

// viewClients prints views.go: what lists and watches the kinds of a group-version as their views.
func viewClients(f *jen.File, c *plan.ViewClients) {
	packageDoc(f, "Package %s lists and watches kinds of %s as views of them: Go types with some of the kind's fields. Informers call it. "+
		"Nothing here writes, since an object that is written as its view loses all other fields.", c.Name, c.GroupVersion())
	minimumVersion(f)
	for _, client := range c.Clients {
		viewClient(f, client)
	}
}

// viewClient writes
//
//	var podViews = typed.NewView(typed.ViewOptions[*views.PodView]{
//		Kind: schema.GroupVersionKind{Version: "v1", Kind: "Pod"},
//		…
//	}, codecviews.Views)
//
//	func PodViews(client rest.Interface, namespace string) *typed.ViewClient[*views.PodView] {
//		return podViews.Client(client, namespace)
//	}
func viewClient(f *jen.File, c plan.ViewClient) {
	object := func() *jen.Statement { return pointer(f, c.Decl) }
	fields := []jen.Code{field("Kind", kindLiteral(c.Kind)), field("Resource", jen.Lit(c.Resource))}
	namespace := jen.Code(jen.Lit(""))
	if c.Namespaced {
		fields = append(fields, field("Namespaced", jen.True()))
		namespace = jen.Id("namespace")
	}
	empty := jen.Func().Params().Add(object()).Add(inline(jen.Return(jen.Op("&").Add(name(f, c.Decl)).Values())))
	args := []jen.Code{jen.Qual(plan.PkgTyped, "ViewOptions").Types(object()).Add(lines(append(fields, field("New", empty))...))}
	if c.Decoders.Ident != "" {
		args = append(args, nameOf(f, c.Decoders))
	}
	declare(f, comment("%s reads %s as %s.", c.Var, c.Resource, c.Plural),
		jen.Var().Id(c.Var).Op("=").Qual(plan.PkgTyped, "NewView").Call(args...))

	scope := "in a namespace; an empty one means all namespaces"
	if !c.Namespaced {
		scope = "of the whole cluster"
	}
	params := append([]jen.Code{jen.Id("client").Qual(plan.PkgREST, "Interface")}, namespaceParam(c.Kind)...)
	declare(f, comment("%s returns what reads %s as %s, %s. The client is that of any group of the server, such as RESTClient of the clientset's discovery client.",
		c.Plural, c.Resource, c.Plural, scope),
		jen.Func().Id(c.Plural).Params(params...).Op("*").Qual(plan.PkgTyped, "ViewClient").Types(object()).Block(
			jen.Return(jen.Id(c.Var).Dot("Client").Call(jen.Id("client"), namespace)),
		))
}

// viewMeta prints zz_generated.view.go: the methods of the structs that views of a package have in place of metav1.ObjectMeta.
func viewMeta(f *jen.File, c *plan.ViewMeta) {
	for _, d := range c.Metas {
		f.Line()
		f.Add(comment("%s implements metav1.Object, as caches need. Methods of fields that it does not have return nothing, or do nothing.", d.Name))
		for _, a := range d.Accessors {
			f.Line()
			metaAccessor(f, d, a)
		}
	}
}

// metaAccessor writes
//
//	// GetName is a method of metav1.Object.
//	func (m *PodMeta) GetName() string { return m.Name }
//	// SetName is a method of metav1.Object.
//	func (m *PodMeta) SetName(value string) { m.Name = value }
//
// or, without the field,
//
//	func (*PodMeta) GetSelfLink() (none string) { return none }
//	func (*PodMeta) SetSelfLink(string) {}
func metaAccessor(f *jen.File, d plan.MetaMethods, a plan.MetaAccessor) {
	method := func(prefix string) *jen.Statement {
		receiver := jen.Id("m")
		if a.Field == "" {
			receiver = jen.Null()
		}
		return jen.Func().Params(receiver.Op("*").Id(d.Name)).Id(prefix + a.Name)
	}
	get, set := method("Get").Params(), method("Set")
	if a.Field == "" {
		get.Params(jen.Id("none").Add(typeOf(f, a.Type))).Add(inline(jen.Return(jen.Id("none"))))
		set.Params(typeOf(f, a.Type)).Block()
	} else {
		get.Add(typeOf(f, a.Type)).Add(inline(jen.Return(jen.Id("m").Dot(a.Field))))
		set.Params(jen.Id("value").Add(typeOf(f, a.Type))).Add(inline(jen.Id("m").Dot(a.Field).Op("=").Id("value")))
	}
	if a.Get {
		f.Add(comment("Get%s is a method of metav1.Object.", a.Name))
		f.Add(get)
	}
	if a.Set {
		f.Add(comment("Set%s is a method of metav1.Object.", a.Name))
		f.Add(set)
	}
}
