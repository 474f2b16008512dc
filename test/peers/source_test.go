package peers

import (
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

// runtimeFolder is where our packages lie.
const runtimeFolder = "../../runtime"

// folderOf is the folder of our package for one of client-go's, below runtime/. It is empty where there is none.
func folderOf(name string) string {
	folder, ok := strings.CutPrefix(importmap.Folder(name), ours+"/")
	if !ok {
		return ""
	}
	if sources, err := filepath.Glob(filepath.Join(runtimeFolder, folder, "*.go")); err != nil || len(sources) == 0 {
		return ""
	}
	return folder
}

// packages are those of client-go that have tests and a counterpart here.
func packages(source string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(source, func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		folder, err := filepath.Rel(source, filepath.Dir(name))
		if err == nil && folderOf(folder) != "" && !slices.Contains(names, folder) {
			names = append(names, folder)
		}
		return err
	})
	return names, err
}

// counterpart is our import path for one of client-go's, or the same path where there is none.
func counterpart(importPath string) string {
	name, isTheirs := strings.CutPrefix(importPath, theirs+"/")
	if folder := folderOf(name); isTheirs && folder != "" {
		return ours + "/" + folder
	}
	return importPath
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
// theirs.
func readFiles(pattern, pkg string) ([]*file, error) {
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
		if err := f.mapImports(); err != nil {
			return nil, err
		}
		if err := f.parse(); err != nil {
			return nil, err
		}
		if err := f.rename(pkg); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// mapImports puts our import paths in place of client-go's, under the same names.
func (f *file) mapImports() error {
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
