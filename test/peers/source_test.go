package peers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/internal/importmap"
)

const (
	theirs = importmap.ClientGo
	ours   = importmap.Runtime
)

// target is a module into whose packages client-go's tests are compiled.
type target struct {
	module            string                         // the folder in which the go command runs
	path              func(name string) string       // import path of the package for one of client-go's; empty if there is none
	folder            func(name string) string       // folder of that package
	imports           func(importPath string) string // import path that replaces one of client-go's in test files
	modfile           string
	knownFailures     map[string]string // tests that must fail, by "PACKAGE TEST", and the reasons
	allowedFailures   map[string]string // tests that may fail, and the reasons
	noInternalImports bool              // our internal packages cannot be imported
	rules             []rule
}

// runtimeTarget compiles the tests into the packages of runtime/.
func runtimeTarget(t *testing.T) *target {
	t.Helper()
	module := absolute(t, "../..")
	folder := func(name string) string {
		below, ok := strings.CutPrefix(importmap.Folder(name), ours+"/")
		if !ok {
			return ""
		}
		return filepath.Join(module, "runtime", below)
	}
	path := func(name string) string {
		if folder := folder(name); folder == "" || !hasSources(folder) {
			return ""
		}
		return importmap.Folder(name)
	}
	return &target{
		module: module, path: path, folder: folder,
		imports: func(importPath string) string {
			name, isTheirs := strings.CutPrefix(importPath, theirs+"/")
			if mapped := path(name); isTheirs && mapped != "" {
				return mapped
			}
			return importPath
		},
		modfile:       writeModfile(t, "../..", ""),
		knownFailures: readReasons(t, "testdata/differ.txt"), rules: readRules(t),
	}
}

// standinTarget compiles the tests into the module standin/, under client-go's import paths. It has no unexported names, so internal
// tests are left out, also those that testdata/rewrites.txt adapts to our unexported names.
func standinTarget(t *testing.T, source string) *target {
	t.Helper()
	module := absolute(t, "../../standin")
	folder := func(name string) string { return filepath.Join(module, filepath.FromSlash(name)) }
	return &target{
		module: module, folder: folder,
		path: func(name string) string {
			if hasSources(filepath.Join(source, name)) && !hasSources(folder(name)) {
				return ""
			}
			return path.Join(theirs, filepath.ToSlash(name))
		},
		imports:           func(importPath string) string { return importPath },
		noInternalImports: true,
		modfile:           writeModfile(t, "../../standin", theirs),
		knownFailures:     readReasons(t, "testdata/differ-standin.txt"), rules: readRules(t),
		allowedFailures: readReasons(t, "testdata/differ.txt"), // tests with a clientset may pass here: the stand-in has one under client-go's path
	}
}

func absolute(t *testing.T, folder string) string {
	t.Helper()
	folder, err := filepath.Abs(folder)
	require.NoError(t, err)
	return folder
}

// hasSources reports whether a folder has Go files other than tests.
func hasSources(folder string) bool {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	return err == nil && slices.ContainsFunc(names, func(name string) bool { return !strings.HasSuffix(name, "_test.go") })
}

// packages returns the packages of client-go that have tests and a counterpart in the target.
func (p *target) packages(source string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(source, func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(text, []byte("\nfunc Test")) {
			return err
		}
		folder, err := filepath.Rel(source, filepath.Dir(name))
		if err == nil && p.path(folder) != "" && !slices.Contains(names, folder) {
			names = append(names, folder)
		}
		return err
	})
	return names, err
}

// clientGoSource returns the folder of client-go in the module cache.
func clientGoSource(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", theirs).Output()
	require.NoError(t, err)
	var module struct{ Dir string }
	require.NoError(t, json.Unmarshal(out, &module))
	return module.Dir
}

// part is a top-level declaration or an import of a file.
type part struct {
	names    []string
	receiver string // of a method
	imports  bool
	isTest   bool
	from, to int
	// leftOut says why the part is left out; empty means that it is compiled. Internal is true if an unexported name is missing.
	leftOut   string
	internal  bool
	rewritten bool
}

// key stays the same when the file is parsed again.
func (p *part) key() string { return p.receiver + "." + strings.Join(p.names, ",") }

// file is a test file.
type file struct {
	name  string
	text  []byte
	pkg   string
	parts []*part
}

