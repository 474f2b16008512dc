package apitest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/rest"
)

const pageBody = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"from-a-page"}}`

// A page in a browser sends what the CORS protocol calls a simple request, and may reach the server by a name of its own.
func TestSecurityWebPagesDoNotWrite(t *testing.T) {
	for name, page := range map[string]struct {
		host    string // empty means the server's
		headers map[string]string
		code    int
	}{
		"no content type":            {code: http.StatusUnsupportedMediaType},
		"text":                       {headers: map[string]string{"Content-Type": "text/plain"}, code: http.StatusUnsupportedMediaType},
		"form":                       {headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, code: http.StatusUnsupportedMediaType},
		"multipart":                  {headers: map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, code: http.StatusUnsupportedMediaType},
		"nonsense":                   {headers: map[string]string{"Content-Type": "application/json; ="}, code: http.StatusUnsupportedMediaType},
		"another site":               {headers: map[string]string{"Origin": "https://evil.example"}, code: http.StatusForbidden},
		"sandboxed page":             {headers: map[string]string{"Origin": "null"}, code: http.StatusForbidden},
		"name that begins like ours": {headers: map[string]string{"Origin": "http://127.0.0.1.evil.example"}, code: http.StatusForbidden},
		"name that ends like ours":   {headers: map[string]string{"Origin": "http://evillocalhost"}, code: http.StatusForbidden},
		"user in the origin":         {headers: map[string]string{"Origin": "http://127.0.0.1@evil.example"}, code: http.StatusForbidden},
		"rebound name":               {host: "evil.example:8080", code: http.StatusForbidden},
		"another address":            {host: "192.168.1.7", code: http.StatusForbidden},
		"no address":                 {host: "0.0.0.0", code: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, Options{})
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.server.URL()+configMaps, strings.NewReader(pageBody))
			require.NoError(t, err)
			req.Host = page.host
			if page.code == http.StatusForbidden {
				req.Header.Set("Content-Type", "application/json")
			}
			for header, value := range page.headers {
				req.Header.Set(header, value)
			}
			resp, err := c.http.Do(req)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			assert.Equal(t, page.code, resp.StatusCode)
			assert.Empty(t, resp.Header.Get("Access-Control-Allow-Origin"))
			code, _ := c.do(http.MethodGet, configMaps+"/from-a-page", nil)
			assert.Equal(t, http.StatusNotFound, code, "nothing was written")
		})
	}
}

func TestSecurityRefusalsNameTheHeader(t *testing.T) {
	c := start(t, Options{})
	code, answer := c.do(http.MethodGet, configMaps, nil, "Origin", "https://evil.example")
	assert.Equal(t, http.StatusForbidden, code)
	assert.Contains(t, message(answer), `Origin header "https://evil.example"`)
	code, answer = c.do(http.MethodPost, configMaps, pageBody, "Content-Type", "")
	assert.Equal(t, http.StatusUnsupportedMediaType, code)
	assert.Contains(t, message(answer), "no Content-Type")
	for _, method := range []string{http.MethodPut, http.MethodPatch, http.MethodDelete} {
		code, _ = c.do(http.MethodOptions, configMaps, nil, "Access-Control-Request-Method", method)
		assert.Equal(t, http.StatusMethodNotAllowed, code, "no preflight is answered")
	}
}

// Clients such as kubectl scale --current-replicas send a PUT without a Content-Type. A web page cannot without a preflight request.
func TestOnlyPostNeedsAContentType(t *testing.T) {
	c := start(t, Options{})
	code, _ := c.do(http.MethodPost, configMaps, pageBody)
	require.Equal(t, http.StatusCreated, code)
	code, answer := c.do(http.MethodPut, configMaps+"/from-a-page", pageBody, "Content-Type", "")
	assert.Equal(t, http.StatusOK, code, answer)
	code, answer = c.do(http.MethodDelete, configMaps+"/from-a-page", `{"propagationPolicy": "Orphan"}`, "Content-Type", "")
	assert.Equal(t, http.StatusOK, code, answer)
}

func TestLoopbackNamesAreServed(t *testing.T) {
	for _, host := range []string{"localhost", "localhost:80", "LOCALHOST.", "api.localhost:1", "127.0.0.1", "127.8.9.1:443", "[::1]", "[::1]:80"} {
		assert.True(t, isLoopback(host), host)
	}
	c := start(t, Options{})
	code, _ := c.do(http.MethodPost, configMaps, pageBody, "Origin", "http://localhost:3000")
	assert.Equal(t, http.StatusCreated, code, "a page of this machine")
}

// Only programs that get the configuration of a user have the token of the user. The port and the user name are not secret:
// other processes of the machine can find them.
func TestSecurityTokensCannotBeGuessed(t *testing.T) {
	one, other := start(t, Options{Tokens: map[string]string{"known": "root"}}), start(t, Options{})
	first, second := one.server.UserConfig("alice").BearerToken, other.server.UserConfig("alice").BearerToken
	assert.NotEqual(t, first, second)
	assert.Equal(t, first, one.server.UserConfig("alice").BearerToken)
	for _, guess := range []string{"apitest-alice", "alice", "apitest-alice-", second} {
		code, _ := one.do(http.MethodGet, configMaps, nil, "Authorization", "Bearer "+guess)
		assert.Equal(t, http.StatusUnauthorized, code)
	}
}

// In memory there is no browser: programs may give any name to the host.
func TestMemoryServesAnyHost(t *testing.T) {
	server := Start(t, Options{InMemory: true, Scheme: runtime.NewScheme()})
	config := server.Config()
	config.Host = "http://kubernetes.default.svc"
	client, err := rest.HTTPClientFor(config)
	require.NoError(t, err)
	resp, err := client.Get(config.Host + "/version")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusOK, resp.StatusCode)
}
