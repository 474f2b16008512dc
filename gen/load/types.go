package load

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// scope is where a type expression stands.
type scope struct {
	universe *universe
	file     *file
	// params are the type parameters in scope.
	params map[string]bool
	// follow requests the declarations that are named, so that they are completed in the next round.
	follow bool
	// quiet keeps names that mean nothing from being problems: those in signatures of methods, which nobody looks into.
	quiet bool
}

// typ resolves a type expression.
func (s *scope) typ(expr ast.Expr) *model.Type {
	t := &model.Type{Pos: s.universe.position(expr.Pos())}
	switch e := expr.(type) {
	case *ast.ParenExpr:
		return s.typ(e.X)
	case *ast.Ident:
		s.ident(t, e)
	case *ast.SelectorExpr:
		s.selector(t, e)
	case *ast.StarExpr:
		t.Kind, t.Elem = model.Pointer, s.typ(e.X)
	case *ast.ArrayType:
		t.Kind, t.Elem = model.Slice, s.typ(e.Elt)
		if e.Len != nil {
			t.Kind = model.Array
			s.measure(t, e.Len)
		}
	case *ast.Ellipsis:
		t.Kind, t.Elem = model.Slice, s.typ(e.Elt)
	case *ast.MapType:
		t.Kind, t.Key, t.Elem = model.Map, s.typ(e.Key), s.typ(e.Value)
	case *ast.StructType:
		t.Kind, t.Fields, t.Owner = model.Struct, s.fields(e), s.file.pkg.model
	case *ast.InterfaceType:
		t.Kind = model.Interface
		if len(e.Methods.List) == 0 {
			t.Name = "interface{}"
		}
		s.members(t, e)
	case *ast.FuncType:
		t.Kind = model.Function
	case *ast.ChanType:
		t.Kind, t.Elem = model.Chan, s.typ(e.Value)
	case *ast.IndexExpr:
		return s.instance(e.X, e.Index)
	case *ast.IndexListExpr:
		return s.instance(e.X, e.Indices...)
	}
	return t
}

// members notes what an interface declares; what only constraints consist of is left out.
func (s *scope) members(t *model.Type, e *ast.InterfaceType) {
	for _, member := range e.Methods.List {
		fn, isMethod := member.Type.(*ast.FuncType)
		switch {
		case isMethod && s.quiet:
		case isMethod:
			quiet := &scope{universe: s.universe, file: s.file, params: s.params, quiet: true}
			for _, name := range member.Names {
				if t.Methods == nil {
					t.Methods = map[string]model.Func{}
				}
				t.Methods[name.Name] = model.Func{Params: quiet.types(fn.Params), Results: quiet.types(fn.Results)}
			}
		default:
			switch member.Type.(type) {
			case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.IndexListExpr:
				t.Embeds = append(t.Embeds, s.typ(member.Type))
			}
		}
	}
}

func (s *scope) instance(generic ast.Expr, args ...ast.Expr) *model.Type {
	t := s.typ(generic)
	for _, arg := range args {
		t.Args = append(t.Args, s.typ(arg))
	}
	return t
}

// ident resolves a bare name: a type parameter, a type of the package or of a dot import, or a predeclared one.
func (s *scope) ident(t *model.Type, id *ast.Ident) {
	t.Name = id.Name
	if s.params[id.Name] {
		t.Kind = model.TypeParam
		return
	}
	own := s.file.pkg
	if d := own.decls[id.Name]; d != nil && (d.spec != nil || !own.parsed) {
		s.named(t, d)
		return
	}
	for _, dot := range s.file.dots {
		if p := s.universe.pkgs[dot]; p != nil && p.decls[id.Name] != nil && p.decls[id.Name].spec != nil {
			s.named(t, p.decls[id.Name])
			return
		}
	}
	if _, ok := types.Universe.Lookup(id.Name).(*types.TypeName); !ok {
		s.undefined(t, id.Name)
		return
	}
	t.Kind = model.Basic
	if id.Name == "any" || id.Name == "error" || id.Name == "comparable" {
		t.Kind = model.Interface
	}
}

// selector resolves pkg.Name.
func (s *scope) selector(t *model.Type, sel *ast.SelectorExpr) {
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		s.undefined(t, types.ExprString(sel))
		return
	}
	path := s.file.importPathIn(s.universe, x.Name)
	if path == "" {
		s.undefined(t, x.Name+"."+sel.Sel.Name)
		return
	}
	if path == "C" && !s.quiet {
		s.universe.problems.Add(t.Pos, "use a Go type", "C.%s is a type of cgo, for which no code is emitted", sel.Sel.Name)
	}
	d := s.universe.pkg(path, GuessName(path)).decl(sel.Sel.Name)
	s.named(t, d)
	if d.askedAs == "" {
		d.askedAs = x.Name + "." + sel.Sel.Name
	}
}

func (s *scope) named(t *model.Type, d *decl) {
	t.Kind, t.Name, t.Decl = model.Named, d.model.Name, d.model
	if s.follow {
		if s.file.pkg.input && !d.asked.IsValid() {
			d.asked = t.Pos
		}
		s.universe.request(d)
	}
}

func (s *scope) undefined(t *model.Type, name string) {
	t.Kind, t.Name = model.Basic, name
	if s.file.pkg.input && !s.quiet {
		s.universe.problems.Add(t.Pos, "", "undefined: %s", name)
	}
}

// importPathIn returns the path of the package that a name means in the file. An import without a name of its own goes
// by the package's name, which the go command has told where anybody needs to know, and which is guessed otherwise.
func (f *file) importPathIn(u *universe, name string) string {
	if path := f.imports[name]; path != "" {
		return path
	}
	guess := ""
	for _, path := range f.unnamed {
		if p := u.pkgs[path]; p != nil && p.listed && p.model.Name != "" {
			if p.model.Name == name {
				return path
			}
			continue
		}
		if GuessName(path) == name {
			guess = path
		}
	}
	return guess
}

var (
	majorVersion = regexp.MustCompile(`^v[0-9]+$`)
	gopkgVersion = regexp.MustCompile(`\.v[0-9]+$`)
)

// GuessName guesses a package's name from its path, by the conventions that most follow.
func GuessName(importPath string) string {
	base := path.Base(importPath)
	if dir := path.Dir(importPath); majorVersion.MatchString(base) && !strings.Contains(importPath, "/api") && dir != "." {
		if n, _ := strconv.Atoi(base[1:]); n > 1 {
			base = path.Base(dir)
		}
	}
	base = gopkgVersion.ReplaceAllString(base, "")
	base = strings.TrimSuffix(strings.TrimPrefix(base, "go-"), "-go")
	return strings.Map(func(r rune) rune {
		if token.IsIdentifier(string(r)) || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, base)
}
