package templates

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// buildDeepCopy builds zz_generated.deepcopy.go: methods that copy the package's types.
func buildDeepCopy(f *jen.File, p *model.Package) {
	c := copier{file: f, from: p, helpers: newCopyHelpers(p)}
	for _, d := range copied(p) {
		methods := d.CopyMethods()
		if methods.Into {
			c.declareInto(d)
		}
		if methods.Copy {
			c.declareCopy(d)
		}
		for _, iface := range methods.Interfaces {
			c.declareInterface(d, iface)
		}
	}
	for i := 0; i < len(c.helpers.open); i++ { //nolint:intrange // helpers ask for more of them
		c.declareHelper(c.helpers.open[i])
	}
}

// copier writes the methods of one package.
type copier struct {
	file    *jen.File
	from    *model.Package
	helpers *copyHelpers
}

func (c copier) local(name string) string { return localBeside(c.from, name) }

// declareHelper writes
//
//	func copyNode(in, out *Node) {
//		*out = *in
//		if in.Next != nil {
//			out.Next = new(Node)
//			copyNode(in.Next, out.Next)
//		}
//	}
func (c copier) declareHelper(t *model.Type) {
	body := c.whole(t)
	if under := t.Underlying(); under.Kind != model.Struct {
		body = c.elements("(*"+c.local("out")+")", "(*"+c.local("in")+")", t, 0)
	}
	name := c.helpers.name(c.from, t)
	declare(c.file, comment("%s makes out, which is empty or equal to in, a copy that shares nothing with in.", name),
		jen.Func().Id(name).Params(jen.Id(c.local("in")), jen.Id(c.local("out")).Op("*").Add(typeOf(c.file, t))).Block(body...))
}

// whole copies the struct that in points to, whatever methods it has.
func (c copier) whole(t *model.Type) []jen.Code {
	return append([]jen.Code{jen.Op("*").Id(c.local("out")).Op("=").Op("*").Id(c.local("in"))}, c.fields(c.local("out"), c.local("in"), t.Underlying(), 0)...)
}

// declareInto writes
//
//	func (in *Robot) DeepCopyInto(out *Robot) {
//		*out = *in
//		in.Spec.DeepCopyInto(&out.Spec)
//	}
//
// or for a named map or slice
//
//	func (in Limits) DeepCopyInto(out *Limits) {
//		*out = in.DeepCopy()
//	}
func (c copier) declareInto(d *model.Decl) {
	receiver, body := jen.Id(c.local("in")).Op("*").Id(d.Name), c.into(d)
	if d.IsReference() {
		receiver = jen.Id(c.local("in")).Id(d.Name)
	}
	declare(c.file, comment("DeepCopyInto makes out a copy of in that shares nothing with it. Neither may be nil."),
		jen.Func().Params(receiver).Id("DeepCopyInto").Params(jen.Id(c.local("out")).Op("*").Id(d.Name)).Block(body...))
}

func (c copier) into(d *model.Decl) []jen.Code {
	whole := jen.Op("*").Id(c.local("out")).Op("=")
	switch {
	case d.IsReference() || d.Declares("DeepCopy") && d.SelfCopy().ByValue:
		return []jen.Code{whole.Id(c.local("in") + ".DeepCopy").Call()}
	case d.Declares("DeepCopy"):
		return []jen.Code{whole.Op("*").Id(c.local("in") + ".DeepCopy").Call()}
	case d.Type.Plain():
		return []jen.Code{whole.Op("*").Id(c.local("in"))}
	case d.Type.Underlying().Kind == model.Array:
		return append([]jen.Code{whole.Op("*").Id(c.local("in"))}, c.each(c.local("out"), c.local("in"), d.Type.Underlying(), 0)...)
	case d.Type.Unalias().Kind == model.Named:
		return c.asBase("(*"+c.local("out")+")", "(*"+c.local("in")+")", &model.Type{Kind: model.Named, Name: d.Name, Decl: d}, 0)
	}
	return c.whole(d.Type)
}

