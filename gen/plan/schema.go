package plan

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// PackageSchema is the content of internal/fleet_v1.go: the merge schema of the types of a package.
type PackageSchema struct {
	// Func is the function that returns the schema of a group-version with all types that it refers to; empty for packages
	// that are not group-versions. Of is what the types belong to, Var the variable that holds the parsed schema, and Parts
	// are the constants that it consists of.
	Func, Of, Var string
	Parts         []string
	// Const is the constant with the types of the package itself, Text its value.
	Const, Text string
}

// WholeSchema is the content of internal/internal.go: the schema of all packages, and what these share.
type WholeSchema struct {
	// Parts are the constants of all packages, Foreign is the value of the constant [OtherTypes].
	Parts   []string
	Foreign string
}

// ApplyUtils is the content of utils.go: functions about all configurations of an API.
type ApplyUtils struct {
	// Name is the name of the package, Internal the import path of the merge schemas.
	Name, Internal string
	Versions       []ConfiguredVersion
}

// ConfiguredVersion is a group-version with configurations.
type ConfiguredVersion struct {
	*model.Version

	Types []ConfiguredType
}

// ConfiguredType is a type and its configuration.
type ConfiguredType struct {
	Kind   string
	Config *model.Decl
}

func packageSchema(p *planner, h *home) Content {
	s := &PackageSchema{Of: h.of(), Var: h.schema, Const: h.types, Text: text(p.apply.schema.byPackage[h.Package])}
	if h.Version == nil {
		return s
	}
	s.Func = h.goName
	for _, pkg := range p.apply.schema.packages(p.apply.schemaRoots(h.Package)) {
		if len(p.apply.own[pkg]) > 0 {
			s.Parts = append(s.Parts, p.apply.homes[pkg].types)
		}
	}
	return s
}

func wholeSchema(p *planner, api *model.API) Content {
	s := &WholeSchema{Foreign: p.apply.foreign() + untypedSchemas}
	for _, pkg := range api.Packages {
		if len(p.apply.own[pkg]) > 0 {
			s.Parts = append(s.Parts, p.apply.homes[pkg].types)
		}
	}
	return s
}

func applyUtils(p *planner, api *model.API) Content {
	u := &ApplyUtils{Name: path.Base(api.Layout.Apply), Internal: api.Layout.Apply + "/internal"}
	for _, pkg := range api.Packages {
		if len(p.apply.own[pkg]) == 0 || pkg.Version == nil {
			continue
		}
		v := ConfiguredVersion{Version: pkg.Version}
		for _, d := range p.apply.own[pkg] {
			v.Types = append(v.Types, ConfiguredType{d.Name, p.apply.target(d)})
		}
		u.Versions = append(u.Versions, v)
	}
	return u
}

// untypedDeduced is the type in merge schemas of values without a schema: they merge field by field.
const untypedDeduced = "__untyped_deduced_"

// untypedSchemas define that type, and the type of values without a schema that are replaced as a whole.
const untypedSchemas = `- name: __untyped_atomic_
  scalar: untyped
  list: {elementType: {namedType: __untyped_atomic_}, elementRelationship: atomic}
  map: {elementType: {namedType: __untyped_atomic_}, elementRelationship: atomic}
- name: __untyped_deduced_
  scalar: untyped
  list: {elementType: {namedType: __untyped_atomic_}, elementRelationship: atomic}
  map: {elementType: {namedType: __untyped_deduced_}, elementRelationship: separable}
`

// mergeSchema has types in the YAML of structured-merge-diff. The markers listType, listMapKey, mapType and structType say how
// lists, maps and structs merge. The types of each Go package are a text of their own, and a schema is several such texts.
type mergeSchema struct {
	plan  *applyPlan
	types map[string]*mergeType
	// byPackage are the same types by the packages that declare them, each list sorted by name.
	byPackage map[*model.Package][]*mergeType
	// current is the type that is being written. within are the named types around the present place that are not structs.
	current *mergeType
	within  []string
}

// mergeType is a type with a name.
type mergeType struct {
	name string
	pkg  *model.Package
	// text is its definition, refs are the names in it.
	text string
	refs []string
}

// newSchema writes the types that the applied kinds are made of.
func (p *applyPlan) newSchema() *mergeSchema {
	s := &mergeSchema{plan: p, types: map[string]*mergeType{}}
	for _, pkg := range p.api.Packages {
		if len(p.own[pkg]) == 0 {
			continue
		}
		for _, d := range p.schemaRoots(pkg) {
			s.structure(&model.Type{Kind: model.Named, Name: d.Name, Decl: d})
		}
	}
	s.group()
	return s
}

// schemaRoots are the declarations of a package that stand in schemas, with a configuration or without.
func (p *applyPlan) schemaRoots(pkg *model.Package) []*model.Decl {
	return slices.DeleteFunc(slices.Clone(pkg.Decls), func(d *model.Decl) bool {
		return !p.reached[d] || d.Alias || len(d.TypeParams) > 0 || d.Type == nil || d.Type.Underlying().Kind != model.Struct ||
			encodesItself(d) && !p.kinds[d] || wellKnown(d) != ""
	})
}

// group collects the definitions by package, each list sorted by name.
func (s *mergeSchema) group() {
	s.byPackage = map[*model.Package][]*mergeType{}
	for _, name := range slices.Sorted(maps.Keys(s.types)) {
		t := s.types[name]
		s.byPackage[t.pkg] = append(s.byPackage[t.pkg], t)
	}
}

// text joins the definitions of a list.
func text(types []*mergeType) string {
	var b strings.Builder
	for _, t := range types {
		b.WriteString(t.text)
	}
	return b.String()
}

// foreign joins the definitions of types from packages without a schema of their own, sorted by name.
func (p *applyPlan) foreign() string {
	var types []*mergeType
	for pkg, list := range p.schema.byPackage {
		if len(p.own[pkg]) == 0 {
			types = append(types, list...)
		}
	}
	slices.SortFunc(types, func(a, b *mergeType) int { return cmp.Compare(a.name, b.name) })
	return text(types)
}

// packages are the packages of all types that the declarations refer to, directly or not, sorted by path.
func (s *mergeSchema) packages(decls []*model.Decl) []*model.Package {
	var names []string
	for _, d := range decls {
		names = append(names, openAPIName(d))
	}
	found, seen := map[string]*model.Package{}, map[string]bool{}
	for len(names) > 0 {
		t := s.types[names[0]]
		if names = names[1:]; t == nil || seen[t.name] {
			continue
		}
		seen[t.name] = true
		found[t.pkg.Path] = t.pkg
		names = append(names, t.refs...)
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *model.Package) int { return cmp.Compare(a.Path, b.Path) })
}
