package docs

import (
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Emitted code needs no special rules in a build system, as ci.md says: every platform compiles every file, with cgo or
// without, from Go files alone, and a package has the name of its folder.
func TestEmittedFilesAreOrdinary(t *testing.T) {
	files := 0
	for _, root := range []string{"../generated", "../apis", "../examples/operator/generated", "../examples/operator/apis"} {
		for _, folder := range packagesOf(t, root) {
			names, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
			require.NoError(t, err)
			for _, name := range names {
				if !strings.HasSuffix(name, "_test.go") {
					files++
					checkOrdinary(t, name)
				}
			}
		}
	}
	t.Log(files, "files")
	assert.Greater(t, files, 700)
}

func checkOrdinary(t *testing.T, name string) {
	t.Helper()
	folder := filepath.Dir(name)
	for _, platform := range []build.Context{{GOOS: "plan9", GOARCH: "386"}, {GOOS: "darwin", GOARCH: "arm64", CgoEnabled: true}} {
		matches, err := platform.MatchFile(folder, filepath.Base(name))
		require.NoError(t, err, name)
		assert.True(t, matches, "%s is not for every platform", name)
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly|parser.ParseComments)
	require.NoError(t, err)
	assert.Equal(t, filepath.Base(folder), file.Name.Name, "%s: the name of the package is not that of the folder", name)
	for _, imported := range file.Imports {
		assert.NotContains(t, []string{`"C"`, `"embed"`}, imported.Path.Value, name)
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			assert.False(t, strings.HasPrefix(comment.Text, "//go:build"), "%s has a build tag", name)
		}
	}
}
