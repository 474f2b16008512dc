package openapitest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/kube-openapi/pkg/spec3"

	"github.com/typewright/typewright/runtime/openapi/openapitest"
)

func TestEmbedded(t *testing.T) {
	paths, err := openapitest.NewEmbeddedFileClient().Paths()
	require.NoError(t, err)
	for _, path := range []string{"api/v1", "apis/apps/v1", "apis/batch/v1", "apis/discovery.k8s.io/v1", "apis/networking.k8s.io/v1alpha1"} {
		require.Contains(t, paths, path)
		data, err := paths[path].Schema("application/json")
		require.NoError(t, err)
		document := &spec3.OpenAPI{}
		require.NoError(t, json.Unmarshal(data, document))
		assert.NotEmpty(t, document.Components.Schemas, path)
		_, err = paths[path].Schema("application/yaml")
		require.ErrorContains(t, err, "application/json only")
	}
	assert.Len(t, paths, 5)
}

func TestFiles(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"apis__g__v1_openapi.json": "{}", "api__v1_openapi.json.gz": "not compressed", "README.md": "",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	paths, err := openapitest.NewFileClient(folder).Paths()
	require.NoError(t, err)
	require.Len(t, paths, 2)
	data, err := paths["apis/g/v1"].Schema("application/json")
	require.NoError(t, err)
	assert.Equal(t, "{}", string(data))
	assert.Equal(t, "apis__g__v1_openapi.json", paths["apis/g/v1"].ServerRelativeURL())
	_, err = paths["api/v1"].Schema("application/json")
	require.ErrorContains(t, err, "api__v1_openapi.json.gz")
	_, err = openapitest.NewFileClient(filepath.Join(folder, "no")).Paths()
	require.ErrorIs(t, err, os.ErrNotExist)
}
