package clientcmd

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/homedir"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const first = `
current-context: red
users:
- {name: red-user, user: {token: one}}
clusters:
- {name: red, cluster: {server: "https://red:6443", certificate-authority: certs/ca.crt}}
contexts:
- {name: red, context: {cluster: red, user: red-user}}
`

const second = `
current-context: blue
preferences: {colors: true}
users:
- {name: red-user, user: {token: two, username: mixed}}
- {name: blue-user, user: {client-key: key.pem, exec: {command: bin/login, apiVersion: client.authentication.k8s.io/v1}}}
clusters:
- {name: red, cluster: {server: "https://other:6443", tls-server-name: mixed}}
`

// certificate is valid PEM; its content is never parsed.
const certificate = "-----BEGIN CERTIFICATE-----\naGk=\n-----END CERTIFICATE-----\n"

func TestTheFirstFileWins(t *testing.T) {
	dir := t.TempDir()
	one := write(t, filepath.Join(dir, "one", "config"), first)
	two := write(t, filepath.Join(dir, "two", "config"), second)
	rules := &ClientConfigLoadingRules{Precedence: []string{filepath.Join(dir, "missing"), "", one, two}}
	config, err := rules.Load()
	require.NoError(t, err)

	assert.Equal(t, "red", config.CurrentContext)
	assert.True(t, config.Preferences.Colors)
	assert.Equal(t, "one", config.AuthInfos["red-user"].Token)
	assert.Empty(t, config.AuthInfos["red-user"].Username, "entries are not merged field by field")
	assert.Equal(t, "https://red:6443", config.Clusters["red"].Server)
	assert.Empty(t, config.Clusters["red"].TLSServerName)
	assert.Equal(t, filepath.Join(dir, "one", "certs", "ca.crt"), config.Clusters["red"].CertificateAuthority)
	blue := config.AuthInfos["blue-user"]
	assert.Equal(t, filepath.Join(dir, "two", "key.pem"), blue.ClientKey)
	assert.Equal(t, filepath.Join(dir, "two", "bin", "login"), blue.Exec.Command)
	assert.Equal(t, two, blue.LocationOfOrigin)
}

func TestMergeDoesNotChangeItsInputs(t *testing.T) {
	a, err := Load([]byte(first))
	require.NoError(t, err)
	b, err := Load([]byte(second))
	require.NoError(t, err)
	wantA, err := Load([]byte(first))
	require.NoError(t, err)
	wantB, err := Load([]byte(second))
	require.NoError(t, err)

	merged, err := merge([]*api.Config{a, b})
	require.NoError(t, err)
	merged.AuthInfos["red-user"].Token = "changed"
	merged.Extensions["x"] = nil
	assert.Equal(t, wantA, a)
	assert.Equal(t, wantB, b)
}

func TestErrorsNameTheBadFile(t *testing.T) {
	dir := t.TempDir()
	good := write(t, filepath.Join(dir, "good"), first)
	for name, test := range map[string]struct{ text, want string }{
		"broken YAML":    {"users: [", "did not find expected"},
		"wrong type":     {"users: 3", "users: found a number, want a list"},
		"something else": {"kind: Pod\napiVersion: v1", "a kubeconfig is of kind Config, not \"Pod\""},
		"binary":         {"\x00\x01\x02", "control characters are not allowed"},
		"bad base64":     {"users: [{name: a, user: {client-key-data: '!'}}]", "client-key-data"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := write(t, filepath.Join(dir, "bad"), test.text)
			config, err := (&ClientConfigLoadingRules{Precedence: []string{bad, good}}).Load()
			require.ErrorContains(t, err, bad)
			require.ErrorContains(t, err, test.want)
			assert.Contains(t, config.Clusters, "red", "the other file is loaded all the same")
			_, err = BuildConfigFromFlags("", bad)
			require.ErrorContains(t, err, bad)
		})
	}
}

func TestBuildConfigFromFlags(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "config"), first)
	write(t, filepath.Join(dir, "certs", "ca.crt"), certificate)
	config, err := BuildConfigFromFlags("", file)
	require.NoError(t, err)
	assert.Equal(t, "https://red:6443", config.Host)
	assert.Equal(t, "one", config.BearerToken)

	config, err = BuildConfigFromFlags("https://else:1", file)
	require.NoError(t, err)
	assert.Equal(t, "https://else:1", config.Host)

	missing := filepath.Join(dir, "missing")
	_, err = BuildConfigFromFlags("", missing)
	require.ErrorContains(t, err, missing)
	require.ErrorIs(t, err, os.ErrNotExist)

	empty := write(t, filepath.Join(dir, "empty"), "")
	_, err = BuildConfigFromFlags("", empty)
	require.ErrorContains(t, err, empty)
	require.ErrorIs(t, err, ErrEmptyConfig)

	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	_, err = BuildConfigFromFlags("", "")
	require.ErrorContains(t, err, "this is not a pod")
}

func TestKubeconfigVariable(t *testing.T) {
	dir := t.TempDir()
	one := write(t, filepath.Join(dir, "one"), first)
	list := one + string(os.PathListSeparator) + one + string(os.PathListSeparator)
	t.Setenv(RecommendedConfigPathEnvVar, list)
	assert.Equal(t, []string{one, ""}, NewDefaultClientConfigLoadingRules().Precedence, "duplicates count once, and empty names are left to Load")
	t.Setenv(RecommendedConfigPathEnvVar, "")
	assert.Equal(t, []string{RecommendedHomeFile}, NewDefaultClientConfigLoadingRules().Precedence)
	assert.Equal(t, filepath.Join(homedir.HomeDir(), ".kube", "config"), RecommendedHomeFile)
}
