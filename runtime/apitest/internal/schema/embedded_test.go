package schema

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const holder = `{"type": "object", "properties": {
  "object": {"type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true},
  "port": {"x-kubernetes-int-or-string": true},
  "name": {"type": "string"}, "note": {"type": "string", "nullable": true}, "mode": {"type": "string", "default": "slow"}
}}`

func holderSchema(t *testing.T) *Structural {
	t.Helper()
	var document map[string]any
	require.NoError(t, json.Unmarshal([]byte(holder), &document))
	s, err := NewStructural(document)
	require.NoError(t, err)
	return s
}

func TestEmbeddedResources(t *testing.T) {
	s := holderSchema(t)
	o := map[string]any{"object": map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "p", "odd": int64(1)}, "spec": map[string]any{"x": int64(1)},
	}}
	gone, err := s.PruneEmbedded(o)
	require.NoError(t, err)
	assert.Equal(t, []string{"object.metadata.odd"}, gone)
	assert.Equal(t, map[string]any{"name": "p"}, o["object"].(map[string]any)["metadata"])
	assert.Empty(t, s.ValidateEmbedded(o))
	_, err = s.PruneEmbedded(map[string]any{"object": map[string]any{"kind": int64(1)}})
	assert.ErrorContains(t, err, "must be a string")
	_, err = s.PruneEmbedded(map[string]any{"object": map[string]any{"metadata": map[string]any{"labels": int64(1)}}})
	assert.ErrorContains(t, err, "object.metadata")
	errs := s.ValidateEmbedded(map[string]any{"object": map[string]any{"kind": "P_"}})
	if assert.Len(t, errs, 2) {
		assert.Equal(t, "object.apiVersion: Required value", errs[0].Error())
		assert.Contains(t, errs[1].Error(), "may have mixed case")
	}
}

func TestNumbersOrTexts(t *testing.T) {
	s := holderSchema(t)
	for _, value := range []any{int64(80), "http"} {
		assert.Empty(t, s.Validate(map[string]any{"port": value}), "%v", value)
	}
	for _, value := range []any{1.5, true, []any{}, map[string]any{}} {
		assert.Len(t, s.Validate(map[string]any{"port": value}), 1, "%v", value)
	}
}

func TestNulls(t *testing.T) {
	s := holderSchema(t)
	o := map[string]any{"name": nil, "note": nil, "mode": nil}
	s.DropNulls(o)
	s.Default(o)
	assert.Equal(t, map[string]any{"note": nil, "mode": "slow"}, o)
	assert.Len(t, s.Validate(map[string]any{"name": nil}), 1, "an apply is refused")
}
