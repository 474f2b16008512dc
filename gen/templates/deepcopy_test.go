package templates

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/gen/load"
	"github.com/typewright/typewright/gen/model"
)

// TestCopiesShareNothing emits copy methods for a type with fields of every form. It runs a program that fills such a value,
// copies it, and looks for memory that both share.
func TestCopiesShareNothing(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, content []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o600))
	}
	write("go.mod", []byte("module case.example/copies\n\ngo 1.26\n"))
	for _, name := range []string{"types.go", "main.go"} {
		text, err := os.ReadFile(filepath.Join("testdata", "copies", name+".txt"))
		require.NoError(t, err)
		write(name, text)
	}
	env := append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off")
	source, err := load.Load(t.Context(), load.Config{Dir: dir, Patterns: []string{"."}, Env: env})
	require.NoError(t, err)
	api, err := model.Build(source.Packages, model.BuildOptions{Options: model.Options{Tool: "clientgen"}})
	require.NoError(t, err)

	files := rendered(t, api, "deepcopy")
	require.Len(t, files, 1)
	assert.Equal(t, dir, files[0].Dir)
	write(files[0].Path, files[0].Source)
	assert.NotContains(t, string(files[0].Source), "Left", "a type that opted out has methods")

	run := exec.CommandContext(t.Context(), "go", "run", ".")
	run.Dir, run.Env = dir, env
	output, err := run.CombinedOutput()
	require.NoError(t, err, "%s\n%s", output, files[0].Source)
}
