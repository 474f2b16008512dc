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

// TestMigrateBothWays migrates a published program with clientgen, once by a replace directive and once by its imports, and runs the
// program's tests each time.
func TestMigrateBothWays(t *testing.T) {
	clientgen := filepath.Join(t.TempDir(), "clientgen")
	runGo(t, root(t), "build", "-o", clientgen, "./cmd/clientgen")
	source := download(t, programs(t, "sample-controller")[0].module)
	for _, way := range []string{"--standin", "--imports"} {
		t.Run(way, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(source)))
			makeWritable(t, dir)
			out, err := exec.CommandContext(t.Context(), clientgen, "migrate", way, "--checkout", root(t), dir).CombinedOutput()
			require.NoError(t, err, "%s", out)
			changed := changedFiles(t, source, dir)
			if way == "--standin" {
				assert.Subset(t, []string{"go.mod", "go.sum"}, changed)
			} else {
				imported := runGo(t, dir, "list", "-deps", "-test", "./...")
				assert.NotContains(t, imported, clientGoPath+"/", "the program still depends on client-go")
				assert.Greater(t, len(changed), 10)
			}
			runGo(t, dir, "test", "./...")
		})
	}
}

// makeWritable makes files writable that were copied from the read-only module cache.
func makeWritable(t *testing.T, dir string) {
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

// changedFiles returns the files of folder b that differ from those of folder a.
func changedFiles(t *testing.T, a, b string) []string {
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
