package random

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/test/random/source"
)

// typeChecker checks the types of all packages of a module. It finds the errors that a compiler would find, in a tenth of the time. It
// reads packages outside the module from their export data.
type typeChecker struct {
	root    string
	fset    *token.FileSet
	sources map[string][]*ast.File // by import path
	done    map[string]*types.Package
	exports types.Importer
	errs    map[string][]error // by import path
}

// types checks the types of the packages of all projects.
func (w *harness) types(t *testing.T, projects []*source.Project) []failure {
	t.Helper()
	c := &typeChecker{
		root: w.module, fset: token.NewFileSet(), sources: map[string][]*ast.File{}, done: map[string]*types.Package{},
		errs: map[string][]error{},
	}
	texts := map[string]string{}
	for _, p := range projects {
		require.NoError(t, filepath.WalkDir(filepath.Join(w.module, p.Name), c.parse))
	}
	c.exports = w.exports(t, c.fset, c.outside())
	for _, full := range slices.Sorted(maps.Keys(c.sources)) {
		if _, err := c.Import(full); err != nil {
			name, _, _ := strings.Cut(strings.TrimPrefix(full, source.Module+"/"), "/")
			for _, err := range c.errs[full] {
				texts[name] += err.Error() + "\n"
			}
		}
	}
	return failuresOf(projects, "types", texts)
}

// parse parses a Go file. It skips tests.
func (c *typeChecker) parse(file string, entry fs.DirEntry, err error) error {
	if err != nil || entry.IsDir() || path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
		return err
	}
	below, err := filepath.Rel(c.root, filepath.Dir(file))
	if err != nil {
		return err
	}
	full := path.Join(source.Module, filepath.ToSlash(below))
	tree, err := parser.ParseFile(c.fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		c.errs[full] = append(c.errs[full], err)
	}
	c.sources[full] = append(c.sources[full], tree)
	return nil
}

// outside returns the imported packages that are not in the module.
func (c *typeChecker) outside() []string {
	all := map[string]bool{}
	for _, files := range c.sources {
		for _, file := range files {
			for _, spec := range file.Imports {
				if name := strings.Trim(spec.Path.Value, `"`); !strings.HasPrefix(name, source.Module+"/") {
					all[name] = true
				}
			}
		}
	}
	delete(all, "unsafe")
	return slices.Sorted(maps.Keys(all))
}

// exports returns an importer that reads export data, which go list finds or builds.
func (w *harness) exports(t *testing.T, fset *token.FileSet, packages []string) types.Importer {
	t.Helper()
	out, err := w.command(t.Context(), w.module, append([]string{"go", "list", "-export", "-deps", "-f", "{{.ImportPath}}={{.Export}}"}, packages...)...)
	require.NoError(t, err, "%s", out)
	files := map[string]string{}
	for line := range strings.Lines(out) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), "=")
		files[name] = file
	}
	return importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("no package %s", path)
		}
		return os.Open(files[path])
	})
}

var errTypeErrors = errors.New("the package has type errors")

// Import type-checks a package of the module, or reads the export data of another.
func (c *typeChecker) Import(full string) (*types.Package, error) {
	if full == "unsafe" {
		return types.Unsafe, nil
	}
	files, inside := c.sources[full]
	if !inside {
		return c.exports.Import(full)
	}
	pkg, ok := c.done[full]
	if !ok {
		config := types.Config{Importer: c, Error: func(err error) { c.errs[full] = append(c.errs[full], err) }}
		pkg, _ = config.Check(full, c.fset, files, nil)
		c.done[full] = pkg
	}
	if len(c.errs[full]) > 0 {
		return pkg, errTypeErrors
	}
	return pkg, nil
}
