package serve

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/internal/storage"
)

func TestRoute(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, definitions, siteDefinition)
	const noPath, noPage = "the server could not find the requested resource", "404 page not found"
	tests := []struct {
		path                                   string
		resource, namespace, name, subresource string
		fails                                  string
	}{
		{"/api/v1/pods", "pods", "", "", "", ""},
		{"/api/v1/namespaces/a/pods", "pods", "a", "", "", ""},
		{"/api/v1/namespaces/a/pods/b", "pods", "a", "b", "", ""},
		{"/api/v1/namespaces/a/pods/b/log", "pods", "a", "b", "log", ""},
		{"/api/v1/namespaces/a/pods/b/proxy/c/d", "pods", "a", "b", "proxy", ""},
		{"/api/v1/namespaces", "namespaces", "", "", "", ""},
		{"/api/v1/namespaces/a", "namespaces", "", "a", "", ""},
		{"/api/v1/namespaces/a/status", "namespaces", "", "a", "status", ""},
		{"/api/v1/namespaces/a/finalize", "namespaces", "", "a", "finalize", ""},
		{"/api/v1/nodes/a", "nodes", "", "a", "", ""},
		{"/apis/apps/v1/namespaces/a/deployments/b/scale", "deployments", "a", "b", "scale", ""},
		{"/apis/example.com/v2/namespaces/a/sites/b", "sites", "a", "b", "", ""},
		{"/api/v1/watch/namespaces/a/pods", "pods", "a", "", "", ""},
		{"/api/v1/namespaces/a/others", "", "", "", "", noPath},
		{"/api/v1/pods/a", "", "", "", "", noPath},
		{"/api/v1/namespaces/a/nodes/b", "", "", "", "", noPath},
		{"/apis/example.com/v1/others", "", "", "", "", noPage},
		{"/apis/example.com/v1/sites/a", "", "", "", "", noPage},
		{"/apis/other.com/v1/sites", "", "", "", "", noPage},
		{"/elsewhere", "", "", "", "", noPage},
		{"/apis/apps/v1", "", "", "", "", noPage},
		{"/api/v1/namespaces/a/pods/..", "", "", "", "", `Name parameter invalid: "..": may not be '..'`},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			req := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			req.URL.Path = tt.path
			r := &request{api: api, http: req}
			err := r.route()
			if tt.fails != "" {
				assert.EqualError(t, err, tt.fails)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []string{tt.resource, tt.namespace, tt.name, tt.subresource}, []string{r.resource.Name, r.namespace, r.name, r.subresource})
			assert.Equal(t, strings.Contains(tt.path, "/watch/"), req.URL.Query().Get("watch") == "true")
		})
	}
}

func TestMethodsThatAPathDoesNotHave(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, definitions, siteDefinition)
	const builtin = "the server does not allow this method on the requested resource"
	tests := []struct {
		method, path string
		code         int
		message      string
	}{
		{http.MethodPost, configMaps + "/a", http.StatusMethodNotAllowed, builtin},
		{http.MethodPost, "/api/v1/configmaps", http.StatusMethodNotAllowed, builtin},
		{http.MethodPut, configMaps, http.StatusMethodNotAllowed, builtin},
		{http.MethodDelete, "/api/v1/configmaps", http.StatusMethodNotAllowed, builtin},
		{http.MethodDelete, pods + "/a/status", http.StatusMethodNotAllowed, builtin},
		{http.MethodGet, pods + "/a/eviction", http.StatusMethodNotAllowed, builtin},
		{http.MethodGet, pods + "/a/nonsense", http.StatusNotFound, "could not find the requested resource"},
		{http.MethodGet, pods + "/a/exec", http.StatusBadRequest, "apitest runs no containers"},
		{http.MethodPut, sites, http.StatusBadRequest, "name must be provided"},
		{http.MethodGet, sites + "/a/status", http.StatusNotFound, `sites.example.com "a" not found`},
		{"PROPFIND", sites + "/a", http.StatusMethodNotAllowed, "propfind is not supported on resources of kind"},
	}
	for _, tt := range tests {
		u, w := do(t, api, tt.method, tt.path, "")
		assert.Equal(t, tt.code, w.Code, "%s %s", tt.method, tt.path)
		assert.Contains(t, u.Object["message"], tt.message, "%s %s", tt.method, tt.path)
	}
}

