package dropin

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// binaries are the paths of the programs that were built in one module.
type binaries struct{ crud, controller, replicas, faketest string }

func runGo(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s: %s", strings.Join(args, " "), out)
	return string(out)
}

// build builds the programs of a module.
func build(t *testing.T, module string) binaries {
	t.Helper()
	dir := t.TempDir()
	b := binaries{filepath.Join(dir, "crud"), filepath.Join(dir, "controller"), filepath.Join(dir, "replicas"), filepath.Join(dir, "faketest")}
	runGo(t, module, "build", "-o", dir, "./programs/crud", "./programs/controller", "./programs/replicas")
	runGo(t, module, "test", "-c", "-o", b.faketest, "./programs/faketest")
	return b
}

// writeMovedModule writes a module with the programs and mapped imports, and returns its folder.
func writeMovedModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	sources, err := filepath.Glob("programs/*/*.go")
	require.NoError(t, err)
	require.NotEmpty(t, sources)
	for _, path := range sources {
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		source, err = Map(path, source)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(path)), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(dir, path), source, 0o600))
	}
	// The programs need the requirements and replacements of generated/kubernetes, and that module itself.
	mod, err := os.ReadFile(filepath.Join(root, "generated/kubernetes/go.mod"))
	require.NoError(t, err)
	text := strings.Replace(string(mod), "module "+module+"/generated/kubernetes", "module dropin.example", 1)
	text = strings.Replace(text, "=> ../..", "=> "+root, 1)
	text += "\nrequire " + module + "/generated/kubernetes v0.0.0-00010101000000-000000000000\n" +
		"\nreplace " + module + "/generated/kubernetes => " + root + "/generated/kubernetes\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o600))
	var sums []byte
	for _, sum := range []string{"go.sum", "generated/kubernetes/go.sum"} {
		data, err := os.ReadFile(filepath.Join(root, sum))
		require.NoError(t, err)
		sums = append(sums, data...)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600))
	runGo(t, dir, "mod", "tidy")
	assert.NotContains(t, runGo(t, dir, "list", "-deps", "-test", "./..."), clientGo, "the moved programs still depend on client-go")
	return dir
}
