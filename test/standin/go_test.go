package standin

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	clientGoPath   = "k8s.io/client-go"
	typewrightPath = "github.com/typewright/typewright"
	kubernetesPath = typewrightPath + "/generated/kubernetes"
)

// runGo runs the go command in a folder and returns what it prints. The test fails if the command does.
func runGo(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := tryGo(t, dir, args...)
	require.NoError(t, err, "go %s in %s:\n%s", strings.Join(args, " "), dir, out)
	return out
}

func tryGo(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// root returns the folder of the repository.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	require.NoError(t, err)
	return dir
}

// download returns the folder of a module, given as path@version, in the module cache.
func download(t *testing.T, module string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", module)
	out, err := cmd.Output()
	require.NoError(t, err, "%s: %s", module, out)
	var found struct{ Dir string }
	require.NoError(t, json.Unmarshal(out, &found))
	return found.Dir
}

// clientGoSource returns the folder of client-go in the module cache, in the version that test/peers requires.
func clientGoSource(t *testing.T) string {
	t.Helper()
	return download(t, clientGoPath+"@"+strings.TrimSpace(runGo(t, "../peers", "list", "-m", "-f", "{{.Version}}", clientGoPath)))
}

// replacements returns flags of go mod edit that replace client-go with this checkout, as the modules are not published.
func replacements(root string) []string {
	return []string{
		"-replace=" + clientGoPath + "=" + filepath.Join(root, "standin"),
		"-replace=" + typewrightPath + "=" + root,
		"-replace=" + kubernetesPath + "=" + filepath.Join(root, "generated", "kubernetes"),
	}
}

// readReasons reads a file of testdata with lines "NAME REASON".
func readReasons(t *testing.T, name string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	all := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, reason, _ := strings.Cut(line, " ")
		require.NotEmpty(t, reason, "%s: %s has no reason", name, key)
		all[key] = reason
	}
	return all
}
