package standin

import (
	"errors"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryNameOfClientGo looks for each exported name of each package of client-go in the stand-in. Names that are missing are listed
// in testdata/absent.txt with the reason. It compares no types: test/surface does, for the packages behind the stand-in.
func TestEveryNameOfClientGo(t *testing.T) {
	reasons := readReasons(t, "absent.txt")
	theirs, ours := exportedNames(t, clientGoSource(t)), exportedNames(t, filepath.Join(root(t), "standin"))
	total := 0
	for folder, names := range theirs {
		if ours[folder] == nil {
			assert.Contains(t, reasons, folder, "a package of client-go that the stand-in does not have")
			delete(reasons, folder)
			continue
		}
		for name := range names {
			total++
			if !ours[folder][name] {
				assert.Contains(t, reasons, folder+"."+name, "a name of client-go that the stand-in does not have")
				delete(reasons, folder+"."+name)
			}
		}
	}
	assert.Greater(t, total, 7_000, "the names of client-go were not found")
	assert.Empty(t, reasons, "testdata/absent.txt lists names that are not absent")
	t.Logf("%d packages, %d names", len(theirs), total)
}

// exportedNames returns the exported names of the packages of a module, by folder.
func exportedNames(t *testing.T, dir string) map[string]map[string]bool {
	t.Helper()
	packages := map[string]map[string]bool{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || path == dir {
			return err
		}
		if slices.Contains([]string{"internal", "testdata", "examples"}, entry.Name()) {
			return fs.SkipDir
		}
		p, err := build.ImportDir(path, 0)
		var none *build.NoGoError
		if errors.As(err, &none) || p != nil && p.Name == "main" {
			return nil
		}
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		names := map[string]bool{}
		for _, file := range p.GoFiles {
			addNames(t, names, filepath.Join(path, file))
		}
		packages[filepath.ToSlash(folder)] = names
		return nil
	}))
	return packages
}

func addNames(t *testing.T, names map[string]bool, path string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil && decl.Name.IsExported() {
				names[decl.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, name := range declaredNames(decl) {
				if name.IsExported() {
					names[name.Name] = true
				}
			}
		}
	}
}

func declaredNames(decl *ast.GenDecl) []*ast.Ident {
	var all []*ast.Ident
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			all = append(all, spec.Name)
		case *ast.ValueSpec:
			all = append(all, spec.Names...)
		}
	}
	return all
}

// TestNoImportOfClientGo tests that the stand-in does not require client-go, which it replaces.
func TestNoImportOfClientGo(t *testing.T) {
	modules := runGo(t, filepath.Join(root(t), "standin"), "list", "-m", "all")
	for line := range strings.Lines(modules) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		assert.False(t, name == clientGoPath && rest != "", "the module needs %s %s", name, rest)
	}
}
