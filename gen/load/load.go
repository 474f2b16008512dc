package load

import (
	"cmp"
	"context"
	"crypto/sha256"
	"maps"
	"slices"

	"github.com/typewright/typewright/gen/model"
)

// Config says what to read.
type Config struct {
	// Dir is the folder that patterns are relative to, and that positions in problems are given relative to. Empty means
	// the working folder.
	Dir string
	// Patterns are what the go command takes: "./apis/...", "k8s.io/api/core/v1".
	Patterns []string
	// Env is the environment of the go command; nil means that of this process.
	Env []string
	// Shallow leaves out the packages that only fields refer to. Listers and informers need no more.
	Shallow bool
	// Emitted tells whether this very run emits the file, going by its base name and by the tool that its header names.
	// Methods and identifiers in such files of writable input packages are left out. Nil means none.
	Emitted func(base, origin string) bool
}

// Result is what was read.
type Result struct {
	// Packages are the input packages in the order of their paths.
	Packages []*model.Package
	// Referenced are the declarations of other packages that +genclient:method names, by "import/path.Name".
	Referenced map[string]*model.Decl
	// Listed are all packages that the go command was asked about, the input among them, in the order of their paths:
	// together with the contents of the files of those that were read, all that the result depends on.
	Listed []Listed
}

// Listed is what the go command said about a package.
type Listed struct {
	Path, Name, Dir string
	// Writable is set for packages of the workspace.
	Writable bool
	// Files are absolute paths in sorted order.
	Files []string
	// Read is set where the files were looked into.
	Read bool
	// Contents are the SHA-256 of Files as they were when Load read them, nil where it did not.
	Contents []Sum `json:"-"`
}

// Sum is a SHA-256.
type Sum = [sha256.Size]byte

// Load reads the packages. Whatever is wrong with the input is returned together, as a *[model.InputError]; other errors
// say that the go command could not do its work.
func Load(ctx context.Context, cfg Config) (Result, error) {
	u := newUniverse(cfg)
	inputs, err := u.list(ctx, true, cfg.Patterns...)
	if err != nil {
		return Result{}, err
	}
	inputs = slices.DeleteFunc(inputs, (*pkg).holdsTestsOnly)
	for _, p := range inputs {
		p.input = true
		u.reportListErrors(p)
	}
	if err := u.parse(ctx, inputs); err != nil {
		return Result{}, err
	}
	if err := u.problems.Err(); err != nil {
		return Result{}, err
	}
	for _, p := range inputs {
		u.requestAll(p)
	}
	if err := u.complete(ctx); err != nil {
		return Result{}, err
	}
	if err := u.problems.Err(); err != nil {
		return Result{}, err
	}
	return u.result(inputs), nil
}

func (u *universe) result(inputs []*pkg) Result {
	res := Result{Referenced: u.referenced}
	maps.DeleteFunc(res.Referenced, func(_ string, d *model.Decl) bool { return !u.cfg.Shallow && !d.Pos.IsValid() })
	for _, p := range u.pkgs {
		p.finish()
		if !p.input {
			u.readForeignMarkers(p)
		}
	}
	res.Listed = u.listed()
	for _, p := range inputs {
		u.readPackageMarkers(p)
		u.noteDots(p)
		res.Packages = append(res.Packages, p.model)
	}
	slices.SortFunc(res.Packages, func(a, b *model.Package) int { return cmp.Compare(a.Path, b.Path) })
	return res
}

// List asks the go command about packages without reading them.
func List(ctx context.Context, cfg Config, paths ...string) ([]Listed, error) {
	u := newUniverse(cfg)
	if _, err := u.list(ctx, false, slices.Concat(cfg.Patterns, paths)...); err != nil {
		return nil, err
	}
	return u.listed(), nil
}

func (u *universe) listed() []Listed {
	var all []Listed
	for _, p := range u.pkgs {
		if p.listed {
			m := p.model
			all = append(all, Listed{Path: m.Path, Name: m.Name, Dir: m.Dir, Writable: m.Writable, Files: p.paths, Read: p.parsed, Contents: p.sums})
		}
	}
	slices.SortFunc(all, func(a, b Listed) int { return cmp.Compare(a.Path, b.Path) })
	return all
}
