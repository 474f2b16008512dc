package main

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"path"
	"strings"
)

// declared has, for each folder and each name in it, how it is declared: without documentation, bodies and spacing.
type declared map[string]map[string]string

func (d declared) put(folder, name, how string) {
	if d[folder] == nil {
		d[folder] = map[string]string{}
	}
	d[folder][name] = how
}

// eachFile calls do with the Go files of a module that its users compile, or with its tests.
func eachFile(root fs.FS, tests bool, do func(folder string, fset *token.FileSet, file *ast.File)) error {
	return fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == "internal"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") != tests:
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		do(path.Dir(name), fset, file)
		return nil
	})
}

// surface returns the exported declarations of a module.
func surface(root fs.FS) (declared, error) {
	found := declared{}
	err := eachFile(root, false, func(folder string, fset *token.FileSet, file *ast.File) {
		if file.Name.Name == "main" {
			return
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				putFunc(found, folder, fset, decl)
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					putSpec(found, folder, fset, spec)
				}
			}
		}
	})
	return found, err
}

func putFunc(found declared, folder string, fset *token.FileSet, decl *ast.FuncDecl) {
	name := decl.Name.Name
	if decl.Recv != nil {
		receiver := strings.TrimPrefix(text(fset, decl.Recv.List[0].Type), "*")
		receiver, _, _ = strings.Cut(receiver, "[")
		if !ast.IsExported(receiver) {
			return
		}
		name = receiver + "." + name
	}
	if decl.Name.IsExported() {
		found.put(folder, name, text(fset, decl.Type))
	}
}

func putSpec(found declared, folder string, fset *token.FileSet, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if name.IsExported() {
				found.put(folder, name.Name, text(fset, spec.Type))
			}
		}
	case *ast.TypeSpec:
		if !spec.Name.IsExported() {
			return
		}
		var members *ast.FieldList
		switch of := spec.Type.(type) {
		case *ast.StructType:
			members = of.Fields
			found.put(folder, spec.Name.Name, "struct")
		case *ast.InterfaceType:
			members = of.Methods
			found.put(folder, spec.Name.Name, "interface")
		default:
			found.put(folder, spec.Name.Name, text(fset, spec.Type))
			return
		}
		for _, member := range members.List {
			putMember(found, folder, fset, spec.Name.Name, member)
		}
	}
}

func putMember(found declared, folder string, fset *token.FileSet, of string, member *ast.Field) {
	how := text(fset, member.Type)
	if member.Tag != nil {
		how += " " + member.Tag.Value
	}
	if len(member.Names) == 0 { // embedded
		found.put(folder, of+"."+strings.TrimPrefix(text(fset, member.Type), "*"), how)
	}
	for _, name := range member.Names {
		if name.IsExported() {
			found.put(folder, of+"."+name.Name, how)
		}
	}
}

// testNames returns the tests of a module.
func testNames(root fs.FS) (declared, error) {
	found := declared{}
	err := eachFile(root, true, func(folder string, fset *token.FileSet, file *ast.File) {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				found.put(folder, f.Name.Name, text(fset, f.Body))
			}
		}
	})
	return found, err
}

// markers returns the markers of a module, lines such as "+genclient" before a declaration, by the folder and the words up to a "=".
func markers(root fs.FS) (declared, error) {
	found := declared{}
	err := eachFile(root, false, func(_ string, _ *token.FileSet, file *ast.File) {
		for _, group := range file.Comments {
			for line := range strings.Lines(group.Text()) {
				name, isMarker := strings.CutPrefix(strings.TrimSpace(line), "+")
				name, _, _ = strings.Cut(name, "=")
				name, _, _ = strings.Cut(name, "(")
				if isMarker && name != "" && !strings.ContainsAny(name, " \t") {
					found.put(".", "+"+strings.TrimSuffix(name, ":"), "")
				}
			}
		}
	})
	return found, err
}

// files returns the text of all files of a module.
func files(root fs.FS) (declared, error) {
	found := declared{}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(root, name)
		found.put(path.Dir(name), path.Base(name), string(content))
		return err
	})
	return found, err
}

// text prints a node on one line.
func text(fset *token.FileSet, node ast.Node) string {
	var out strings.Builder
	if node == nil || node == ast.Expr(nil) {
		return ""
	}
	if err := printer.Fprint(&out, fset, node); err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(out.String()), " ")
}