// readFiles reads the files of a pattern as test files and maps their imports. pkg is the name of our package, which replaces
// client-go's; an empty pkg keeps that name.
func (p *target) readFiles(pattern, pkg string) ([]*file, error) {
	names, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	var files []*file
	for _, name := range names {
		f := &file{name: filepath.Base(name)}
		if shim, ok := strings.CutSuffix(f.name, ".go.txt"); ok {
			f.name = "shim_" + shim + "_test.go"
		}
		if f.text, err = os.ReadFile(name); err != nil {
			return nil, err
		}
		if err := f.mapImports(p.imports); err != nil {
			return nil, err
		}
		if err := f.parse(); err != nil {
			return nil, err
		}
		if pkg != "" {
			if err := f.rename(pkg); err != nil {
				return nil, err
			}
		}
		files = append(files, f)
	}
	return files, nil
}

// mapImports replaces client-go's import paths with ours, and keeps the package names.
func (f *file) mapImports(counterpart func(string) string) error {
	positions := token.NewFileSet()
	syntax, err := parser.ParseFile(positions, f.name, f.text, parser.ImportsOnly)
	if err != nil {
		return err
	}
	for _, spec := range slices.Backward(syntax.Imports) {
		from, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		to := counterpart(from)
		if to == from {
			continue
		}
		text := strconv.Quote(to)
		if spec.Name == nil {
			text = path.Base(from) + " " + text
		}
		f.replace(positions.Position(spec.Path.Pos()).Offset, positions.Position(spec.Path.End()).Offset, text)
	}
	return nil
}

func (f *file) replace(from, to int, text string) {
	f.text = append(append(append([]byte{}, f.text[:from]...), text...), f.text[to:]...)
}

// rename changes the package clause to our package, or to its external test package.
func (f *file) rename(pkg string) error {
	if strings.HasSuffix(f.pkg, "_test") {
		pkg += "_test"
	}
	if f.pkg == pkg {
		return nil
	}
	old := "package " + f.pkg
	at := strings.Index(string(f.text), "\n"+old+"\n") + 1
	if at == 0 {
		return fmt.Errorf("%s: no package clause on a line of its own", f.name)
	}
	f.replace(at, at+len(old), "package "+pkg)
	return f.parse()
}

// parse splits the text into parts. Parts with the same key keep their state.
func (f *file) parse() error {
	positions := token.NewFileSet()
	syntax, err := parser.ParseFile(positions, f.name, f.text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	before := map[string]*part{}
	for _, p := range f.parts {
		before[p.key()] = p
	}
	f.pkg, f.parts = syntax.Name.Name, nil
	add := func(node ast.Node, p part) {
		p.from, p.to = positions.Position(node.Pos()).Offset, positions.Position(node.End()).Offset
		if old := before[p.key()]; old != nil {
			p.leftOut, p.internal, p.rewritten = old.leftOut, old.internal, old.rewritten
		}
		f.parts = append(f.parts, &p)
	}
	for _, decl := range syntax.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			p := part{names: []string{decl.Name.Name}, isTest: testName.MatchString(decl.Name.Name) && decl.Name.Name != "TestMain" && decl.Type.Params.NumFields() == 1}
			if decl.Recv != nil {
				p.receiver = baseName(decl.Recv.List[0].Type)
			}
			add(decl, p)
		case *ast.GenDecl:
			addSpecs(decl, add)
		}
	}
	return nil
}

// addSpecs adds each import, type and variable as a part. A group of constants is one part, because iota counts through it.
func addSpecs(decl *ast.GenDecl, add func(ast.Node, part)) {
	var all []string
	for _, spec := range decl.Specs {
		var names []string
		switch spec := spec.(type) {
		case *ast.ImportSpec:
			names = []string{spec.Path.Value}
		case *ast.TypeSpec:
			names = []string{spec.Name.Name}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				names = append(names, name.Name)
			}
		}
		all = append(all, names...)
		if decl.Tok != token.CONST && decl.Lparen.IsValid() {
			add(spec, part{names: names, imports: decl.Tok == token.IMPORT})
		}
	}
	if decl.Tok == token.CONST || !decl.Lparen.IsValid() {
		add(decl, part{names: all, imports: decl.Tok == token.IMPORT})
	}
}

var testName = regexp.MustCompile(`^Test([^a-z]|$)`)

// baseName returns the name of a receiver's type.
func baseName(expr ast.Expr) string {
	switch expr := expr.(type) {
	case *ast.StarExpr:
		return baseName(expr.X)
	case *ast.IndexExpr:
		return baseName(expr.X)
	case *ast.IndexListExpr:
		return baseName(expr.X)
	case *ast.Ident:
		return expr.Name
	}
	return ""
}

// textToCompile returns the text with spaces in place of the parts that are left out, so that positions stay the same.
func (f *file) textToCompile() []byte {
	text := append([]byte{}, f.text...)
	for _, p := range f.parts {
		for i := p.from; p.leftOut != "" && i < p.to; i++ {
			if text[i] != '\n' {
				text[i] = ' '
			}
		}
	}
	return text
}
