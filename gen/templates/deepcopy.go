package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/plan"
)

// deepCopy prints zz_generated.deepcopy.go.
func deepCopy(f *jen.File, c *plan.DeepCopy) {
	p := copyPrinter{f, c}
	for _, m := range c.Methods {
		p.method(m)
	}
	for _, h := range c.Helpers {
		p.helper(h)
	}
}

type copyPrinter struct {
	file *jen.File
	*plan.DeepCopy
}

func (p copyPrinter) method(m plan.CopyMethod) {
	receiver := jen.Id(p.In).Op("*").Id(m.Decl.Name)
	if m.ByValue {
		receiver = jen.Id(p.In).Id(m.Decl.Name)
	}
	method := func(name string, params jen.Code, doc jen.Code, result jen.Code, body ...jen.Code) {
		declare(p.file, doc, jen.Func().Params(receiver).Id(name).Params(params).Add(result).Block(body...))
	}
	switch m.Form {
	case plan.IntoMethod:
		// func (in *Robot) DeepCopyInto(out *Robot) {
		// 	*out = *in
		// 	in.Spec.DeepCopyInto(&out.Spec)
		// }
		method("DeepCopyInto", jen.Id(p.Out).Op("*").Id(m.Decl.Name),
			comment("DeepCopyInto makes out a copy of in that shares nothing with it. Neither may be nil."), nil, p.steps(m.Body)...)
	case plan.NewMethod, plan.MakeMethod, plan.CloneMethod:
		result := jen.Op("*").Id(m.Decl.Name)
		if m.ByValue {
			result = jen.Id(m.Decl.Name)
		}
		method("DeepCopy", nil, comment("DeepCopy returns a copy of in that shares nothing with it; nil for nil."), result, p.copyBody(m)...)
	default:
		name, result := "DeepCopy"+m.Interface.Ident, nameOf(p.file, m.Interface)
		doc := comment("%s returns a copy of in as %s.", name, a(m.Interface.Ident))
		if m.Form == plan.InterfaceMethod {
			doc = comment("%s returns a copy of in as %s; nil for nil.", name, a(m.Interface.Ident))
		}
		method(name, nil, doc, result, p.interfaceBody(m)...)
	}
}

// copyBody writes
//
//	if in == nil {
//		return nil
//	}
//	out := new(Robot)
//	in.DeepCopyInto(out)
//	return out
//
// or for a named map or slice the copy itself.
func (p copyPrinter) copyBody(m plan.CopyMethod) []jen.Code {
	out := jen.Id(p.Out)
	body := []jen.Code{jen.If(jen.Id(p.In).Op("==").Nil()).Block(jen.Return(jen.Nil()))}
	switch m.Form {
	case plan.CloneMethod:
		return []jen.Code{jen.Return(p.value(m.Body[0].Value))}
	case plan.MakeMethod:
		body = append(body, out.Clone().Op(":=").Make(jen.Id(m.Decl.Name), jen.Len(jen.Id(p.In))))
		return append(append(body, p.steps(m.Body)...), jen.Return(out))
	}
	result := out.Clone()
	if m.ByValue {
		result = jen.Op("*").Add(result)
	}
	return append(body,
		out.Clone().Op(":=").New(jen.Id(m.Decl.Name)),
		jen.Id(p.In+".DeepCopyInto").Call(out),
		jen.Return(result))
}

// interfaceBody writes
//
//	if c := in.DeepCopy(); c != nil {
//		return c
//	}
//	return nil
//
// so that a nil pointer does not become an interface that is not nil; or, without a nil to look for,
//
//	c := in.DeepCopy()
//	return &c
//
// or
//
//	return *in.DeepCopy()
func (p copyPrinter) interfaceBody(m plan.CopyMethod) []jen.Code {
	define := jen.Id(p.Copy).Op(":=").Id(p.In + ".DeepCopy").Call()
	switch m.Form {
	case plan.LinearMethod:
		return []jen.Code{jen.Return(p.value(m.Body[0].Value))}
	case plan.ValueMethod:
		return []jen.Code{define, jen.Return(jen.Op("&").Id(p.Copy))}
	}
	return []jen.Code{
		jen.If(define, jen.Id(p.Copy).Op("!=").Nil()).Block(jen.Return(jen.Id(p.Copy))),
		jen.Return(jen.Nil()),
	}
}

