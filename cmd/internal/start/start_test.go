package start

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// begin makes a module as "go mod init" does.
func begin(t *testing.T) Options {
	t.Helper()
	dir := t.TempDir()
	goes(t, dir, "mod", "init", "example.com/fleet")
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	return Options{Dir: dir, Checkout: root}
}

func goes(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s:\n%s", strings.Join(args, " "), out)
	return string(out)
}

// TestMistakes is about errors only. The newcomer in package docs tests what works.
func TestMistakes(t *testing.T) {
	o := begin(t)
	require.NoError(t, os.WriteFile(filepath.Join(o.Dir, "main.go"), []byte("package main\n"), 0o600))
	var exists *ExistsError
	require.ErrorAs(t, Run(t.Context(), o), &exists)
	assert.Equal(t, []string{"main.go"}, exists.Files)
	_, err := os.Stat(filepath.Join(o.Dir, "apis"))
	require.ErrorIs(t, err, os.ErrNotExist, "nothing was written")

	require.ErrorContains(t, Run(t.Context(), Options{Dir: t.TempDir(), Checkout: o.Checkout}), "go mod init")
	require.ErrorContains(t, Run(t.Context(), Options{Dir: o.Dir}), "--checkout")
	require.ErrorContains(t, Run(t.Context(), Options{Dir: o.Dir, Checkout: t.TempDir()}), "no folder of this project's source")
}
