package clientcmd

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// full returns a config with clusters, users and contexts that set all fields which overrides can replace.
func full() api.Config {
	return api.Config{
		CurrentContext: "x",
		Clusters: map[string]*api.Cluster{
			"c": {Server: "https://c/path?q=1", TLSServerName: "name", CertificateAuthorityData: []byte("ca"), Extensions: map[string]runtime.Object{
				execExtension: &runtime.Unknown{Raw: []byte(`{"a":1}`)},
			}},
			"d":     {Server: "https://d", InsecureSkipTLSVerify: true},
			"plain": {Server: "http://plain"},
		},
		AuthInfos: map[string]*api.AuthInfo{
			"u": {Token: "token", ClientCertificateData: []byte("cert"), ClientKeyData: []byte("key")},
			"v": {Username: "v", Password: "p", Impersonate: "i", ImpersonateUserExtra: map[string][]string{"k": {"1"}}},
			"e": {Exec: &api.ExecConfig{
				Command: "c", APIVersion: "client.authentication.k8s.io/v1", InteractiveMode: api.NeverExecInteractiveMode, InstallHint: "get \x1b[1mit\n",
			}},
		},
		Contexts: map[string]*api.Context{
			"x": {Cluster: "c", AuthInfo: "u", Namespace: "n"}, "y": {Cluster: "d", AuthInfo: "v"}, "z": {Cluster: "plain", AuthInfo: "u"},
			"e": {Cluster: "c", AuthInfo: "e"},
		},
	}
}

func TestOverrides(t *testing.T) {
	for name, test := range map[string]struct {
		overrides ConfigOverrides
		check     func(*testing.T, *rest.Config)
		err       string
	}{
		"none": {check: func(t *testing.T, c *rest.Config) {
			assert.Equal(t, "https://c/path", c.Host, "the query of the URL is dropped")
			assert.Equal(t, "token", c.BearerToken)
			assert.Equal(t, "name", c.ServerName)
			assert.Equal(t, []byte("key"), c.KeyData)
		}},
		"context": {overrides: ConfigOverrides{CurrentContext: "y"}, check: func(t *testing.T, c *rest.Config) {
			assert.Equal(t, "https://d", c.Host)
			assert.Equal(t, "v", c.Username)
			assert.True(t, c.Insecure)
			assert.Equal(t, "i", c.Impersonate.UserName)
		}},
		"cluster and user": {overrides: ConfigOverrides{Context: api.Context{Cluster: "d", AuthInfo: "v"}}, check: func(t *testing.T, c *rest.Config) {
			assert.Equal(t, "https://d", c.Host)
			assert.Equal(t, "v", c.Username)
			assert.Empty(t, c.BearerToken)
		}},
		"server": {overrides: ConfigOverrides{ClusterInfo: api.Cluster{Server: "https://else"}}, check: func(t *testing.T, c *rest.Config) {
			assert.Equal(t, "https://else", c.Host)
			assert.Empty(t, c.ServerName, "the name belongs to the server that was replaced")
			assert.Equal(t, []byte("ca"), c.CAData)
		}},
		"insecure": {overrides: ConfigOverrides{ClusterInfo: api.Cluster{InsecureSkipTLSVerify: true}}, check: func(t *testing.T, c *rest.Config) {
			assert.True(t, c.Insecure)
			assert.Empty(t, c.CAData)
		}},
		"CA": {
			overrides: ConfigOverrides{CurrentContext: "y", ClusterInfo: api.Cluster{CertificateAuthorityData: []byte("new")}},
			check: func(t *testing.T, c *rest.Config) {
				assert.False(t, c.Insecure)
				assert.Equal(t, []byte("new"), c.CAData)
			},
		},
		"certificate": {
			overrides: ConfigOverrides{AuthInfo: api.AuthInfo{ClientCertificate: os.DevNull, ClientKey: os.DevNull}},
			check: func(t *testing.T, c *rest.Config) {
				assert.Equal(t, os.DevNull, c.CertFile)
				assert.Empty(t, c.CertData)
				assert.Empty(t, c.KeyData)
			},
		},
		"extra": {
			overrides: ConfigOverrides{CurrentContext: "y", AuthInfo: api.AuthInfo{ImpersonateUserExtra: map[string][]string{"l": {"2"}}}},
			check: func(t *testing.T, c *rest.Config) {
				assert.Equal(t, map[string][]string{"k": {"1"}, "l": {"2"}}, c.Impersonate.Extra)
			},
		},
		"timeout": {overrides: ConfigOverrides{Timeout: "90"}, check: func(t *testing.T, c *rest.Config) {
			assert.Equal(t, 90*time.Second, c.Timeout)
		}},
		"no TLS, no credentials": {overrides: ConfigOverrides{CurrentContext: "z"}, check: func(t *testing.T, c *rest.Config) {
			assert.Equal(t, "http://plain", c.Host)
			assert.Empty(t, c.BearerToken)
		}},
		"exec": {overrides: ConfigOverrides{CurrentContext: "e"}, check: func(t *testing.T, c *rest.Config) {
			assert.Equal(t, "get U+001B[1mit\n", c.ExecProvider.InstallHint, "hints contain no control characters")
			assert.Equal(t, []byte(`{"a":1}`), c.ExecProvider.Config.(*runtime.Unknown).Raw)
		}},
		"defaults": {overrides: ConfigOverrides{ClusterDefaults: api.Cluster{ProxyURL: "http://proxy"}}, check: func(t *testing.T, c *rest.Config) {
			proxy, err := c.Proxy(nil)
			require.NoError(t, err)
			assert.Equal(t, "proxy", proxy.Host)
			assert.Equal(t, "https://c/path", c.Host)
		}},
		"a user of the command line": {
			overrides: ConfigOverrides{Context: api.Context{AuthInfo: "v"}, AuthInfo: api.AuthInfo{Token: "t"}}, err: "more than one authentication method",
		},
		"missing context": {overrides: ConfigOverrides{CurrentContext: "no"}, err: `context "no" does not exist`},
		"missing cluster": {overrides: ConfigOverrides{Context: api.Context{Cluster: "no"}}, err: `cluster "no" does not exist`},
		"missing user":    {overrides: ConfigOverrides{Context: api.Context{AuthInfo: "no"}}, err: `auth info "no" does not exist`},
		"bad timeout":     {overrides: ConfigOverrides{Timeout: "soon"}, err: "invalid timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			config, want := full(), full()
			client := NewDefaultClientConfig(config, &test.overrides)
			built, err := client.ClientConfig()
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			test.check(t, built)
			_, err = client.MergedRawConfig()
			require.NoError(t, err)
			assert.Equal(t, want, config, "the config is not changed")
		})
	}
}