// declareCopy writes
//
//	func (in *Robot) DeepCopy() *Robot {
//		if in == nil {
//			return nil
//		}
//		out := new(Robot)
//		in.DeepCopyInto(out)
//		return out
//	}
//
// or for a named map or slice the copy itself.
func (c copier) declareCopy(d *model.Decl) {
	body := []jen.Code{jen.If(jen.Id(c.local("in")).Op("==").Nil()).Block(jen.Return(jen.Nil()))}
	receiver, result := jen.Id(c.local("in")).Op("*").Id(d.Name), jen.Op("*").Id(d.Name)
	switch {
	case !d.IsReference():
		body = append(body,
			jen.Id(c.local("out")).Op(":=").New(jen.Id(d.Name)),
			jen.Id(c.local("in")+".DeepCopyInto").Call(jen.Id(c.local("out"))),
			jen.Return(jen.Id(c.local("out"))))
	case d.Declares("DeepCopyInto"):
		body = append(body,
			jen.Id(c.local("out")).Op(":=").New(jen.Id(d.Name)),
			jen.Id(c.local("in")+".DeepCopyInto").Call(jen.Id(c.local("out"))),
			jen.Return(jen.Op("*").Id(c.local("out"))))
	default:
		if value, ok := c.clone(c.local("in"), d.Type.Underlying()); ok {
			body = []jen.Code{jen.Return(value)}
			break
		}
		body = append(body, jen.Id(c.local("out")).Op(":=").Make(jen.Id(d.Name), jen.Len(jen.Id(c.local("in")))))
		body = append(body, c.each(c.local("out"), c.local("in"), d.Type.Underlying(), 0)...)
		body = append(body, jen.Return(jen.Id(c.local("out"))))
	}
	if d.IsReference() {
		receiver, result = jen.Id(c.local("in")).Id(d.Name), jen.Id(d.Name)
	}
	declare(c.file, comment("DeepCopy returns a copy of in that shares nothing with it; nil for nil."),
		jen.Func().Params(receiver).Id("DeepCopy").Params().Add(result).Block(body...))
}

// declareInterface writes
//
//	func (in *Robot) DeepCopyObject() runtime.Object {
//		if c := in.DeepCopy(); c != nil {
//			return c
//		}
//		return nil
//	}
//
// The detour keeps a nil pointer from becoming an interface that is not nil. With nonpointer-interfaces=true it writes
//
//	func (in Linear) DeepCopyDecoder() Decoder {
//		return *in.DeepCopy()
//	}
func (c copier) declareInterface(d *model.Decl, iface string) {
	pkg, short := splitInterface(iface)
	result := jen.Qual(pkg, short)
	if pkg == "" {
		result = jen.Id(short)
	}
	method := "DeepCopy" + short
	byValue, _ := d.Markers.Get("k8s:deepcopy-gen:nonpointer-interfaces")
	if strings.Trim(byValue.Value, `"`) == "true" {
		value := jen.Op("*").Id(c.local("in") + ".DeepCopy").Call()
		if d.SelfCopy().ByValue {
			value = jen.Id(c.local("in") + ".DeepCopy").Call()
		}
		declare(c.file, comment("%s returns a copy of in as %s.", method, a(short)),
			jen.Func().Params(jen.Id(c.local("in")).Id(d.Name)).Id(method).Params().Add(result).Block(jen.Return(value)))
		return
	}
	if d.SelfCopy().ByValue {
		declare(c.file, comment("%s returns a copy of in as %s.", method, a(short)),
			jen.Func().Params(jen.Id(c.local("in")).Op("*").Id(d.Name)).Id(method).Params().Add(result).Block(
				jen.Id(c.local("c")).Op(":=").Id(c.local("in")+".DeepCopy").Call(),
				jen.Return(jen.Op("&").Id("c")),
			))
		return
	}
	declare(c.file, comment("%s returns a copy of in as %s; nil for nil.", method, a(short)),
		jen.Func().Params(jen.Id(c.local("in")).Op("*").Id(d.Name)).Id(method).Params().Add(result).Block(
			jen.If(jen.Id(c.local("c")).Op(":=").Id(c.local("in")+".DeepCopy").Call(), jen.Id(c.local("c")).Op("!=").Nil()).Block(jen.Return(jen.Id(c.local("c")))),
			jen.Return(jen.Nil()),
		))
}
