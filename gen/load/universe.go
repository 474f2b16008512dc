package load

import (
	"cmp"
	"context"
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/typewright/typewright/gen/model"
)

// universe is everything known in one run: the packages listed so far, and the declarations still to be completed.
type universe struct {
	cfg  Config
	dir  string
	fset *token.FileSet
	pkgs map[string]*pkg
	// imported are packages that the go command has told of because others import them. Those that are needed are taken from here.
	imported map[string]*packages.Package
	queue    []*decl
	problems model.Problems
	// used are the comment groups of input packages that belong to something.
	used map[*ast.CommentGroup]bool
	// referenced are the declarations that markers name, by "import/path.Name".
	referenced map[string]*model.Decl
	// lengths are those of arrays that are still to be worked out.
	lengths []length
}

// pkg is one package: listed by the go command, perhaps parsed.
type pkg struct {
	model  *model.Package
	input  bool
	listed bool
	parsed bool
	// viewed is set if a view of an input package is of one of its kinds.
	viewed bool
	paths  []string
	// sums are those of the files as they were read, nil until then.
	sums  []Sum
	errs  []listError
	files []*file
	decls map[string]*decl
	// constants are those that are declared at package level.
	constants map[string]constantSpec
	// names are all that an input package declares, and where; methods stand behind their types, as "Robot.Name".
	names map[string]token.Pos
	// dots are the packages that any file merges into itself.
	dots []string
}

// decl is one type declaration: where it stands in the source, and what the model gets.
type decl struct {
	pkg   *pkg
	model *model.Decl
	// file and spec are nil until the package is parsed, and stay so where it has no such type.
	file    *file
	spec    *typeSpec
	methods []method
	// asked is where an input package names the declaration first, askedAs how.
	asked   token.Position
	askedAs string
	// wanted is set once the declaration is to be completed, done once it is.
	wanted, done bool
}

func newUniverse(cfg Config) *universe {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		dir = cfg.Dir
	}
	return &universe{
		cfg: cfg, dir: dir, fset: token.NewFileSet(), pkgs: map[string]*pkg{}, imported: map[string]*packages.Package{},
		used: map[*ast.CommentGroup]bool{}, referenced: map[string]*model.Decl{},
	}
}

// pkg returns the package of that path, and makes an empty one where nothing is known of it yet.
func (u *universe) pkg(path, name string) *pkg {
	p := u.pkgs[path]
	if p == nil {
		p = &pkg{
			model: &model.Package{Path: path, Name: name, Idents: map[string]bool{}, DotNames: map[string]string{}},
			decls: map[string]*decl{}, constants: map[string]constantSpec{}, names: map[string]token.Pos{},
		}
		u.pkgs[path] = p
	}
	return p
}

// decl returns the declaration of that name, and makes an empty one where nothing is known of it yet.
func (p *pkg) decl(name string) *decl {
	d := p.decls[name]
	if d == nil {
		d = &decl{pkg: p, model: &model.Decl{Package: p.model, Name: name, Methods: map[string]model.Func{}}}
		p.decls[name] = d
	}
	return d
}

// finish puts into the model's package all declarations that were reached, in the order of their names.
func (p *pkg) finish() {
	for _, d := range p.decls {
		if d.wanted {
			p.model.Decls = append(p.model.Decls, d.model)
			inlineStructsOnly(d.model)
		}
	}
	slices.SortFunc(p.model.Decls, func(a, b *model.Decl) int { return cmp.Compare(a.Name, b.Name) })
}

// noteDots tells an input package's model of the names that its files take from others: it cannot declare them.
func (u *universe) noteDots(p *pkg) {
	for _, dot := range p.dots {
		other := u.pkgs[dot]
		if other == nil {
			continue
		}
		note := func(name string) {
			if token.IsExported(name) {
				p.model.DotNames[name] = dot
			}
		}
		for name := range other.model.Idents {
			note(name)
		}
		for name, d := range other.decls {
			if d.spec != nil {
				note(name)
			}
		}
	}
}

func (u *universe) request(d *decl) {
	if !d.wanted {
		d.wanted = true
		u.queue = append(u.queue, d)
	}
}

func (u *universe) requestAll(p *pkg) {
	names := make([]string, 0, len(p.decls))
	for name := range p.decls {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if p.decls[name].spec != nil {
			u.request(p.decls[name])
		}
	}
}

// complete fills in all requested declarations, and those that they request, in rounds: list the packages that the
// round's declarations may refer to, parse those that it asks for, resolve.
func (u *universe) complete(ctx context.Context) error {
	for len(u.queue) > 0 {
		round := u.queue
		u.queue = nil
		var toParse []*pkg
		for _, d := range round {
			if !d.pkg.parsed && !slices.Contains(toParse, d.pkg) {
				toParse = append(toParse, d.pkg)
			}
		}
		if err := u.listMissing(ctx, packagePaths(toParse)); err != nil {
			return err
		}
		for _, p := range toParse {
			u.reportListErrors(p)
		}
		if err := u.parse(ctx, toParse); err != nil {
			return err
		}
		if err := u.listMissing(ctx, u.importsOf(round)); err != nil {
			return err
		}
		if err := u.parseDotImports(ctx, round); err != nil {
			return err
		}
		for _, d := range round {
			u.fill(d)
		}
	}
	return u.measureAll(ctx)
}

func packagePaths(pkgs []*pkg) []string {
	paths := make([]string, len(pkgs))
	for i, p := range pkgs {
		paths[i] = p.model.Path
	}
	return paths
}

// position is a position for people: relative to the folder of the run where it lies below that.
func (u *universe) position(pos token.Pos) token.Position {
	return u.fset.PositionFor(pos, false) // what //line directives claim is no place to look at
}

func (u *universe) relative(path string) string {
	if rel, err := filepath.Rel(u.dir, path); err == nil && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return path
}
