package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/plan"
)

// codec prints codec.go: the decoders and encoders of a package's types, and for a group-version the tables of them.
func codec(f *jen.File, c *plan.Codec, name string) {
	codecDoc(f, c, name)
	if c.HasTable {
		decoderTable(f, c.Table)
	}
	if c.HasTable && c.HasEncoders {
		encoderTable(f, c.EncoderTable)
	}
	if len(c.Views) > 0 {
		table(f, "Views", "Views lists the decoders of views.", c.Views)
	}
	decoders, encoders := decoderPrinter{f}, encoderPrinter{f}
	for _, d := range c.Decoders {
		decoders.decoder(d)
	}
	for _, e := range c.Encoders {
		encoders.encoder(e)
	}
}

func codecDoc(f *jen.File, c *plan.Codec, name string) {
	does, as, tables, others := "decodes", "from", "[Table]", "decoders"
	if c.HasEncoders {
		does, as, tables, others = "decodes and encodes", "as", "[Table] and [Encoders]", "codecs"
	}
	switch c.Doc {
	case plan.VersionCodecDoc:
		packageDoc(f, "Package %s %s the types of %s %s JSON without reflection. Clients are given %s; the functions are there for the %s of other packages.",
			name, does, c.Package.Version.GroupVersion(), as, tables, others)
	case plan.PackageCodecDoc:
		packageDoc(f, "Package %s %s what the API's types have of %s %s JSON without reflection.", name, does, c.Package.Path, as)
	}
}

// decoderTable writes
//
//	func Table() codec.Table {
//		return codec.Table{
//			codec.For(DecodeRobot),
//		}
//	}
func decoderTable(f *jen.File, decoders []plan.Name) {
	table(f, "Table", "Table lists the decoders of what clients receive.", decoders)
}

// table writes a function of that name which returns a table of decoders.
func table(f *jen.File, name, doc string, decoders []plan.Name) {
	entries := make([]jen.Code, len(decoders))
	for i, d := range decoders {
		entries[i] = jen.Qual(plan.PkgCodec, "For").Call(nameOf(f, d))
	}
	declare(f, comment("%s", doc),
		jen.Func().Id(name).Params().Qual(plan.PkgCodec, "Table").Block(
			jen.Return(jen.Qual(plan.PkgCodec, "Table").Add(lines(entries...))),
		))
}

type decoderPrinter struct{ file *jen.File }

// decoder writes
//
//	func DecodeRetry(s *scan.Scanner, v *fleetv1.Retry) {
//		o := s.Object()
//		for o.Next() {
//			switch string(o.Name) {
//			case "attempts":
//				scan.Int(s, &v.Attempts)
//			default:
//				s.Unknown(o.Name, v)
//			}
//		}
//	}
func (p decoderPrinter) decoder(d plan.Decoder) {
	declare(p.file, comment("Decode%s decodes %s.", d.Decl.Name, a(d.Decl.Name)),
		jen.Func().Id("Decode"+d.Decl.Name).Params(scannerParam(), jen.Id("v").Add(pointer(p.file, d.Decl))).Block(
			p.object(jen.Id("v"), d.Fields)...,
		))
}

func scannerParam() jen.Code { return jen.Id("s").Op("*").Qual(plan.PkgScan, "Scanner") }

// object writes the loop over the fields of a struct. The loop does not declare the iterator, because each iteration would then copy it.
func (p decoderPrinter) object(target jen.Code, fields []plan.DecodedField) []jen.Code {
	body := []jen.Code{jen.Id("s.Unknown").Call(jen.Id("o.Name"), target)}
	if len(fields) > 0 {
		cases := make([]jen.Code, 0, len(fields)+1)
		for _, f := range fields {
			cases = append(cases, jen.Case(jen.Lit(f.Name)).Block(p.field(f)...))
		}
		cases = append(cases, jen.Default().Block(body...))
		body = []jen.Code{jen.Switch(jen.String().Call(jen.Id("o.Name"))).Block(cases...)}
	}
	return []jen.Code{jen.Id("o").Op(":=").Id("s.Object").Call(), jen.For(jen.Id("o.Next").Call()).Block(body...)}
}

// field writes
//
//	if v.Base == nil {
//		v.Base = new(Base)
//	}
//	scan.String(s, &v.Name)
func (p decoderPrinter) field(f plan.DecodedField) []jen.Code {
	var body []jen.Code
	for _, e := range f.Embedded {
		body = append(body, jen.If(jen.Id(e.Place).Op("==").Nil()).Block(jen.Id(e.Place).Op("=").New(typeOf(p.file, e.Type))))
	}
	return append(body, p.read(f.Read)...)
}

// read writes the statements that read a value.
func (p decoderPrinter) read(r plan.Read) []jen.Code {
	target := jen.Op("&").Id(r.Place)
	if r.Pointer {
		target = jen.Id(r.Place)
	}
	switch {
	case r.Func.Ident == "":
		return p.object(target, r.Fields)
	case r.Elem == nil:
		return []jen.Code{nameOf(p.file, r.Func).Call(jen.Id("s"), target)}
	}
	return []jen.Code{nameOf(p.file, r.Func).Call(jen.Id("s"), target, p.element(*r.Elem))}
}

// element writes the name of a function, or
//
//	func(s *scan.Scanner, v *[]string) {
//		scan.Slice(s, v, scan.String)
//	}
func (p decoderPrinter) element(e plan.Element) jen.Code {
	if e.Func.Ident != "" {
		return nameOf(p.file, e.Func)
	}
	return jen.Func().Params(scannerParam(), jen.Id("v").Op("*").Add(typeOf(p.file, e.Type))).Block(p.read(e.Read)...)
}
