package crd

import (
	"reflect"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// flatten replaces references by the schemas of the types and merges embedded structs. The result shares nothing with the
// schemas of types that the builder keeps.
func (b *builder) flatten(s *Schema) *Schema {
	if s == nil {
		return nil
	}
	if s.ref != nil {
		return b.resolve(s)
	}
	s.Items, s.AdditionalProperties = b.flattenBelow(s, s.Items), b.flattenBelow(s, s.AdditionalProperties)
	for name, property := range s.Properties {
		s.Properties[name] = b.flatten(property)
	}
	rules := s.Validations
	s.Validations = nil
	own := map[string]bool{}
	for name := range s.Properties {
		own[name] = true
	}
	for _, embedded := range s.inline {
		inner := b.flatten(embedded)
		for name := range own { // as in Go, a field hides one of an embedded struct
			delete(inner.Properties, name)
			inner.Required = slices.DeleteFunc(inner.Required, func(required string) bool { return required == name })
		}
		b.merge(s, inner)
	}
	s.inline, s.Validations = nil, append(rules, s.Validations...)
	return s
}

// flattenBelow flattens the schema of elements. Where their type recurs, what the field says about unknown fields goes for them:
// a cluster accepts that on objects only.
func (b *builder) flattenBelow(outer, s *Schema) *Schema {
	if s != nil && s.ref != nil && outer.PreserveUnknown && b.open[typeKey(s.ref)] {
		outer.PreserveUnknown = false
		return &Schema{Type: "object", PreserveUnknown: true}
	}
	return b.flatten(s)
}

// resolve merges the schema of the type that s refers to with what s itself says: conflicting bounds hold both.
func (b *builder) resolve(s *Schema) *Schema {
	key := typeKey(s.ref)
	if b.open[key] {
		if s.PreserveUnknown {
			s.Type, s.ref = "object", nil
			return s
		}
		b.recursion(s)
		return &Schema{Type: "object", PreserveUnknown: true}
	}
	if len(b.stack) > maxDepth {
		b.recursion(s)
		return &Schema{Type: "object", PreserveUnknown: true}
	}
	if b.flat[key] == nil {
		b.open[key] = true
		b.stack = append(b.stack, key)
		b.flat[key] = b.flatten(b.named(s.ref))
		b.stack = b.stack[:len(b.stack)-1]
		delete(b.open, key)
	}
	whole, over := b.flat[key].clone(), *s
	over.ref = nil
	if over.Description != "" {
		whole.Description = over.Description
	}
	if over.Title != "" {
		whole.Title = over.Title
	}
	if over.DocsURL != "" {
		whole.DocsURL, whole.DocsDescription = over.DocsURL, over.DocsDescription
	}
	if over.Example != nil {
		whole.Example = over.Example
	}
	b.merge(whole, &over)
	return whole
}

// maxDepth bounds types that grow with each step, such as type Endless[T any] struct{ Next *Endless[[]T] }.
const maxDepth = 60

func (b *builder) recursion(s *Schema) {
	b.problem(s, "give the field +kubebuilder:pruning:PreserveUnknownFields or +kubebuilder:validation:Schemaless, or run with --without=crd",
		"type %s contains itself, which the schema of a CustomResourceDefinition cannot say", s.ref.Decl.Name)
}

// merge adds to a schema all that another says. Both are flat. Bounds that both have, and that differ, go to allOf, so that
// both hold.
func (b *builder) merge(to, from *Schema) {
	for _, each := range from.AllOf {
		b.merge(to, each)
	}
	first, second := &Schema{}, &Schema{}
	bounds(to, from, first, second)
	if !reflect.DeepEqual(first, &Schema{}) {
		to.AllOf = append(to.AllOf, first, second)
	}
	switch {
	case to.Type == "":
		to.Type = from.Type
	case from.Type != "" && from.Type != to.Type:
		b.problem(from, "leave out the marker that says so", "a value of type %s cannot be of type %s too", to.Type, from.Type)
	}
	if len(to.Enum) == 0 {
		to.Enum = from.Enum
	}
	if from.Default != nil {
		to.Default = from.Default
	}
	to.Nullable = to.Nullable || from.Nullable
	to.IntOrString = to.IntOrString || from.IntOrString
	to.UniqueItems = to.UniqueItems || from.UniqueItems
	to.EmbeddedResource = to.EmbeddedResource || from.EmbeddedResource
	to.PreserveUnknown = to.PreserveUnknown || from.PreserveUnknown
	to.ExclusiveMaximum = to.ExclusiveMaximum || from.ExclusiveMaximum
	to.ExclusiveMinimum = to.ExclusiveMinimum || from.ExclusiveMinimum
	if from.ListType != "" {
		to.ListType = from.ListType
	}
	if from.MapType != "" {
		to.MapType = from.MapType
	}
	if len(from.ListMapKeys) > 0 {
		to.ListMapKeys = from.ListMapKeys
	}
	if len(to.AnyOf) == 0 {
		to.AnyOf = from.AnyOf
	}
	to.Validations = append(slices.Clone(from.Validations), to.Validations...)
	b.mergeBelow(to, from)
}

func (b *builder) mergeBelow(to, from *Schema) {
	to.Required = slices.Concat(to.Required, from.Required)
	slices.Sort(to.Required)
	to.Required = slices.Compact(to.Required)
	if to.Properties == nil {
		to.Properties = from.Properties
	} else {
		for name, property := range from.Properties {
			if own := to.Properties[name]; own != nil {
				b.merge(own, property)
			} else {
				to.Properties[name] = property
			}
		}
	}
	to.Items = b.mergeOne(to.Items, from.Items)
	to.AdditionalProperties = b.mergeOne(to.AdditionalProperties, from.AdditionalProperties)
}

func (b *builder) mergeOne(to, from *Schema) *Schema {
	if to == nil || from == nil {
		if to == nil {
			return from
		}
		return to
	}
	b.merge(to, from)
	return to
}

// bounds merges what limits a value. Where both schemas have a limit and they differ, it moves to first and second.
func bounds(to, from, first, second *Schema) {
	l := limits{to, from, first, second}
	for _, of := range []func(*Schema) **float64{
		func(s *Schema) **float64 { return &s.Maximum },
		func(s *Schema) **float64 { return &s.Minimum },
		func(s *Schema) **float64 { return &s.MultipleOf },
	} {
		bound(l, of, func(p *float64) bool { return p == nil }, func(a, b *float64) bool { return *a == *b })
	}
	for _, of := range []func(*Schema) **int64{
		func(s *Schema) **int64 { return &s.MaxLength },
		func(s *Schema) **int64 { return &s.MinLength },
		func(s *Schema) **int64 { return &s.MaxItems },
		func(s *Schema) **int64 { return &s.MinItems },
		func(s *Schema) **int64 { return &s.MaxProperties },
		func(s *Schema) **int64 { return &s.MinProperties },
	} {
		bound(l, of, func(p *int64) bool { return p == nil }, func(a, b *int64) bool { return *a == *b })
	}
	for _, of := range []func(*Schema) *string{
		func(s *Schema) *string { return &s.Pattern },
		func(s *Schema) *string { return &s.Format },
	} {
		bound(l, of, func(p string) bool { return p == "" }, func(a, b string) bool { return a == b })
	}
}

// limits are two schemas of one value, and those that take the limits in which they differ.
type limits struct{ to, from, first, second *Schema }

func bound[T any](l limits, of func(*Schema) *T, absent func(T) bool, equal func(a, b T) bool) {
	a, b := of(l.to), of(l.from)
	switch {
	case absent(*b):
	case absent(*a):
		*a = *b
	case !equal(*a, *b):
		var none T
		*of(l.first), *of(l.second), *a = *a, *b, none
	}
}

// typeKey identifies a named type with its arguments.
func typeKey(t *model.Type) string {
	var key strings.Builder
	key.WriteString(t.Decl.Package.Path + "." + t.Decl.Name)
	for _, arg := range t.Args {
		key.WriteString("[" + exprKey(arg) + "]")
	}
	return key.String()
}

func exprKey(t *model.Type) string {
	switch t.Kind {
	case model.Named:
		return typeKey(t)
	case model.Pointer, model.Slice:
		return "*" + exprKey(t.Elem)
	case model.Array:
		return "[" + t.Len + "]" + exprKey(t.Elem)
	case model.Map:
		return "map " + exprKey(t.Key) + " " + exprKey(t.Elem)
	}
	return t.Name + t.Pos.String()
}
