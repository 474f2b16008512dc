package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/plan"
)

// encoderTable writes
//
//	func Encoders() codec.EncoderTable {
//		return codec.EncoderTable{
//			codec.EncoderFor(EncodeRobot),
//		}
//	}
func encoderTable(f *jen.File, encoders []plan.Name) {
	entries := make([]jen.Code, len(encoders))
	for i, e := range encoders {
		entries[i] = jen.Qual(plan.PkgCodec, "EncoderFor").Call(nameOf(f, e))
	}
	declare(f, comment("Encoders lists the encoders of what clients send."),
		jen.Func().Id("Encoders").Params().Qual(plan.PkgCodec, "EncoderTable").Block(
			jen.Return(jen.Qual(plan.PkgCodec, "EncoderTable").Add(lines(entries...))),
		))
}

type encoderPrinter struct{ file *jen.File }

// encoder writes
//
//	func EncodeRetry(w *encode.Writer, v *fleetv1.Retry) {
//		if !w.Begin() {
//			return
//		}
//		encode.Int(w.Name("attempts"), &v.Attempts)
//		w.End()
//	}
func (p encoderPrinter) encoder(e plan.Encoder) {
	declare(p.file, comment("Encode%s encodes %s.", e.Decl.Name, a(e.Decl.Name)),
		jen.Func().Id("Encode"+e.Decl.Name).Params(writerParam(), jen.Id("v").Add(pointer(p.file, e.Decl))).Block(
			append([]jen.Code{jen.If(jen.Op("!").Id("w.Begin").Call()).Block(jen.Return())}, p.object(e.Fields)...)...,
		))
}

func writerParam() jen.Code { return jen.Id("w").Op("*").Qual(plan.PkgEncode, "Writer") }

// object writes the statements for the fields of a struct and for its end.
func (p encoderPrinter) object(fields []plan.EncodedField) []jen.Code {
	var body []jen.Code
	for _, f := range fields {
		statements := p.field(f)
		if len(f.If) > 0 {
			statements = []jen.Code{jen.If(p.conditions(f.If)).Block(statements...)}
		}
		body = append(body, statements...)
	}
	return append(body, jen.Id("w.End").Call())
}

// conditions writes v.Base != nil && len(v.Tasks) > 0.
func (p encoderPrinter) conditions(conditions []plan.Condition) jen.Code {
	var all jen.Statement
	for i, c := range conditions {
		if i > 0 {
			all.Op("&&")
		}
		if c.Func.Ident != "" {
			all.Op("!").Add(nameOf(p.file, c.Func)).Call(jen.Op("&").Id(c.Place))
			continue
		}
		all.Id(c.Before + c.Place + c.After)
	}
	return &all
}

// field writes the call for a field, or for one that is a struct without a name
//
//	if w.Name("limits").Begin() {
//		encode.Int(w.Name("cpu"), &v.Limits.CPU)
//		w.End()
//	}
func (p encoderPrinter) field(f plan.EncodedField) []jen.Code {
	named := jen.Id("w.Name").Call(jen.Lit(f.Name))
	if f.Write.Func.Ident == "" {
		return []jen.Code{jen.If(named.Dot("Begin").Call()).Block(p.object(f.Write.Fields)...)}
	}
	return []jen.Code{p.write(f.Write, named)}
}

// write writes the call that writes a value.
func (p encoderPrinter) write(w plan.Write, writer jen.Code) jen.Code {
	value := jen.Op("&").Id(w.Place)
	if w.Pointer {
		value = jen.Id(w.Place)
	}
	call := nameOf(p.file, w.Func)
	if w.Elem == nil {
		return call.Call(writer, value)
	}
	return call.Call(writer, value, p.element(*w.Elem))
}

// element writes the name of a function, or
//
//	func(w *encode.Writer, v *[]string) {
//		encode.Slice(w, v, encode.String)
//	}
func (p encoderPrinter) element(e plan.WrittenElement) jen.Code {
	if e.Func.Ident != "" {
		return nameOf(p.file, e.Func)
	}
	return jen.Func().Params(writerParam(), jen.Id("v").Op("*").Add(typeOf(p.file, e.Type))).Block(p.write(e.Write, jen.Id("w")))
}
