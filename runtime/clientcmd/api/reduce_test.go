package api

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sample(dir string) *Config {
	return &Config{
		CurrentContext: "x",
		Clusters: map[string]*Cluster{
			"c": {LocationOfOrigin: filepath.Join(dir, "config"), CertificateAuthority: "ca"}, "d": {CertificateAuthorityData: []byte("ca")},
		},
		AuthInfos: map[string]*AuthInfo{"u": {Token: "t", Password: "p", ClientKeyData: []byte("k")}, "v": {}},
		Contexts:  map[string]*Context{"x": {Cluster: "c", AuthInfo: "u"}, "y": {Cluster: "no"}},
	}
}

func TestMinify(t *testing.T) {
	config := sample("")
	require.NoError(t, MinifyConfig(config))
	assert.Len(t, config.Clusters, 1)
	assert.Len(t, config.AuthInfos, 1)
	assert.Len(t, config.Contexts, 1)
	for current, want := range map[string]string{"": "current-context must exist", "no": "cannot locate context no", "y": "cannot locate cluster no"} {
		config = sample("")
		config.CurrentContext = current
		require.ErrorContains(t, MinifyConfig(config), want)
		assert.Len(t, config.Clusters, 2, "the config is unchanged")
	}
}

func TestFlatten(t *testing.T) {
	dir := t.TempDir()
	config := sample(dir)
	require.ErrorContains(t, FlattenConfig(config), filepath.Join(dir, "ca"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ca"), []byte("PEM"), 0o600))
	require.NoError(t, FlattenConfig(config))
	assert.Equal(t, "PEM", string(config.Clusters["c"].CertificateAuthorityData))
	assert.Empty(t, config.Clusters["c"].CertificateAuthority)
	config.Clusters["d"].CertificateAuthority = "both"
	require.ErrorContains(t, FlattenConfig(config), `certificate-authority of cluster "d": a path and its data are both set`)
}

func TestShortenAndRedact(t *testing.T) {
	config := sample("")
	require.NoError(t, RedactSecrets(config))
	assert.Equal(t, "REDACTED", config.AuthInfos["u"].Token)
	assert.Equal(t, "REDACTED", config.AuthInfos["u"].Password)
	assert.Equal(t, "REDACTED", string(config.AuthInfos["u"].ClientKeyData))
	config.Clusters["c"].ProxyURL, config.Clusters["c"].Server = "http://u:s3cret@proxy", "https://host/?token=s3cret"
	config.AuthInfos["u"].AuthProvider = &AuthProviderConfig{Name: "oidc", Config: map[string]string{"client-secret": "s3cret"}}
	config.AuthInfos["u"].Exec = &ExecConfig{Command: "login", Args: []string{"--secret=s3cret"}, Env: []ExecEnvVar{{Name: "KEY", Value: "s3cret"}}}
	shared := *config.AuthInfos["u"].AuthProvider
	require.NoError(t, RedactSecrets(config))
	assert.Equal(t, "http://u:xxxxx@proxy", config.Clusters["c"].ProxyURL)
	assert.Equal(t, "https://host/?token=xxxxx", config.Clusters["c"].Server)
	assert.Equal(t, map[string]string{"client-secret": "REDACTED"}, config.AuthInfos["u"].AuthProvider.Config)
	assert.Equal(t, "s3cret", shared.Config["client-secret"], "a shared map is unchanged")
	assert.Equal(t, []string{"REDACTED"}, config.AuthInfos["u"].Exec.Args)
	assert.Equal(t, []ExecEnvVar{{Name: "KEY", Value: "REDACTED"}}, config.AuthInfos["u"].Exec.Env)
	ShortenConfig(config)
	assert.Equal(t, "DATA+OMITTED", base64.StdEncoding.EncodeToString(config.AuthInfos["u"].ClientKeyData))
	assert.Equal(t, "DATA+OMITTED", base64.StdEncoding.EncodeToString(config.Clusters["d"].CertificateAuthorityData))
	assert.Empty(t, config.AuthInfos["v"].Token)
}
