package jsonpath

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFind(t *testing.T) {
	object := map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{"example.com/x": "dotted"}},
		"spec":     map[string]any{"replicas": int64(3), "a.b": "quoted", "names": []any{"x", "y", "z"}},
		"status": map[string]any{"conditions": []any{
			map[string]any{"type": "Ready", "status": "True"}, map[string]any{"type": "Stale", "status": "False"},
		}},
	}
	for path, want := range map[string][]any{
		".spec.replicas":                       {int64(3)},
		"{.spec.replicas}":                     {int64(3)},
		".spec['a.b']":                         {"quoted"},
		`.metadata.annotations.example\.com/x`: {"dotted"},
		".spec.names[0]":                       {"x"},
		".spec.names[-1]":                      {"z"},
		".spec.names[*]":                       {"x", "y", "z"},
		".spec.names[9]":                       nil,
		".spec.nothing.there":                  nil,
		`.status.conditions[?(@.type=="Ready")].status`:   {"True"},
		`.status.conditions[?(@.type == 'Stale')].status`: {"False"},
		`.status.conditions[?(@.type!="Ready")].type`:     {"Stale"},
		`.status.conditions[?(@.status)].type`:            {"Ready", "Stale"},
		`.status.conditions[*].type`:                      {"Ready", "Stale"},
	} {
		p, err := Parse(path)
		require.NoError(t, err, path)
		assert.Equal(t, want, p.Find(object), path)
	}
}

func TestParseErrors(t *testing.T) {
	for path, want := range map[string]string{
		"spec":      "a step begins with . or [",
		".spec[x]":  "neither a number, a quoted name, * nor a filter",
		".spec[0":   "no closing ]",
		".a[?(@x)]": "a step begins with . or [",
	} {
		_, err := Parse(path)
		require.ErrorContains(t, err, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`.a['b'][0][?(@.c=="d")].e\.f[*]`)
	f.Fuzz(func(_ *testing.T, text string) {
		if p, err := Parse(text); err == nil {
			p.Find(map[string]any{"a": []any{map[string]any{"b": int64(1)}}})
		}
	})
}
