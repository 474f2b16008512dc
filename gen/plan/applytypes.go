package plan

import (
	"go/token"

	"github.com/typewright/typewright/gen/model"
)

// fieldType is the type of a field in a configuration, without a pointer. A struct with a configuration becomes that: alone,
// as the element of a list, or as the element of a map. Further within, types stay as they are.
func (p *applyPlan) fieldType(t *model.Type) *model.Type {
	switch under := visible(t); under.Kind {
	case model.Pointer:
		return p.fieldType(under.Elem)
	case model.Named:
		if d := p.config(under); d != nil {
			return named(p.target(d))
		}
	case model.Slice:
		if d, pointers := p.listed(t); d != nil {
			elem := named(p.target(d))
			for range pointers {
				elem = pointerTo(elem)
			}
			return &model.Type{Kind: model.Slice, Elem: elem}
		}
	case model.Map:
		if elem := visible(under.Elem); elem.Kind == model.Named {
			return &model.Type{Kind: model.Map, Key: p.asIs(under.Key), Elem: p.fieldType(elem)}
		}
	}
	return p.asIs(t)
}

func named(d *model.Decl) *model.Type { return &model.Type{Kind: model.Named, Name: d.Name, Decl: d} }

func pointerTo(t *model.Type) *model.Type { return &model.Type{Kind: model.Pointer, Elem: t} }

// listed is the struct whose configurations are the elements of a list, or of the list that a pointer points to. pointers
// counts the pointers between the list and its elements.
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

// asIs is the same type, with names that only their own package can write replaced by the types behind them.
func (p *applyPlan) asIs(t *model.Type) *model.Type {
	switch t.Kind {
	case model.Pointer, model.Slice:
		return &model.Type{Kind: t.Kind, Elem: p.asIs(t.Elem)}
	case model.Array:
		return &model.Type{Kind: t.Kind, Len: t.Len, Elem: p.asIs(t.Elem)}
	case model.Map:
		return &model.Type{Kind: t.Kind, Key: p.asIs(t.Key), Elem: p.asIs(t.Elem)}
	case model.Struct:
		return p.structAsIs(t)
	case model.Named:
		return p.namedAsIs(t)
	}
	return t
}

func (p *applyPlan) namedAsIs(t *model.Type) *model.Type {
	if hidden(t.Decl) {
		if d := p.config(t); d != nil {
			return named(p.target(d))
		}
		return p.asIs(t.Underlying())
	}
	if len(t.Args) == 0 {
		return t
	}
	args := make([]*model.Type, len(t.Args))
	for i, arg := range t.Args {
		args[i] = p.asIs(arg)
	}
	return &model.Type{Kind: model.Named, Name: t.Name, Decl: t.Decl, Args: args}
}

// structAsIs is a struct without a name, with the fields that documents have.
func (p *applyPlan) structAsIs(t *model.Type) *model.Type {
	st := &model.Type{Kind: model.Struct}
	for _, f := range t.Fields {
		if f.JSON.Skip || !f.Embedded && !token.IsExported(f.Name) || unwritable(f.Type) {
			continue
		}
		st.Fields = append(st.Fields, model.Field{Name: f.Name, Embedded: f.Embedded, Type: p.asIs(f.Type), Tag: f.Tag})
	}
	return st
}

// hidden reports whether no other package can name a type.
func hidden(d *model.Decl) bool {
	return d.Package != nil && d.Type != nil && !token.IsExported(d.Name)
}

// visible follows aliases, and names that only their own package can write.
func visible(t *model.Type) *model.Type {
	for t = t.Unalias(); t.Kind == model.Named && hidden(t.Decl); {
		t = t.Underlying().Unalias()
	}
	return t
}

// isNilable reports whether a type can be absent without a pointer: slices and maps without a name can.
func isNilable(t *model.Type) bool {
	kind := visible(t).Kind
	return kind == model.Slice || kind == model.Map
}
