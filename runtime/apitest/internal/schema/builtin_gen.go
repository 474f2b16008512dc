//go:build ignore

// This program writes three files from the sources of k8s.io/api and apimachinery's metav1. builtin.txt has the markers that change how
// objects merge or contradict a field's tag about whether the field is required, and which kinds are cluster-scoped: each line is
// PACKAGE.TYPE.FIELD and its markers. enums.txt has the values of enum types: each line is PACKAGE.TYPE, a value and its comment.
// docs.txt has the descriptions in OpenAPI that SwaggerDoc shortens or does not have: each line is PACKAGE.TYPE or PACKAGE.TYPE.FIELD and
// a quoted text.
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
	texts := docs{comments: map[string]string{}, swagger: map[string]string{}}
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
			texts.readEncoded(dir, module)
		}
		for _, file := range files {
			folder, _ := filepath.Rel(dir, filepath.Dir(file))
			texts.read(file, module+"/"+filepath.ToSlash(folder))
			if base := filepath.Base(file); strings.Contains(base, "generated") || strings.HasSuffix(base, "_test.go") {
				continue
			}
			lines = append(lines, markersOf(file, module+"/"+filepath.ToSlash(folder))...)
			found.read(file, module+"/"+filepath.ToSlash(folder))
		}
	}
	write("builtin.txt", lines)
	write("enums.txt", found.lines())
	write("docs.txt", texts.lines())
}

func write(file string, lines []string) {
	slices.Sort(lines)
	text := "# Written by builtin_gen.go from the sources of k8s.io/api: run go generate after an update.\n" + strings.Join(lines, "\n") + "\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}
}

func parse(file string) *ast.File {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		log.Fatal(err)
	}
	return parsed
}

// eachSpec calls visit with each type, constant and variable that a file declares, and the declaration that it is part of.
func eachSpec(file *ast.File, visit func(*ast.GenDecl, ast.Spec)) {
	for _, decl := range file.Decls {
		if group, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range group.Specs {
				visit(group, spec)
			}
		}
	}
}

func markersOf(file, pkg string) (lines []string) {
	parsed := parse(file)
	eachSpec(parsed, func(types *ast.GenDecl, spec ast.Spec) {
		t, ok := spec.(*ast.TypeSpec)
		if !ok {
			return
		}
		// Client markers are in a separate comment before the type's doc comment.
		said := comments(parsed, types.Pos(), types.Doc)
		lines = append(lines, describe(pkg+"."+t.Name.Name, said, "", nil)...)
		if structure, ok := t.Type.(*ast.StructType); ok {
			lines = append(lines, fields(pkg+"."+t.Name.Name, structure)...)
		}
	})
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
	eachSpec(parse(file), func(group *ast.GenDecl, spec ast.Spec) {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if enum.MatchString(raw(group.Doc) + "\n" + raw(spec.Doc)) {
				e.types[pkg+"."+spec.Name.Name] = true
			}
		case *ast.ValueSpec:
			e.readConstant(pkg, group, spec)
		}
	})
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

// docs are the comments of types and fields as OpenAPI has them, and what SwaggerDoc says of them, by PACKAGE.TYPE and PACKAGE.TYPE.FIELD.
type docs struct{ comments, swagger map[string]string }

// encoded are the types of apimachinery that have an encoding of their own, and no SwaggerDoc.
var encoded = []string{
	"pkg/apis/meta/v1.Time", "pkg/apis/meta/v1.MicroTime", "pkg/apis/meta/v1.FieldsV1",
	"pkg/api/resource.Quantity", "pkg/util/intstr.IntOrString", "pkg/runtime.RawExtension",
}

// readEncoded reads the packages of encoded types.
func (d docs) readEncoded(dir, module string) {
	for _, name := range encoded {
		folder, _, _ := strings.Cut(name, ".")
		files, err := filepath.Glob(filepath.Join(dir, folder, "*.go"))
		if err != nil {
			log.Fatal(err)
		}
		for _, file := range files {
			d.read(file, module+"/"+folder)
		}
	}
}

func (d docs) read(file, pkg string) {
	eachSpec(parse(file), func(group *ast.GenDecl, spec ast.Spec) {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			d.readType(pkg+"."+spec.Name.Name, group, spec)
		case *ast.ValueSpec:
			if name, swagger := strings.CutPrefix(spec.Names[0].Name, "map_"); swagger && len(spec.Values) == 1 {
				d.readSwagger(pkg+"."+name, spec.Values[0])
			}
		}
	})
}

func (d docs) readType(name string, group *ast.GenDecl, spec *ast.TypeSpec) {
	comment := spec.Doc
	if !group.Lparen.IsValid() {
		comment = group.Doc
	}
	d.comments[name] = description(comment)
	structure, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range structure.Fields.List {
		if f.Tag == nil {
			continue
		}
		tag, _ := strconv.Unquote(f.Tag.Value)
		if json, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ","); json != "" && json != "-" {
			d.comments[name+"."+json] = description(f.Doc)
		}
	}
}

// readSwagger reads a map from fields to texts; the text of the type itself has an empty name.
func (d docs) readSwagger(name string, value ast.Expr) {
	literal, ok := value.(*ast.CompositeLit)
	if !ok {
		return
	}
	for _, element := range literal.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		field, err := strconv.Unquote(pair.Key.(*ast.BasicLit).Value)
		text, err2 := strconv.Unquote(pair.Value.(*ast.BasicLit).Value)
		if err != nil || err2 != nil {
			log.Fatal(name, err, err2)
		}
		d.swagger[strings.TrimSuffix(name+"."+field, ".")] = text
	}
}

// description returns a comment as OpenAPI shows it: lines are joined to paragraphs, indented lines stay, and markers are left out.
func description(group *ast.CommentGroup) string {
	var b []byte
	join := func() { b = b[:max(len(b)-1, 0)] }
	for _, line := range strings.Split(strings.TrimRight(group.Text(), "\n"), "\n") {
		if line == "---" {
			break
		}
		line = strings.TrimRight(line, " ")
		start := strings.TrimLeft(line, " ")
		switch {
		case line == "":
			join()
			b = append(b, "\n\n"...)
		case strings.HasPrefix(start, "TODO"), strings.HasPrefix(start, "+"):
		case line[0] == ' ' || line[0] == '\t':
			join()
			b = append(b, "\n"+line+"\n"...)
		default:
			b = append(b, line+" "...)
		}
	}
	return strings.Trim(strings.Trim(strings.ReplaceAll(string(b), `\"`, `"`), "\n"), " ")
}

// lines returns the texts of types and fields for which SwaggerDoc has another one, and of encoded types.
func (d docs) lines() (lines []string) {
	for name, text := range d.comments {
		swagger, documented := d.swagger[name]
		own := slices.ContainsFunc(encoded, func(each string) bool { return name == "k8s.io/apimachinery/"+each })
		if documented && text != swagger || own {
			lines = append(lines, name+"\t"+strconv.Quote(text))
		}
	}
	return lines
}
