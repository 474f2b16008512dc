package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/plan"
)

// wholeSchema prints internal/internal.go: what the merge schemas of all packages share.
func wholeSchema(f *jen.File, c *plan.WholeSchema) {
	packageDoc(f, "Package internal has the merge schemas of the API's types: which lists and maps merge, and by which keys. A schema is parsed when it is first asked for; a program holds those that it uses and no others.")
	// func Parser() *typed.Parser {
	// 	return all.parse(fleetV1Types, otherTypes)
	// }
	declare(f, comment("Parser returns the types of all group-versions."),
		jen.Func().Id("Parser").Params().Op("*").Qual(plan.PkgMergeTyped, "Parser").Block(jen.Return(parse("all", c.Parts))))
	declare(f, nil, jen.Var().Id("all").Id("schema"))
	schemaType(f)
	declare(f, comment("%s are those of packages for which nothing else is generated here, and those that stand for anything.", plan.OtherTypes),
		jen.Const().Id(plan.OtherTypes).Op("=").Add(text(c.Foreign)))
}

// parse writes fleetV1.parse(fleetV1Types, otherTypes).
func parse(schema string, parts []string) jen.Code {
	args := make([]jen.Code, 0, len(parts)+1)
	for _, name := range append(slices.Clip(parts), plan.OtherTypes) {
		args = append(args, jen.Id(name))
	}
	return jen.Id(schema + ".parse").Call(args...)
}

// packageSchema prints internal/fleet_v1.go: the merge schema of a package's types.
func packageSchema(f *jen.File, c *plan.PackageSchema) {
	// func FleetV1() *typed.Parser {
	// 	return fleetV1.parse(fleetV1Types, otherTypes)
	// }
	if c.Func != "" {
		declare(f, comment("%s returns the types of %s and all that they are made of.", c.Func, c.Of),
			jen.Func().Id(c.Func).Params().Op("*").Qual(plan.PkgMergeTyped, "Parser").Block(jen.Return(parse(c.Var, c.Parts))))
		declare(f, nil, jen.Var().Id(c.Var).Id("schema"))
	}
	declare(f, nil, jen.Const().Id(c.Const).Op("=").Add(text(c.Text)))
}

// schemaType writes
//
//	type schema struct {
//		once   sync.Once
//		parser *typed.Parser
//	}
//
//	func (s *schema) parse(types ...string) *typed.Parser {
//		s.once.Do(func() {
//			var err error
//			if s.parser, err = typed.NewParser(typed.YAMLObject("types:\n" + strings.Join(types, ""))); err != nil {
//				panic(err)
//			}
//		})
//		return s.parser
//	}
func schemaType(f *jen.File) {
	parser := jen.Op("*").Qual(plan.PkgMergeTyped, "Parser")
	declare(f, comment("schema is a merge schema that is parsed once."),
		jen.Type().Id("schema").Struct(
			jen.Id("once").Qual(plan.PkgSync, "Once"),
			jen.Id("parser").Add(parser),
		))
	text := jen.Qual(plan.PkgMergeTyped, "YAMLObject").Call(jen.Lit("types:\n").Op("+").Qual(plan.PkgStrings, "Join").Call(jen.Id("types"), jen.Lit("")))
	declare(f, comment("parse reads a schema that is put together of these types. One that cannot be read is a fault of the generator: it panics."),
		jen.Func().Params(jen.Id("s").Op("*").Id("schema")).Id("parse").Params(jen.Id("types").Op("...").String()).Add(parser).Block(
			jen.Id("s.once.Do").Call(jen.Func().Params().Block(
				jen.Var().Err().Error(),
				jen.If(
					jen.List(jen.Id("s.parser"), jen.Err()).Op("=").Qual(plan.PkgMergeTyped, "NewParser").Call(text),
					jen.Err().Op("!=").Nil(),
				).Block(jen.Panic(jen.Err())),
			)),
			jen.Return(jen.Id("s.parser")),
		))
}

// applyUtils prints utils.go: functions about all apply configurations of an API together.
func applyUtils(f *jen.File, c *plan.ApplyUtils) {
	packageDoc(f, "Package %s knows the apply configurations of all group-versions, which lie in the folders below.", c.Name)
	forKind(f, c)
	importAs(f, c.Internal, "internal")
	// func NewTypeConverter(scheme *runtime.Scheme) managedfields.TypeConverter {
	// 	return managedfields.NewSchemeTypeConverter(scheme, internal.Parser())
	// }
	declare(f, comment("NewTypeConverter returns a converter that can merge the types of this API, for whoever keeps managed fields by itself, such as fake clients. The types must be known to scheme."),
		jen.Func().Id("NewTypeConverter").Params(jen.Id("scheme").Op("*").Qual(plan.PkgRuntime, "Scheme")).Qual(plan.PkgMerge, "TypeConverter").Block(
			jen.Return(jen.Qual(plan.PkgMerge, "NewSchemeTypeConverter").Call(jen.Id("scheme"), jen.Qual(c.Internal, "Parser").Call())),
		))
}

// forKind writes
//
//	func ForKind(kind schema.GroupVersionKind) interface{} {
//		switch kind.GroupVersion() {
//		case schema.GroupVersion{Group: "fleet.typewright.dev", Version: "v1"}:
//			switch kind.Kind {
//			case "Robot":
//				return &applyfleetv1.RobotApplyConfiguration{}
//			…
func forKind(f *jen.File, c *plan.ApplyUtils) {
	versions := make([]jen.Code, len(c.Versions))
	for i, v := range c.Versions {
		kinds := make([]jen.Code, len(v.Types))
		for j, t := range v.Types {
			kinds[j] = jen.Case(jen.Lit(t.Kind)).Block(jen.Return(jen.Op("&").Add(name(f, t.Config)).Values()))
		}
		versions[i] = jen.Case(versionLiteral(v.Version)).Block(jen.Switch(jen.Id("kind.Kind")).Block(kinds...))
	}
	declare(f, comment("ForKind returns an empty apply configuration for a kind, or for any other type that is a part of one, as if it were a kind; nil for a type that has none."),
		jen.Func().Id("ForKind").Params(jen.Id("kind").Qual(plan.PkgSchema, "GroupVersionKind")).Interface().Block(
			jen.Switch(jen.Id("kind.GroupVersion").Call()).Block(versions...),
			jen.Return(jen.Nil()),
		))
}
