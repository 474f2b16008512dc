//go:build unix

package memo

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/gen/load"
)

// Notes in a folder that other users may write to are ignored, and none are written there.
func TestSecurityOthersCannotWriteNotes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "typewright")
	book := Book{Dir: dir}
	run := Run{Settings: "x"}
	run.Load = load.Config{Dir: t.TempDir(), Patterns: []string{"."}}
	require.NoError(t, os.WriteFile(filepath.Join(run.Load.Dir, "go.mod"), []byte("module m\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(run.Load.Dir, "m.go"), []byte("package m\n"), 0o600))
	listed, err := load.List(t.Context(), run.Load)
	require.NoError(t, err)
	require.NoError(t, book.Keep(run, listed, Note{}))
	_, ok := book.Recall(t.Context(), run)
	require.True(t, ok)

	for _, mode := range []os.FileMode{0o770, 0o707, 0o777} {
		require.NoError(t, os.Chmod(dir, mode))
		_, ok = book.Recall(t.Context(), run)
		assert.False(t, ok, mode)
		assert.ErrorContains(t, book.Keep(run, listed, Note{}), "other users may write to this folder", mode)
	}
	require.NoError(t, os.Chmod(dir, 0o755))
	_, ok = book.Recall(t.Context(), run)
	assert.True(t, ok)
	if os.Geteuid() == 0 {
		require.NoError(t, os.Chown(dir, 65534, 65534))
		_, ok = book.Recall(t.Context(), run)
		assert.False(t, ok, "a folder of somebody else")
	}
}

func TestSecurityOnlyNotesAreSwept(t *testing.T) {
	book := Book{Dir: t.TempDir()}
	old := time.Now().Add(-2 * keepFor)
	names := []string{strings.Repeat("a", 64) + ".json", "new-12345", "notes.json", "new-x", strings.Repeat("A", 64) + ".json"}
	for _, name := range names {
		path := filepath.Join(book.Dir, name)
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		require.NoError(t, os.Chtimes(path, old, old))
	}
	book.removeOld()
	for i, name := range names {
		_, err := os.Stat(filepath.Join(book.Dir, name))
		assert.Equal(t, i < 2, os.IsNotExist(err), name)
	}
}

// Digesting a pipe fails at once instead of waiting for a writer.
func TestSecurityPipesAreNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "types.go")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	_, err := digestFiles([]string{path})
	assert.ErrorContains(t, err, "is not a regular file")
}
