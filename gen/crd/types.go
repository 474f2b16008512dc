package crd

import (
	"fmt"
	"go/token"
	"slices"

	"github.com/typewright/typewright/gen/model"
)

// builder makes the schemas of one run.
type builder struct {
	problems *model.Problems
	// maxDescription is the most bytes of a description; nil means no limit.
	maxDescription *int
	// flat are the finished schemas of named types; open are those that are being made, and stack their order.
	flat  map[string]*Schema
	open  map[string]bool
	stack []string
}

func newBuilder(opts model.CRDOptions, problems *model.Problems) *builder {
	return &builder{problems: problems, maxDescription: opts.MaxDescription, flat: map[string]*Schema{}, open: map[string]bool{}}
}

// problem reports what is wrong at a schema, if the user can change the source there.
func (b *builder) problem(s *Schema, todo, format string, args ...any) {
	if s.writable {
		b.problems.Add(s.pos, todo, format, args...)
	}
}

// named is the schema of the declaration that a type names. It may have references.
func (b *builder) named(t *model.Type) *Schema {
	d := t.Decl
	if s := wellKnown(d); s != nil {
		return s
	}
	if d.Type == nil {
		return &Schema{PreserveUnknown: true}
	}
	over := &Schema{pos: d.Pos, writable: d.Package.Writable}
	switch {
	case d.HasMethod("MarshalJSON"):
		// What the method writes, only a marker can tell. Without one the Go type has to do.
		b.apply(over, d.Markers, d)
		if over.Type != "" {
			return over
		}
		if isOpaque(t) {
			return &Schema{Description: b.description(d.Doc), PreserveUnknown: true}
		}
	case d.HasMethod("MarshalText"):
		over.Type = "string"
		b.apply(over, d.Markers, d)
		return over
	}
	right := t.Right()
	s := b.expr(right, d)
	if !d.Alias && isTime(right) {
		s = &Schema{pos: d.Pos, writable: d.Package.Writable, Type: "object"} // it lacks the methods of time.Time: encoding/json writes {}
	}
	if !d.Alias || right.Kind != model.Named {
		s.Description = b.description(d.Doc) // another name of a type has the description of the type
	}
	b.apply(s, d.Markers, d)
	return s
}

func isTime(t *model.Type) bool {
	d := t.NamedDecl()
	return d != nil && d.Package.Path == "time" && d.Name == "Time"
}

// isOpaque reports whether the fields of a struct tell nothing of its documents.
func isOpaque(t *model.Type) bool {
	under := t.Underlying()
	return under.Kind == model.Struct && !slices.ContainsFunc(under.Fields, func(f model.Field) bool {
		return !f.JSON.Skip && (f.Embedded || f.Tag != "" && token.IsExported(f.Name))
	})
}

// expr is the schema of a type expression within a declaration. Named types and aliases are references: both may have markers.
func (b *builder) expr(t *model.Type, in *model.Decl) *Schema {
	s := &Schema{pos: t.Pos, writable: in.Package.Writable}
	switch t.Kind {
	case model.Pointer:
		return b.expr(t.Elem, in)
	case model.Named:
		b.refer(s, t)
	case model.Basic:
		s.Type, s.Format = basic(t.Name)
	case model.Slice, model.Array:
		if isBytes(t) {
			s.Type, s.Format = "string", "byte"
			break
		}
		s.Type, s.Items = "array", b.expr(t.Elem, in)
	case model.Map:
		s.Type, s.AdditionalProperties = "object", b.expr(t.Elem, in)
	case model.Struct:
		b.structure(s, t, in)
	default:
		b.problem(s, "use a type such as apiextensionsv1.JSON or runtime.RawExtension, or give the field +kubebuilder:validation:Schemaless",
			"a CustomResourceDefinition cannot describe %s", kindName(t))
		s.PreserveUnknown = true
	}
	return s
}

