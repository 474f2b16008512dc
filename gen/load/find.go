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

// leanest is the least that go/packages can be asked for: the go command then looks neither at imports nor at export
// data ("go list -find").
const leanest = packages.NeedName | packages.NeedFiles | packages.NeedModule

type listError struct{ pos, msg string }

// list asks the go command for packages and takes them into the universe.
func (u *universe) list(ctx context.Context, patterns ...string) ([]*pkg, error) {
	found, err := packages.Load(&packages.Config{
		Mode:    leanest,
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
	var pkgs []*pkg
	for _, f := range found {
		p := u.pkg(f.PkgPath, f.Name)
		u.take(p, f)
		if !slices.Contains(pkgs, p) {
			pkgs = append(pkgs, p)
		}
	}
	return pkgs, nil
}

func (u *universe) take(p *pkg, f *packages.Package) {
	if p.listed {
		return
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
}

// listMissing lists those of the packages that are not known yet, with one call of the go command.
func (u *universe) listMissing(ctx context.Context, paths []string) error {
	missing := map[string]bool{}
	for _, path := range paths {
		if p := u.pkgs[path]; (p == nil || !p.listed) && path != "C" && path != "unsafe" {
			missing[path] = true
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err := u.list(ctx, slices.Sorted(maps.Keys(missing))...)
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
