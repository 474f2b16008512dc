package load

import (
	"go/ast"
	"go/token"
	"path/filepath"
)

// typeSpec is a type declaration in its surroundings.
type typeSpec struct {
	*ast.TypeSpec
	// doc is the doc comment, of the spec or of the whole declaration.
	doc *ast.CommentGroup
	// start is where the declaration starts, doc comment aside.
	start token.Pos
}

// method is one method as written.
type method struct {
	file    *file
	name    string
	pointer bool
	// fn is nil for a method that was only scanned, and does not matter but for its name.
	fn *ast.FuncType
}

// index notes what a package declares.
func (u *universe) index(p *pkg) {
	for _, f := range p.files {
		if f == nil {
			continue
		}
		if p.model.Name == "" {
			p.model.Name = f.syntax.Name.Name
		}
		emitted := p.input && p.model.Writable && u.cfg.Emitted != nil && u.cfg.Emitted(filepath.Base(f.path), f.origin)
		for _, d := range f.syntax.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				u.indexGen(f, d, emitted)
			case *ast.FuncDecl:
				if !emitted {
					u.indexFunc(f, d)
				}
			}
		}
		p.dots = append(p.dots, f.dots...)
		for _, m := range f.methods {
			d := p.decl(m.receiver)
			d.methods = append(d.methods, method{file: f, name: m.name, pointer: m.pointer, fn: m.signature()})
		}
	}
}

// declare notes that an input package declares a name, by itself or as a method of a type. Twice is once too often.
func (u *universe) declare(p *pkg, of string, name *ast.Ident) {
	if !p.input || name.Name == "_" {
		return
	}
	full := of + name.Name
	if other, ok := p.names[full]; ok {
		u.problems.Add(u.position(name.Pos()), "rename or remove one of the two", "%s is declared at %s already", full, u.position(other))
		return
	}
	p.names[full] = name.Pos()
}

func (u *universe) indexGen(f *file, gen *ast.GenDecl, emitted bool) {
	p := f.pkg
	if gen.Tok == token.CONST {
		p.indexConstants(f, gen)
	}
	for _, spec := range gen.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			ts := &typeSpec{TypeSpec: spec, doc: spec.Doc, start: spec.Pos()}
			if !gen.Lparen.IsValid() {
				ts.start = gen.Pos()
				if ts.doc == nil {
					ts.doc = gen.Doc
				}
			}
			u.declare(p, "", spec.Name)
			d := p.decl(spec.Name.Name)
			d.file, d.spec = f, ts
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				if !emitted {
					u.declare(p, "", name)
					p.model.Idents[name.Name] = true
				}
			}
		}
	}
}

func (u *universe) indexFunc(f *file, fn *ast.FuncDecl) {
	p := f.pkg
	if fn.Recv == nil {
		if fn.Name.Name != "init" {
			u.declare(p, "", fn.Name)
		}
		p.model.Idents[fn.Name.Name] = true
		return
	}
	if len(fn.Recv.List) != 1 {
		return
	}
	name, pointer := receiver(fn.Recv.List[0].Type)
	if name == "" {
		return
	}
	u.declare(p, name+".", fn.Name)
	d := p.decl(name)
	d.methods = append(d.methods, method{file: f, name: fn.Name.Name, pointer: pointer, fn: fn.Type})
}

// receiver takes the type of a receiver apart: *T, T, *T[P], (T).
func receiver(expr ast.Expr) (name string, pointer bool) {
	for {
		switch e := expr.(type) {
		case *ast.ParenExpr:
			expr = e.X
		case *ast.StarExpr:
			pointer, expr = true, e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.Ident:
			return e.Name, pointer
		default:
			return "", false
		}
	}
}
