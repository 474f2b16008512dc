package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/load"
)

// alias declares a type to be ours. Aliases of generic types repeat the parameters.
func (f *file) alias(d declaration) error {
	spec, ok := d.node.(*ast.TypeSpec)
	if !ok {
		return fmt.Errorf("a type's node is a %T", d.node)
	}
	if spec.TypeParams == nil {
		f.printf("type %s = %s.%s\n", d.name, f.ours(), d.name)
		return nil
	}
	if !f.qualify(spec.TypeParams, d.file) {
		return errors.New("the constraints of its parameters have no exported names")
	}
	constraints, err := text(&ast.FuncType{TypeParams: nil, Params: spec.TypeParams})
	if err != nil {
		return err
	}
	constraints = strings.TrimSuffix(strings.TrimPrefix(constraints, "func("), ")")
	f.printf("type %s[%s] = %s.%s[%s]\n", d.name, constraints, f.ours(), d.name, strings.Join(names(spec.TypeParams), ", "))
	return nil
}

// variable declares our variable under a second name: programs set some of them.
func (f *file) variable(d declaration) error {
	node, imports := d.node, d.file
	if node == nil {
		found, ok := f.source.typeOf[d.name]
		if !ok {
			return errors.New("its type is not known")
		}
		parsed, err := parser.ParseExpr(found.text)
		if err != nil {
			return err
		}
		node, imports = parsed, found.imports
	}
	if !f.qualify(node, imports) {
		return errors.New("its type has no exported name")
	}
	written, err := text(node)
	if err != nil {
		return err
	}
	if d.doc != "" {
		f.printf("//\n")
	}
	f.printf("//go:linkname %s %s.%s\n%s %s\n", d.name, f.pair.ours, d.name, d.name, written)
	return nil
}

// function declares a function that calls ours. A variable holds ours if a type in its signature has no exported name.
func (f *file) function(d declaration) error {
	decl, ok := d.node.(*ast.FuncDecl)
	if !ok {
		return fmt.Errorf("a function's node is a %T", d.node)
	}
	if !f.qualify(decl.Type, d.file) {
		f.printf("var %s = %s.%s\n", d.name, f.ours(), d.name)
		return nil
	}
	args := nameParameters(decl.Type.Params)
	signature, err := text(&ast.FuncDecl{Name: decl.Name, Type: decl.Type})
	if err != nil {
		return err
	}
	typeArgs := ""
	if decl.Type.TypeParams != nil {
		typeArgs = "[" + strings.Join(names(decl.Type.TypeParams), ", ") + "]"
	}
	call := fmt.Sprintf("%s.%s%s(%s)", f.ours(), d.name, typeArgs, strings.Join(args, ", "))
	if decl.Type.Results != nil {
		call = "return " + call
	}
	f.printf("%s {\n%s\n}\n", signature, call)
	return nil
}

// nameParameters names the parameters that have no name, and returns what passes them on.
func nameParameters(params *ast.FieldList) []string {
	var args []string
	for _, field := range params.List {
		if len(field.Names) == 0 {
			field.Names = []*ast.Ident{ast.NewIdent("_")}
		}
		_, variadic := field.Type.(*ast.Ellipsis)
		for _, name := range field.Names {
			if name.Name == "_" {
				name.Name = fmt.Sprintf("arg%d", len(args))
			}
			arg := name.Name
			if variadic {
				arg += "..."
			}
			args = append(args, arg)
		}
	}
	return args
}

// nameable reports whether the module can write a type: whether it is made of exported types of packages that it may import.
func (f *file) nameable(node ast.Node, imports map[string]string) bool {
	ok := true
	f.visit(node, imports, func(_ *ast.Ident, imported string) {
		ok = ok && !slices.Contains(strings.Split(imported, "/"), "internal")
	}, func(name string) {
		ok = ok && (ast.IsExported(name) || !f.source.types[name])
	})
	return ok
}

// qualify writes the names of packages as the file imports them, unless the type is not nameable: then it returns false and changes
// nothing. Types of our packages are named by client-go's path, where they
// have one.
func (f *file) qualify(node ast.Node, imports map[string]string) bool {
	if !f.nameable(node, imports) {
		return false
	}
	f.visit(node, imports, func(x *ast.Ident, imported string) {
		name := load.GuessName(imported)
		if theirs, ok := f.theirs[imported]; ok && theirs != f.pair.theirs {
			imported = theirs
		}
		x.Name = f.imported(imported, name)
	}, func(string) {})
	return true
}

// visit calls qualified for the name of a package in a type, and plain for the names that stand alone.
func (f *file) visit(node ast.Node, imports map[string]string, qualified func(x *ast.Ident, imported string), plain func(name string)) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && imports[x.Name] != "" {
				qualified(x, imports[x.Name])
			}
			return false
		case *ast.Field:
			f.visit(n.Type, imports, qualified, plain) // its names are no types
			return false
		case *ast.Ident:
			plain(n.Name)
		}
		return true
	})
}

// names are the names of type parameters.
func names(params *ast.FieldList) []string {
	var all []string
	for _, field := range params.List {
		for _, name := range field.Names {
			all = append(all, name.Name)
		}
	}
	return all
}

func text(node any) (string, error) {
	var out bytes.Buffer
	err := printer.Fprint(&out, token.NewFileSet(), node)
	return out.String(), err
}
