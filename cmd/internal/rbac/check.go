package rbac

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/go/packages"
)

// syntax is a package with its types. Packages that are not analysed have the types of their declarations only.
type syntax struct {
	types *types.Package
	files []*ast.File
	info  *types.Info
	err   error
	done  chan struct{}
}

// check parses all packages and checks their types, each after its imports. What the packages that are analysed have wrong is
// returned together. Others compile, or the go command would say so sooner or later: their problems do not matter here.
//
// Nothing is compiled for this. Export data would be read faster, but a program of Kubernetes that was not built before takes
// minutes to compile, and its types without the bodies of functions take a second.
func (p *program) check(ctx context.Context) (map[string]*syntax, error) {
	all := map[string]*syntax{}
	for _, pkg := range p.order {
		all[pkg.PkgPath] = &syntax{done: make(chan struct{})}
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, pkg := range p.order {
		group.Go(func() error {
			s := all[pkg.PkgPath]
			defer close(s.done)
			s.err = p.parse(s, pkg)
			for _, imported := range pkg.Imports {
				select {
				case <-all[imported.PkgPath].done:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			if s.err == nil {
				s.err = p.typecheck(s, pkg, all)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var problems []error
	for _, pkg := range p.order {
		if p.source[pkg.PkgPath] || all[pkg.PkgPath].types == nil {
			problems = append(problems, all[pkg.PkgPath].err)
		}
	}
	return all, errors.Join(problems...)
}

func (p *program) parse(s *syntax, pkg *packages.Package) error {
	files := pkg.GoFiles
	if p.source[pkg.PkgPath] {
		files = pkg.CompiledGoFiles
	}
	for _, name := range files {
		file, err := parser.ParseFile(p.fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s.files = append(s.files, file)
	}
	return nil
}

// typecheck checks the types of a package whose imports have been checked.
func (p *program) typecheck(s *syntax, pkg *packages.Package, all map[string]*syntax) error {
	config := types.Config{
		Sizes: pkg.TypesSizes,
		Importer: importer(func(path string) (*types.Package, error) {
			imported := pkg.Imports[path]
			switch {
			case path == "unsafe":
				return types.Unsafe, nil
			case imported == nil || all[imported.PkgPath].types == nil:
				return nil, fmt.Errorf("%s was not read", path)
			}
			return all[imported.PkgPath].types, nil
		}),
	}
	if pkg.Module != nil && pkg.Module.GoVersion != "" {
		config.GoVersion = "go" + pkg.Module.GoVersion
	}
	if p.source[pkg.PkgPath] {
		s.info = &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{}, Scopes: map[ast.Node]*types.Scope{},
			Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
		}
	} else {
		config.IgnoreFuncBodies, config.FakeImportC = true, true
		config.Error = func(error) {}
	}
	var err error
	s.types, err = config.Check(pkg.PkgPath, p.fset, s.files, s.info)
	return err
}

// importer makes an importer of a function.
type importer func(path string) (*types.Package, error)

// Import implements [types.Importer].
func (i importer) Import(path string) (*types.Package, error) { return i(path) }
