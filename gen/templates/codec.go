package templates

import (
	"path"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// codecPackage is a package for whose types decoders are emitted.
type codecPackage struct {
	*model.Package

	plan *codecPlan
}

// codecPackages are all of an API, in the order of their paths.
func codecPackages(api *model.API) []model.Node {
	plan := newCodecPlan(api)
	var nodes []model.Node
	for _, pkg := range plan.packages() {
		nodes = append(nodes, codecPackage{pkg, plan})
	}
	return nodes
}

// codecPath is the file of a package's decoders.
func codecPath(p codecPackage) string {
	layout := p.plan.api.Layout
	return path.Join(layout.CodecDir, p.at()[len(layout.Codec):], "codec.go")
}

// at is the import path of the decoders.
func (p codecPackage) at() string { return p.plan.packageOf(p.Package) }

// name is the name of that package.
func (p codecPackage) name() string {
	if p.plan.roots[p.Package] == nil && p.plan.api.Options.ExternalCodecs[p.Path] == "" {
		return p.Name
	}
	return path.Base(p.at())
}

// buildCodec builds codec.go: the decoders of a package's types, and for a group-version the table of them.
func buildCodec(f *jen.File, p codecPackage) {
	name, roots := p.name(), p.plan.roots[p.Package]
	switch {
	case roots != nil:
		packageDoc(f, "Package %s decodes the types of %s from JSON without reflection. Clients are given [Table]; the functions are there for the decoders of other packages.",
			name, p.Version.GroupVersion())
		table(f, p.plan, roots)
	case p.plan.api.Options.ExternalCodecs[p.Path] == "": // else it lies where somebody else documents the package
		packageDoc(f, "Package %s decodes what the API's types have of %s from JSON without reflection.", name, p.Path)
	}
	for _, d := range p.plan.decls[p.Package] {
		decoder{file: f, plan: p.plan}.declare(d)
	}
}

// table writes
//
//	func Table() codec.Table {
//		return codec.Table{
//			codec.For(DecodeRobot),
//		}
//	}
func table(f *jen.File, plan *codecPlan, roots []*model.Decl) {
	var entries []jen.Code
	for _, d := range roots {
		if plan.structs[d] != nil {
			entries = append(entries, jen.Qual(pkgCodec, "For").Call(decoder{file: f, plan: plan}.of(d)))
		}
	}
	declare(f, comment("Table lists the decoders of what clients receive."),
		jen.Func().Id("Table").Params().Qual(pkgCodec, "Table").Block(
			jen.Return(jen.Qual(pkgCodec, "Table").Add(lines(entries...))),
		))
}

// decoder writes the decoders of one file.
type decoder struct {
	file *jen.File
	plan *codecPlan
	// within are the named types whose elements are being written.
	within []*model.Decl
}

// of writes the name of a struct's decoder.
func (w decoder) of(d *model.Decl) *jen.Statement {
	return w.at(w.plan.packageOf(d.Package), d)
}

func (w decoder) at(pkg string, d *model.Decl) *jen.Statement {
	importAs(w.file, pkg, codecAlias(pkg, d.Package))
	return jen.Qual(pkg, "Decode"+d.Name)
}

// codecAlias names the decoders of a package, such as "codecfleetv1".
func codecAlias(at string, pkg *model.Package) string {
	if at == pkgCodecMeta {
		return "codecmetav1"
	}
	return "codec" + aliasOf(pkg)
}

// declare writes
//
//	func DecodeRetry(s *scan.Scanner, v *fleetv1.Retry) {
//		for o := s.Object(); o.Next(); {
//			switch string(o.Name) {
//			case "attempts":
//				scan.Int(s, &v.Attempts)
//			default:
//				s.Unknown(o.Name, v)
//			}
//		}
//	}
func (w decoder) declare(d *model.Decl) {
	declare(w.file, comment("Decode%s decodes %s.", d.Name, a(d.Name)),
		jen.Func().Id("Decode"+d.Name).Params(scannerParam(), jen.Id("v").Add(pointer(w.file, d))).Block(
			w.object("v", "", w.plan.structs[d]),
		))
}

func scannerParam() jen.Code { return jen.Id("s").Op("*").Qual(pkgScan, "Scanner") }

// object writes the loop over the fields of a struct; amp is "&" unless place is a pointer to it.
func (w decoder) object(place, amp string, fields []model.JSONField) jen.Code {
	body := []jen.Code{jen.Id("s.Unknown").Call(jen.Id("o.Name"), jen.Op(amp).Id(place))}
	if len(fields) > 0 {
		var cases []jen.Code
		for _, f := range fields {
			cases = append(cases, jen.Case(jen.Lit(f.Name)).Block(w.field(place, f)...))
		}
		cases = append(cases, jen.Default().Block(body...))
		body = []jen.Code{jen.Switch(jen.String().Call(jen.Id("o.Name"))).Block(cases...)}
	}
	return jen.For(jen.Id("o").Op(":=").Id("s.Object").Call(), jen.Id("o.Next").Call(), jen.Empty()).Block(body...)
}

// field writes what reads a field, after what makes the embedded structs that pointers on the way to it lack.
func (w decoder) field(place string, f model.JSONField) []jen.Code {
	var body []jen.Code
	way := []string{place}
	for _, e := range f.Path[:len(f.Path)-1] {
		way = append(way, e.Name)
		if t := e.Type.Unalias(); t.Kind == model.Pointer {
			at := strings.Join(way, ".")
			body = append(body, jen.If(jen.Id(at).Op("==").Nil()).Block(jen.Id(at).Op("=").New(typeOf(w.file, t.Elem))))
		}
	}
	return append(body, w.read(f.Field().Type, place+"."+f.Selector, "&"))
}
