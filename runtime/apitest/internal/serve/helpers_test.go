package serve

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
)

const (
	configMaps  = "/api/v1/namespaces/default/configmaps"
	pods        = "/api/v1/namespaces/default/pods"
	definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
	sites       = "/apis/example.com/v1/namespaces/default/sites"
)

// newAPI returns an API with the resources of the options, the core group, apps, certificates and what every server has. Tests call it without a network.
func newAPI(t *testing.T, opts Options) *API {
	t.Helper()
	opts.Scheme = runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(opts.Scheme))
	require.NoError(t, appsv1.AddToScheme(opts.Scheme))
	require.NoError(t, certificatesv1.AddToScheme(opts.Scheme))
	types := apischema.NewTypes()
	opts.Resources = append(opts.Resources, kinds.FromScheme(opts.Scheme, nil, types)...)
	opts.Resources = append(opts.Resources, kinds.Definitions())
	opts.Resources = append(opts.Resources, kinds.Questions(encode.OwnType, types)...)
	opts.Window = 100
	if opts.Bookmarks == 0 {
		opts.Bookmarks = time.Minute
	}
	api := New(opts)
	require.NoError(t, api.Seed(nil))
	return api
}

// do sends a request. The body in YAML may be empty; headers are names and values in turn.
func do(t *testing.T, api *API, method, path, body string, headers ...string) (*unstructured.Unstructured, *httptest.ResponseRecorder) {
	t.Helper()
	req := httptest.NewRequest(method, path, http.NoBody)
	if body != "" {
		req = httptest.NewRequest(method, path, strings.NewReader(body))
		req.Header.Set("Content-Type", encode.MediaYAML)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, req)
	u := &unstructured.Unstructured{Object: map[string]any{}}
	if strings.HasPrefix(w.Body.String(), "{") {
		require.NoError(t, utiljson.Unmarshal(w.Body.Bytes(), &u.Object))
	}
	return u, w
}

// must sends a request that has to succeed.
func must(t *testing.T, api *API, method, path, body string, headers ...string) *unstructured.Unstructured {
	t.Helper()
	u, w := do(t, api, method, path, body, headers...)
	require.Less(t, w.Code, 300, w.Body.String())
	return u
}

// parse reads YAML.
func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	require.NoError(t, err)
	var read map[string]any
	require.NoError(t, utiljson.Unmarshal(data, &read))
	return read
}

func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	return &unstructured.Unstructured{Object: parse(t, text)}
}

// assertStatus checks the code and the message of an error.
func assertStatus(t *testing.T, err error, code int, message string) {
	t.Helper()
	if !assert.Error(t, err) {
		return
	}
	assert.Equal(t, code, int(encode.Status(err).Code))
	assert.ErrorContains(t, err, message)
}

const siteDefinition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: sites.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: sites, kind: Site}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}}
  - {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}}
`

var configMapResource = schema.GroupResource{Resource: "configmaps"}

// names lists the names of objects; the query may be part of the path.
func names(t *testing.T, api *API, path string) (all []string) {
	t.Helper()
	list := must(t, api, http.MethodGet, path, "")
	items, _, err := unstructured.NestedSlice(list.Object, "items")
	require.NoError(t, err)
	for _, item := range items {
		u := unstructured.Unstructured{Object: item.(map[string]any)}
		all = append(all, u.GetName())
	}
	return all
}
