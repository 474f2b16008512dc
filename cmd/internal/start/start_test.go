package start

import (
	"bytes"
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

// TestFromAnEmptyModule does what the last line says, and then what a user would do next.
func TestFromAnEmptyModule(t *testing.T) {
	o := begin(t)
	var progress bytes.Buffer
	o.Progress = &progress
	require.NoError(t, Run(t.Context(), o))
	assert.True(t, strings.HasSuffix(progress.String(), "next: go mod tidy && go run .\n"), progress.String())
	goes(t, o.Dir, "mod", "tidy")
	assert.Equal(t, "added ada\nupdated ada Working\ndeleted ada\n", goes(t, o.Dir, "run", "."))
	goes(t, o.Dir, "vet", "./...")
	goes(t, o.Dir, "test", ".")
	assert.Empty(t, goes(t, o.Dir, "tool", "clientgen", "--verify", "--quiet"))

	var exists *ExistsError
	require.ErrorAs(t, Run(t.Context(), o), &exists, "a second run overwrites nothing")
	assert.Contains(t, exists.Error(), "main.go")
}

func TestMistakes(t *testing.T) {
	o := begin(t)
	require.NoError(t, os.WriteFile(filepath.Join(o.Dir, "main.go"), []byte("package main\n"), 0o600))
	require.ErrorContains(t, Run(t.Context(), o), "main.go")
	_, err := os.Stat(filepath.Join(o.Dir, "apis"))
	require.ErrorIs(t, err, os.ErrNotExist, "nothing was written")

	require.ErrorContains(t, Run(t.Context(), Options{Dir: t.TempDir(), Checkout: o.Checkout}), "go mod init")
	require.ErrorContains(t, Run(t.Context(), Options{Dir: o.Dir}), "--checkout")
	require.ErrorContains(t, Run(t.Context(), Options{Dir: o.Dir, Checkout: t.TempDir()}), "no folder of this project's source")
}
