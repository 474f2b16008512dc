package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd"
)

const (
	dev = `
current-context: dev
clusters: [{name: dev, cluster: {server: "https://dev.example:6443"}}]
users: [{name: me, user: {token: secret}}]
contexts: [{name: dev, context: {cluster: dev, user: me, namespace: team}}]
`
	prod = `
clusters: [{name: prod, cluster: {server: "https://prod.example:6443"}}]
contexts: [{name: prod, context: {cluster: prod, user: me}}]
`
)

// write writes two kubeconfig files, one for each cluster, and points the program to them.
func write(t *testing.T) (devFile, prodFile string) {
	t.Helper()
	devFile, prodFile = filepath.Join(t.TempDir(), "dev"), filepath.Join(t.TempDir(), "prod")
	require.NoError(t, os.WriteFile(devFile, []byte(dev), 0o600))
	require.NoError(t, os.WriteFile(prodFile, []byte(prod), 0o600))
	t.Setenv("KUBECONFIG", devFile+string(os.PathListSeparator)+prodFile)
	return devFile, prodFile
}

func listed(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run([]string{"list"}, &out))
	return out.String()
}

func TestChangesGoToTheFileOfTheContext(t *testing.T) {
	devFile, prodFile := write(t)
	assert.Equal(t, "* dev  https://dev.example:6443  team\n  prod  https://prod.example:6443  default\n", listed(t))

	require.NoError(t, run([]string{"use", "prod", "shop"}, nil))
	assert.Equal(t, "  dev  https://dev.example:6443  team\n* prod  https://prod.example:6443  shop\n", listed(t))
	changed, err := clientcmd.LoadFromFile(prodFile)
	require.NoError(t, err)
	assert.Equal(t, "shop", changed.Contexts["prod"].Namespace)

	require.NoError(t, run([]string{"remove", "prod"}, nil))
	assert.Equal(t, "  dev  https://dev.example:6443  team\n", listed(t))
	left, err := clientcmd.LoadFromFile(devFile)
	require.NoError(t, err)
	assert.Contains(t, left.AuthInfos, "me", "dev needs the user")
	require.NoError(t, run([]string{"-kubeconfig", devFile, "remove", "dev"}, nil))
	left, err = clientcmd.LoadFromFile(devFile)
	require.NoError(t, err)
	assert.Empty(t, left.AuthInfos)
	assert.Empty(t, left.Clusters)
}

func TestErrors(t *testing.T) {
	write(t)
	require.EqualError(t, run([]string{"use", "staging"}, nil), `there is no context "staging"; there are: dev, prod`)
	require.ErrorContains(t, run([]string{"rename", "dev"}, nil), "say list")
}
