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
		assert.Len(t, config.Clusters, 2, "it stays as it was")
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
	ShortenConfig(config)
	assert.Equal(t, "DATA+OMITTED", base64.StdEncoding.EncodeToString(config.AuthInfos["u"].ClientKeyData))
	assert.Equal(t, "DATA+OMITTED", base64.StdEncoding.EncodeToString(config.Clusters["d"].CertificateAuthorityData))
	assert.Empty(t, config.AuthInfos["v"].Token)
}
