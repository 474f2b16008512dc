package schema

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const widgets = `{
  "type": "object",
  "required": ["spec"],
  "properties": {
    "spec": {
      "type": "object",
      "required": ["size"],
      "properties": {
        "size": {"type": "integer", "minimum": 1, "maximum": 9},
        "color": {"type": "string", "enum": ["red", "blue"], "default": "red"},
        "name": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 5},
        "tags": {"type": "array", "maxItems": 3, "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
        "ports": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port"],
          "items": {"type": "object", "properties": {"port": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"}}}},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "any": {"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]}
      }
    }
  }
}`

func widgetSchema(t *testing.T) *Structural {
	t.Helper()
	var document map[string]any
	require.NoError(t, json.Unmarshal([]byte(widgets), &document))
	s, err := NewStructural(document)
	require.NoError(t, err)
	return s
}

func object(spec map[string]any) map[string]any {
	return map[string]any{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": map[string]any{"name": "w"}, "spec": spec}
}

func TestValidate(t *testing.T) {
	s := widgetSchema(t)
	for name, test := range map[string]struct {
		object map[string]any
		want   string
	}{
		"fine":        {object(map[string]any{"size": int64(3), "any": "50%"}), ""},
		"no spec":     {map[string]any{}, `spec: Required value`},
		"no size":     {object(map[string]any{}), `spec.size: Required value`},
		"type":        {object(map[string]any{"size": "big"}), `spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"`},
		"minimum":     {object(map[string]any{"size": int64(0)}), `spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1`},
		"enum":        {object(map[string]any{"size": int64(3), "color": "green"}), `spec.color: Unsupported value: "green": supported values: "red", "blue"`},
		"pattern":     {object(map[string]any{"size": int64(3), "name": "A1"}), `spec.name: Invalid value: "A1": spec.name in body should match '^[a-z]+$'`},
		"length":      {object(map[string]any{"size": int64(3), "name": "abcdef"}), `spec.name: Too long: may not be more than 5 bytes`},
		"items":       {object(map[string]any{"size": int64(3), "tags": []any{"a", "b", "c", "d"}}), `spec.tags: Too many: 4: must have at most 3 items`},
		"set":         {object(map[string]any{"size": int64(3), "tags": []any{"a", "a"}}), `spec.tags[1]: Duplicate value: "a"`},
		"map":         {object(map[string]any{"size": int64(3), "ports": []any{map[string]any{"port": int64(1)}, map[string]any{"port": int64(1)}}}), `spec.ports[1]: Duplicate value: {"port":1}`},
		"item's type": {object(map[string]any{"size": int64(3), "tags": []any{int64(1)}}), `spec.tags[0]: Invalid value: "integer": spec.tags[0] in body must be of type string: "integer"`},
	} {
		t.Run(name, func(t *testing.T) {
			errs := append(s.Validate(test.object), s.ValidateLists(test.object)...)
			if test.want == "" {
				assert.Empty(t, errs)
				return
			}
			require.Len(t, errs, 1)
			assert.Equal(t, test.want, errs[0].Error())
		})
	}
}

func TestPruneAndDefault(t *testing.T) {
	s := widgetSchema(t)
	o := object(map[string]any{
		"size": int64(3), "unknown": "x", "color": nil,
		"ports":  []any{map[string]any{"port": int64(1), "other": "x"}},
		"free":   map[string]any{"anything": "stays"},
		"labels": map[string]any{"any": "stays"},
	})
	o["more"] = "x"
	assert.Equal(t, []string{"more", "spec.ports[0].other", "spec.unknown"}, s.Prune(o))
	s.Default(o)
	assert.Equal(t, map[string]any{
		"size": int64(3), "color": "red",
		"ports":  []any{map[string]any{"port": int64(1), "protocol": "TCP"}},
		"free":   map[string]any{"anything": "stays"},
		"labels": map[string]any{"any": "stays"},
	}, o["spec"])
	assert.Contains(t, o, "metadata")
}

func TestValidateStatus(t *testing.T) {
	s, err := NewStructural(map[string]any{"type": "object", "required": []any{"spec"}, "properties": map[string]any{
		"status": map[string]any{"type": "object", "required": []any{"phase"}, "properties": map[string]any{"phase": map[string]any{"type": "string"}}},
	}})
	require.NoError(t, err)
	tests := []struct {
		object map[string]any
		want   string
	}{
		{map[string]any{}, ""},
		{map[string]any{"status": map[string]any{"phase": "Up"}}, ""},
		{map[string]any{"status": map[string]any{"phase": int64(1)}}, `status.phase: Invalid value: "integer": phase in body must be of type string: "integer"`},
		{map[string]any{"status": map[string]any{}}, "status.phase: Required value"},
		{map[string]any{"status": "x"}, `status: Invalid value: "string":  in body must be of type object: "string"`},
	}
	for _, tt := range tests {
		got := ""
		if errs := s.ValidateStatus(tt.object); len(errs) > 0 {
			got = errs[0].Error()
		}
		assert.Equal(t, tt.want, got)
	}
}
