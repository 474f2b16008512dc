package apitest

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestKubectl has kubectl talk to the server, as the referee for what a client should see. Without kubectl it fails: set
// SKIP_KUBECTL=1 to do without.
func TestKubectl(t *testing.T) {
	if os.Getenv("SKIP_KUBECTL") == "1" {
		t.Skip("SKIP_KUBECTL=1: what kubectl sees is not checked")
	}
	c := start(t, Options{})
	kubeconfig, err := c.server.Kubeconfig()
	require.NoError(t, err)
	kubectl := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "kubectl", append([]string{"--kubeconfig", kubeconfig, "--cache-dir", t.TempDir()}, args...)...)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "kubectl %v: %s (set SKIP_KUBECTL=1 to do without kubectl)", args, out)
		return string(out)
	}
	c.create("a", "1")
	c.create("b", "2")
	assert.Regexp(t, `NAME\s+DATA\s+AGE\na\s+1\s+\S+\nb\s+1\s+\S+\n`, kubectl("get", "configmaps"))
	assert.Equal(t, "configmap/b\n", kubectl("get", "configmaps", "-l", "value=2", "-o", "name"))
	assert.Equal(t, "1", kubectl("get", "configmap", "a", "-o", "jsonpath={.data.value}"))
	assert.Contains(t, kubectl("api-resources"), "ConfigMap")
	assert.Contains(t, kubectl("get", "namespaces"), "kube-system")
	assert.Contains(t, kubectl("label", "configmap", "a", "tier=front"), "labeled")
	assert.Contains(t, kubectl("delete", "configmap", "a"), "deleted")
	assert.Contains(t, kubectl("version"), "v1.37.2")
}
