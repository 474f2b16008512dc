package crd

import (
	"iter"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestKeysComeInOrder fills in every field: whoever prints the pairs does not sort them.
func TestKeysComeInOrder(t *testing.T) {
	one, half, yes, text := int64(1), 0.5, true, "text"
	schema := &Schema{
		Title: text, Description: text, Type: text, Format: text, Pattern: text, Default: text, Example: text, Enum: []any{text},
		Maximum: &half, Minimum: &half, MultipleOf: &half, MaxLength: &one, MinLength: &one, MaxItems: &one, MinItems: &one,
		MaxProperties: &one, MinProperties: &one, ExclusiveMaximum: true, ExclusiveMinimum: true, UniqueItems: true, Nullable: true,
		IntOrString: true, EmbeddedResource: true, PreserveUnknown: true, ListType: text, MapType: text, ListMapKeys: []string{text},
		Required: []string{text}, DocsURL: text, DocsDescription: text, Properties: map[string]*Schema{"b": {}, "a": {}, "c": {}},
		Items: &Schema{}, AdditionalProperties: &Schema{}, AllOf: []*Schema{{}}, AnyOf: []*Schema{{}},
		Validations: []Rule{{text, text, text, text, text, &yes}},
	}
	d := &Definition{
		Group: text, Kind: text, ListKind: text, Plural: text, Singular: text, ShortNames: []string{text}, Categories: []string{text},
		Annotations: map[string]string{"b": text, "a": text}, Labels: map[string]string{"b": text, "a": text},
		Conversion: &Conversion{Namespace: text, Name: text, Path: text, Port: 1, URL: text, ReviewVersions: []string{text}},
		Versions: []Version{{
			Name: text, Deprecated: true, Warning: &text, Schema: schema, Columns: []Column{{text, text, text, text, text, 1}},
			SelectableFields: []string{text}, Status: true, Scale: &Scale{text, text, text},
		}},
	}
	for _, filled := range []any{*schema, schema.Validations[0], *d, *d.Conversion, d.Versions[0].Columns[0], *d.Versions[0].Scale} {
		v := reflect.ValueOf(filled)
		for _, field := range reflect.VisibleFields(v.Type()) {
			assert.True(t, !field.IsExported() || field.Name == "Namespaced" || !v.FieldByIndex(field.Index).IsZero(), "%s is not filled in", field.Name)
		}
	}
	assert.NotZero(t, inOrder(t, d.Document()))
}

// inOrder checks the keys of an object and of all objects in it, and returns how many there are.
func inOrder(t *testing.T, value any) (n int) {
	t.Helper()
	switch v := value.(type) {
	case iter.Seq2[string, any]:
		var keys []string
		for key, value := range v {
			keys = append(keys, key)
			n += 1 + inOrder(t, value)
		}
		assert.True(t, slices.IsSorted(keys), "%q", keys)
	case []any:
		for _, element := range v {
			n += inOrder(t, element)
		}
	}
	return n
}
