package schema

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// holderDefinitions returns the definitions of a kind with the schema of holderSchema.
func holderDefinitions(t *testing.T) (string, Definitions) {
	t.Helper()
	gvk := schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: "Holder"}
	name := NameOf(gvk)
	return name, Definitions{name: holderSchema(t).OpenAPI()}.WithKinds(name, gvk).WithObjectMeta(name)
}

func TestEmbeddedResourcesHaveTypedMetadata(t *testing.T) {
	_, definitions := holderDefinitions(t)
	converter, err := definitions.TypeConverter()
	require.NoError(t, err)
	tests := []struct {
		name     string
		metadata any
		want     string
	}{
		{"valid", map[string]any{"name": "a", "labels": map[string]any{"b": "c"}}, ""},
		{"labels of another type", map[string]any{"labels": int64(1)}, ".object.metadata.labels: expected map"},
		{"an unknown field", map[string]any{"odd": "x"}, ".object.metadata.odd: field not declared in schema"},
		{"metadata of another type", "x", ".object.metadata: expected map"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := converter.ObjectToTyped(&unstructured.Unstructured{Object: map[string]any{
				"apiVersion": "example.com/v1", "kind": "Holder",
				"object": map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": tt.metadata, "spec": map[string]any{"any": "field"}},
			}})
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestWithoutEmbedded(t *testing.T) {
	name, definitions := holderDefinitions(t)
	embedded := definitions[name].Properties["object"]
	require.Contains(t, embedded.Properties, "metadata")
	assert.Equal(t, []string{"kind", "apiVersion"}, embedded.Required)

	bare := WithoutEmbedded(&embedded)
	assert.Empty(t, bare.Properties)
	assert.Empty(t, bare.Required)
	assert.Len(t, embedded.Properties, 3, "the schema itself does not change")
	assert.Same(t, definitions[name], WithoutEmbedded(definitions[name]))
	untouched := holderSchema(t).OpenAPI().Properties["object"]
	assert.Empty(t, untouched.Properties)
}
