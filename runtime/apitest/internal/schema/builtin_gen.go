//go:build ignore

// This program writes builtin.txt: the markers of k8s.io/api and apimachinery's metav1 that change how objects merge, and
// which kinds are cluster-scoped. Each line is PACKAGE.TYPE.FIELD and its markers.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var marker = regexp.MustCompile(`(?m)^\+(listType|listMapKey|structType|mapType|default|genclient:nonNamespaced)\b(?:=(.*))?$`)

func main() {
	var lines []string
	for _, module := range []string{"k8s.io/api", "k8s.io/apimachinery"} {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		if err != nil {
			log.Fatal(err)
		}
		dir := strings.TrimSpace(string(out))
		files, err := filepath.Glob(filepath.Join(dir, "*", "*", "*.go"))
		if err != nil {
			log.Fatal(err)
		}
		if module == "k8s.io/apimachinery" {
			files, _ = filepath.Glob(filepath.Join(dir, "pkg/apis/meta/v1/*.go"))
		}
		for _, file := range files {
			if base := filepath.Base(file); strings.Contains(base, "generated") || strings.HasSuffix(base, "_test.go") {
				continue
			}
			folder, _ := filepath.Rel(dir, filepath.Dir(file))
			lines = append(lines, markersOf(file, module+"/"+filepath.ToSlash(folder))...)
		}
	}
	slices.Sort(lines)
	text := "# Written by builtin_gen.go from the sources of k8s.io/api: run go generate after an update.\n" + strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile("builtin.txt", bytes.TrimLeft([]byte(text), "\n"), 0o644); err != nil {
		log.Fatal(err)
	}
}

func markersOf(file, pkg string) (lines []string) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		log.Fatal(err)
	}
	for _, decl := range parsed.Decls {
		types, ok := decl.(*ast.GenDecl)
		if !ok || types.Tok != token.TYPE {
			continue
		}
		for _, spec := range types.Specs {
			t := spec.(*ast.TypeSpec)
			// Client markers are in a separate comment before the type's doc comment.
			said := comments(parsed, types.Pos(), types.Doc)
			lines = append(lines, describe(pkg+"."+t.Name.Name, said, "", nil)...)
			if structure, ok := t.Type.(*ast.StructType); ok {
				lines = append(lines, fields(pkg+"."+t.Name.Name, structure)...)
			}
		}
	}
	return lines
}

// comments returns the doc comment of a type and the comment right before it.
func comments(file *ast.File, pos token.Pos, doc *ast.CommentGroup) string {
	text := ""
	for i, group := range file.Comments {
		if doc != nil && group == doc && i > 0 && noCodeBetween(file, file.Comments[i-1], group) {
			text = raw(file.Comments[i-1])
		}
	}
	return text + "\n" + raw(doc)
}

func noCodeBetween(file *ast.File, a, b *ast.CommentGroup) bool {
	for _, decl := range file.Decls {
		if decl.Pos() < b.Pos() && decl.End() > a.End() {
			return false
		}
	}
	return true
}

func raw(group *ast.CommentGroup) string {
	if group == nil {
		return ""
	}
	var out []string
	for _, c := range group.List {
		out = append(out, strings.TrimSpace(strings.TrimPrefix(c.Text, "//")))
	}
	return strings.Join(out, "\n")
}

func fields(name string, structure *ast.StructType) (lines []string) {
	for _, f := range structure.Fields.List {
		if f.Tag == nil {
			continue
		}
		tag, _ := strconv.Unquote(f.Tag.Value)
		json, options, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		if json == "" || json == "-" {
			continue
		}
		said := raw(f.Doc)
		lines = append(lines, describe(name+"."+json, said, options, f.Type)...)
	}
	return lines
}

func describe(name, comment, _ string, _ ast.Expr) []string {
	words := []string{}
	for _, found := range marker.FindAllStringSubmatch(comment, -1) {
		word := found[1]
		if found[2] != "" {
			word += "=" + strings.TrimSpace(found[2])
		}
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	if len(words) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s\t%s", name, strings.Join(words, "\t"))}
}
