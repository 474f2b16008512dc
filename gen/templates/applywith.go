package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// withAll writes the With functions of all fields, those of embedded structs among them, and the getters that typed
// clients need.
func (b configuration) withAll() {
	seen := map[string]bool{}
	for _, f := range b.decl.Fields() {
		switch {
		case !documented(f) || seen[f.Name]:
		case f.Embedded:
			b.withEmbedded(f, seen)
		default:
			seen[f.Name] = true
			b.with(f)
		}
	}
}

// withEmbedded writes functions that pass on to those of an embedded struct, so that they return the outer one:
//
//	func (b *RobotApplyConfiguration) WithName(value string) *RobotApplyConfiguration {
//		b.objectMeta().WithName(value)
//		return b
//	}
func (b configuration) withEmbedded(embedded model.Field, seen map[string]bool) {
	d := b.plan.config(embedded.Type)
	if d == nil {
		return // its fields are promoted as they are
	}
	inner := jen.Id("b." + configName(d))
	if !embedded.JSON.Inline {
		inner = jen.Id("b." + lowerFirst(d.Name)).Call()
		b.ensure(d)
	}
	for _, f := range promoted(d, nil) {
		if !seen[f.Name] && documented(f) && !hidden(d, f) {
			seen[f.Name] = true
			b.passOn(inner, f)
		}
	}
	if isMeta(embedded.Type, "ObjectMeta") {
		b.getter(inner, "Name")
		b.getter(inner, "Namespace")
	}
}

// promoted are the fields of a struct and, in place of what it embeds, the fields of that.
func promoted(d *model.Decl, fields []model.Field) []model.Field {
	for _, f := range d.Fields() {
		if !f.Embedded {
			fields = append(fields, f)
			continue
		}
		t := f.Type
		for t.Kind == model.Pointer {
			t = t.Elem
		}
		if inner := declOf(t); inner != nil && documented(f) {
			fields = promoted(inner, fields)
		}
	}
	return fields
}

// hidden tells the fields of metadata that nobody applies.
func hidden(d *model.Decl, f model.Field) bool {
	return d.Name == "ObjectMeta" && d.Package.Path == pkgMeta && (f.Name == "ManagedFields" || f.Name == "SelfLink")
}

// ensure writes
//
//	func (b *RobotApplyConfiguration) objectMeta() *applymetav1.ObjectMetaApplyConfiguration {
//		if b.ObjectMetaApplyConfiguration == nil {
//			b.ObjectMetaApplyConfiguration = &applymetav1.ObjectMetaApplyConfiguration{}
//		}
//		return b.ObjectMetaApplyConfiguration
//	}
func (b configuration) ensure(d *model.Decl) {
	field := "b." + configName(d)
	b.Line()
	b.Func().Params(b.receiver()).Id(lowerFirst(d.Name)).Params().Op("*").Add(b.config(d)).Block(
		jen.If(jen.Id(field).Op("==").Nil()).Block(jen.Id(field).Op("=").Op("&").Add(b.config(d)).Values()),
		jen.Return(jen.Id(field)),
	)
}

func (b configuration) receiver() jen.Code { return jen.Id("b").Op("*").Id(b.name) }

// getter writes
//
//	func (b *RobotApplyConfiguration) GetName() *string {
//		return b.objectMeta().Name
//	}
func (b configuration) getter(inner *jen.Statement, field string) {
	declare(b.File, comment("Get%s returns %s; nil when it was not set.", field, field),
		jen.Func().Params(b.receiver()).Id("Get"+field).Params().Op("*").String().Block(jen.Return(inner.Clone().Dot(field))))
}

func (b configuration) passOn(inner *jen.Statement, f model.Field) {
	kind, param, arg := b.shape(f)
	declare(b.File, comment(docs[kind], f.Name, f.Name), b.function(f, param,
		inner.Clone().Dot("With"+f.Name).Call(arg)))
}

// function writes func (b *RobotApplyConfiguration) WithSpec(…) *RobotApplyConfiguration { …; return b }.
func (b configuration) function(f model.Field, param jen.Code, body ...jen.Code) jen.Code {
	return jen.Func().Params(b.receiver()).Id("With" + f.Name).Params(param).Op("*").Id(b.name).
		Block(append(body, jen.Return(jen.Id("b")))...)
}

// withKind tells the forms of With functions apart.
type withKind int

const (
	sets withKind = iota
	appends
	appendsTargets
	puts
)

// docs are the comments above the forms.
var docs = [...]string{
	sets:           "With%s sets %s.",
	appends:        "With%s appends to %s.",
	appendsTargets: "With%s appends to %s.",
	puts:           "With%s puts entries into %s, in place of those with the same keys.",
}