func TestMergedRawConfig(t *testing.T) {
	overrides := &ConfigOverrides{
		CurrentContext: "y", Context: api.Context{Namespace: "other"},
		ClusterInfo: api.Cluster{Server: "https://else"}, AuthInfo: api.AuthInfo{Impersonate: "me"},
	}
	merged, err := NewDefaultClientConfig(full(), overrides).MergedRawConfig()
	require.NoError(t, err)
	assert.Equal(t, "y", merged.CurrentContext)
	assert.Equal(t, "other", merged.Contexts["y"].Namespace)
	assert.Equal(t, "https://else", merged.Clusters["d"].Server)
	assert.Equal(t, "me", merged.AuthInfos["v"].Impersonate)
	_, err = NewDefaultClientConfig(api.Config{}, nil).MergedRawConfig()
	assert.True(t, IsEmptyConfig(err))
}

func TestNamespace(t *testing.T) {
	for _, test := range []struct {
		overrides  ConfigOverrides
		want       string
		overridden bool
	}{
		{ConfigOverrides{}, "n", false},
		{ConfigOverrides{CurrentContext: "y"}, "default", false},
		{ConfigOverrides{Context: api.Context{Namespace: "o"}}, "o", true},
	} {
		namespace, overridden, err := NewDefaultClientConfig(full(), &test.overrides).Namespace()
		require.NoError(t, err)
		assert.Equal(t, test.want, namespace)
		assert.Equal(t, test.overridden, overridden)
	}
	_, _, err := NewDefaultClientConfig(api.Config{}, nil).Namespace()
	assert.True(t, IsEmptyConfig(err))
}

// fakePod stands in for the configuration of a pod.
type fakePod struct {
	podConfig
	possible bool
}

func (p *fakePod) Possible() bool                    { return p.possible }
func (*fakePod) ClientConfig() (*rest.Config, error) { return &rest.Config{Host: "pod"}, nil }
func (*fakePod) Namespace() (string, bool, error)    { return "pod-namespace", false, nil }
func getter(c *api.Config, err error) ClientConfigLoader {
	return &ClientConfigGetter{func() (*api.Config, error) { return c, err }}
}

