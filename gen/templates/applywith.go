package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/plan"
)

// fieldMethods writes the methods of a field: its With functions, and for embedded configurations what these need.
func (p configurationPrinter) fieldMethods(f plan.ConfigurationField) {
	if f.Accessor != nil {
		p.accessor(*f.Accessor)
	}
	for _, s := range f.Setters {
		p.setter(s)
	}
	if f.NameGetters != "" {
		p.getter(f.NameGetters, "Name")
		p.getter(f.NameGetters, "Namespace")
	}
}

func (p configurationPrinter) receiver() jen.Code { return jen.Id("b").Op("*").Id(p.Name) }

// accessor writes
//
//	func (b *RobotApplyConfiguration) objectMeta() *applymetav1.ObjectMetaApplyConfiguration {
//		if b.ObjectMetaApplyConfiguration == nil {
//			b.ObjectMetaApplyConfiguration = &applymetav1.ObjectMetaApplyConfiguration{}
//		}
//		return b.ObjectMetaApplyConfiguration
//	}
func (p configurationPrinter) accessor(a plan.Accessor) {
	field := "b." + a.Field
	config := func() *jen.Statement { return typeOf(p.file, a.Type) }
	p.file.Line()
	p.file.Func().Params(p.receiver()).Id(a.Name).Params().Op("*").Add(config()).Block(
		jen.If(jen.Id(field).Op("==").Nil()).Block(jen.Id(field).Op("=").Op("&").Add(config()).Values()),
		jen.Return(jen.Id(field)),
	)
}

// getter writes
//
//	func (b *RobotApplyConfiguration) GetName() *string {
//		return b.objectMeta().Name
//	}
func (p configurationPrinter) getter(on, field string) {
	declare(p.file, comment("Get%s returns %s; nil when it was not set.", field, field),
		jen.Func().Params(p.receiver()).Id("Get"+field).Params().Op("*").String().Block(jen.Return(jen.Id(on).Dot(field))))
}

// setter writes
//
//	func (b *RobotApplyConfiguration) WithSpec(value *RobotSpecApplyConfiguration) *RobotApplyConfiguration {
//		b.Spec = value
//		return b
//	}
//
// or passes its argument on:
//
//	func (b *RobotApplyConfiguration) WithName(value string) *RobotApplyConfiguration {
//		b.objectMeta().WithName(value)
//		return b
//	}
func (p configurationPrinter) setter(s plan.Setter) {
	typ := typeOf(p.file, s.Param)
	doc, param, arg := "With%s appends to %s.", jen.Id("values").Op("...").Add(typ), jen.Id("values").Op("...")
	switch s.Form {
	case plan.SetValue:
		doc, param, arg = "With%s sets %s.", jen.Id("value").Add(typ), jen.Id("value")
	case plan.PutEntries:
		doc, param, arg = "With%s puts entries into %s, in place of those with the same keys.", jen.Id("entries").Add(typ), jen.Id("entries")
	}
	body := []jen.Code{jen.Id(s.PassOn).Dot("With" + s.Name).Call(arg)}
	if s.PassOn == "" {
		body = p.set(s)
	}
	declare(p.file, comment(doc, s.Name, s.Name),
		jen.Func().Params(p.receiver()).Id("With"+s.Name).Params(param).Op("*").Id(p.Name).
			Block(append(body, jen.Return(jen.Id("b")))...))
}

// set writes the statement of the forms in package plan, for a pointer to a list
//
//	if b.Tasks == nil {
//		b.Tasks = &[]TaskApplyConfiguration{}
//	}
//	*b.Tasks = appendAll(*b.Tasks, values)
func (p configurationPrinter) set(s plan.Setter) []jen.Code {
	place := "b." + s.Field
	var body []jen.Code
	if s.List != nil {
		body = append(body, jen.If(jen.Id(place).Op("==").Nil()).Block(jen.Id(place).Op("=").Op("&").Add(typeOf(p.file, s.List)).Values()))
		place = "*" + place
	}
	value := jen.Id("value")
	switch s.Form {
	case plan.Append:
		value = jen.Append(jen.Id(place), jen.Id("values").Op("..."))
	case plan.AppendAll:
		value = jen.Id("appendAll").Call(jen.Id(place), jen.Id("values"))
	case plan.PutEntries:
		value = jen.Id("putAll").Call(jen.Id(place), jen.Id("entries"))
	case plan.SetValue:
		if s.Pointer {
			value = jen.Op("&").Id("value")
		}
	}
	return append(body, jen.Id(place).Op("=").Add(value))
}

// configurationHelpers writes the functions that With functions of the package call.
func configurationHelpers(f *jen.File, c *plan.Configurations) {
	if c.Appends {
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
	if c.Puts {
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
				jen.Qual(plan.PkgMaps, "Copy").Call(jen.Id("m"), jen.Id("entries")),
				jen.Return(jen.Id("m")),
			))
	}
}
