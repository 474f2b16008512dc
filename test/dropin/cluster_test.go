package dropin

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// startCluster starts a real API server for the test with test/e2e/cmd/cluster, and returns the path of a kubeconfig.
func startCluster(t *testing.T) string {
	t.Helper()
	harness := filepath.Join(t.TempDir(), "cluster")
	runGo(t, "../e2e", "build", "-o", harness, "./cmd/cluster")
	cmd := exec.Command(harness)
	cmd.Dir, cmd.Stderr = "../e2e", os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if path, ok := strings.CutPrefix(lines.Text(), "export KUBECONFIG="); ok {
			return path
		}
	}
	t.Fatal("the cluster did not start: the errors above are its own")
	return ""
}
