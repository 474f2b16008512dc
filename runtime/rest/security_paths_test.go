package rest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/transport"
)

// pathProxy is a proxy that serves several servers, each below a path of its own. It records the requests.
type pathProxy struct {
	*httptest.Server

	mu   sync.Mutex
	seen []string // path, authorization, impersonation
}

func newPathProxy(t *testing.T, handler http.HandlerFunc) *pathProxy {
	t.Helper()
	s := &pathProxy{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.seen = append(s.seen, strings.Join([]string{r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("Impersonate-User")}, "|"))
		s.mu.Unlock()
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *pathProxy) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.seen...)
}

// Names and paths may come from a server or from a program's users. They never lead out of the path of the server.
func TestSecurityPathsStayBelowTheServers(t *testing.T) {
	proxy := newPathProxy(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, pod) })
	client, err := RESTClientFor(configFor(t, proxy.URL+"/k8s/c-1"))
	require.NoError(t, err)
	for _, up := range []string{
		"../../v3", "/../../v3", "a/../../../v3", "../c-2/api", "%2e%2e/%2e%2e/v3", "%252e%252e/v3", `..\..\v3`, "..;/..;/v3", "a%2f..%2f..%2fv3",
	} {
		for method, request := range map[string]*Request{
			"AbsPath":         client.Get().AbsPath(up),
			"AbsPath, middle": client.Get().AbsPath("apis", up, "v1"),
			"RequestURI":      client.Get().RequestURI("/" + strings.TrimPrefix(up, "/") + "?action=logout"),
			"whole URL":       client.Get().RequestURI(proxy.URL + "/" + strings.TrimPrefix(up, "/")),
			"Prefix":          client.Get().Prefix(up).Resource("pods"),
			"Suffix":          client.Get().Resource("pods").Name("web").Suffix("proxy", up),
			"Resource":        client.Get().Resource(up),
			"Name":            client.Get().Resource("pods").Name(up),
			"Namespace":       client.Get().Namespace(up).Resource("pods"),
			"SubResource":     client.Get().Resource("pods").Name("web").SubResource(up),
			"versioned path":  client.Get().AbsPath(DefaultVersionedAPIPath("/apis", schema.GroupVersion{Group: "../" + up, Version: "v1"})),
		} {
			construction := &RequestConstructionError{}
			assert.ErrorAs(t, request.Do(t.Context()).Error(), &construction, "%s of %s", method, up)
		}
		config := configFor(t, proxy.URL+"/k8s/c-1")
		config.GroupVersion = &schema.GroupVersion{Group: up, Version: "v1"}
		_, err := RESTClientFor(config)
		require.ErrorContains(t, err, "leads out of the path", "group %s", up)
		_, err = NewRESTClient(&url.URL{Scheme: "http", Host: "h", Path: "/k8s/c-1"}, up, ClientContentConfig{}, nil, nil)
		require.Error(t, err, up)
		require.Error(t, NewRequestWithClient(&url.URL{Scheme: "http", Host: "h"}, up, ClientContentConfig{}, nil).Error())
	}
	assert.Empty(t, proxy.requests(), "nothing was sent")
}

// A server that is one of several behind a proxy cannot redirect a client to the others or to another host, whether our
// client or one of the program's own, around our transport, follows the redirect.
func TestSecurityRedirectsStayWithTheServer(t *testing.T) {
	thief := newPathProxy(t, func(http.ResponseWriter, *http.Request) {})
	var to string
	proxy := newPathProxy(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/far") {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusTemporaryRedirect)
			return
		}
		answer(w, 200, pod)
	})
	config := configFor(t, proxy.URL+"/k8s/c-1")
	config.BearerToken, config.Impersonate.UserName = "t", "boss"
	rt, err := TransportFor(config)
	require.NoError(t, err)
	ours, err := RESTClientFor(config)
	require.NoError(t, err)
	theirs, err := RESTClientForConfigAndClient(config, &http.Client{Transport: rt})
	require.NoError(t, err)
	plain := &http.Client{Transport: rt}
	senders := map[string]func() error{
		"our client":                 func() error { return ours.Post().AbsPath("/far").Body([]byte("secret")).Do(t.Context()).Error() },
		"our requests, their client": func() error { return theirs.Post().AbsPath("/far").Body([]byte("secret")).Do(t.Context()).Error() },
		"their client": func() error {
			resp, err := plain.Post(proxy.URL+"/k8s/c-1/far", "text/plain", strings.NewReader("secret"))
			if err == nil {
				assert.NoError(t, resp.Body.Close())
			}
			return err
		},
	}
	for name, send := range senders {
		for _, to = range []string{thief.URL + "/k8s/c-1/x", proxy.URL + "/v3/users", "/v3/users?action=logout", "/k8s/c-1/%2e%2e/%2e%2e/v3", "../../v3", "//" + strings.TrimPrefix(thief.URL, "http://")} {
			require.ErrorContains(t, send(), "refused to follow a redirect", "%s to %s", name, to)
		}
		to = "/k8s/c-1/near"
		require.NoError(t, send(), name)
	}
	assert.Empty(t, thief.requests())
	for _, seen := range proxy.requests() {
		assert.Contains(t, []string{"/k8s/c-1/far|Bearer t|boss", "/k8s/c-1/near|Bearer t|boss"}, seen)
	}

	t.Run("another host on purpose", func(t *testing.T) {
		resp, err := plain.Get(thief.URL + "/asked")
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, []string{"/asked|Bearer t|boss"}, thief.requests(), "as with client-go, a program may send its credentials to any host itself")
	})
}

// Each round tripper that adds credentials refuses redirects to other hosts, even if a program uses it by itself.
func TestSecurityRoundTrippersDoNotTakeCredentialsToOtherHosts(t *testing.T) {
	thief := newPathProxy(t, func(http.ResponseWriter, *http.Request) {})
	server := newPathProxy(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, thief.URL, http.StatusFound) })
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("t"), 0o600))
	base := &http.Transport{}
	t.Cleanup(base.CloseIdleConnections)
	for name, rt := range map[string]http.RoundTripper{
		"bearer":        transport.NewBearerAuthRoundTripper("t", base),
		"basic":         transport.NewBasicAuthRoundTripper("u", "p", base),
		"impersonation": transport.NewImpersonatingRoundTripper(transport.ImpersonationConfig{UserName: "boss"}, base),
		"proxy":         transport.NewAuthProxyRoundTripper("boss", "", nil, nil, base),
		"tokens":        transport.TokenSourceWrapTransport(transport.NewCachedFileTokenSource(token))(base),
	} {
		client := &http.Client{Transport: rt}
		resp, err := client.Get(server.URL)
		if err == nil {
			assert.NoError(t, resp.Body.Close())
		}
		require.ErrorContains(t, err, "refused to follow a redirect", name)
	}
	assert.Empty(t, thief.requests())
	resp, err := (&http.Client{Transport: transport.NewUserAgentRoundTripper("agent", base)}).Get(server.URL)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Len(t, thief.requests(), 1, "a user agent is no secret")
}
