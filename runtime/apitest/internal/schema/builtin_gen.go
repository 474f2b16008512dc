//go:build ignore

// This program writes two files from the sources of k8s.io/api and apimachinery's metav1. builtin.txt has the markers that change how
// objects merge or contradict a field's tag about whether the field is required, and which kinds are cluster-scoped: each line is
// PACKAGE.TYPE.FIELD and its markers. enums.txt has the values of enum types: each line is PACKAGE.TYPE, a value and its comment.
package main

import (
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

var (
	optional = regexp.MustCompile(`(?m)^\+(k8s:)?optional$`)
	required = regexp.MustCompile(`(?m)^\+(k8s:)?required$`)
)

func main() {
	var lines []string
	found := enums{types: map[string]bool{}, meanings: map[[2]string]string{}}
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
			found.read(file, module+"/"+filepath.ToSlash(folder))
		}
	}
	write("builtin.txt", lines)
	write("enums.txt", found.lines())
}

func write(file string, lines []string) {
	slices.Sort(lines)
	text := "# Written by builtin_gen.go from the sources of k8s.io/api: run go generate after an update.\n" + strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
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

// presence is the marker that says whether documents have a field, if the field's tag says the opposite.
func presence(comment, options string) string {
	mayBeLeftOut := strings.Contains(options, "omit")
	switch {
	case !mayBeLeftOut && optional.MatchString(comment):
		return "optional"
	case mayBeLeftOut && required.MatchString(comment):
		return "required"
	}
	return ""
}

func describe(name, comment, options string, goType ast.Expr) []string {
	words := []string{}
	if word := presence(comment, options); goType != nil && word != "" {
		words = append(words, word)
	}
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

// enums are the types that the marker +enum is above, and what is said of constants, by PACKAGE.TYPE and value.
type enums struct {
	types    map[string]bool
	meanings map[[2]string]string
}

var enum = regexp.MustCompile(`(?m)^\+enum$`)

func (e enums) read(file, pkg string) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		log.Fatal(err)
	}
	for _, decl := range parsed.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range group.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if enum.MatchString(raw(group.Doc) + "\n" + raw(spec.Doc)) {
					e.types[pkg+"."+spec.Name.Name] = true
				}
			case *ast.ValueSpec:
				e.readConstant(pkg, group, spec)
			}
		}
	}
}

// readConstant reads a constant that has a type of its package and a text. Of two comments for one value the longer one counts.
func (e enums) readConstant(pkg string, group *ast.GenDecl, spec *ast.ValueSpec) {
	goType, named := spec.Type.(*ast.Ident)
	if group.Tok != token.CONST || !named || len(spec.Values) != 1 {
		return
	}
	literal, ok := spec.Values[0].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return
	}
	value, err := strconv.Unquote(literal.Value)
	if err != nil {
		log.Fatal(err)
	}
	comment := raw(spec.Doc)
	if !group.Lparen.IsValid() {
		comment = raw(group.Doc)
	}
	meaning := strings.Join(strings.Fields(strings.TrimPrefix(comment, spec.Names[0].Name)), " ")
	key := [2]string{pkg + "." + goType.Name, value}
	if have, known := e.meanings[key]; !known || len(have) < len(meaning) {
		e.meanings[key] = meaning
	}
}

func (e enums) lines() (lines []string) {
	for key, meaning := range e.meanings {
		if e.types[key[0]] {
			lines = append(lines, strings.Join([]string{key[0], key[1], meaning}, "\t"))
		}
	}
	return lines
}
