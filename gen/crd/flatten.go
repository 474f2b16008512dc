package crd

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// flatten replaces references by the schemas of the types and merges embedded structs. It may change s itself. The schemas in the
// result may be parts of others too, as those of a type that many fields have: whoever changes one copies it first.
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
		b.merge(s, b.flatten(embedded).without(own))
	}
	s.inline, s.Validations = nil, append(rules, s.Validations...)
	return s
}

// without returns a copy that lacks some properties: as in Go, a field hides one of an embedded struct.
func (s *Schema) without(names map[string]bool) *Schema {
	c := *s
	c.Properties = maps.Clone(s.Properties)
	maps.DeleteFunc(c.Properties, func(name string, _ *Schema) bool { return names[name] })
	c.Required = slices.DeleteFunc(slices.Clone(s.Required), func(name string) bool { return names[name] })
	return &c
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
	whole := *b.flat[key]
	if s.Description != "" {
		whole.Description = s.Description
	}
	if s.Title != "" {
		whole.Title = s.Title
	}
	if s.DocsURL != "" {
		whole.DocsURL, whole.DocsDescription = s.DocsURL, s.DocsDescription
	}
	if s.Example != nil {
		whole.Example = s.Example
	}
	b.merge(&whole, s)
	return &whole
}

// maxDepth bounds types that grow with each step, such as type Endless[T any] struct{ Next *Endless[[]T] }.
const maxDepth = 60

func (b *builder) recursion(s *Schema) {
	b.problem(s, "give the field +kubebuilder:pruning:PreserveUnknownFields or +kubebuilder:validation:Schemaless, or run with --without=crd",
		"type %s contains itself, which the schema of a CustomResourceDefinition cannot say", s.ref.Decl.Name)
}

// merge adds to a schema all that another says. Both are flat. Bounds that both have, and that differ, go to allOf, so that
// both hold. It changes neither the other schema nor the schemas in to, which to may share: it puts changed copies in their place.
func (b *builder) merge(to, from *Schema) {
	for _, each := range from.AllOf {
		b.merge(to, each)
	}
	to.AllOf = slices.Concat(to.AllOf, bounds(to, from))
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
	} else if len(from.Properties) > 0 {
		to.Properties = maps.Clone(to.Properties)
		for name, property := range from.Properties {
			to.Properties[name] = b.mergeOne(to.Properties[name], property)
		}
	}
	to.Items = b.mergeOne(to.Items, from.Items)
	to.AdditionalProperties = b.mergeOne(to.AdditionalProperties, from.AdditionalProperties)
}

// mergeOne returns a schema that says what both say. Either may be nil.
func (b *builder) mergeOne(one, other *Schema) *Schema {
	if one == nil || other == nil {
		return cmp.Or(one, other)
	}
	both := *one
	b.merge(&both, other)
	return &both
}

// bounds merges what limits a value. The limits that both schemas have, and that differ, move to two schemas that it returns.
func bounds(to, from *Schema) []*Schema {
	l := &limits{to: to, from: from}
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
	return l.different
}

// limits are two schemas of one value, and the two that take the limits in which they differ, once there are any.
type limits struct {
	to, from  *Schema
	different []*Schema
}

func bound[T any](l *limits, of func(*Schema) *T, absent func(T) bool, equal func(a, b T) bool) {
	a, b := of(l.to), of(l.from)
	switch {
	case absent(*b):
	case absent(*a):
		*a = *b
	case !equal(*a, *b):
		if l.different == nil {
			l.different = []*Schema{{}, {}}
		}
		var none T
		*of(l.different[0]), *of(l.different[1]), *a = *a, *b, none
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
