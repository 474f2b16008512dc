package conformance

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Only whole definitions change places: what a server orders on purpose stays under comparison.
func TestOrderOfResources(t *testing.T) {
	for name, test := range map[string]struct {
		version   string
		have, now []string
	}{
		"of definitions":    {Group + "/v1", []string{"widgets", "widgets/status", "widgets/scale", "plates"}, []string{"plates", "widgets", "widgets/status", "widgets/scale"}},
		"within one":        {Group + "/v1", []string{"widgets/scale", "widgets", "plates"}, []string{"plates", "widgets/scale", "widgets"}},
		"of built-in kinds": {"v1", []string{"pods", "configmaps"}, []string{"pods", "configmaps"}},
	} {
		t.Run(name, func(t *testing.T) {
			var list []any
			for _, resource := range test.have {
				list = append(list, map[string]any{"name": resource, "storageVersionHash": "x"})
			}
			resources(map[string]any{"groupVersion": test.version, "resources": list})
			var now []string
			for _, resource := range list {
				fields := resource.(map[string]any)
				assert.NotContains(t, fields, "storageVersionHash")
				now = append(now, fields["name"].(string))
			}
			assert.Equal(t, test.now, now)
		})
	}
}

func TestSortErrors(t *testing.T) {
	const head = "failed to create typed patch object (/a; v1, Kind=Pod): "
	tests := []struct{ message, want string }{
		{head + "errors:\n  .b: wrong\n  .a: wrong", head + "errors:\n  .a: wrong\n  .b: wrong"},
		{head + ".b: wrong", head + ".b: wrong"},
		{head + "errors:\n  .b.c: wrong\n  .x: field not declared in schema", head + ".x: field not declared in schema"},
		{
			head + "errors:\n  .b.x: field not declared in schema\n  .b.c: wrong\n  .a: wrong",
			head + "errors:\n  .a: wrong\n  .b.x: field not declared in schema",
		},
		{"another: errors:\n  .b: wrong\n  .a: wrong", "another: errors:\n  .b: wrong\n  .a: wrong"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, sortErrors(tt.message))
	}
}

func TestCellSymbols(t *testing.T) {
	for cell, want := range map[string]string{
		"10.96.0.12": "<ip>", "1.2.3.4": "1.2.3.4", "12s": "<age>", "5m": "5m", "80:30123/TCP,81/UDP": "80:<port>/TCP,81/UDP", "a": "a",
	} {
		assert.Equal(t, want, cellSymbols(cell))
	}
}

func TestSortCauses(t *testing.T) {
	cause := func(field string) any { return map[string]any{"field": field, "message": "bad"} }
	tests := []struct {
		name          string
		details       map[string]any
		message, want string
	}{
		{"a config map", map[string]any{"kind": "ConfigMap"}, "x is invalid: [b: bad, a: bad]", "x is invalid: [a: bad, b: bad]"},
		{"a custom object", map[string]any{"group": Group, "kind": "Gizmo"}, "x is invalid: [b: bad, a: bad]", "x is invalid: [a: bad, b: bad]"},
		{"another kind", map[string]any{"kind": "Pod"}, "x is invalid: [b: bad, a: bad]", "x is invalid: [b: bad, a: bad]"},
		{"another message", map[string]any{"kind": "ConfigMap"}, "x is invalid: [b: bad]", "x is invalid: [b: bad]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.details["causes"] = []any{cause("b"), cause("a"), cause("b")}
			object := map[string]any{"message": tt.message, "details": tt.details}
			sortCauses(object)
			assert.Equal(t, tt.want, object["message"])
		})
	}
}
