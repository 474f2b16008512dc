package templates

import (
	"slices"

	"github.com/typewright/typewright/gen/model"
)

// instantiated are the fields of a struct that a type names, or points to, with the type's arguments in the place of
// parameters.
func instantiated(t *model.Type) []model.Field {
	t = literal(t)
	if t.Kind == model.Pointer {
		t = literal(t.Elem)
	}
	under := underOf(t)
	if under.Kind != model.Struct {
		return nil
	}
	return under.Fields
}

// underOf is the type literal or basic type behind a type, with the type's arguments in the place of parameters.
func underOf(t *model.Type) *model.Type {
	for range 100 { // as [model.Type.Underlying]
		if t.Kind != model.Named || t.Decl == nil || t.Decl.Type == nil {
			return t
		}
		t = substitute(t.Decl.Type, t.Decl.TypeParams, t.Args)
	}
	return t
}

// substitute replaces type parameters by arguments.
func substitute(t *model.Type, params []string, args []*model.Type) *model.Type {
	if t == nil || len(params) == 0 || len(params) != len(args) {
		return t
	}
	if t.Kind == model.TypeParam {
		if i := slices.Index(params, t.Name); i >= 0 {
			return args[i]
		}
		return t
	}
	out := *t
	out.Key, out.Elem = substitute(t.Key, params, args), substitute(t.Elem, params, args)
	out.Args = slices.Clone(t.Args)
	for i := range out.Args {
		out.Args[i] = substitute(out.Args[i], params, args)
	}
	out.Fields = slices.Clone(t.Fields)
	for i := range out.Fields {
		out.Fields[i].Type = substitute(out.Fields[i].Type, params, args)
	}
	return &out
}
