package templates

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// buildDeepCopy builds zz_generated.deepcopy.go: methods that copy the package's types.
func buildDeepCopy(f *jen.File, p *model.Package) {
	for _, d := range copied(p) {
		c := copier{file: f, from: p}
		methods := methodsFor(d)
		if methods.into {
			c.declareInto(d)
		}
		if methods.copy {
			c.declareCopy(d)
		}
		for _, iface := range methods.interfaces {
			c.declareInterface(d, iface)
		}
	}
}

// copier writes the methods of one package.
type copier struct {
	file *jen.File
	from *model.Package
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
	receiver, body := jen.Id("in").Op("*").Id(d.Name), c.into(d)
	if isReference(d.Type) {
		receiver = jen.Id("in").Id(d.Name)
	}
	declare(c.file, comment("DeepCopyInto makes out a copy of in that shares nothing with it. Neither may be nil."),
		jen.Func().Params(receiver).Id("DeepCopyInto").Params(jen.Id("out").Op("*").Id(d.Name)).Block(body...))
}

func (c copier) into(d *model.Decl) []jen.Code {
	whole := jen.Op("*").Id("out").Op("=")
	switch {
	case isReference(d.Type) || written(d, "DeepCopy") && !copyReturnsPointer(d):
		return []jen.Code{whole.Id("in.DeepCopy").Call()}
	case written(d, "DeepCopy"):
		return []jen.Code{whole.Op("*").Id("in.DeepCopy").Call()}
	}
	body := []jen.Code{whole.Op("*").Id("in")}
	if t := d.Type.Underlying(); t.Kind == model.Struct {
		return append(body, c.fields("out", "in", t, 0)...)
	} else if t.Kind == model.Array {
		return append(body, c.each("out", "in", t, 0)...)
	}
	return body
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
	body := []jen.Code{jen.If(jen.Id("in").Op("==").Nil()).Block(jen.Return(jen.Nil()))}
	receiver, result := jen.Id("in").Op("*").Id(d.Name), jen.Op("*").Id(d.Name)
	switch {
	case !isReference(d.Type):
		body = append(body,
			jen.Id("out").Op(":=").New(jen.Id(d.Name)),
			jen.Id("in.DeepCopyInto").Call(jen.Id("out")),
			jen.Return(jen.Id("out")))
	case written(d, "DeepCopyInto"):
		body = append(body,
			jen.Id("out").Op(":=").New(jen.Id(d.Name)),
			jen.Id("in.DeepCopyInto").Call(jen.Id("out")),
			jen.Return(jen.Op("*").Id("out")))
	default:
		if value, ok := c.clone("in", d.Type.Underlying()); ok {
			body = []jen.Code{jen.Return(value)}
			break
		}
		body = append(body, jen.Id("out").Op(":=").Make(jen.Id(d.Name), jen.Len(jen.Id("in"))))
		body = append(body, c.each("out", "in", d.Type.Underlying(), 0)...)
		body = append(body, jen.Return(jen.Id("out")))
	}
	if isReference(d.Type) {
		receiver, result = jen.Id("in").Id(d.Name), jen.Id(d.Name)
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
		value := jen.Op("*").Id("in.DeepCopy").Call()
		if !copyReturnsPointer(d) {
			value = jen.Id("in.DeepCopy").Call()
		}
		declare(c.file, comment("%s returns a copy of in as %s.", method, a(short)),
			jen.Func().Params(jen.Id("in").Id(d.Name)).Id(method).Params().Add(result).Block(jen.Return(value)))
		return
	}
	declare(c.file, comment("%s returns a copy of in as %s; nil for nil.", method, a(short)),
		jen.Func().Params(jen.Id("in").Op("*").Id(d.Name)).Id(method).Params().Add(result).Block(
			jen.If(jen.Id("c").Op(":=").Id("in.DeepCopy").Call(), jen.Id("c").Op("!=").Nil()).Block(jen.Return(jen.Id("c"))),
			jen.Return(jen.Nil()),
		))
}
