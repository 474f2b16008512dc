package templates

import (
	"go/token"
	"path"
	"strings"

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

// configName is exported even where the struct is not: other packages have fields of it.
func configName(d *model.Decl) string { return model.Exported(d.Name) + "ApplyConfiguration" }

// applyAlias names the apply configurations of a package, such as "applyfleetv1".
func applyAlias(p *model.Package) string {
	alias := "apply" + aliasOf(p)
	if alias == "applyv1" {
		alias = "apply" + path.Base(path.Dir(p.Path)) + "v1"
	}
	return alias
}

// typ writes what a field's type becomes, with pointers to it taken off: structs with a configuration become that, alone, as
// the elements of a list, by pointers too, or as those of a map. Further within, types stay as they are.
func (f applyFile) typ(t *model.Type) *jen.Statement {
	switch under := visible(t); under.Kind {
	case model.Pointer:
		return f.typ(under.Elem)
	case model.Named:
		if d := f.plan.config(under); d != nil {
			return f.config(d)
		}
	case model.Slice:
		if d, pointers := f.plan.listed(t); d != nil {
			return jen.Index().Op(strings.Repeat("*", pointers)).Add(f.config(d))
		}
	case model.Map:
		if elem := visible(under.Elem); elem.Kind == model.Named {
			return jen.Map(f.asIs(under.Key)).Add(f.typ(elem))
		}
	}
	return f.asIs(t)
}

// listed is the struct whose configurations are the elements of a list or of what a pointer to a list leads to, or that the
// elements are so many pointers away from.
func (p *applyPlan) listed(t *model.Type) (d *model.Decl, pointers int) {
	if t = visible(t); t.Kind == model.Pointer {
		t = visible(t.Elem)
	}
	if t.Kind != model.Slice {
		return nil, 0
	}
	elem := t.Elem.Unalias()
	if elem.Kind == model.Pointer {
		pointers, elem = 1, elem.Elem.Unalias()
	}
	if elem.Kind == model.Pointer {
		return nil, 0
	}
	return p.config(elem), pointers
}

// asIs writes a type as it is, but for names that only their own package can write: there stands what is behind them.
func (f applyFile) asIs(t *model.Type) *jen.Statement {
	switch t.Kind {
	case model.Pointer:
		return jen.Op("*").Add(f.asIs(t.Elem))
	case model.Slice:
		return jen.Index().Add(f.asIs(t.Elem))
	case model.Array:
		return jen.Index(jen.Id(t.Len)).Add(f.asIs(t.Elem))
	case model.Map:
		return jen.Map(f.asIs(t.Key)).Add(f.asIs(t.Elem))
	case model.Struct:
		return f.structOf(t)
	case model.Named:
		return f.named(t)
	}
	return typeOf(f.File, t)
}

func (f applyFile) named(t *model.Type) *jen.Statement {
	if hidden(t.Decl) {
		if d := f.plan.config(t); d != nil {
			return f.config(d)
		}
		return f.asIs(t.Underlying())
	}
	s := name(f.File, t.Decl)
	if len(t.Args) == 0 {
		return s
	}
	args := make([]jen.Code, len(t.Args))
	for i, arg := range t.Args {
		args[i] = f.asIs(arg)
	}
	return s.Types(args...)
}

// hidden tells types that no other package can name.
func hidden(d *model.Decl) bool {
	return d.Package != nil && d.Type != nil && !token.IsExported(d.Name)
}

// structOf writes a struct type in the place of a name, with the fields that documents have.
func (f applyFile) structOf(t *model.Type) *jen.Statement {
	return jen.StructFunc(func(g *jen.Group) {
		for _, field := range t.Fields {
			if field.JSON.Skip || !field.Embedded && !token.IsExported(field.Name) || unwritable(field.Type) {
				continue
			}
			s := g.Null()
			if !field.Embedded {
				s.Id(field.Name)
			}
			s.Add(f.asIs(field.Type))
			if field.Tag != "" {
				s.Add(text(field.Tag))
			}
		}
	})
}

// visible follows names that only their own package can write, too.
func visible(t *model.Type) *model.Type {
	for t = t.Unalias(); t.Kind == model.Named && hidden(t.Decl); {
		t = t.Underlying().Unalias()
	}
	return t
}

// nillable tells types which can be absent without a pointer: slices and maps that have no name.
func nillable(t *model.Type) bool {
	kind := visible(t).Kind
	return kind == model.Slice || kind == model.Map
}
