package apitest

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

// armConverter returns a type converter for an object schema whose list of arms merges by name.
const arms = `{"com.example.v1.Robot": {
  "type": "object", "x-kubernetes-group-version-kind": [{"group": "example.com", "version": "v1", "kind": "Robot"}],
  "properties": {
    "apiVersion": {"type": "string"}, "kind": {"type": "string"},
    "metadata": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
    "arms": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
      "items": {"type": "object", "properties": {"name": {"type": "string"}, "reach": {"type": "integer"}}}}
  }}}`

func armConverter(t *testing.T) managedfields.TypeConverter {
	t.Helper()
	var models map[string]*spec.Schema
	require.NoError(t, json.Unmarshal([]byte(arms), &models))
	converter, err := managedfields.NewTypeConverter(models, false)
	require.NoError(t, err)
	return converter
}

// TestListsMergeAsTheConverterSays has two managers apply one arm each.
func TestListsMergeAsTheConverterSays(t *testing.T) {
	robots := Resource{GroupVersionKind: schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: "Robot"}}
	const path = "/apis/example.com/v1/namespaces/default/robots/r"
	apply := func(c client, manager, arm, force string) (int, *unstructured.Unstructured) {
		return c.do(http.MethodPatch, path+"?fieldManager="+manager+force,
			`{"apiVersion":"example.com/v1","kind":"Robot","metadata":{"name":"r"},"arms":[{"name":"`+arm+`","reach":2}]}`,
			"Content-Type", "application/apply-patch+yaml")
	}
	for name, converter := range map[string]managedfields.TypeConverter{"deduced": nil, "given": armConverter(t)} {
		t.Run(name, func(t *testing.T) {
			c := start(t, Options{Resources: []Resource{robots}, TypeConverter: converter})
			code, u := apply(c, "left-hand", "left", "")
			require.Equal(t, http.StatusCreated, code, "%v", u.Object)
			code, u = apply(c, "right-hand", "right", "")
			if converter != nil {
				require.Equal(t, http.StatusOK, code, "%v", u.Object)
				assert.Len(t, u.Object["arms"], 2)
				code, u = c.do(http.MethodPatch, path+"?fieldManager=x", `{"apiVersion":"example.com/v1","kind":"Robot","legs":2}`, "Content-Type", "application/apply-patch+yaml")
				assert.Equal(t, http.StatusInternalServerError, code)
				assert.Contains(t, message(u), ".legs: field not declared in schema")
				c.create("other", "1")
				return
			}
			assert.Equal(t, http.StatusConflict, code)
			assert.Equal(t, `Apply failed with 1 conflict: conflict with "left-hand": .arms`, message(u))
			code, u = apply(c, "right-hand", "right", "&force=true")
			require.Equal(t, http.StatusOK, code)
			assert.Len(t, u.Object["arms"], 1, "without the converter, the second list replaces the first")
		})
	}
}
