package transport

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
)

// whoami answers with the credentials of the request.
func whoami(w http.ResponseWriter, r *http.Request) {
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		fmt.Fprintf(w, "cert %s ", r.TLS.PeerCertificates[0].Subject.CommonName)
	}
	fmt.Fprint(w, r.Header.Get("Authorization"), r.Header["Impersonate-User"], r.Header["Impersonate-Group"], r.Header["Impersonate-Extra-Scopes"])
}

func get(t *testing.T, rt http.RoundTripper, url string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	resp, err := rt.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(text), nil
}

func roundTripper(t *testing.T, config *Config) http.RoundTripper {
	t.Helper()
	rt, err := New(config)
	require.NoError(t, err)
	t.Cleanup(func() { utilnet.CloseIdleConnectionsFor(rt) })
	return rt
}

func tlsServer(t *testing.T, ca *certtest.Authority) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(whoami))
	server.TLS = ca.ServerConfig()
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestCredentialsReachTheServer(t *testing.T) {
	ca := certtest.NewAuthority(t)
	server := tlsServer(t, ca)
	cert, key := ca.Sign("ada")
	for name, test := range map[string]struct {
		config Config
		want   string
	}{
		"no credentials": {Config{}, "[] [] []"},
		"basic":          {Config{Username: "ada", Password: "x"}, "Basic YWRhOng=[] [] []"},
		"bearer":         {Config{BearerToken: "t"}, "Bearer t[] [] []"},
		"certificate":    {Config{TLS: TLSConfig{CertData: cert, KeyData: key}}, "cert ada [] [] []"},
		"impersonation": {Config{BearerToken: "t", Impersonate: ImpersonationConfig{
			UserName: "bo", Groups: []string{"a", "b"}, Extra: map[string][]string{"scopes": {"x"}},
		}}, "Bearer t[bo] [a b] [x]"},
	} {
		t.Run(name, func(t *testing.T) {
			test.config.TLS.CAData = ca.PEM
			seen, err := get(t, roundTripper(t, &test.config), server.URL)
			require.NoError(t, err)
			assert.Equal(t, test.want, seen)
		})
	}
}

func TestHeadersOfTheCallerAreKept(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(whoami))
	defer server.Close()
	rt := roundTripper(t, &Config{BearerToken: "t", UserAgent: "u"})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "mine")
	resp, err := rt.RoundTrip(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, "mine[] [] []", string(text))
	assert.Empty(t, req.Header.Get("User-Agent"), "the caller's request is not changed")
}

func TestServersThatAreNotTrusted(t *testing.T) {
	ca := certtest.NewAuthority(t)
	server := tlsServer(t, ca)
	for name, test := range map[string]struct {
		tls  TLSConfig
		want string
	}{
		"another authority": {TLSConfig{CAData: certtest.NewAuthority(t).PEM}, "certificate signed by unknown authority"},
		"another name":      {TLSConfig{CAData: ca.PEM, ServerName: "elsewhere"}, "certificate is not valid for any names"},
		"insecure":          {TLSConfig{Insecure: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := get(t, roundTripper(t, &Config{TLS: test.tls}), server.URL)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestInvalidConfigurations(t *testing.T) {
	ca := certtest.NewAuthority(t)
	missing := filepath.Join(t.TempDir(), "missing")
	for name, test := range map[string]struct {
		config Config
		want   string
	}{
		"CA and insecure":        {Config{TLS: TLSConfig{CAData: ca.PEM, Insecure: true}}, "with the insecure flag is not allowed"},
		"transport and CA":       {Config{Transport: http.DefaultTransport, TLS: TLSConfig{CAData: ca.PEM}}, "using a custom transport with TLS certificate options"},
		"basic and bearer":       {Config{Username: "a", BearerToken: "b"}, "may be set, but not both"},
		"a CA that is no PEM":    {Config{TLS: TLSConfig{CAData: []byte("x")}}, "no PEM certificate in the certificate authority data"},
		"a missing CA":           {Config{TLS: TLSConfig{CAFile: missing}}, missing},
		"a missing certificate":  {Config{TLS: TLSConfig{CertFile: missing, KeyFile: missing}}, missing},
		"a missing token":        {Config{BearerTokenFile: missing}, missing},
		"an invalid certificate": {Config{TLS: TLSConfig{CertData: []byte("x"), KeyData: []byte("s3cret")}}, "client certificate and key"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(&test.config)
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "s3cret")
		})
	}
}

func TestClientCertificatesRotate(t *testing.T) {
	ca := certtest.NewAuthority(t)
	server := tlsServer(t, ca)
	certFile, keyFile := filepath.Join(t.TempDir(), "cert"), filepath.Join(t.TempDir(), "key")
	write := func(name string) {
		cert, key := ca.Sign(name)
		require.NoError(t, os.WriteFile(certFile, cert, 0o600))
		require.NoError(t, os.WriteFile(keyFile, key, 0o600))
	}
	write("ada")
	rt := roundTripper(t, &Config{TLS: TLSConfig{CAData: ca.PEM, CertFile: certFile, KeyFile: keyFile}})
	seen, err := get(t, rt, server.URL)
	require.NoError(t, err)
	assert.Contains(t, seen, "cert ada")

	write("bo")
	later := time.Now().Add(time.Minute)
	require.NoError(t, os.Chtimes(certFile, later, later))
	utilnet.CloseIdleConnectionsFor(rt)
	seen, err = get(t, rt, server.URL)
	require.NoError(t, err)
	assert.Contains(t, seen, "cert bo")

	require.NoError(t, os.WriteFile(certFile, []byte("half writt"), 0o600))
	utilnet.CloseIdleConnectionsFor(rt)
	seen, err = get(t, rt, server.URL)
	require.NoError(t, err, "while the file is invalid, the last certificate stays in use")
	assert.Contains(t, seen, "cert bo")
}

func TestTokenFileWins(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(whoami))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("fresh\n"), 0o600))
	seen, err := get(t, roundTripper(t, &Config{BearerToken: "old", BearerTokenFile: file}), server.URL)
	require.NoError(t, err)
	assert.Equal(t, "Bearer fresh[] [] []", seen)
}

