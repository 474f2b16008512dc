package templates

import (
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// name writes the name of a declaration, with a qualifier if it is of another package.
func name(f *jen.File, d *model.Decl) *jen.Statement {
	if d.Package == nil {
		return jen.Id(d.Name)
	}
	importPackage(f, d.Package)
	return jen.Qual(d.Package.Path, d.Name)
}

// pointer writes *fleetv1.Robot.
func pointer(f *jen.File, d *model.Decl) *jen.Statement {
	return jen.Op("*").Add(name(f, d))
}

// typeOf writes a type expression.
func typeOf(f *jen.File, t *model.Type) *jen.Statement {
	switch t.Kind {
	case model.Named:
		s := name(f, t.Decl)
		if len(t.Args) == 0 {
			return s
		}
		args := make([]jen.Code, len(t.Args))
		for i, arg := range t.Args {
			args[i] = typeOf(f, arg)
		}
		return s.Types(args...)
	case model.Pointer:
		return jen.Op("*").Add(typeOf(f, t.Elem))
	case model.Slice:
		return jen.Index().Add(typeOf(f, t.Elem))
	case model.Array:
		return jen.Index(jen.Id(t.Len)).Add(typeOf(f, t.Elem))
	case model.Map:
		return jen.Map(typeOf(f, t.Key)).Add(typeOf(f, t.Elem))
	case model.Struct:
		return structOf(f, t)
	case model.Interface:
		if t.Name == "" {
			return jen.Interface()
		}
	}
	return jen.Id(t.Name)
}

// structOf writes a struct type.
func structOf(f *jen.File, t *model.Type) *jen.Statement {
	return jen.StructFunc(func(g *jen.Group) {
		for _, field := range t.Fields {
			s := g.Null()
			if !field.Embedded {
				s.Id(field.Name)
			}
			s.Add(typeOf(f, field.Type))
			if field.Tag != "" {
				s.Add(text(field.Tag))
			}
		}
	})
}

// importAs makes f import the package under that name. The import has no alias if the path ends in it.
func importAs(f *jen.File, pkg, alias string) {
	if path.Base(pkg) == alias {
		f.ImportName(pkg, alias)
	} else {
		f.ImportAlias(pkg, alias)
	}
}

// nameOf writes a name of a plan.
func nameOf(f *jen.File, n plan.Name) *jen.Statement {
	if n.Path == "" {
		return jen.Id(n.Ident)
	}
	if n.Alias != "" {
		importAs(f, n.Path, n.Alias)
	}
	return jen.Qual(n.Path, n.Ident)
}

// importPackage makes f import a package of the model. If the alias differs from the name of the package, it stands in the import
// even if the path ends in it.
func importPackage(f *jen.File, p *model.Package) {
	if alias := plan.Alias(p); alias == p.Name {
		importAs(f, p.Path, alias)
	} else {
		f.ImportAlias(p.Path, alias)
	}
}
