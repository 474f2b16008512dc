package templates

import (
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// applyFile is a file in which apply configurations are named.
type applyFile struct {
	*jen.File
	plan *applyPlan
}

// config writes the name of a declaration's apply configuration, such as applymetav1.ConditionApplyConfiguration.
func (f applyFile) config(d *model.Decl) *jen.Statement {
	d = d.Resolve()
	pkg := f.plan.packageOf(d)
	importAs(f.File, pkg, applyAlias(d.Package))
	return jen.Qual(pkg, configName(d))
}

func configName(d *model.Decl) string { return d.Name + "ApplyConfiguration" }

// applyAlias names the apply configurations of a package, such as "applyfleetv1".
func applyAlias(p *model.Package) string {
	alias := "apply" + aliasOf(p)
	if alias == "applyv1" {
		alias = "apply" + path.Base(path.Dir(p.Path)) + "v1"
	}
	return alias
}

// typ writes what a field's type becomes, with pointers to structs and basic types taken off: structs with an apply
// configuration become that, alone or as the elements of a slice or map.
func (f applyFile) typ(t *model.Type) *jen.Statement {
	switch t.Kind {
	case model.Pointer:
		return f.typ(t.Elem)
	case model.Named:
		if d := f.plan.config(t); d != nil {
			return f.config(d)
		}
	case model.Slice:
		if d := declOf(t.Elem); f.plan.packageOf(d) != "" {
			return jen.Index().Add(f.config(d))
		}
	case model.Map:
		if d := declOf(t.Elem); f.plan.packageOf(d) != "" {
			return jen.Map(typeOf(f.File, t.Key)).Add(f.config(d))
		}
	}
	return typeOf(f.File, t)
}

// literal follows aliases; what remains a name is a type of its own.
func literal(t *model.Type) *model.Type {
	for t.Kind == model.Named && t.Decl.Alias && t.Decl.Type != nil {
		t = t.Decl.Type
	}
	return t
}

// nillable tells types which can be absent without a pointer: slices and maps that have no name.
func nillable(t *model.Type) bool {
	kind := literal(t).Kind
	return kind == model.Slice || kind == model.Map
}

// configSlice returns the element of a slice of apply configurations, or of a pointer to such a slice.
func (f applyFile) configSlice(t *model.Type) *model.Decl {
	for t = literal(t); t.Kind == model.Pointer; {
		t = literal(t.Elem)
	}
	if t.Kind != model.Slice {
		return nil
	}
	return f.plan.config(t.Elem)
}
