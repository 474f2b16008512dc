package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// buildParser builds internal/internal.go: what the merge schemas of all group-versions have in common.
func (p *applyPlans) buildParser(f *jen.File, api *model.API) {
	packageDoc(f, "Package internal has the merge schemas of the API's types: which lists and maps merge, and by which keys. A schema is parsed when it is first asked for; a program holds those that it uses and no others.")
	plan := p.of(api)
	var all []jen.Code
	for _, pkg := range api.Packages {
		if plan.own(pkg) {
			all = append(all, jen.Id(typesConst(plan.homes[pkg])))
		}
	}
	// func Parser() *typed.Parser {
	// 	return all.parse(fleetV1Types, otherTypes)
	// }
	parser := jen.Op("*").Qual(pkgMergeTyped, "Parser")
	declare(f, comment("Parser returns the types of all group-versions."),
		jen.Func().Id("Parser").Params().Add(parser).Block(jen.Return(jen.Id("all.parse").Call(append(all, jen.Id(otherTypes))...))))
	declare(f, nil, jen.Var().Id("all").Id("schema"))
	schemaType(f)
	foreign := plan.schema.only(func(t *mergeType) bool { return !plan.own(t.pkg) })
	declare(f, comment("%s are those of packages for which nothing else is generated here, and those that stand for anything.", otherTypes),
		jen.Const().Id(otherTypes).Op("=").Add(text(foreign+untypedSchemas)))
}

// otherTypes is the constant that holds the types of foreign packages.
const otherTypes = "otherTypes"

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
	parser := jen.Op("*").Qual(pkgMergeTyped, "Parser")
	declare(f, comment("schema is a merge schema that is parsed once."),
		jen.Type().Id("schema").Struct(
			jen.Id("once").Qual(pkgSync, "Once"),
			jen.Id("parser").Add(parser),
		))
	text := jen.Qual(pkgMergeTyped, "YAMLObject").Call(jen.Lit("types:\n").Op("+").Qual(pkgStrings, "Join").Call(jen.Id("types"), jen.Lit("")))
	declare(f, comment("parse reads a schema that is put together of these types. One that cannot be read is a fault of the generator: it panics."),
		jen.Func().Params(jen.Id("s").Op("*").Id("schema")).Id("parse").Params(jen.Id("types").Op("...").String()).Add(parser).Block(
			jen.Id("s.once.Do").Call(jen.Func().Params().Block(
				jen.Var().Err().Error(),
				jen.If(
					jen.List(jen.Id("s.parser"), jen.Err()).Op("=").Qual(pkgMergeTyped, "NewParser").Call(text),
					jen.Err().Op("!=").Nil(),
				).Block(jen.Panic(jen.Err())),
			)),
			jen.Return(jen.Id("s.parser")),
		))
}

// typesConst is the name of the constant that holds the types of a package.
func typesConst(h applyHome) string { return schemaVar(h) + "Types" }

// schemaVar is the name of the variable that holds the schema of a package's types.
func schemaVar(h applyHome) string { return model.LowerFirst(h.goName) }

// buildSchema builds internal/fleet_v1.go: the merge schema of a package's types.
func (p *applyPlans) buildSchema(f *jen.File, h applyHome) {
	plan := p.of(h.api)
	var types []jen.Code
	for _, pkg := range plan.schema.packages(plan.structs(h.Package)) {
		if plan.own(pkg) {
			types = append(types, jen.Id(typesConst(plan.homes[pkg])))
		}
	}
	// func FleetV1() *typed.Parser {
	// 	return fleetV1.parse(fleetV1Types, otherTypes)
	// }
	if h.Version != nil {
		declare(f, comment("%s returns the types of %s and all that they are made of.", h.goName, h.of()),
			jen.Func().Id(h.goName).Params().Op("*").Qual(pkgMergeTyped, "Parser").Block(
				jen.Return(jen.Id(schemaVar(h)+".parse").Call(append(types, jen.Id(otherTypes))...)),
			))
		declare(f, nil, jen.Var().Id(schemaVar(h)).Id("schema"))
	}
	own := plan.schema.only(func(t *mergeType) bool { return t.pkg == h.Package })
	declare(f, nil, jen.Const().Id(typesConst(h)).Op("=").Add(text(own)))
}

// own tells packages for which a schema of their own is emitted.
func (p *applyPlan) own(pkg *model.Package) bool { return len(p.configs(pkg)) > 0 }

// structs are the declarations of a package that stand in schemas, whether they have apply configurations or not.
func (p *applyPlan) structs(pkg *model.Package) []*model.Decl {
	return slices.DeleteFunc(slices.Clone(pkg.Decls), func(d *model.Decl) bool {
		return !p.reached[d] || d.Alias || len(d.TypeParams) > 0 || d.Type == nil || d.Type.Underlying().Kind != model.Struct ||
			encodesItself(d) && !p.kinds[d] || wellKnown(d) != ""
	})
}
