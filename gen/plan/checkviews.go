package plan

import (
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// checkViews compares views with their kinds: a field of a view must be one of the kind, by its name in documents, and read the same
// documents.
func (p *planner) checkViews(problems *model.Problems) {
	for _, v := range readVersions(p) {
		for _, k := range v.Views {
			c := viewCheck{problems: problems, view: k, seen: map[[2]*model.Decl]bool{}}
			c.fields(typeOf(k.Decl), typeOf(k.Of), k.Of.Name)
			c.accessors()
		}
	}
}

func typeOf(d *model.Decl) *model.Type {
	return &model.Type{Kind: model.Named, Name: d.Name, Decl: d, Pos: d.Pos}
}

// viewCheck compares a view with its kind.
type viewCheck struct {
	problems *model.Problems
	view     *model.Kind
	// seen are the pairs of types that are compared already: types may contain themselves.
	seen map[[2]*model.Decl]bool
}

// accessors finds fields of a view's own metadata whose type the methods of metadata cannot return.
func (c viewCheck) accessors() {
	if c.view.Meta == nil {
		return
	}
	for _, f := range c.view.Meta.Fields() {
		for _, a := range metaFields() {
			if f.JSON.Name == jsonOfMeta(a.Name) && !f.JSON.Skip && !f.Embedded && !sameName(f.Type, a.Type) {
				c.problems.Add(f.Pos, "take the type of metav1.ObjectMeta", "field %s of %s cannot be what Get%s returns", f.Name, c.view.Meta.Name, a.Name)
			}
		}
	}
}

// sameName reports whether two types are the same, by the names of their packages.
func sameName(a, b *model.Type) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a, b = a.Unalias(), b.Unalias(); a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case model.Named:
		return a.Decl.Name == b.Decl.Name && a.Decl.Package.Path == b.Decl.Package.Path && len(a.Args) == 0
	case model.Basic:
		return a.Name == b.Name
	}
	return sameName(a.Key, b.Key) && sameName(a.Elem, b.Elem)
}

// fields compares the fields of two structs.
func (c viewCheck) fields(view, kind *model.Type, of string) {
	theirs := fieldsInDocuments(kind)
	names := make([]string, 0, len(theirs))
	for _, f := range theirs {
		names = append(names, f.Name)
	}
	for _, f := range fieldsInDocuments(view) {
		i := slices.IndexFunc(theirs, func(candidate model.JSONField) bool { return candidate.Name == f.Name })
		if i < 0 {
			c.problems.Add(f.Field().Pos, c.meant(f.Name, names), "field %s of view %s is called %q in JSON, which %s does not have", f.Field().Name, c.view.GoName, f.Name, of)
			continue
		}
		other := theirs[i].Field()
		if f.Field().JSON.String != other.JSON.String {
			c.problems.Add(f.Field().Pos, "take the tag `"+other.Tag+"`", "field %q of view %s is a number in a string on one side only", f.Name, c.view.GoName)
			continue
		}
		c.value(spot{f, other.Type, of + "." + f.Name}, f.Field().Type, other.Type)
	}
}

// meant says which fields there are, or which one may be meant.
func (c viewCheck) meant(name string, names []string) string {
	const letters, listed = 2, 12
	if near := model.Nearest(name, names, letters); near != "" {
		return "did you mean `json:\"" + near + "\"`?"
	}
	for _, other := range names {
		if strings.EqualFold(other, name) {
			return "did you mean `json:\"" + other + "\"`?"
		}
	}
	if len(names) > listed {
		names = append(slices.Clone(names[:listed]), "…")
	}
	return "it has " + strings.Join(names, ", ")
}

// fieldsInDocuments are the fields of a struct as documents have them.
func fieldsInDocuments(t *model.Type) []model.JSONField {
	t = t.Unalias()
	under := t.Underlying()
	if d := t.NamedDecl(); d != nil {
		return d.DocumentFields()
	}
	return (&model.Decl{Type: under}).DocumentFields()
}

