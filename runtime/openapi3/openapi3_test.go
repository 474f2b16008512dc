package openapi3_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/openapi"
	"github.com/typewright/typewright/runtime/openapi/openapitest"
	"github.com/typewright/typewright/runtime/openapi3"
)

func TestGroupVersions(t *testing.T) {
	client := openapitest.NewFakeClient()
	for _, path := range []string{"api/v1", "apis/b/v1", "apis/a/v2", "api", "apis/a", "apis", ".well-known/x", "version", "", "apis/a/v2/more"} {
		client.PathsMap[path] = openapitest.FakeGroupVersion{}
	}
	found, err := openapi3.NewRoot(client).GroupVersions()
	require.NoError(t, err)
	assert.Equal(t, []schema.GroupVersion{{Group: "a", Version: "v2"}, {Group: "b", Version: "v1"}, {Version: "v1"}}, found)
}

func TestDocuments(t *testing.T) {
	broken := errors.New("unavailable")
	client := &openapitest.FakeClient{PathsMap: map[string]openapi.GroupVersion{
		"api/v1":    openapitest.FakeGroupVersion{GVSpec: []byte(`{"openapi":"3.0.0","info":{"title":"core"}}`)},
		"apis/a/v1": openapitest.FakeGroupVersion{ForcedErr: broken},
		"apis/b/v1": openapitest.FakeGroupVersion{GVSpec: []byte(`{"openapi":`)},
	}}
	root := openapi3.NewRoot(client)
	core := schema.GroupVersion{Version: "v1"}
	document, err := root.GVSpec(core)
	require.NoError(t, err)
	assert.Equal(t, "core", document.Info.Title)
	untyped, err := root.GVSpecAsMap(core)
	require.NoError(t, err)
	assert.Equal(t, "3.0.0", untyped["openapi"])

	for group, check := range map[string]func(error){
		"a": func(err error) { require.ErrorIs(t, err, broken) },
		"b": func(err error) { require.ErrorContains(t, err, "OpenAPI document of b/v1: ") },
		"c": func(err error) {
			var missing *openapi3.GroupVersionNotFoundError
			require.ErrorAs(t, err, &missing)
			assert.EqualError(t, err, "GroupVersion (c/v1) not found as OpenAPI V3 path")
		},
	} {
		gv := schema.GroupVersion{Group: group, Version: "v1"}
		_, err := root.GVSpec(gv)
		check(err)
		_, err = root.GVSpecAsMap(gv)
		check(err)
	}
	client.ForcedErr = broken
	_, err = root.GroupVersions()
	require.ErrorIs(t, err, broken)
	_, err = root.GVSpec(core)
	require.ErrorIs(t, err, broken)
}
