package apitest

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/rest"
)

// ask sends a request with the given configuration and returns the status code and the body.
func ask(t *testing.T, config *rest.Config, method, path, body string) (int, string) {
	t.Helper()
	client, err := rest.HTTPClientFor(config)
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), method, config.Host+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(data)
}

func whoAmI(t *testing.T, config *rest.Config) string {
	t.Helper()
	code, body := ask(t, config, http.MethodPost, "/apis/authentication.k8s.io/v1/selfsubjectreviews", `{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}`)
	require.Equal(t, http.StatusCreated, code, body)
	var review struct {
		Status struct {
			UserInfo struct{ Username string } `json:"userInfo"`
		} `json:"status"`
	}
	require.NoError(t, json.Unmarshal([]byte(body), &review))
	return review.Status.UserInfo.Username
}

func TestWhoComesIn(t *testing.T) {
	for name, opts := range map[string]Options{
		"TLS":        {TLS: true, Tokens: map[string]string{"s3cret": "robot"}},
		"token":      {Tokens: map[string]string{"s3cret": "robot"}},
		"in memory":  {Tokens: map[string]string{"s3cret": "robot"}, InMemory: true},
		"every door": {},
	} {
		t.Run(name, func(t *testing.T) {
			server := Start(t, opts)
			anonymous := server.Config()
			anonymous.CertData, anonymous.KeyData, anonymous.BearerToken = nil, nil, ""
			code, body := ask(t, anonymous, http.MethodGet, "/api/v1/namespaces", "")
			if opts.Tokens == nil {
				assert.Equal(t, http.StatusOK, code)
				assert.Equal(t, "system:anonymous", whoAmI(t, anonymous))
				return
			}
			assert.Equal(t, http.StatusUnauthorized, code)
			assert.Contains(t, body, `"reason":"Unauthorized"`)
			code, _ = ask(t, anonymous, http.MethodGet, "/readyz", "")
			assert.Equal(t, http.StatusOK, code, "health is for everybody")

			anonymous.BearerToken = "wrong"
			code, _ = ask(t, anonymous, http.MethodGet, "/api/v1/namespaces", "")
			assert.Equal(t, http.StatusUnauthorized, code)
			anonymous.BearerToken = "s3cret"
			assert.Equal(t, "robot", whoAmI(t, anonymous))

			assert.Equal(t, map[bool]string{true: admin, false: "robot"}[opts.TLS], whoAmI(t, server.Config()))
			assert.Equal(t, "jane", whoAmI(t, server.UserConfig("jane")))
		})
	}
}

func TestATokenOfAServiceAccountOpensTheDoor(t *testing.T) {
	c := start(t, Options{Tokens: map[string]string{"s3cret": "robot"}})
	config := c.server.Config()
	const accounts = "/api/v1/namespaces/default/serviceaccounts"
	code, body := ask(t, config, http.MethodPost, accounts, `{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"robot"}}`)
	require.Equal(t, http.StatusCreated, code, body)
	code, body = ask(t, config, http.MethodPost, accounts+"/robot/token", `{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}}`)
	require.Equal(t, http.StatusCreated, code, body)
	var request struct{ Status struct{ Token string } }
	require.NoError(t, json.Unmarshal([]byte(body), &request))
	config.BearerToken = request.Status.Token
	assert.Equal(t, "system:serviceaccount:default:robot", whoAmI(t, config))
}

func TestTheKubeconfigGoesWithTheServer(t *testing.T) {
	server, err := New(Options{TLS: true})
	require.NoError(t, err)
	path, err := server.Kubeconfig()
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "it holds a key")
	server.Close()
	_, err = os.Stat(path)
	require.ErrorIs(t, err, os.ErrNotExist)

	memory := Start(t, Options{InMemory: true})
	_, err = memory.Kubeconfig()
	require.ErrorContains(t, err, "in memory")
}