func TestDeferredFallsBackToThePod(t *testing.T) {
	config := full()
	for name, test := range map[string]struct {
		config    *api.Config
		possible  bool
		overrides *ConfigOverrides
		host      string
		namespace string
	}{
		"a config wins":                          {&config, true, nil, "https://c/path", "n"},
		"nothing, in a pod":                      {api.NewConfig(), true, nil, "pod", "pod-namespace"},
		"a context without namespace, in a pod":  {&config, true, &ConfigOverrides{CurrentContext: "y"}, "https://d", "pod-namespace"},
		"a context without namespace, elsewhere": {&config, false, &ConfigOverrides{CurrentContext: "y"}, "https://d", "default"},
		"a namespace of the command line": {
			api.NewConfig(), true, &ConfigOverrides{Context: api.Context{Namespace: "flag"}}, "pod", "flag",
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := NewNonInteractiveDeferredLoadingClientConfig(getter(test.config, nil), test.overrides).(*DeferredLoadingClientConfig)
			client.pod = &fakePod{possible: test.possible}
			built, err := client.ClientConfig()
			require.NoError(t, err)
			assert.Equal(t, test.host, built.Host)
			namespace, _, err := client.Namespace()
			require.NoError(t, err)
			assert.Equal(t, test.namespace, namespace)
		})
	}
	broken := errors.New("broken")
	client := NewNonInteractiveDeferredLoadingClientConfig(getter(nil, broken), nil)
	_, err := client.ClientConfig()
	require.ErrorIs(t, err, broken)
	_, _, err = client.Namespace()
	require.ErrorIs(t, err, broken)
	_, err = client.RawConfig()
	require.ErrorIs(t, err, broken)
	_, err = BuildConfigFromKubeconfigGetter("https://m", func() (*api.Config, error) { return api.NewConfig(), nil })
	require.NoError(t, err)
}

func TestOverridesInAPod(t *testing.T) {
	t.Setenv("POD_NAMESPACE", "here")
	namespace, _, err := (&podConfig{}).Namespace()
	require.NoError(t, err)
	assert.Equal(t, "here", namespace)
	assert.False(t, (&podConfig{}).Possible(), "tests do not run in pods")
	built := &rest.Config{Host: "h", BearerToken: "t", BearerTokenFile: "f"}
	applyOverrides(built, &ConfigOverrides{
		ClusterInfo: api.Cluster{Server: "s", CertificateAuthority: "ca"}, AuthInfo: api.AuthInfo{Token: "new"},
	})
	assert.Equal(t, &rest.Config{Host: "s", BearerToken: "new", TLSClientConfig: rest.TLSClientConfig{CAFile: "ca"}}, built)
}

func TestFlags(t *testing.T) {
	overrides := &ConfigOverrides{}
	flags := pflag.NewFlagSet("x", pflag.ContinueOnError)
	BindOverrideFlags(overrides, flags, RecommendedConfigOverrideFlags("k-"))
	var args []string
	flags.VisitAll(func(flag *pflag.Flag) {
		assert.True(t, strings.HasPrefix(flag.Name, "k-"))
		value := strings.TrimPrefix(flag.Name, "k-")
		if flag.Value.Type() == "bool" {
			value = "true"
		}
		args = append(args, "--"+flag.Name+"="+value)
	})
	require.NoError(t, flags.Parse(args))
	data, err := json.Marshal(overrides)
	require.NoError(t, err)
	assert.JSONEq(t, `{"AuthInfo": {"client-certificate": "client-certificate", "client-key": "client-key", "token": "token", "act-as": "as",
		"act-as-uid": "as-uid", "act-as-groups": ["as-group"], "username": "username", "password": "password"},
		"ClusterDefaults": {"server": ""}, "ClusterInfo": {"server": "server", "tls-server-name": "tls-server-name", "insecure-skip-tls-verify": true,
		"certificate-authority": "certificate-authority", "proxy-url": "proxy-url", "disable-compression": true},
		"Context": {"cluster": "cluster", "user": "user", "namespace": "namespace"}, "CurrentContext": "context", "Timeout": "request-timeout"}`, string(data))
	assert.Equal(t, []string{"true"}, flags.Lookup("k-token").Annotations["classified"])
	assert.Equal(t, "n", flags.Lookup("k-namespace").Shorthand)

	none := pflag.NewFlagSet("none", pflag.ContinueOnError)
	BindOverrideFlags(overrides, none, ConfigOverrideFlags{})
	assert.False(t, none.HasFlags(), "flags without names are not bound")
	for given, want := range map[string]string{"NS/a": "a", "namespace/b": "b", "namespaces/c": "c", "ns/": "ns/", "d": "d"} {
		got, err := RemoveNamespacesPrefix(given)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

func TestAskingForCredentials(t *testing.T) {
	config := full()
	config.Contexts["x"].AuthInfo = ""
	_, err := NewInteractiveClientConfig(config, "", nil, strings.NewReader("me\n"), nil).ClientConfig()
	require.ErrorContains(t, err, "standard input is not a terminal")
	_, err = NewInteractiveClientConfig(full(), "", nil, strings.NewReader(""), nil).ClientConfig()
	require.NoError(t, err, "nobody is asked if there are credentials")

	file := write(t, filepath.Join(t.TempDir(), "auth"), `{"User": "u", "Password": "p"}`)
	for _, loader := range []AuthLoader{NewDefaultAuthLoader(), NewPromptingAuthLoader(nil)} {
		info, err := loader.LoadAuth(file)
		require.NoError(t, err)
		assert.Equal(t, "u", info.User)
	}
}
