package standin

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMigrate moves a published program both ways with clientgen, and runs its tests.
func TestMigrate(t *testing.T) {
	clientgen := filepath.Join(t.TempDir(), "clientgen")
	runGo(t, root(t), "build", "-o", clientgen, "./cmd/clientgen")
	source := download(t, programs(t, "sample-controller")[0].module)
	for _, way := range []string{"--standin", "--imports"} {
		t.Run(way, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(source)))
			writable(t, dir)
			out, err := exec.CommandContext(t.Context(), clientgen, "migrate", way, "--checkout", root(t), dir).CombinedOutput()
			require.NoError(t, err, "%s", out)
			changed := differing(t, source, dir)
			if way == "--standin" {
				assert.Subset(t, []string{"go.mod", "go.sum"}, changed)
			} else {
				imported := runGo(t, dir, "list", "-deps", "-test", "./...")
				assert.NotContains(t, imported, client+"/", "nothing of client-go is left")
				assert.Greater(t, len(changed), 10)
			}
			runGo(t, dir, "test", "./...")
		})
	}
}

// writable makes the copies of files of the module cache writable.
func writable(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		return os.Chmod(path, info.Mode()|0o200)
	}))
}

// differing returns the files of a folder that are not the same in another.
func differing(t *testing.T, a, b string) []string {
	t.Helper()
	var names []string
	require.NoError(t, filepath.WalkDir(b, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name := strings.TrimPrefix(path, b+string(filepath.Separator))
		before, _ := os.ReadFile(filepath.Join(a, name)) // a file that is missing differs
		after, err := os.ReadFile(path)
		if string(before) != string(after) {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	}))
	return names
}