// helper writes
//
//	func copyNode(in, out *Node) {
//		*out = *in
//		if in.Next != nil {
//			out.Next = new(Node)
//			copyNode(in.Next, out.Next)
//		}
//	}
func (p copyPrinter) helper(h plan.CopyHelper) {
	declare(p.file, comment("%s makes out, which is empty or equal to in, a copy that shares nothing with in.", h.Name),
		jen.Func().Id(h.Name).Params(jen.Id(p.In), jen.Id(p.Out).Op("*").Add(typeOf(p.file, h.Type))).Block(p.steps(h.Body)...))
}

func (p copyPrinter) steps(steps []plan.CopyStep) []jen.Code {
	body := make([]jen.Code, len(steps))
	for i, s := range steps {
		body[i] = p.step(s)
	}
	return body
}

// step writes one statement; the forms in package plan say which.
func (p copyPrinter) step(s plan.CopyStep) jen.Code {
	switch s.Form {
	case plan.CopyAssign:
		return p.target(s.Dst).Op("=").Add(p.value(s.Value))
	case plan.CopyDefine:
		return jen.Id(s.Dst.Text).Op(":=").Add(p.value(s.Value))
	case plan.CopyVar:
		return jen.Var().Id(s.Dst.Text).Add(typeOf(p.file, s.Value.Type))
	case plan.CopyInto:
		return p.place(s.Src).Dot("DeepCopyInto").Call(p.address(s.Dst))
	case plan.CopyCall:
		return jen.Id(s.Func).Call(p.address(s.Src), p.address(s.Dst))
	case plan.CopyIfSet:
		return jen.If(jen.Id(s.Src.Text).Op("!=").Nil()).Block(p.steps(s.Body)...)
	case plan.CopyEach:
		return jen.For(jen.Id(s.Index).Op(":=").Range().Id(s.Src.Text)).Block(p.steps(s.Body)...)
	default:
		return jen.For(jen.List(jen.Id(s.Key), jen.Id(s.Elem)).Op(":=").Range().Id(s.Src.Text)).Block(p.steps(s.Body)...)
	}
}

// place writes in.Spec, or (*Inner)(&in.Spec).
func (p copyPrinter) place(at plan.CopyPlace) *jen.Statement {
	if at.As == nil {
		return jen.Id(at.Text)
	}
	return jen.Parens(jen.Op("*").Add(typeOf(p.file, at.As))).Parens(jen.Id(at.Address()))
}

// address writes &in.Spec, or (*Inner)(&in.Spec).
func (p copyPrinter) address(at plan.CopyPlace) *jen.Statement {
	if at.As == nil {
		return jen.Id(at.Address())
	}
	return p.place(at)
}

// target writes out.Spec, or *(*Inner)(&out.Spec).
func (p copyPrinter) target(at plan.CopyPlace) *jen.Statement {
	if at.As == nil {
		return jen.Id(at.Text)
	}
	return jen.Op("*").Add(p.place(at))
}

// value writes an expression; the forms in package plan say which.
func (p copyPrinter) value(v plan.CopyValue) jen.Code {
	s := jen.Null()
	if v.Star {
		s = jen.Op("*")
	}
	switch v.Form {
	case plan.CopyAddress:
		return s.Op("&").Id(v.Of.Text)
	case plan.CopyCalled:
		return s.Add(p.place(v.Of).Dot(v.Method).Call())
	case plan.CopyFunc:
		return nameOf(p.file, v.Func).Call(jen.Id(v.Of.Text))
	case plan.CopyNew:
		return jen.New(typeOf(p.file, v.Type))
	case plan.CopyMake:
		return jen.Make(typeOf(p.file, v.Type), jen.Len(jen.Id(v.Of.Text)))
	}
	return s.Id(v.Of.Text)
}
