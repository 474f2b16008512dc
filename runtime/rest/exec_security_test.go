package rest

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
)

// clientsOf lists the functions that make a client of a configuration.
var clientsOf = map[string]func(*Config) error{
	"TransportFor":             func(c *Config) error { _, err := TransportFor(c); return err },
	"HTTPClientFor":            func(c *Config) error { _, err := HTTPClientFor(c); return err },
	"RESTClientFor":            func(c *Config) error { _, err := RESTClientFor(c); return err },
	"UnversionedRESTClientFor": func(c *Config) error { _, err := UnversionedRESTClientFor(c); return err },
	"TLSConfigFor":             func(c *Config) error { _, err := TLSConfigFor(c); return err },
	"HTTPWrappersForConfig":    func(c *Config) error { _, err := HTTPWrappersForConfig(c, http.DefaultTransport); return err },
}

func TestSecurityInvalidPluginPoliciesAreRefused(t *testing.T) {
	list := []api.AllowlistEntry{{Command: "aws-plug"}}
	for constructor, clientFor := range clientsOf {
		for name, test := range map[string]struct {
			policy api.PluginPolicy
			want   string
		}{
			"a list alone":   {api.PluginPolicy{Allowlist: list}, "with an allowlist"},
			"list and allow": {api.PluginPolicy{PolicyType: api.PluginPolicyAllowAll, Allowlist: list}, "with an allowlist"},
			"list and deny":  {api.PluginPolicy{PolicyType: api.PluginPolicyDenyAll, Allowlist: list}, "with an allowlist"},
			"no list":        {api.PluginPolicy{PolicyType: api.PluginPolicyAllowlist}, "without an allowlist"},
			"unknown":        {api.PluginPolicy{PolicyType: "Deny"}, "unknown plugin policy"},
		} {
			for _, token := range []string{"", "a token of the user's own"} {
				t.Run(constructor+"/"+name+"/"+token, func(t *testing.T) {
					config := faultConfig("https://host")
					config.BearerToken = token
					config.ExecProvider, _ = execProvider(t, "token")
					config.ExecProvider.PluginPolicy = test.policy
					require.ErrorContains(t, clientFor(config), test.want)
				})
			}
		}
	}
}

func TestSecurityPluginPoliciesApplyToEachConfiguration(t *testing.T) {
	for constructor, clientFor := range clientsOf {
		t.Run(constructor, func(t *testing.T) {
			config := faultConfig("https://host")
			config.BearerToken = ""
			config.ExecProvider, _ = execProvider(t, "token")
			require.NoError(t, clientFor(config))
			strict := CopyConfig(config)
			strict.ExecProvider.PluginPolicy = api.PluginPolicy{PolicyType: api.PluginPolicyAllowlist, Allowlist: []api.AllowlistEntry{{Command: "aws-plug"}}}
			require.ErrorContains(t, clientFor(strict), "not on the allowlist")
			strict.ExecProvider.PluginPolicy = api.PluginPolicy{PolicyType: api.PluginPolicyDenyAll}
			require.ErrorContains(t, clientFor(strict), "denies all plugins")
			strict.BearerToken = "the user's own"
			require.NoError(t, clientFor(strict), "the plugin does not run")
		})
	}
}

func TestStaticCredentialsWinOverAnExecPlugin(t *testing.T) {
	ca := certtest.NewAuthority(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _, _ := r.BasicAuth()
		if len(r.TLS.PeerCertificates) > 0 {
			user = r.TLS.PeerCertificates[0].Subject.CommonName
		}
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte(r.Header.Get("Authorization") + " " + user))
	}))
	server.TLS = ca.ServerConfig()
	server.StartTLS()
	t.Cleanup(server.Close)
	cert, key := ca.Sign("ada")
	folder := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, data, 0o600))
		return path
	}
	for name, test := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"token":             {func(c *Config) { c.BearerToken = "own" }, "Bearer own "},
		"token file":        {func(c *Config) { c.BearerTokenFile = file("token", []byte("own")) }, "Bearer own "},
		"password":          {func(c *Config) { c.Username, c.Password = "bo", "p" }, "Basic Ym86cA== bo"},
		"certificate":       {func(c *Config) { c.CertData, c.KeyData = cert, key }, " ada"},
		"certificate files": {func(c *Config) { c.CertFile, c.KeyFile = file("cert", cert), file("key", key) }, " ada"},
		"both":              {func(c *Config) { c.CertData, c.KeyFile = cert, file("key", key) }, " ada"},
	} {
		t.Run(name, func(t *testing.T) {
			config := faultConfig(server.URL)
			config.BearerToken, config.CAData = "", ca.PEM
			var runs func() int
			config.ExecProvider, runs = execProvider(t, "token")
			require.NoError(t, os.WriteFile(config.ExecProvider.Env[1].Value, nil, 0o600))
			test.change(config)
			text, err := faultClient(t, config).Get().AbsPath("/").DoRaw(t.Context())
			require.NoError(t, err)
			assert.Equal(t, test.want, string(text))
			assert.Zero(t, runs(), "the plugin does not run")
		})
	}
}

func TestAnExecPluginOutlivesTheRequestThatNeededIt(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte(r.Header.Get("Authorization")))
	}))
	t.Cleanup(server.Close)
	config := faultConfig(server.URL)
	config.BearerToken, config.Timeout = "", 50*time.Millisecond // shorter than the plugin runs
	var runs func() int
	config.ExecProvider, runs = execProvider(t, "slow")
	client := faultClient(t, config)
	var text []byte
	assert.Eventually(t, func() bool {
		var err error
		text, err = client.Get().AbsPath("/").DoRaw(t.Context())
		return err == nil
	}, time.Minute, time.Millisecond)
	assert.Equal(t, "Bearer "+secret+"-1", string(text))
	assert.Equal(t, 1, runs())
}