func TestPoolsAreSharedAndCollected(t *testing.T) {
	var p pools
	same := func(a, b *Config) bool {
		one, err := p.get(a, laneAll)
		require.NoError(t, err)
		two, err := p.get(b, laneAll)
		require.NoError(t, err)
		return one == two
	}
	dialler := &DialHolder{Dial: dial().DialContext}
	assert.True(t, same(&Config{BearerToken: "a"}, &Config{BearerToken: "b"}), "credentials are no part of a pool")
	assert.False(t, same(&Config{}, &Config{TLS: TLSConfig{Insecure: true}}))
	assert.True(t, same(&Config{DialHolder: dialler}, &Config{DialHolder: dialler}))
	assert.False(t, same(&Config{DialHolder: dialler}, &Config{DialHolder: &DialHolder{Dial: dialler.Dial}}))
	proxy := &url.URL{Scheme: "http", Host: "proxy:3128"}
	one, two := http.ProxyURL(proxy), http.ProxyURL(proxy)
	assert.True(t, same(&Config{Proxy: one}, &Config{Proxy: one}))
	assert.False(t, same(&Config{Proxy: one}, &Config{Proxy: two}), "closures of one line are different functions")
	assert.False(t, same(&Config{Proxy: one}, &Config{}))
	assert.True(t, same(&Config{Proxy: http.ProxyFromEnvironment}, &Config{Proxy: http.ProxyFromEnvironment}))
	assert.Eventually(t, func() bool {
		runtime.GC()
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.byKey) == 0
	}, time.Minute, 10*time.Millisecond, "a pool is collected after its last user")
}

// Round trippers of this package end requests with their contexts. Of others that is not known.
func TestEndsWithContext(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(token, []byte("secret"), 0o600))
	foreign := func(rt http.RoundTripper) http.RoundTripper { return struct{ http.RoundTripper }{rt} }
	for name, test := range map[string]struct {
		config Config
		ends   bool
	}{
		"plain":                    {Config{}, true},
		"a token":                  {Config{BearerToken: "secret", UserAgent: "test"}, true},
		"a token in a file":        {Config{BearerTokenFile: token}, true},
		"impersonation":            {Config{Username: "a", Password: "b", Impersonate: ImpersonationConfig{UserName: "c"}}, true},
		"separate connections":     {Config{SeparateConnections: SeparateConnections{Watches: true}}, true},
		"a wrapper of the program": {Config{BearerToken: "secret", WrapTransport: foreign}, false},
		"a transport of its own":   {Config{Transport: foreign(nil)}, false},
	} {
		assert.Equal(t, test.ends, EndsWithContext(roundTripper(t, &test.config)), name)
	}
}

func TestWrappersNest(t *testing.T) {
	var order []string
	wrap := func(name string) WrapperFunc {
		return func(rt http.RoundTripper) http.RoundTripper { order = append(order, name); return rt }
	}
	assert.Nil(t, Wrappers(nil, nil))
	Wrappers(wrap("inner"), nil, wrap("outer"))(http.DefaultTransport)
	assert.Equal(t, []string{"inner", "outer"}, order)
}
