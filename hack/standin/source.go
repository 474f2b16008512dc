package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/typewright/typewright/gen/load"
)

// source is a package of ours as syntax: its exported declarations, in the order of the files.
type source struct {
	names map[string]bool // everything declared at package level
	types map[string]bool // the types among them

	consts         []declaration
	vars           []declaration
	structs, funcs []declaration

	// typeOf are the types of variables that are declared without one, as findTypes finds them.
	typeOf map[string]typed
}

// declaration is one declared name.
type declaration struct {
	name string
	doc  string
	node ast.Node          // *ast.TypeSpec, *ast.FuncDecl, or the type of a variable, which may be nil
	file map[string]string // the imports of its file: names to paths
}

func readPackage(p pair) (*source, error) {
	s := &source{names: map[string]bool{}, types: map[string]bool{}}
	for _, name := range p.files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		imports := importsOf(file)
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv == nil {
					s.add(&s.funcs, declaration{decl.Name.Name, decl.Doc.Text(), decl, imports})
				}
			case *ast.GenDecl:
				s.addSpecs(decl, imports)
			}
		}
	}
	return s, nil
}

func (s *source) addSpecs(decl *ast.GenDecl, imports map[string]string) {
	for i, spec := range decl.Specs {
		doc := ""
		if i == 0 {
			doc = decl.Doc.Text() // a group's comment stands at its first name
		}
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.types[spec.Name.Name] = true
			s.add(&s.structs, declaration{spec.Name.Name, own(spec.Doc, doc), spec, imports})
		case *ast.ValueSpec:
			list := &s.vars
			if decl.Tok == token.CONST {
				list = &s.consts
			}
			for j, name := range spec.Names {
				text := ""
				if j == 0 {
					text = own(spec.Doc, doc)
				}
				var node ast.Node
				if spec.Type != nil {
					node = spec.Type
				}
				s.add(list, declaration{name.Name, text, node, imports})
			}
		}
	}
}

func own(doc *ast.CommentGroup, group string) string {
	if doc != nil {
		return doc.Text()
	}
	return group
}

func (s *source) add(list *[]declaration, d declaration) {
	s.names[d.name] = true
	if ast.IsExported(d.name) {
		*list = append(*list, d)
	}
}

// leaveOut drops the declarations that handwritten files in a folder of the module declare.
func (s *source) leaveOut(folder string) error {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if filepath.Base(name) == generatedFile || strings.HasSuffix(name, "_test.go") {
			continue
		}
		hand, err := readPackage(pair{files: []string{name}})
		if err != nil {
			return err
		}
		for _, list := range []*[]declaration{&s.consts, &s.vars, &s.structs, &s.funcs} {
			var kept []declaration
			for _, d := range *list {
				if !hand.names[d.name] {
					kept = append(kept, d)
				}
			}
			*list = kept
		}
	}
	return nil
}

// importsOf returns the imports of a file, names to paths.
func importsOf(file *ast.File) map[string]string {
	imports := map[string]string{}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has seen to it
		}
		name := load.GuessName(imported) // a wrong guess does not compile
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imports[name] = imported
	}
	return imports
}