// shape decides on the form for a field: its parameter, and how that is passed on.
func (b configuration) shape(f model.Field) (kind withKind, param, arg jen.Code) {
	t := literal(f.Type)
	if d := b.configSlice(f.Type); d != nil {
		return appendsTargets, jen.Id("values").Op("...").Op("*").Add(b.config(d)), jen.Id("values").Op("...")
	}
	switch {
	case t.Kind == model.Slice:
		return appends, jen.Id("values").Op("...").Add(typeOf(b.File, t.Elem)), jen.Id("values").Op("...")
	case t.Kind == model.Map:
		return puts, jen.Id("entries").Add(b.typ(t)), jen.Id("entries")
	case b.plan.config(f.Type) != nil:
		return sets, jen.Id("value").Op("*").Add(b.typ(f.Type)), jen.Id("value")
	}
	return sets, jen.Id("value").Add(b.typ(f.Type)), jen.Id("value")
}

// with writes the function of a field of the struct itself.
func (b configuration) with(f model.Field) {
	kind, param, _ := b.shape(f)
	place := "b." + f.Name
	var body []jen.Code
	switch kind {
	case appendsTargets:
		body = b.appendTargets(f)
	case appends:
		// b.Zones = append(b.Zones, values...)
		body = []jen.Code{jen.Id(place).Op("=").Append(jen.Id(place), jen.Id("values").Op("..."))}
	case puts:
		// b.Limits = putAll(b.Limits, entries)
		b.used.puts = true
		body = []jen.Code{jen.Id(place).Op("=").Id("putAll").Call(jen.Id(place), jen.Id("entries"))}
	default:
		value := jen.Op("&").Id("value")
		if b.plan.config(f.Type) != nil {
			value = jen.Id("value")
		}
		// b.Spec = value
		body = []jen.Code{jen.Id(place).Op("=").Add(value)}
	}
	declare(b.File, comment(docs[kind], f.Name, f.Name), b.function(f, param, body...))
}

// appendTargets writes
//
//	b.Tasks = appendAll(b.Tasks, values)
//
// and for a pointer to a slice
//
//	if b.Tasks == nil {
//		b.Tasks = &[]TaskApplyConfiguration{}
//	}
//	*b.Tasks = appendAll(*b.Tasks, values)
func (b configuration) appendTargets(f model.Field) []jen.Code {
	b.used.appends = true
	place := "b." + f.Name
	t := literal(f.Type)
	if t.Kind != model.Pointer {
		if literal(t.Elem).Kind == model.Pointer {
			return []jen.Code{jen.Id(place).Op("=").Append(jen.Id(place), jen.Id("values").Op("..."))}
		}
		return []jen.Code{jen.Id(place).Op("=").Id("appendAll").Call(jen.Id(place), jen.Id("values"))}
	}
	return []jen.Code{
		jen.If(jen.Id(place).Op("==").Nil()).Block(jen.Id(place).Op("=").Op("&").Add(b.typ(f.Type)).Values()),
		jen.Id("*"+place).Op("=").Id("appendAll").Call(jen.Id("*"+place), jen.Id("values")),
	}
}

// helpers are the functions of a package that its With functions call.
type helpers struct {
	appends, puts bool
}

func (h helpers) write(f *jen.File) {
	if h.appends {
		// func appendAll[T any](list []T, values []*T) []T {
		// 	for _, value := range values {
		// 		if value == nil {
		// 			panic("nil value passed to a With function")
		// 		}
		// 		list = append(list, *value)
		// 	}
		// 	return list
		// }
		declare(f, comment("appendAll appends what values point to. A nil among them is a mistake of the caller's: it panics."),
			jen.Func().Id("appendAll").Types(jen.Id("T").Any()).
				Params(jen.Id("list").Index().Id("T"), jen.Id("values").Index().Op("*").Id("T")).Index().Id("T").Block(
				jen.For(jen.List(jen.Id("_"), jen.Id("value")).Op(":=").Range().Id("values")).Block(
					jen.If(jen.Id("value").Op("==").Nil()).Block(jen.Panic(jen.Lit("nil value passed to a With function"))),
					jen.Id("list").Op("=").Append(jen.Id("list"), jen.Op("*").Id("value")),
				),
				jen.Return(jen.Id("list")),
			))
	}
	if h.puts {
		// func putAll[K comparable, V any](m, entries map[K]V) map[K]V {
		// 	if m == nil && len(entries) > 0 {
		// 		m = make(map[K]V, len(entries))
		// 	}
		// 	maps.Copy(m, entries)
		// 	return m
		// }
		kind := jen.Map(jen.Id("K")).Id("V")
		declare(f, comment("putAll puts entries into m, which is made when it is needed."),
			jen.Func().Id("putAll").Types(jen.Id("K").Comparable(), jen.Id("V").Any()).
				Params(jen.List(jen.Id("m"), jen.Id("entries")).Add(kind)).Add(kind).Block(
				jen.If(jen.Id("m").Op("==").Nil().Op("&&").Len(jen.Id("entries")).Op(">").Lit(0)).Block(
					jen.Id("m").Op("=").Make(kind, jen.Len(jen.Id("entries"))),
				),
				jen.Qual(pkgMaps, "Copy").Call(jen.Id("m"), jen.Id("entries")),
				jen.Return(jen.Id("m")),
			))
	}
}
