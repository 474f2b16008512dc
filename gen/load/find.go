package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/token"
	"maps"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

type listError struct{ pos, msg string }

// list asks the go command for packages and takes them into the universe. If deep is set, it asks for all packages that these
// import too, directly or not: the call takes half as long again, and no other has to follow.
func (u *universe) list(ctx context.Context, deep bool, patterns ...string) ([]*pkg, error) {
	found, imported, ok := u.goList(ctx, deep, patterns)
	if !ok {
		var err error
		if found, err = u.loadPackages(ctx, patterns); err != nil {
			return nil, err
		}
	}
	var pkgs []*pkg
	for _, f := range found {
		if p := u.take(f); !slices.Contains(pkgs, p) {
			pkgs = append(pkgs, p)
		}
	}
	for _, f := range imported {
		u.imported[f.PkgPath] = f
	}
	return pkgs, nil
}

// loadPackages lets go/packages ask, for as little as it can be asked for: the go command then does not look at imports.
func (u *universe) loadPackages(ctx context.Context, patterns []string) ([]*packages.Package, error) {
	found, err := packages.Load(&packages.Config{
		Mode:    packages.NeedName | packages.NeedFiles | packages.NeedModule,
		Context: ctx,
		Dir:     u.dir,
		Env:     u.cfg.Env,
	}, patterns...)
	if _, missing := exec.LookPath("go"); err != nil && missing != nil {
		return nil, errors.New("there is no go command on PATH, by which packages are found: install Go, or add the folder of its command to PATH")
	}
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", strings.Join(patterns, " "), err)
	}
	return found, nil
}

// take takes a package into the universe.
func (u *universe) take(f *packages.Package) *pkg {
	p := u.pkg(f.PkgPath, f.Name)
	if p.listed {
		return p
	}
	p.listed = true
	p.paths = slices.Sorted(slices.Values(f.GoFiles))
	p.model.Dir = f.Dir
	if f.Name != "" {
		p.model.Name = f.Name
	}
	p.model.Writable = f.Module != nil && f.Module.Main
	for _, e := range f.Errors {
		p.errs = append(p.errs, listError{pos: e.Pos, msg: e.Msg})
	}
	return p
}

// listMissing takes packages into the universe. It calls the go command, once, for those that no input package imports, such as one
// that a marker names, and for those with errors.
func (u *universe) listMissing(ctx context.Context, paths []string) error {
	missing := map[string]bool{}
	for _, path := range paths {
		switch p := u.pkgs[path]; {
		case p != nil && p.listed, path == "C", path == "unsafe":
		case u.imported[path] != nil:
			u.take(u.imported[path])
		default:
			missing[path] = true
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err := u.list(ctx, false, slices.Sorted(maps.Keys(missing))...)
	return err
}

// reportListErrors turns what the go command says about a package without files into problems. What is wrong inside of
// files is left to the parser, which says it better. Only what an input package needs is reported: packages further
// away may lack what nobody here uses.
func (u *universe) reportListErrors(p *pkg) {
	asked := p.asked()
	if len(p.paths) > 0 || !p.input && !asked.IsValid() {
		return
	}
	for _, e := range p.errs {
		pos := u.parsePosition(e.pos)
		if !pos.IsValid() {
			pos = asked
		}
		u.problems.Add(pos, "", "%s", strings.Join(strings.Fields(e.msg), " "))
	}
}

// holdsTestsOnly tells packages that exist for their tests: the go command names no files, and sees nothing wrong in that.
func (p *pkg) holdsTestsOnly() bool { return len(p.paths)+len(p.errs) == 0 }

// asked is where an input package names something of the package first; the zero position where none does.
func (p *pkg) asked() token.Position {
	var first token.Position
	for _, name := range slices.Sorted(maps.Keys(p.decls)) {
		if pos := p.decls[name].asked; pos.IsValid() && (!first.IsValid() || before(pos, first)) {
			first = pos
		}
	}
	return first
}

func before(a, b token.Position) bool {
	return cmp.Or(cmp.Compare(a.Filename, b.Filename), cmp.Compare(a.Offset, b.Offset)) < 0
}

// parsePosition reads "file:line:col" as the go command writes it.
func (u *universe) parsePosition(s string) token.Position {
	parts := strings.Split(s, ":")
	if len(parts) < 2 {
		return token.Position{}
	}
	pos := token.Position{Filename: u.relative(parts[0])}
	pos.Line, _ = strconv.Atoi(parts[1])
	if len(parts) > 2 {
		pos.Column, _ = strconv.Atoi(parts[2])
	}
	return pos
}
