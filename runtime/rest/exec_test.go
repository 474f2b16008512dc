package rest_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/clientauthentication"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

func TestExecClusters(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca")
	require.NoError(t, os.WriteFile(file, []byte("authorities"), 0o600))
	extension := &runtime.Unknown{Raw: []byte("{}")}
	config := &rest.Config{
		Host: "https://server", BearerToken: "secret", DisableCompression: true,
		TLSClientConfig: rest.TLSClientConfig{ServerName: "name", Insecure: true, CAFile: file, CertFile: "no such file"},
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy"}),
		ExecProvider:    &api.ExecConfig{Config: extension},
	}
	cluster, err := rest.ConfigToExecCluster(config)
	require.NoError(t, err)
	want := &clientauthentication.Cluster{
		Server: "https://server", TLSServerName: "name", InsecureSkipTLSVerify: true, CertificateAuthorityData: []byte("authorities"),
		ProxyURL: "http://proxy", DisableCompression: true, Config: extension,
	}
	assert.Equal(t, want, cluster)

	back, err := rest.ExecClusterToConfig(cluster)
	require.NoError(t, err)
	assert.Empty(t, back.BearerToken)
	back.ExecProvider = config.ExecProvider
	again, err := rest.ConfigToExecCluster(back)
	require.NoError(t, err)
	assert.Equal(t, want, again)

	config.ExecProvider = nil
	cluster, err = rest.ConfigToExecCluster(config)
	require.NoError(t, err)
	assert.Nil(t, cluster.Config)
	config.CAFile = file + "no"
	_, err = rest.ConfigToExecCluster(config)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = rest.ExecClusterToConfig(&clientauthentication.Cluster{ProxyURL: ":"})
	require.ErrorContains(t, err, "cannot parse proxy URL")
}
