package rest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
)

func TestInClusterConfig(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	_, err := InClusterConfig()
	require.ErrorIs(t, err, ErrNotInCluster)

	t.Setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
	t.Setenv("KUBERNETES_SERVICE_PORT", "443")
	folder := t.TempDir()
	_, err = inClusterConfig(folder)
	require.ErrorIs(t, err, os.ErrNotExist)

	token, ca := filepath.Join(folder, "token"), filepath.Join(folder, "ca.crt")
	require.NoError(t, os.WriteFile(token, []byte("t"), 0o600))
	config, err := inClusterConfig(folder)
	require.NoError(t, err)
	assert.Equal(t, "https://[fd00::1]:443", config.Host)
	assert.Equal(t, "t", config.BearerToken)
	assert.Equal(t, token, config.BearerTokenFile)
	assert.Empty(t, config.CAFile, "there is no file")

	require.NoError(t, os.WriteFile(ca, []byte("x"), 0o600))
	config, err = inClusterConfig(folder)
	require.NoError(t, err)
	assert.Empty(t, config.CAFile, "the file holds no certificate")
	require.NoError(t, os.WriteFile(ca, certtest.NewAuthority(t).PEM, 0o600))
	config, err = inClusterConfig(folder)
	require.NoError(t, err)
	assert.Equal(t, ca, config.CAFile)
}

func TestCopiesOfConfigurationsShareNothing(t *testing.T) {
	config := &Config{
		Host: "h", ExecProvider: &api.ExecConfig{Args: []string{"a"}}, Username: "u", Password: "p",
		BearerToken: "t", Impersonate: ImpersonationConfig{UserName: "bo"}, TLSClientConfig: TLSClientConfig{ServerName: "s", CertFile: "c", KeyFile: "k"},
	}
	c := CopyConfig(config)
	assert.Equal(t, config, c)
	c.ExecProvider.Args[0] = "b"
	assert.Equal(t, "a", config.ExecProvider.Args[0])
	assert.Equal(t, &Config{Host: "h", TLSClientConfig: TLSClientConfig{ServerName: "s"}}, AnonymousClientConfig(config))
}