// refer makes s a reference to a named type. Its type and format are known at once, since markers of fields depend on them.
func (b *builder) refer(s *Schema, t *model.Type) {
	s.ref = t
	d := t.NamedDecl()
	switch {
	case d == nil: // an alias of a type literal
		s.Type = shallow(t.Underlying())
	case wellKnown(d) != nil:
		s.textual = wellKnown(d).IntOrString
	case d.HasMethod("MarshalJSON"):
	case d.HasMethod("MarshalText"):
		s.Type = "string"
	default:
		s.Type = shallow(t.Underlying())
	}
	if m, ok := t.Decl.Markers.Get(validation + "Type"); ok {
		s.Type = m.Word()
	}
	s.textual = s.textual || t.Decl.Markers.Has(validation+"XIntOrString")
}

// shallow is the type in documents of a type literal other than a struct, which markers of fields say nothing about.
func shallow(t *model.Type) string {
	switch t.Kind {
	case model.Basic:
		typ, _ := basic(t.Name)
		return typ
	case model.Map:
		return "object"
	case model.Slice, model.Array:
		if isBytes(t) {
			return "string"
		}
		return "array"
	}
	return ""
}

// isBytes reports whether encoding/json writes a slice as text in base64.
func isBytes(t *model.Type) bool {
	elem := t.Elem.Unalias()
	return t.Kind == model.Slice && elem.Kind == model.Basic && (elem.Name == "byte" || elem.Name == "uint8")
}

func kindName(t *model.Type) string {
	switch t.Kind {
	case model.Interface:
		return "an interface"
	case model.Function:
		return "a function"
	case model.Chan:
		return "a channel"
	}
	return "this type"
}

// basic is the type and the format of a predeclared type.
func basic(name string) (typ, format string) {
	switch name {
	case "bool":
		return "boolean", ""
	case "string":
		return "string", ""
	case "float32", "float64":
		return "number", ""
	case "int32", "uint32", "rune":
		return "integer", "int32"
	case "int64", "uint64":
		return "integer", "int64"
	}
	return "integer", ""
}

// structure fills in the properties of a struct.
func (b *builder) structure(s *Schema, t *model.Type, in *model.Decl) {
	s.Type, s.Properties = "object", map[string]*Schema{}
	optional := in.Package.Markers.Has("kubebuilder:validation:Optional")
	var immutable []string
	for _, f := range t.Fields {
		if f.JSON.Skip || !token.IsExported(f.Name) && !f.JSON.Inline {
			continue
		}
		property := b.field(f, in)
		if f.JSON.Inline {
			s.inline = append(s.inline, property)
			continue
		}
		s.Properties[f.JSON.Name] = property
		if isRequired(f, optional) {
			s.Required = append(s.Required, f.JSON.Name)
		}
		if f.Markers.Has("k8s:immutable") {
			immutable = append(immutable, f.JSON.Name)
		}
	}
	slices.Sort(s.Required)
	for _, name := range immutable {
		if !slices.Contains(s.Required, name) {
			// A rule of the field itself does not run when the field is removed.
			s.Validations = append(s.Validations, Rule{
				Rule:    fmt.Sprintf("!has(oldSelf.%s) || has(self.%s)", name, name),
				Message: fmt.Sprintf("field %s is immutable once set", name),
			})
		}
	}
}

func (b *builder) field(f model.Field, in *model.Decl) *Schema {
	var s *Schema
	if f.Markers.Has("kubebuilder:validation:Schemaless") {
		s = &Schema{}
	} else {
		s = b.expr(f.Type, in)
	}
	if f.Quoted() && (s.Type == "integer" || s.Type == "number" || s.Type == "boolean") {
		s.Type, s.Format, s.ref = "string", "", nil
	}
	s.pos, s.writable = f.Pos, in.Package.Writable
	s.Description = b.description(f.Doc)
	b.apply(s, f.Markers, nil)
	return s
}

// isRequired decides whether documents must have a field: the markers of the field come first, then the rule of the package.
func isRequired(f model.Field, optionalByDefault bool) bool {
	for _, rule := range []struct {
		names    []string
		required bool
	}{
		{[]string{"kubebuilder:validation:Optional"}, false},
		{[]string{"kubebuilder:validation:Required"}, true},
		{[]string{"optional", "k8s:optional"}, false},
		{[]string{"required", "k8s:required"}, true},
	} {
		if slices.ContainsFunc(rule.names, f.Markers.Has) {
			return rule.required
		}
	}
	return !optionalByDefault && !f.JSON.OmitEmpty && !f.JSON.OmitZero
}
