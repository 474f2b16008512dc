package crd

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
)

// validationErrors returns what the API server's validation finds wrong in definitions, with their file names. It leaves out errors of CEL
// rules: their text is the user's, and their estimated cost depends on the bounds of all fields around them.
func validationErrors(t *testing.T, definitions map[string]any) (all []string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(definitions)) {
		text, err := json.Marshal(definitions[name])
		require.NoError(t, err)
		v1 := &apiextensionsv1.CustomResourceDefinition{}
		require.NoError(t, json.Unmarshal(text, v1))
		apiextensionsv1.SetDefaults_CustomResourceDefinition(v1)
		apiextensionsv1.SetDefaults_CustomResourceDefinitionSpec(&v1.Spec)
		definition := &apiextensions.CustomResourceDefinition{}
		require.NoError(t, apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(v1, definition, nil))
		for _, version := range definition.Spec.Versions {
			if version.Storage {
				definition.Status.StoredVersions = []string{version.Name}
			}
		}
		for _, err := range validation.ValidateCustomResourceDefinition(t.Context(), definition) {
			if text := name + ": " + err.Error(); !strings.Contains(text, "x-kubernetes-validations") {
				all = append(all, text)
			}
		}
	}
	return all
}
