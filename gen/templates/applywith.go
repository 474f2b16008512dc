package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// withAll writes the With functions of all fields, those of embedded structs among them, and the getters that typed
// clients need.
func (b configuration) withAll() {
	withs := b.plan.withs(b.decl)
	for _, m := range b.members {
		if m.embeds != nil && !m.inline {
			b.ensure(m.embeds)
		}
		for _, w := range withs {
			switch {
			case !w.member.same(m):
			case m.embeds != nil:
				b.passOn(m, w)
			default:
				b.with(m)
			}
		}
		if m.embeds != nil && isMetaDecl(m.embeds, "ObjectMeta") {
			b.getter(b.inner(m), "Name")
			b.getter(b.inner(m), "Namespace")
		}
	}
}

func (m applyMember) same(other applyMember) bool {
	return m.name == other.name && m.embeds == other.embeds
}

// inner writes the configuration that a member embeds: b.TypeMetaApplyConfiguration, or b.objectMeta() where it may have to
// be made.
func (b configuration) inner(m applyMember) *jen.Statement {
	if m.inline {
		return jen.Id("b." + configName(m.embeds))
	}
	return jen.Id("b." + accessorName(m.embeds)).Call()
}

func accessorName(d *model.Decl) string { return free(model.LowerFirst(d.Name)) }

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
	b.Func().Params(b.receiver()).Id(accessorName(d)).Params().Op("*").Add(b.config(d)).Block(
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

// passOn writes a function that passes on to that of an embedded configuration, so that it returns the outer one:
//
//	func (b *RobotApplyConfiguration) WithName(value string) *RobotApplyConfiguration {
//		b.objectMeta().WithName(value)
//		return b
//	}
func (b configuration) passOn(m applyMember, w applyWith) {
	kind, param, arg := b.shape(w.field)
	declare(b.File, comment(docs[kind], w.name, w.name), b.function(w.name, param, b.inner(m).Dot("With"+w.name).Call(arg)))
}

// function writes func (b *RobotApplyConfiguration) WithSpec(…) *RobotApplyConfiguration { …; return b }.
func (b configuration) function(name string, param jen.Code, body ...jen.Code) jen.Code {
	return jen.Func().Params(b.receiver()).Id("With" + name).Params(param).Op("*").Id(b.name).
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
	if d, _ := b.plan.listed(f.Type); d != nil {
		return appendsTargets, jen.Id("values").Op("...").Op("*").Add(b.config(d)), jen.Id("values").Op("...")
	}
	switch t := visible(f.Type); {
	case t.Kind == model.Slice:
		return appends, jen.Id("values").Op("...").Add(b.asIs(t.Elem)), jen.Id("values").Op("...")
	case t.Kind == model.Map:
		return puts, jen.Id("entries").Add(b.typ(t)), jen.Id("entries")
	case b.plan.config(f.Type) != nil:
		return sets, jen.Id("value").Op("*").Add(b.typ(f.Type)), jen.Id("value")
	}
	return sets, jen.Id("value").Add(b.typ(f.Type)), jen.Id("value")
}

// with writes the function of a field of the struct itself.
func (b configuration) with(m applyMember) {
	kind, param, _ := b.shape(m.field)
	place := "b." + m.name
	var body []jen.Code
	switch kind {
	case appendsTargets:
		body = b.appendTargets(m)
	case appends:
		// b.Zones = append(b.Zones, values...)
		body = []jen.Code{jen.Id(place).Op("=").Append(jen.Id(place), jen.Id("values").Op("..."))}
	case puts:
		// b.Limits = putAll(b.Limits, entries)
		b.used.puts = true
		body = []jen.Code{jen.Id(place).Op("=").Id("putAll").Call(jen.Id(place), jen.Id("entries"))}
	default:
		value := jen.Op("&").Id("value")
		if b.plan.config(m.field.Type) != nil {
			value = jen.Id("value")
		}
		// b.Spec = value
		body = []jen.Code{jen.Id(place).Op("=").Add(value)}
	}
	declare(b.File, comment(docs[kind], m.name, m.name), b.function(m.name, param, body...))
}

// appendTargets writes
//
//	b.Tasks = appendAll(b.Tasks, values)
//
// for a list of pointers
//
//	b.Tasks = append(b.Tasks, values...)
//
// and for a pointer to a list
//
//	if b.Tasks == nil {
//		b.Tasks = &[]TaskApplyConfiguration{}
//	}
//	*b.Tasks = appendAll(*b.Tasks, values)
func (b configuration) appendTargets(m applyMember) []jen.Code {
	place := "b." + m.name
	var body []jen.Code
	if t := visible(m.field.Type); t.Kind == model.Pointer {
		body = append(body, jen.If(jen.Id(place).Op("==").Nil()).Block(jen.Id(place).Op("=").Op("&").Add(b.typ(t.Elem)).Values()))
		place = "*" + place
	}
	if _, pointers := b.plan.listed(m.field.Type); pointers > 0 {
		return append(body, jen.Id(place).Op("=").Append(jen.Id(place), jen.Id("values").Op("...")))
	}
	b.used.appends = true
	return append(body, jen.Id(place).Op("=").Id("appendAll").Call(jen.Id(place), jen.Id("values")))
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
