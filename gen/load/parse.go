package load

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/typewright/typewright/gen/model"
)

// file is one parsed file.
type file struct {
	pkg    *pkg
	path   string
	source []byte
	syntax *ast.File
	// origin is the tool that emitted the file, "" for one written by hand.
	origin string
	// imports maps the names that the file gives to packages to their paths; unnamed are the imports which go by the
	// package's own name, dots those that merge into the file.
	imports map[string]string
	unnamed []string
	dots    []string
	// methods are those of a file that was not parsed further than its imports.
	methods []scannedMethod
}

// generated reports whether nobody reads the file for markers or prose.
func (f *file) generated() bool { return f.origin != "" }

// parse reads the files of the packages, several at a time, and indexes their declarations.
func (u *universe) parse(ctx context.Context, pkgs []*pkg) error {
	group, _ := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	problems := make([][]model.Problems, len(pkgs))
	for i, p := range pkgs {
		p.parsed = true
		p.files, p.sums = make([]*file, len(p.paths)), make([]Sum, len(p.paths))
		problems[i] = make([]model.Problems, len(p.paths))
		for j, path := range p.paths {
			group.Go(func() error {
				source, err := readSource(path)
				if err != nil {
					return fmt.Errorf("reading package %s: %w", p.model.Path, err)
				}
				p.sums[j] = sha256.Sum256(source)
				p.files[j] = u.parseFile(p, path, source, &problems[i][j])
				return nil
			})
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, p := range pkgs {
		for _, ps := range problems[i] {
			u.problems.Merge(ps)
		}
		u.index(p)
	}
	return ctx.Err()
}

// maxSource is the most that is read of one Go file.
const maxSource = 64 << 20

// readSource reads a plain file of a bounded size: a pipe would keep the run waiting, a device has no end.
func readSource(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", path)
	case info.Size() > maxSource:
		return nil, fmt.Errorf("%s is larger than %d MiB", path, maxSource>>20)
	}
	return os.ReadFile(path)
}

// parseFile returns nil for a file that is no Go, which it notes.
func (u *universe) parseFile(p *pkg, path string, source []byte, problems *model.Problems) *file {
	f := &file{pkg: p, path: path, source: source, origin: model.Origin(source), imports: map[string]string{}}
	if f.origin == "" && looksGenerated(path) {
		f.origin = "unknown"
	}
	var err error
	if f.syntax, err = u.syntax(f); err != nil {
		u.addSyntaxErrors(problems, err)
		return nil
	}
	f.readImports()
	return f
}

// looksGenerated knows the names of Kubernetes' generated files that carry no standard header.
func looksGenerated(path string) bool {
	base := filepath.Base(path)
	return strings.HasPrefix(base, "zz_generated.") || strings.HasSuffix(base, "_swagger_doc_generated.go")
}

func (u *universe) syntax(f *file) (*ast.File, error) {
	const mode = parser.ParseComments | parser.SkipObjectResolution
	name := u.relative(f.path) // positions have it
	if strings.HasPrefix(f.origin, "protoc") {
		if methods, ok := scanMethods(f.source); ok {
			f.methods = methods
			return parser.ParseFile(u.fset, name, f.source, parser.ImportsOnly)
		}
	}
	if !f.pkg.input || f.generated() {
		f.source = outline(f.source)
		if syntax, err := parser.ParseFile(u.fset, name, f.source, mode); err == nil {
			return syntax, nil
		}
		source, err := readSource(f.path)
		if err != nil {
			return nil, err
		}
		f.source = source
	}
	return parser.ParseFile(u.fset, name, f.source, mode)
}

func (u *universe) addSyntaxErrors(problems *model.Problems, err error) {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		problems.Add(token.Position{}, "", "%v", err)
		return
	}
	for _, e := range list {
		problems.Add(e.Pos, "", "%s", e.Msg)
	}
}

func (f *file) readImports() {
	for _, spec := range f.syntax.Imports {
		path := strings.Trim(spec.Path.Value, "`\"")
		switch {
		case spec.Name == nil:
			f.unnamed = append(f.unnamed, path)
		case spec.Name.Name == ".":
			f.dots = append(f.dots, path)
		case spec.Name.Name != "_":
			f.imports[spec.Name.Name] = path
		}
	}
}

// importsOf returns the import paths which must be listed before the declarations can be resolved: those that a selector
// may mean.
func (u *universe) importsOf(decls []*decl) []string {
	var paths []string
	seen := map[*file]bool{}
	add := func(f *file) {
		if f == nil || seen[f] {
			return
		}
		seen[f] = true
		paths = append(paths, f.unnamed...)
		paths = append(paths, f.dots...)
		for _, path := range f.imports {
			paths = append(paths, path)
		}
	}
	for _, d := range decls {
		if d.pkg.input {
			paths = append(paths, d.pkg.dots...)
		}
		switch {
		case d.spec == nil:
		case u.follows(d):
			add(d.file)
		default:
			paths = append(paths, d.file.dots...) // a bare name may be one of theirs
		}
	}
	return paths
}

// parseDotImports parses the packages whose names the files of the declarations use bare.
func (u *universe) parseDotImports(ctx context.Context, decls []*decl) error {
	var pkgs []*pkg
	for _, d := range decls {
		if d.file == nil {
			continue
		}
		dots := d.file.dots
		if d.pkg.input {
			dots = d.pkg.dots
		}
		for _, path := range dots {
			if p := u.pkgs[path]; p != nil && !p.parsed {
				p.parsed = true
				pkgs = append(pkgs, p)
			}
		}
	}
	return u.parse(ctx, pkgs)
}