// spot is a field of a view, and that of the kind: its type, and where it is in documents.
type spot struct {
	field model.JSONField
	kind  *model.Type
	where string
}

// value compares what a field of the view, or a part of it, reads with what that of the kind reads.
func (c viewCheck) value(at spot, view, kind *model.Type) {
	view, kind = view.Unalias(), kind.Unalias()
	if identical(view, kind) {
		return
	}
	ours, theirs := view.NamedDecl(), kind.NamedDecl()
	if ours != nil && theirs != nil && len(view.Args)+len(kind.Args) == 0 {
		pair := [2]*model.Decl{ours, theirs}
		if c.seen[pair] {
			return
		}
		c.seen[pair] = true
	}
	if readsAlone(ours) || readsAlone(theirs) {
		c.differs(at)
		return
	}
	a, b := view.Underlying(), kind.Underlying()
	switch {
	case a.Kind != b.Kind || a.Kind == model.Named || len(view.Args)+len(kind.Args) > 0:
		c.differs(at)
	case a.Kind == model.Struct:
		c.fields(view, kind, at.where)
	case a.Kind == model.Map:
		c.value(at, a.Key, b.Key)
		c.value(at, a.Elem, b.Elem)
	case a.Kind == model.Array && a.Len != b.Len, a.Kind == model.Basic && predeclared(a) != predeclared(b), isBytes(a) != isBytes(b):
		c.differs(at)
	case a.Kind == model.Interface && (!isAny(a) || !isAny(b)):
		c.differs(at)
	case a.Elem != nil && b.Elem != nil:
		c.value(at, a.Elem, b.Elem)
	}
}

func (c viewCheck) differs(at spot) {
	c.problems.Add(at.field.Field().Pos, "take "+describe(at.kind)+", or a type that reads the same",
		"field %s of view %s does not read what %s holds", at.field.Field().Name, c.view.GoName, at.where)
}

// identical reports whether two types are the same in Go, as far as that takes no look at the fields of structs.
func identical(a, b *model.Type) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a, b = a.Unalias(), b.Unalias(); a.Kind != b.Kind || a.Decl != b.Decl || a.Name != b.Name && a.Kind == model.Basic {
		return false
	}
	switch a.Kind {
	case model.Named:
		return slices.EqualFunc(a.Args, b.Args, identical)
	case model.Basic:
		return true
	case model.Pointer, model.Slice, model.Map:
		return identical(a.Key, b.Key) && identical(a.Elem, b.Elem)
	case model.Array:
		return a.Len == b.Len && identical(a.Elem, b.Elem)
	}
	return false
}

// readsAlone reports whether documents of a type are read by a method of its own, or in a way that is not known.
func readsAlone(d *model.Decl) bool {
	return d != nil && (d.ReadsItself() || isLeaf(d) || d.Type == nil && d.Package != nil)
}

func isAny(t *model.Type) bool { return t.Name == "any" || t.Name == "interface{}" }

// predeclared is the name of a predeclared type; byte and rune have two.
func predeclared(t *model.Type) string {
	switch t.Name {
	case "byte":
		return "uint8"
	case "rune":
		return "int32"
	}
	return t.Name
}

// describe is a type as it stands in Go, in short.
func describe(t *model.Type) string {
	switch t.Kind {
	case model.Named:
		if t.Decl.Package == nil {
			return t.Decl.Name
		}
		return Alias(t.Decl.Package) + "." + t.Decl.Name
	case model.Pointer:
		return "*" + describe(t.Elem)
	case model.Slice:
		return "[]" + describe(t.Elem)
	case model.Array:
		return "[" + t.Len + "]" + describe(t.Elem)
	case model.Map:
		return "map[" + describe(t.Key) + "]" + describe(t.Elem)
	case model.Struct:
		return "a struct"
	}
	return t.Name
}
