package rest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientauthentication"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
	"github.com/typewright/typewright/runtime/transport"
)

func TestTransportConfig(t *testing.T) {
	proxy := http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy:3128"})
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, nil }
	config := &Config{
		Host: "https://host", Username: "u", Password: "p", BearerToken: "t", BearerTokenFile: "tf",
		Impersonate: ImpersonationConfig{UserName: "bo", UID: "1", Groups: []string{"g"}, Extra: map[string][]string{"k": {"v"}}},
		TLSClientConfig: TLSClientConfig{
			Insecure: true, ServerName: "sn", CertFile: "cf", KeyFile: "kf", CAFile: "caf",
			CertData: []byte("c"), KeyData: []byte("k"), CAData: []byte("ca"), NextProtos: []string{"http/1.1"},
		},
		UserAgent: "ua", DisableCompression: true, Transport: http.DefaultTransport,
		WrapTransport: func(rt http.RoundTripper) http.RoundTripper { return rt },
		Dial:          dial, Proxy: proxy, SeparateConnections: transport.SeparateConnections{Watches: true, Writes: true},
	}
	got, err := config.TransportConfig()
	require.NoError(t, err)
	assert.NotNil(t, got.DialHolder.Dial)
	assert.NotNil(t, got.Proxy)
	assert.NotNil(t, got.WrapTransport)
	got.DialHolder, got.Proxy, got.WrapTransport = nil, nil, nil // functions cannot be compared
	assert.Equal(t, &transport.Config{
		UserAgent: "ua", Username: "u", Password: "p", BearerToken: "t", BearerTokenFile: "tf",
		TLS: transport.TLSConfig{
			CAFile: "caf", CertFile: "cf", KeyFile: "kf", Insecure: true, ServerName: "sn",
			CAData: []byte("ca"), CertData: []byte("c"), KeyData: []byte("k"), NextProtos: []string{"http/1.1"},
		},
		Impersonate:        transport.ImpersonationConfig{UserName: "bo", UID: "1", Groups: []string{"g"}, Extra: map[string][]string{"k": {"v"}}},
		DisableCompression: true, Transport: http.DefaultTransport,
		SeparateConnections: transport.SeparateConnections{Watches: true, Writes: true},
	}, got)
}

func TestUnsupportedAuthProviders(t *testing.T) {
	for name, remedy := range map[string]string{
		"gcp":   "install gke-gcloud-auth-plugin",
		"azure": "install kubelogin",
		"oidc":  "import github.com/typewright/typewright/runtime/auth/oidc",
		"other": "use an exec plugin",
	} {
		_, err := (&Config{AuthProvider: &api.AuthProviderConfig{Name: name}}).TransportConfig()
		require.ErrorContains(t, err, `auth provider "`+name+`" is not supported`)
		require.ErrorContains(t, err, remedy)
	}
}

func TestOnlyTheTransportSeesCredentials(t *testing.T) {
	seen := map[string]http.Header{}
	record := func(layer string, rt http.RoundTripper) http.RoundTripper {
		return roundTripperFunc(func(req *http.Request) (*http.Response, error) {
			seen[layer] = req.Header.Clone()
			return rt.RoundTrip(req)
		})
	}
	config := configFor(t, "http://host")
	config.BearerToken, config.UserAgent = "t", "ua"
	config.Transport = record("below", roundTripperFunc(func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }))
	httpClient, err := HTTPClientFor(config)
	require.NoError(t, err)
	want := http.Header{"Accept": {"application/json, */*"}, "Authorization": {"Bearer t"}, "User-Agent": {"ua"}}

	client, err := RESTClientForConfigAndClient(config, httpClient)
	require.NoError(t, err)
	require.ErrorContains(t, client.Get().AbsPath("/").Do(t.Context()).Error(), "connection refused")
	assert.Equal(t, want, seen["below"])

	httpClient.Transport = record("around", httpClient.Transport)
	require.ErrorContains(t, client.Get().AbsPath("/").Do(t.Context()).Error(), "connection refused")
	assert.Equal(t, http.Header{"Accept": {"application/json, */*"}}, seen["around"], "a program that logs requests logs no token")
	assert.Equal(t, want, seen["below"])
}

func TestConfigToExecCluster(t *testing.T) {
	ca := certtest.NewAuthority(t)
	caFile := filepath.Join(t.TempDir(), "ca")
	require.NoError(t, os.WriteFile(caFile, ca.PEM, 0o600))
	config := &Config{
		Host: "https://host:6443", DisableCompression: true,
		TLSClientConfig: TLSClientConfig{ServerName: "sn", CAFile: caFile, CertFile: "the user's", KeyFile: "the user's"},
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy:3128"}),
		ExecProvider:    &api.ExecConfig{Command: "plugin"},
	}
	cluster, err := ConfigToExecCluster(config)
	require.NoError(t, err)
	assert.Equal(t, &clientauthentication.Cluster{
		Server: "https://host:6443", TLSServerName: "sn", CertificateAuthorityData: ca.PEM, ProxyURL: "http://proxy:3128", DisableCompression: true,
	}, cluster)
	assert.Equal(t, "the user's", config.CertFile, "the configuration is not changed")

	config.CAFile = filepath.Join(t.TempDir(), "missing")
	_, err = ConfigToExecCluster(config)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "failed to load CA bundle for execProvider")
}

func TestClientsThatCannotBeMade(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"no version":         {func(c *Config) { c.GroupVersion = nil }, "GroupVersion is required"},
		"no serializer":      {func(c *Config) { c.NegotiatedSerializer = nil }, "NegotiatedSerializer is required"},
		"a path in the host": {func(c *Config) { c.Host = "host/with/path" }, "host must be a URL or a host:port pair"},
		"an invalid host":    {func(c *Config) { c.Host = "::" }, "host must be a URL or a host:port pair"},
		"two credentials":    {func(c *Config) { c.Username, c.BearerToken = "u", "t" }, "may be set, but not both"},
		"a missing CA":       {func(c *Config) { c.Transport, c.CAFile = nil, "/missing" }, "/missing"},
		"a broken CA":        {func(c *Config) { c.Transport, c.CAData = nil, []byte("x") }, "no PEM certificate"},
		"exec, no command":   {func(c *Config) { c.ExecProvider = &api.ExecConfig{} }, "no command is given"},
	} {
		t.Run(name, func(t *testing.T) {
			config := configFor(t, "http://host")
			test.change(config)
			_, err := RESTClientFor(config)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestLimitsOfConfigurations(t *testing.T) {
	for name, test := range map[string]struct {
		qps   float32
		burst int
		want  float32
	}{"the default": {0, 0, DefaultQPS}, "none": {-1, 0, 0}, "a number": {50, 100, 50}} {
		t.Run(name, func(t *testing.T) {
			config := configFor(t, "http://host")
			config.QPS, config.Burst = test.qps, test.burst
			client, err := RESTClientFor(config)
			require.NoError(t, err)
			if test.want == 0 {
				assert.Nil(t, client.GetRateLimiter())
				return
			}
			assert.InDelta(t, test.want, client.GetRateLimiter().QPS(), 0)
		})
	}
}
