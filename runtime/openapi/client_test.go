package openapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/openapi"
	"github.com/typewright/typewright/runtime/rest"
)

func connect(t *testing.T, path string, handler http.HandlerFunc) rest.Interface {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := rest.UnversionedRESTClientFor(&rest.Config{
		Host:          server.URL + path,
		ContentConfig: rest.ContentConfig{NegotiatedSerializer: serializer.NewCodecFactory(runtime.NewScheme()).WithoutConversion()},
	})
	require.NoError(t, err)
	return client
}

// The server says where a document is: below the root of all documents, or elsewhere. The server itself may be below a path.
func TestSchema(t *testing.T) {
	tests := map[string]struct{ prefix, url, path, query string }{
		"below the root":                      {url: "/openapi/v3/apis/apps/v1?hash=A", path: "/openapi/v3/apis/apps/v1", query: "hash=A"},
		"without a hash":                      {url: "/openapi/v3/apis/apps/v1", path: "/openapi/v3/apis/apps/v1"},
		"somewhere else":                      {url: "/documents/apps?x=1&y=2", path: "/documents/apps", query: "x=1&y=2"},
		"behind a path":                       {prefix: "/proxy", url: "/openapi/v3/apis/apps/v1?hash=A", path: "/proxy/openapi/v3/apis/apps/v1", query: "hash=A"},
		"behind a path that the server knows": {prefix: "/proxy", url: "/proxy/openapi/v3/apis/apps/v1?hash=A", path: "/proxy/openapi/v3/apis/apps/v1", query: "hash=A"},
	}
	for what, tc := range tests {
		t.Run(what, func(t *testing.T) {
			client := connect(t, tc.prefix, func(w http.ResponseWriter, req *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if req.URL.Path == tc.prefix+"/openapi/v3" {
					_, _ = w.Write([]byte(`{"paths":{"apis/apps/v1":{"serverRelativeURL":"` + tc.url + `"}}}`))
					return
				}
				assert.Equal(t, tc.path, req.URL.Path)
				assert.Equal(t, tc.query, req.URL.RawQuery)
				w.Header().Set("Content-Type", "application/com.github.proto-openapi.spec.v3.v1.0+protobuf")
				_, _ = w.Write([]byte(req.Header.Get("Accept")))
			})
			paths, err := openapi.NewClient(client).Paths()
			require.NoError(t, err)
			require.Contains(t, paths, "apis/apps/v1")
			document, err := paths["apis/apps/v1"].Schema(openapi.ContentTypeOpenAPIV3PB)
			require.NoError(t, err)
			assert.Equal(t, openapi.ContentTypeOpenAPIV3PB, string(document))
		})
	}
}

func TestErrorsOfTheServer(t *testing.T) {
	client := connect(t, "", func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != "/openapi/v3" {
			http.NotFound(w, req)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"paths":{"gone":{"serverRelativeURL":"/openapi/v3/gone"},"malformed":{"serverRelativeURL":"/openapi/v3/%zz"}}}`))
	})
	paths, err := openapi.NewClientWithContext(client).PathsWithContext(t.Context())
	require.NoError(t, err)
	for path, document := range paths {
		_, err := document.SchemaWithContext(t.Context(), "application/json")
		assert.Error(t, err, path)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = openapi.NewClientWithContext(client).PathsWithContext(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}

// plain has the forms without contexts only.
type plain struct{}

func (plain) Paths() (map[string]openapi.GroupVersion, error) {
	return map[string]openapi.GroupVersion{"api/v1": plain{}}, nil
}

func (plain) Schema(contentType string) ([]byte, error) { return []byte(contentType), nil }
func (plain) ServerRelativeURL() string                 { return "url" }

func TestAdapters(t *testing.T) {
	paths, err := openapi.ToClientWithContext(plain{}).PathsWithContext(t.Context())
	require.NoError(t, err)
	document, err := paths["api/v1"].SchemaWithContext(t.Context(), "x")
	require.NoError(t, err)
	assert.Equal(t, "x", string(document))
	assert.Equal(t, "url", paths["api/v1"].ServerRelativeURL())
	assert.Nil(t, openapi.ToClientWithContext(nil))
	assert.Nil(t, openapi.ToGroupVersionWithContext(nil))
	live := openapi.NewClient(nil)
	assert.Same(t, live, openapi.ToClientWithContext(live))
}

// A server does not lead the client's credentials out of its own path, which a proxy may share with others.
func TestSecurityDocumentsLieBelowTheServer(t *testing.T) {
	for _, where := range []string{
		"/k8s/c-1/../../v3/users?action=logout", "/../../v3", "../../v3", "/k8s/c-1/%2e%2e/%2e%2e/v3", "/openapi/v3/../../../../v3",
		"/openapi/v3/%252e%252e/%252e%252e/x", `/openapi/v3/..\..\x`,
	} {
		client := connect(t, "/k8s/c-1", func(w http.ResponseWriter, req *http.Request) {
			if !assert.Equal(t, "/k8s/c-1/openapi/v3", req.URL.Path) {
				return
			}
			w.Header().Set("Content-Type", "application/json")
			assert.NoError(t, json.NewEncoder(w).Encode(map[string]any{"paths": map[string]any{"x": map[string]string{"serverRelativeURL": where}}}))
		})
		paths, err := openapi.NewClient(client).Paths()
		require.NoError(t, err)
		_, err = paths["x"].Schema("application/json")
		require.ErrorContains(t, err, "leads out of the path", where)
	}
}
