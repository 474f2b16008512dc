package peers

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rule is a regular expression and its replacement, for parts that do not compile.
type rule struct {
	file   string // the path of client-go's test file
	part   string // the declaration that it is for; empty means all of the file
	from   *regexp.Regexp
	to     string
	always bool // also for parts that compile
}

// readRules reads testdata/rewrites.txt: FILE[#DECLARATION], a regular expression and its replacement, separated by tabs. A rule that
// begins with an exclamation mark also applies to parts that compile.
func readRules(t *testing.T) []rule {
	t.Helper()
	var rules []rule
	for _, line := range readLines(t, "testdata/rewrites.txt") {
		fields := strings.Split(line, "\t")
		require.Len(t, fields, 3, "testdata/rewrites.txt: %q", line)
		name, always := strings.CutPrefix(fields[0], "!")
		name, only, _ := strings.Cut(name, "#")
		rules = append(rules, rule{name, only, regexp.MustCompile(fields[1]), fields[2], always})
	}
	return rules
}

// readLines reads a file without its comments and empty lines.
func readLines(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	var lines []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		if line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// rewrite applies the rules to a part, and reports whether they changed it, so that it has to be compiled again.
func (f *file) rewrite(t *testing.T, p *part, rules []rule) bool {
	t.Helper()
	written, changed := f.written(p, rules)
	if !changed {
		return false
	}
	p.leftOut, p.internal, p.rewritten = "", false, true
	f.replace(p.from, p.to, string(written))
	require.NoError(t, f.parse(), "rewritten %s", p.names)
	return true
}

// rewriteAlways applies the rules that also apply to parts that compile.
func (f *file) rewriteAlways(t *testing.T, rules []rule) {
	t.Helper()
	rules = slices.DeleteFunc(slices.Clone(rules), func(r rule) bool { return !r.always })
	for _, p := range slices.Backward(f.parts) {
		if written, changed := f.written(p, rules); changed {
			f.replace(p.from, p.to, string(written))
		}
	}
	require.NoError(t, f.parse(), "rewritten %s", f.name)
}

// written returns the text of a part after the rules, and whether they changed it.
func (f *file) written(p *part, rules []rule) ([]byte, bool) {
	text := f.text[p.from:p.to]
	written := text
	for _, r := range rules {
		if path.Base(r.file) == f.name && (r.part == "" || slices.Contains(p.names, r.part)) {
			written = r.from.ReplaceAll(written, []byte(r.to))
		}
	}
	return written, !bytes.Equal(written, text)
}

// addShims adds the files of testdata/shims that rewritten parts need. They replace declarations of client-go's tests with the same name.
func (s *suite) addShims(t *testing.T, pkg string) {
	t.Helper()
	shims, err := s.readFiles(filepath.Join("testdata/shims", filepath.FromSlash(s.name), "*.go.txt"), pkg)
	require.NoError(t, err)
	if s.noInternalImports {
		shims = slices.DeleteFunc(shims, func(f *file) bool { return bytes.Contains(f.text, []byte("/internal/")) })
	}
	for _, shim := range shims {
		for _, declared := range shim.parts {
			for _, f := range s.files {
				for _, p := range f.parts {
					if !declared.imports && !p.imports && p.receiver == declared.receiver && slices.ContainsFunc(p.names, func(name string) bool {
						return name != "init" && slices.Contains(declared.names, name)
					}) {
						p.leftOut = "replaced by a shim"
					}
				}
			}
		}
	}
	s.files = append(s.files, shims...)
}

// renameIdentifiers adds a suffix to identifiers, except for fields, methods and selectors.
func (f *file) renameIdentifiers(names map[string]bool) error {
	positions := token.NewFileSet()
	syntax, err := parser.ParseFile(positions, f.name, f.text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	keep := map[*ast.Ident]bool{}
	var found []int
	ast.Inspect(syntax, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.SelectorExpr:
			keep[node.Sel] = true
		case *ast.FuncDecl:
			keep[node.Name] = node.Recv != nil
		case *ast.StructType:
			for _, field := range node.Fields.List {
				for _, name := range field.Names {
					keep[name] = true
				}
			}
		case *ast.CompositeLit:
			for _, element := range node.Elts {
				if pair, ok := element.(*ast.KeyValueExpr); ok {
					if key, ok := pair.Key.(*ast.Ident); ok {
						keep[key] = true
					}
				}
			}
		case *ast.Ident:
			if names[node.Name] && !keep[node] {
				found = append(found, positions.Position(node.End()).Offset)
			}
		}
		return true
	})
	slices.Sort(found)
	for _, at := range slices.Backward(found) {
		f.replace(at, at, "ByPeers")
	}
	return f.parse()
}

// declarationsOf returns the name of a folder's package and the names that it declares; methods are named TYPE.METHOD.
func declarationsOf(t *testing.T, folder string) (pkg string, declared map[string]bool) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	declared = map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f := &file{name: name}
		f.text, err = os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, f.parse())
		pkg = f.pkg
		for _, p := range f.parts {
			for _, declaredName := range p.names {
				if p.receiver != "" {
					declaredName = p.receiver + "." + declaredName
				}
				declared[declaredName] = true
			}
		}
	}
	return pkg, declared
}
