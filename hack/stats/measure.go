package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"path"
	"strings"
)

// size is what one package, or several, hold.
type size struct {
	code, comments int
	files          []int // the lines of each file
	functions      []int // the lines of each function, first to last
}

func (s *size) add(o *size) {
	s.code += o.code
	s.comments += o.comments
	s.files = append(s.files, o.files...)
	s.functions = append(s.functions, o.functions...)
}

// measure reads the handwritten files below a folder, by the folder of each.
func measure(root fs.FS) (map[string]*size, error) {
	packages := map[string]*size{}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skipped(entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		s, err := measureFile(name, source)
		if err != nil || s == nil {
			return err
		}
		folder := path.Dir(name)
		if packages[folder] == nil {
			packages[folder] = &size{}
		}
		packages[folder].add(s)
		return nil
	})
	return packages, err
}

// skipped are folders of which no file is handwritten code of the project.
func skipped(folder string) bool {
	return folder == "testdata" || folder == "generated" || len(folder) > 1 && strings.HasPrefix(folder, ".")
}

// measureFile returns nothing for a generated file.
func measureFile(name string, source []byte) (*size, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.ParseComments)
	if err != nil || ast.IsGenerated(file) {
		return nil, err
	}
	s := &size{files: []int{bytes.Count(source, []byte("\n"))}}
	ast.Inspect(file, func(node ast.Node) bool {
		if f, ok := node.(*ast.FuncDecl); ok {
			s.functions = append(s.functions, set.Position(f.End()).Line-set.Position(f.Pos()).Line+1)
		}
		return true
	})
	s.countLines(source)
	return s, nil
}

// countLines tells lines with code from lines with nothing but comments.
func (s *size) countLines(source []byte) {
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(source))
	var scan scanner.Scanner
	scan.Init(file, source, nil, scanner.ScanComments)
	code, comments := map[int]bool{}, map[int]bool{}
	for {
		pos, tok, text := scan.Scan()
		switch {
		case tok == token.EOF:
			for line := range comments {
				if !code[line] {
					s.comments++
				}
			}
			s.code += len(code)
			return
		case tok == token.SEMICOLON && text == "\n":
		default:
			lines := code
			if tok == token.COMMENT {
				lines = comments
			}
			first := file.Line(pos)
			for i := range strings.Count(text, "\n") + 1 {
				lines[first+i] = true
			}
		}
	}
}
