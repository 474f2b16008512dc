package rbac

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

// program is what was loaded.
type program struct {
	fset   *token.FileSet
	listed map[string]*packages.Package
	order  []*packages.Package // each after its imports
	named  []*packages.Package // what the patterns name
	own    map[string]bool     // packages of the workspace
	source map[string]bool     // packages that are analysed
	made   map[string]bool     // whether packages are generated
	types  map[string]*types.Package
	ssa    *ssa.Program
}

// load reads the packages. Problems of the source are returned together, each with its position.
func load(ctx context.Context, o Options) (*program, error) {
	p := &program{
		fset: token.NewFileSet(), listed: map[string]*packages.Package{}, own: map[string]bool{}, source: map[string]bool{},
		made: map[string]bool{}, types: map[string]*types.Package{},
	}
	if err := p.list(ctx, o); err != nil {
		return nil, err
	}
	p.choose()
	checked, err := p.check(ctx)
	if err != nil {
		return nil, err
	}
	p.ssa = ssa.NewProgram(p.fset, ssa.InstantiateGenerics)
	p.ssa.CreatePackage(types.Unsafe, nil, nil, true)
	for _, pkg := range p.order {
		s := checked[pkg.PkgPath]
		p.types[pkg.PkgPath] = s.types
		if !p.source[pkg.PkgPath] {
			s.files, s.info = nil, nil
		}
		p.ssa.CreatePackage(s.types, s.files, s.info, true)
	}
	p.ssa.Build()
	return p, nil
}

// list asks the go command for the packages and their dependencies.
func (p *program) list(ctx context.Context, o Options) error {
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedDeps |
		packages.NeedModule | packages.NeedTypesSizes
	config := &packages.Config{Context: ctx, Dir: o.Dir, Mode: mode, Fset: p.fset}
	if o.Tags != "" {
		config.BuildFlags = []string{"-tags=" + o.Tags}
	}
	found, err := packages.Load(config, o.Patterns...)
	if err != nil {
		return fmt.Errorf("list packages: %w", err)
	}
	var problems []error
	packages.Visit(found, nil, func(pkg *packages.Package) {
		for _, err := range pkg.Errors {
			problems = append(problems, o.problem(err))
		}
		p.listed[pkg.PkgPath] = pkg
		p.order = append(p.order, pkg)
		p.own[pkg.PkgPath] = pkg.Module != nil && pkg.Module.Main
	})
	p.named = slices.DeleteFunc(found, func(pkg *packages.Package) bool { return len(pkg.CompiledGoFiles) == 0 })
	if len(problems) == 0 && len(p.named) == 0 {
		return fmt.Errorf("%q matches no packages with Go files", o.Patterns)
	}
	return errors.Join(problems...)
}

// choose decides which packages are analysed: the named ones, and those that import clients, if only indirectly.
func (p *program) choose() {
	for _, pkg := range p.named {
		p.source[pkg.PkgPath] = true
	}
	sees := map[string]bool{}
	for _, pkg := range p.order {
		var client bool
		for _, imported := range pkg.Imports {
			client = client || sees[imported.PkgPath] || machinery(imported.PkgPath) != "" || p.generated(imported.PkgPath)
		}
		sees[pkg.PkgPath] = client
		if client && machinery(pkg.PkgPath) == "" && !p.generated(pkg.PkgPath) {
			p.source[pkg.PkgPath] = true
		}
	}
}

// problem gives an error of the go command the position that it has, relative to the folder.
func (o Options) problem(err packages.Error) error {
	if err.Pos == "" || err.Pos == "-" {
		return errors.New(err.Msg)
	}
	return fmt.Errorf("%s: %s", err.Pos, err.Msg)
}

// Position is a place in the source. File is relative to the root of the module, with slashes.
type Position struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// String returns file:line.
func (p Position) String() string { return p.File + ":" + strconv.Itoa(p.Line) }

// position returns a place in the source of a package.
func (p *program) position(path string, pos token.Pos) Position {
	at := p.fset.Position(pos)
	file := at.Filename
	if pkg := p.listed[path]; pkg != nil && pkg.Module != nil {
		if relative, err := filepath.Rel(pkg.Module.Dir, file); err == nil {
			file = relative
		}
	}
	return Position{File: filepath.ToSlash(file), Line: at.Line}
}