func TestWriteOptions(t *testing.T) {
	read := func(query, userAgent string) (writeOptions, error) {
		req := httptest.NewRequest(http.MethodPut, "/?"+query, http.NoBody)
		req.Header.Set("User-Agent", userAgent)
		r := &request{http: req}
		err := r.readUpdateOptions()
		return r.write, err
	}
	tests := []struct {
		query string
		want  writeOptions
	}{
		{"", writeOptions{manager: "tester", validation: metav1.FieldValidationWarn}},
		{"dryRun=All&fieldManager=me", writeOptions{dryRun: true, manager: "me", validation: metav1.FieldValidationWarn}},
		{"fieldValidation=Strict", writeOptions{manager: "tester", validation: metav1.FieldValidationStrict}},
		{"fieldValidation=Ignore", writeOptions{manager: "tester", validation: metav1.FieldValidationIgnore}},
	}
	for _, tt := range tests {
		got, err := read(tt.query, "tester/v1 (linux)")
		assert.NoError(t, err, tt.query)
		assert.Equal(t, tt.want, got, tt.query)
		assert.Equal(t, tt.want.validation == metav1.FieldValidationStrict, got.strict())
		assert.Equal(t, tt.want.validation == metav1.FieldValidationIgnore, got.lenient())
	}
	for _, query := range []string{"dryRun=Some", "fieldValidation=Loose", "fieldManager=" + strings.Repeat("x", 129)} {
		_, err := read(query, "")
		assertStatus(t, err, http.StatusUnprocessableEntity, "UpdateOptions.meta.k8s.io")
	}
}

func TestManagerOf(t *testing.T) {
	for userAgent, want := range map[string]string{
		"": "", "kubectl/v1.37 (linux)": "kubectl", "a b": "a b", "a\tb\x00c/1": "abc",
		strings.Repeat("x", validation.FieldManagerMaxLength+1) + "/1":  strings.Repeat("x", validation.FieldManagerMaxLength),
		strings.Repeat("x", validation.FieldManagerMaxLength-1) + "é/1": strings.Repeat("x", validation.FieldManagerMaxLength-1),
	} {
		assert.Equal(t, want, managerOf(userAgent))
	}
}

func TestInvalidOptions(t *testing.T) {
	assert.NoError(t, invalidOptions("ListOptions", nil))
	err := invalidOptions("ListOptions", field.ErrorList{field.Required(field.NewPath("x"), "")})
	assertStatus(t, err, http.StatusUnprocessableEntity, "ListOptions.meta.k8s.io")
}

func TestContinueTokens(t *testing.T) {
	for _, key := range []storage.Key{{Name: "a"}, {Namespace: "n", Name: "a.b"}} {
		for _, version := range []int64{1, 1 << 40, -1} {
			got, gotVersion, err := decodeContinue(encodeContinue(key, version))
			require.NoError(t, err)
			assert.Equal(t, key, got)
			assert.Equal(t, version, gotVersion)
		}
	}
	encoded := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	for token, want := range map[string]string{
		"%": "illegal base64", encoded("{"): "unexpected end of JSON input", encoded(`{"v":"v9","rv":1,"start":"a"}`): "server does not recognize this encoded version v9",
		encoded(`{"v":"meta.k8s.io/v1","start":"a"}`): "incorrect encoded start resourceVersion", encoded(`{"v":"meta.k8s.io/v1","rv":1}`): "encoded start key empty",
		encoded(`{"v":"meta.k8s.io/v1","rv":1,"start":"../a"}`): "../a",
	} {
		_, _, err := decodeContinue(token)
		assertStatus(t, err, http.StatusBadRequest, "invalid continue token: continue key is not valid: ")
		assert.ErrorContains(t, err, want)
	}
}

func TestResourceVersionsThatAreReached(t *testing.T) {
	api := newAPI(t, Options{})
	now := api.Version()
	for text, want := range map[string]uint64{"": 0, "0": 0, "1": 1} {
		got, err := api.reached(text)
		assert.NoError(t, err)
		assert.Equal(t, want, got)
	}
	got, err := api.reached(strconv.FormatUint(now, 10))
	assert.NoError(t, err)
	assert.Equal(t, now, got)
	_, err = api.reached(strconv.FormatUint(now+1, 10))
	assertStatus(t, err, http.StatusGatewayTimeout, "Too large resource version")
	_, err = api.reached("x")
	assert.ErrorContains(t, err, `resourceVersion: Invalid value: "x"`)
}
