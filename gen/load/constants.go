package load

import (
	"context"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/typewright/typewright/gen/model"
)

// constantSpec is a constant as it is declared.
type constantSpec struct {
	file *file
	// typ is the type that stands before the value; nil if none does.
	typ ast.Expr
	// value is the expression, for constants without one that of an earlier line, at which iota was not yet this.
	value ast.Expr
	iota  int64
}

// indexConstants notes the constants of a declaration. A line without values repeats those of the line before.
func (p *pkg) indexConstants(f *file, gen *ast.GenDecl) {
	var values []ast.Expr
	var typ ast.Expr
	for i, spec := range gen.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if len(spec.Values) > 0 {
			values, typ = spec.Values, spec.Type
		}
		for j, name := range spec.Names {
			if j < len(values) {
				p.constants[name.Name] = constantSpec{file: f, typ: typ, value: values[j], iota: int64(i)}
			}
		}
	}
}

// length is that of an array, written as an expression.
type length struct {
	of   *model.Type
	expr ast.Expr
	file *file
}

// measure notes an array's length: a number at once, an expression to be worked out when all packages are known.
func (s *scope) measure(t *model.Type, expr ast.Expr) {
	t.Len = types.ExprString(expr)
	if _, number := expr.(*ast.BasicLit); !number && !s.quiet && !s.universe.cfg.Shallow {
		s.universe.lengths = append(s.universe.lengths, length{of: t, expr: expr, file: s.file})
	}
}

// measureAll works out the lengths of arrays, in rounds as long as these need the constants of further packages.
func (u *universe) measureAll(ctx context.Context) error {
	for open := u.lengths; len(open) > 0; {
		c := constants{universe: u, missing: map[string]bool{}}
		var later []length
		for _, l := range open {
			c.stuck, c.depth = false, 0
			value := c.value(l.file, l.expr, -1)
			switch {
			case value.Kind() == constant.Int:
				l.of.Len = value.ExactString()
			case c.stuck:
				later = append(later, l)
			case l.file.pkg.input:
				u.problems.Add(l.of.Pos, "write the number", "the length %s of an array is not a constant with the same value on every platform", l.of.Len)
			}
		}
		if err := u.parseConstants(ctx, c.missing); err != nil {
			return err
		}
		open = later
	}
	return nil
}

func (u *universe) parseConstants(ctx context.Context, missing map[string]bool) error {
	var paths []string
	for path := range missing {
		paths = append(paths, path)
	}
	if err := u.listMissing(ctx, paths); err != nil {
		return err
	}
	var pkgs []*pkg
	for _, path := range paths {
		if p := u.pkg(path, GuessName(path)); !p.parsed {
			p.parsed = true
			pkgs = append(pkgs, p)
		}
	}
	return u.parse(ctx, pkgs)
}

// texts are the string constants of a type that its own package declares, sorted.
func (u *universe) texts(d *decl) []string {
	var texts []string
	c := constants{universe: u, missing: map[string]bool{}}
	for _, spec := range d.pkg.constants {
		if id, ok := spec.typ.(*ast.Ident); !ok || id.Name != d.model.Name {
			continue
		}
		c.depth = 0
		if value := c.value(spec.file, spec.value, spec.iota); value.Kind() == constant.String {
			texts = append(texts, constant.StringVal(value))
		}
	}
	slices.Sort(texts)
	return texts
}

// constants works out expressions.
type constants struct {
	universe *universe
	// missing are the packages that are still to be read, stuck is set where an expression needs one of them.
	missing map[string]bool
	stuck   bool
	depth   int
}

// value is what an expression is worth, of an unknown kind where that cannot be told. Place is what
// iota stands for, negative where it stands for nothing.
func (c *constants) value(f *file, expr ast.Expr, place int64) constant.Value {
	if c.depth++; c.depth > 1000 {
		return constant.MakeUnknown() // constants that refer to each other
	}
	switch e := expr.(type) {
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0)
	case *ast.ParenExpr:
		return c.value(f, e.X, place)
	case *ast.Ident:
		return c.named(f, e.Name, place)
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return c.foreign(f.importPathIn(c.universe, x.Name), e.Sel.Name)
		}
	case *ast.UnaryExpr:
		if x := c.value(f, e.X, place); x.Kind() == constant.Int && (e.Op == token.SUB || e.Op == token.ADD) {
			return constant.UnaryOp(e.Op, x, 0)
		}
	case *ast.BinaryExpr:
		return binary(e.Op, c.value(f, e.X, place), c.value(f, e.Y, place))
	case *ast.CallExpr:
		return c.call(f, e, place)
	}
	return constant.MakeUnknown()
}

// named is a constant of the file's package, or of one whose names the file uses bare.
func (c *constants) named(f *file, name string, place int64) constant.Value {
	if name == "iota" && place >= 0 {
		return constant.MakeInt64(place)
	}
	if spec, ok := f.pkg.constants[name]; ok {
		return c.value(spec.file, spec.value, spec.iota)
	}
	for _, path := range f.dots {
		if value := c.foreign(path, name); value.Kind() != constant.Unknown {
			return value
		}
	}
	return constant.MakeUnknown()
}

func (c *constants) foreign(path, name string) constant.Value {
	if path == "" || path == "C" || path == "unsafe" {
		return constant.MakeUnknown()
	}
	p := c.universe.pkg(path, GuessName(path))
	if !p.parsed {
		c.missing[path], c.stuck = true, true
		return constant.MakeUnknown()
	}
	if spec, ok := p.constants[name]; ok {
		return c.value(spec.file, spec.value, spec.iota)
	}
	return constant.MakeUnknown()
}

// call is len("text"), or a conversion to a predeclared type of whole numbers.
func (c *constants) call(f *file, e *ast.CallExpr, place int64) constant.Value {
	fn, ok := e.Fun.(*ast.Ident)
	if !ok || len(e.Args) != 1 {
		return constant.MakeUnknown()
	}
	arg := c.value(f, e.Args[0], place)
	if fn.Name == "len" && arg.Kind() == constant.String {
		return constant.MakeInt64(int64(len(constant.StringVal(arg))))
	}
	if name, ok := types.Universe.Lookup(fn.Name).(*types.TypeName); ok {
		if basic, ok := name.Type().(*types.Basic); ok && basic.Info()&types.IsInteger != 0 {
			return constant.ToInt(arg)
		}
	}
	return constant.MakeUnknown()
}

// binary calculates with whole numbers and joins texts.
func binary(op token.Token, x, y constant.Value) constant.Value {
	switch {
	case x.Kind() == constant.String && y.Kind() == constant.String && op == token.ADD:
		return constant.BinaryOp(x, op, y)
	case x.Kind() != constant.Int || y.Kind() != constant.Int:
		return constant.MakeUnknown()
	}
	switch op {
	case token.ADD, token.SUB, token.MUL, token.AND, token.OR, token.XOR, token.AND_NOT:
		return constant.BinaryOp(x, op, y)
	case token.QUO, token.REM:
		if constant.Sign(y) == 0 {
			return constant.MakeUnknown()
		}
		if op == token.QUO {
			op = token.QUO_ASSIGN // go/constant's sign for a division of whole numbers
		}
		return constant.BinaryOp(x, op, y)
	case token.SHL, token.SHR:
		if n, ok := constant.Uint64Val(y); ok && n < 1<<10 {
			return constant.Shift(x, op, uint(n))
		}
	}
	return constant.MakeUnknown()
}
