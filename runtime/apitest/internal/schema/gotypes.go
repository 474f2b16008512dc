package schema

import (
	"cmp"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"k8s.io/kube-openapi/pkg/util"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

// Definitions are schemas by name. They refer to each other by these names.
type Definitions map[string]*spec.Schema

// RefPrefix is the beginning of a reference to a schema.
const RefPrefix = "#/components/schemas/"

// Types reads Go types. It is safe for concurrent use.
type Types struct {
	mu    sync.Mutex
	defs  Definitions
	named map[reflect.Type]string
	// within are the types that are being read, other than structs.
	within map[reflect.Type]bool
}

// NewTypes returns an empty reader.
func NewTypes() *Types {
	return &Types{defs: Definitions{}, named: map[reflect.Type]string{}, within: map[reflect.Type]bool{}}
}

// Define returns the name of a struct type's schema, and that schema with all schemas that it refers to. Do not change them.
func (t *Types) Define(goType reflect.Type) (string, Definitions) {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := t.define(goType)
	needed := Definitions{}
	t.collect(name, needed)
	return name, needed
}

func (t *Types) collect(name string, into Definitions) {
	if _, done := into[name]; done {
		return
	}
	into[name] = t.defs[name]
	for ref := range references(t.defs[name]) {
		t.collect(ref, into)
	}
}

// references calls yield for each name that a schema refers to.
func references(s *spec.Schema) func(yield func(string) bool) {
	return func(yield func(string) bool) { eachReference(s, yield) }
}

func eachReference(s *spec.Schema, yield func(string) bool) bool {
	if s == nil {
		return true
	}
	if ref := s.Ref.String(); ref != "" && !yield(strings.TrimPrefix(ref, RefPrefix)) {
		return false
	}
	for i := range s.AllOf {
		if !eachReference(&s.AllOf[i], yield) {
			return false
		}
	}
	for _, property := range s.Properties {
		if !eachReference(&property, yield) {
			return false
		}
	}
	if s.Items != nil && !eachReference(s.Items.Schema, yield) {
		return false
	}
	return s.AdditionalProperties == nil || eachReference(s.AdditionalProperties.Schema, yield)
}

// modelNamer is implemented by types that name their own schemas.
type modelNamer interface{ OpenAPIModelName() string }

// ModelName returns the name of a Go type's schema: the one that the type gives, or one made of its reversed package path. It ignores a
// name method that is promoted from an embedded field, which gives the name of another type.
func ModelName(goType reflect.Type) string {
	if named, ok := zeroAs[modelNamer](goType); ok && !embeds(goType, named.OpenAPIModelName()) {
		return named.OpenAPIModelName()
	}
	name := util.ToRESTFriendlyName(goType.PkgPath() + "." + goType.Name())
	return strings.NewReplacer("[", "-", "]", "", "/", ".", ",", "-", "*", "-", " ", "", "{", "-", "}", "").Replace(name) // of generic types
}

// define reads a struct type once. A type gets its name before its fields are read, so that types can refer to themselves.
func (t *Types) define(goType reflect.Type) string {
	if name, done := t.named[goType]; done {
		return name
	}
	name := ModelName(goType)
	t.named[goType] = name
	s := &spec.Schema{}
	t.defs[name] = s
	if wire(goType, s) {
		s.Description = builtinDocs()[goType.PkgPath()+"."+goType.Name()]
		return name
	}
	s.Type = spec.StringOrArray{"object"}
	s.Properties = map[string]spec.Schema{}
	s.Description = swaggerDocs(goType)[""]
	t.fields(goType, s)
	applyMarkers(s, builtinMarkers()[goType.PkgPath()+"."+goType.Name()])
	return name
}

func swaggerDocs(goType reflect.Type) map[string]string {
	if documented, ok := zeroAs[interface{ SwaggerDoc() map[string]string }](goType); ok {
		return documented.SwaggerDoc()
	}
	return nil
}

// fields adds the fields of a struct, including those of embedded structs.
func (t *Types) fields(goType reflect.Type, into *spec.Schema) {
	docs := map[reflect.Type]map[string]string{}
	for _, f := range fieldsOf(goType) {
		if _, read := docs[f.owner]; !read {
			docs[f.owner] = swaggerDocs(f.owner)
		}
		property := t.schemaOf(f.Type)
		path := f.owner.PkgPath() + "." + f.owner.Name() + "." + f.name
		property.Description = cmp.Or(builtinDocs()[path], docs[f.owner][f.name]) + enumDescription(f.Type)
		said := builtinMarkers()[path]
		applyTags(&property, f.Tag, said.has("listType"))
		applyMarkers(&property, said)
		if f.required(said) {
			into.Required = append(into.Required, f.name)
		}
		if property.Default == nil && !f.optional {
			property.Default = zeroDefault(f.Type)
		}
		if f.asText {
			property = *spec.StringProperty()
		}
		into.Properties[f.name] = property
	}
}

// zeroDefault returns the default of a field that is always encoded: the zero value of a scalar, an empty object for a struct. Merging a
// list uses it for list items that leave out a key.
func zeroDefault(goType reflect.Type) any {
	switch goType.Kind() {
	case reflect.String:
		return ""
	case reflect.Bool:
		return false
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return int64(0)
	case reflect.Float32, reflect.Float64:
		return float64(0)
	}
	return nil
}

// enumOf returns the values of an enum type, or of the one that a pointer points to.
func enumOf(goType reflect.Type) []enumValue {
	if goType.Kind() == reflect.Pointer {
		goType = goType.Elem()
	}
	return builtinEnums()[goType.PkgPath()+"."+goType.Name()]
}

func withEnum(s spec.Schema, goType reflect.Type) spec.Schema {
	for _, value := range enumOf(goType) {
		s.Enum = append(s.Enum, value.text)
	}
	return s
}

// enumDescription is what the real server adds to the description of a field with an enum type; empty for other types.
func enumDescription(goType reflect.Type) string {
	values := enumOf(goType)
	if len(values) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n\nPossible enum values:")
	for _, value := range values {
		b.WriteString(strings.TrimRight(fmt.Sprintf("\n - `%q` %s", value.text, value.meaning), " "))
	}
	return b.String()
}

var (
	rawJSON      = reflect.TypeFor[json.RawMessage]()
	marshalsJSON = reflect.TypeFor[json.Marshaler]()
	marshalsText = reflect.TypeFor[encoding.TextMarshaler]()
)

// wire sets the schema of a type with its own JSON encoding, and reports whether the type has one.
func wire(goType reflect.Type, s *spec.Schema) bool {
	if described, ok := zeroAs[interface{ OpenAPISchemaType() []string }](goType); ok {
		s.Type = described.OpenAPISchemaType()
		if formatted, ok := described.(interface{ OpenAPISchemaFormat() string }); ok {
			s.Format = formatted.OpenAPISchemaFormat()
		}
		if choice, ok := described.(interface{ OpenAPIV3OneOfTypes() []string }); ok {
			for _, each := range choice.OpenAPIV3OneOfTypes() {
				s.OneOf = append(s.OneOf, spec.Schema{SchemaProps: spec.SchemaProps{Type: spec.StringOrArray{each}}})
			}
		}
		return true
	}
	pointer := reflect.PointerTo(goType)
	switch {
	case pointer.Implements(marshalsJSON) || goType == rawJSON:
		s.AddExtension("x-kubernetes-preserve-unknown-fields", true)
		return true
	case pointer.Implements(marshalsText):
		s.Type = spec.StringOrArray{"string"}
		return true
	}
	return false
}

// schemaOf returns the schema of a type. It is a reference for a struct.
func (t *Types) schemaOf(goType reflect.Type) spec.Schema {
	var s spec.Schema
	for goType.Kind() == reflect.Pointer {
		goType = goType.Elem()
	}
	if goType.Kind() == reflect.Struct && goType.Name() != "" {
		return *spec.RefSchema(RefPrefix + t.define(goType))
	}
	if wire(goType, &s) {
		return s
	}
	if t.within[goType] { // a list or map that contains itself
		s.AddExtension("x-kubernetes-preserve-unknown-fields", true)
		return s
	}
	t.within[goType] = true
	defer delete(t.within, goType)
	return t.literal(goType)
}

// literal returns the schema of a type without its own encoding or name, by its underlying type.
func (t *Types) literal(goType reflect.Type) spec.Schema {
	switch goType.Kind() {
	case reflect.String:
		return withEnum(*spec.StringProperty(), goType)
	case reflect.Bool:
		return *spec.BooleanProperty()
	case reflect.Int64, reflect.Int, reflect.Uint, reflect.Uint64:
		return *spec.Int64Property()
	case reflect.Int32, reflect.Uint32, reflect.Int16, reflect.Uint16, reflect.Int8, reflect.Uint8:
		return *spec.Int32Property()
	case reflect.Float64, reflect.Float32:
		return *spec.Float64Property()
	case reflect.Map:
		element := t.schemaOf(goType.Elem())
		return *spec.MapProperty(&element)
	case reflect.Slice, reflect.Array:
		if goType.Kind() == reflect.Slice && goType.Elem().Kind() == reflect.Uint8 && !wire(goType.Elem(), &spec.Schema{}) {
			return *spec.StrFmtProperty("byte")
		}
		element := t.schemaOf(goType.Elem())
		return *spec.ArrayProperty(&element)
	case reflect.Struct:
		s := spec.Schema{SchemaProps: spec.SchemaProps{Type: spec.StringOrArray{"object"}, Properties: map[string]spec.Schema{}}}
		t.fields(goType, &s)
		return s
	}
	return spec.Schema{}
}
