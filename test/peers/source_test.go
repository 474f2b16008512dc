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

// place is where client-go's tests are compiled and run.
type place struct {
	module  string                         // the folder in which the go command runs
	path    func(name string) string       // import path of the package for one of client-go's; empty where there is none
	folder  func(name string) string       // where that package lies
	imports func(importPath string) string // what a test file imports in place of client-go's path
	modfile string
	differ  map[string]string // the tests that do not pass: "PACKAGE TEST" to the reason
	may     map[string]string // the tests that need not pass, alike
	outside bool              // internal packages of ours cannot be imported
	rules   []rule
}

// runtimePlace compiles the tests into our packages.
func runtimePlace(t *testing.T) *place {
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
	return &place{
		module: module, path: path, folder: folder,
		imports: func(importPath string) string {
			name, isTheirs := strings.CutPrefix(importPath, theirs+"/")
			if mapped := path(name); isTheirs && mapped != "" {
				return mapped
			}
			return importPath
		},
		modfile: writeModfile(t, "../..", ""),
		differ:  differences(t, "testdata/differ.txt"), rules: readRules(t),
	}
}

// standinPlace compiles the tests into the module that takes client-go's place, under client-go's paths. It has no unexported names,
// so tests of insides stay out there, those too that testdata/rewrites.txt gives our insides.
func standinPlace(t *testing.T, source string) *place {
	t.Helper()
	module := absolute(t, "../../standin")
	folder := func(name string) string { return filepath.Join(module, filepath.FromSlash(name)) }
	return &place{
		module: module, folder: folder,
		path: func(name string) string {
			if hasSources(filepath.Join(source, name)) && !hasSources(folder(name)) {
				return ""
			}
			return path.Join(theirs, filepath.ToSlash(name))
		},
		imports: func(importPath string) string { return importPath },
		outside: true,
		modfile: writeModfile(t, "../../standin", theirs),
		differ:  differences(t, "testdata/differ-standin.txt"), rules: readRules(t),
		may: differences(t, "testdata/differ.txt"), // but for what is made of client-go's own clientset there, and of ours here
	}
}

func absolute(t *testing.T, folder string) string {
	t.Helper()
	folder, err := filepath.Abs(folder)
	require.NoError(t, err)
	return folder
}

// hasSources reports whether a folder has Go files that are no tests.
func hasSources(folder string) bool {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	return err == nil && slices.ContainsFunc(names, func(name string) bool { return !strings.HasSuffix(name, "_test.go") })
}

// packages are those of client-go that have tests, and a counterpart at the place.
func (p *place) packages(source string) ([]string, error) {
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

// sourceOf is the folder of client-go in the module cache.
func sourceOf(t *testing.T) string {
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
	// left says why the part is left out; empty means that it is compiled. Internal is true where it is for want of an
	// unexported name.
	left      string
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

// readFiles reads the files of a pattern as test files, imports mapped. Our package and its test package take the place of
// theirs; without a name of ours they keep theirs.
func (p *place) readFiles(pattern, pkg string) ([]*file, error) {
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

// mapImports puts our import paths in place of client-go's, under the same names.
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

// rename makes the file one of our package, or of its test package.
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

// parse cuts the text into parts. What was known of parts is kept.
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
			p.left, p.internal, p.rewritten = old.left, old.internal, old.rewritten
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

// addSpecs adds each import, type and variable alone; constants of a group count on, and stay together.
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

// baseName is the name of a receiver's type.
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

// compiled is the text with the parts that are left out blanked, so that positions stay.
func (f *file) compiled() []byte {
	text := append([]byte{}, f.text...)
	for _, p := range f.parts {
		for i := p.from; p.left != "" && i < p.to; i++ {
			if text[i] != '\n' {
				text[i] = ' '
			}
		}
	}
	return text
}
