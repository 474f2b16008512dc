package docs

import (
	"go/ast"
	"go/doc"
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

// Every exported name of the packages that programs may import has a comment, and so has each package. Adjacent fields or
// methods may share a comment: see undocumentedMembers.
func TestExportedNamesHaveComments(t *testing.T) {
	files := token.NewFileSet()
	packages := 0
	for folder, parsed := range sources(t, files, "../runtime", "../generated", "../apis", "../config", "../examples") {
		packages++
		documented := false
		for _, file := range parsed {
			documented = documented || file.Doc != nil
			for _, missing := range undocumented(files, file) {
				assert.Fail(t, "no comment", "%s: %s", folder, missing)
			}
		}
		assert.True(t, documented, "%s has no package comment", folder)
	}
	assert.Greater(t, packages, 100)
}

// withoutExample lists the packages that programs may import and that have no Example, with the reason.
func withoutExample() map[string]string {
	return map[string]string{
		"runtime/apitest/conformance":          "its function takes a *testing.T; the package comment shows it",
		"runtime/auth/azure":                   "is empty",
		"runtime/auth/gcp":                     "is empty",
		"runtime/auth/plugins":                 "is imported for its effect; the package comment shows it",
		"runtime/cache/weather":                "has tests only",
		"runtime/clientauthentication":         "has the types that those of v1, which has one, are converted to",
		"runtime/clientauthentication/install": "package v1 has one",
		"runtime/clientauthentication/v1beta1": "an older version of package v1, which has one",
		"runtime/clientcmd/api/v1":             "is used through package latest, which has one",
		"runtime/codec/metav1":                 "is called by generated code; packages scan and encode have them",
		"runtime/discovery/cached":             "is deprecated",
		"runtime/features/testing":             "only a test can call it, so its Example is compiled and not run",
		"runtime/testing/typedfake":            "is called by generated code; the package comment shows that",
		"runtime/transport/execplugin":         "is used through packages rest and auth/exec",
		"runtime/transport/spdy":               "is used through packages remotecommand and portforward, which have them",
		"runtime/transport/websocket":          "is used through packages remotecommand and portforward, which have them",
	}
}

// Every package of the runtime that programs may import has an Example that go test runs, or a reason why it has none.
func TestRuntimePackagesHaveExamples(t *testing.T) {
	files := token.NewFileSet()
	packages := sources(t, files, "../runtime")
	reasons := withoutExample()
	for folder := range packages {
		found := slices.ContainsFunc(examples(t, files, folder), func(e *doc.Example) bool { return e.Output != "" || e.EmptyOutput })
		folder = filepath.ToSlash(strings.TrimPrefix(folder, ".."+string(filepath.Separator)))
		_, excused := reasons[folder]
		assert.True(t, found || excused, "%s has no Example with an output: write one, or put the package on the list with a reason", folder)
		assert.False(t, found && excused, "%s has an Example: take it off the list", folder)
		delete(reasons, folder)
	}
	assert.Empty(t, reasons, "there are no such packages")
	assert.Greater(t, len(packages), 80)
}

// examples returns the Examples of the tests in a folder.
func examples(t *testing.T, files *token.FileSet, folder string) []*doc.Example {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	require.NoError(t, err)
	var tests []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(files, name, nil, parser.ParseComments)
		require.NoError(t, err)
		tests = append(tests, file)
	}
	return doc.Examples(tests...)
}

// sources returns the files of all packages below some folders that another module can import, by folder.
func sources(t *testing.T, files *token.FileSet, roots ...string) map[string][]*ast.File {
	t.Helper()
	all := map[string][]*ast.File{}
	for _, root := range roots {
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() && (entry.Name() == "internal" || entry.Name() == "testdata") {
				return filepath.SkipDir
			}
			if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			file, err := parser.ParseFile(files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err == nil {
				all[filepath.Dir(path)] = append(all[filepath.Dir(path)], file)
			}
			return err
		}))
	}
	return all
}

// undocumented lists the exported names of a file that have no comment.
func undocumented(files *token.FileSet, file *ast.File) []string {
	var missing []string
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
				missing = append(missing, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				missing = append(missing, undocumentedSpec(files, spec, d.Doc != nil)...)
			}
		}
	}
	return missing
}

// exportedReceiver reports whether a function, or the type of a method, is visible to other packages.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	kind := d.Recv.List[0].Type
	for {
		switch of := kind.(type) {
		case *ast.StarExpr:
			kind = of.X
		case *ast.IndexExpr:
			kind = of.X
		case *ast.IndexListExpr:
			kind = of.X
		case *ast.Ident:
			return of.IsExported()
		default:
			return true
		}
	}
}

func undocumentedSpec(files *token.FileSet, spec ast.Spec, grouped bool) []string {
	var missing []string
	switch s := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && !grouped && s.Doc == nil && s.Comment == nil {
				missing = append(missing, name.Name)
			}
		}
	case *ast.TypeSpec:
		if !s.Name.IsExported() {
			return nil
		}
		if !grouped && s.Doc == nil && s.Comment == nil {
			missing = append(missing, s.Name.Name)
		}
		switch of := s.Type.(type) {
		case *ast.StructType:
			missing = append(missing, undocumentedMembers(files, s, of.Fields)...)
		case *ast.InterfaceType:
			missing = append(missing, undocumentedMembers(files, s, of.Methods)...)
		}
	}
	return missing
}

// undocumentedMembers returns the fields or methods without a comment. Members on the lines right below a commented one
// share its comment. The first members of a type share the comment of the type: fields, methods without parameters, and all
// methods of small interfaces.
func undocumentedMembers(files *token.FileSet, of *ast.TypeSpec, list *ast.FieldList) []string {
	var missing []string
	line := func(pos token.Pos) int { return files.Position(pos).Line }
	_, methods := of.Type.(*ast.InterfaceType)
	shared, ofType, last := true, true, line(list.Opening)
	for _, member := range list.List {
		if member.Doc != nil || member.Comment != nil {
			shared, ofType = true, false
		} else {
			shared = shared && line(member.Pos()) <= last+1
		}
		if last = line(member.End()); len(member.Names) == 0 {
			last++ // an empty line parts embedded types from the others
		}
		function, ok := member.Type.(*ast.FuncType)
		needsOwn := methods && ofType && ok && function.Params.NumFields() > 0 && len(list.List) > 3
		for _, name := range member.Names {
			if name.IsExported() && (!shared || needsOwn) {
				missing = append(missing, of.Name.Name+"."+name.Name)
			}
		}
	}
	return missing
}
