package surface

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path"
	"strconv"
	"strings"
)

// declarations holds the exported declarations of packages, by import path. Each is a line such as
// "method Clientset.FleetV1() fleetv1.FleetV1Interface", but with full import paths.
type declarations map[string]*pkg

type pkg struct {
	declarations map[string]bool
	// embeds lists, for each struct, the types that it embeds, as "import/path.Name".
	embeds map[string][]string
}

// source is one file of a package.
type source struct {
	// pkg is the import path of the package.
	pkg  string
	name string
	text []byte
}

// naming maps import paths and aliases, so that two sources can be compared.
type naming struct {
	// path maps import paths.
	path func(string) string
	// aliases maps alias types to their targets, both as "import/path.Name".
	aliases map[string]string
}

// readDeclarations collects the exported declarations of some files.
func readDeclarations(files []source, naming naming) (declarations, error) {
	t := declarations{}
	for _, f := range files {
		syntax, err := parser.ParseFile(token.NewFileSet(), f.name, f.text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p := t[f.pkg]
		if p == nil {
			p = &pkg{declarations: map[string]bool{}, embeds: map[string][]string{}}
			t[f.pkg] = p
		}
		r := &reader{pkg: p, path: naming.path(f.pkg), imports: imports(syntax, naming.path), aliases: naming.aliases}
		for _, declaration := range syntax.Decls {
			r.declaration(declaration)
		}
	}
	return t, nil
}

// imports maps the package names in a file to import paths.
func imports(file *ast.File, rename func(string) string) map[string]string {
	naming := map[string]string{}
	for _, spec := range file.Imports {
		full, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(full)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		naming[name] = rename(full)
	}
	return naming
}

// reader reads one file.
type reader struct {
	pkg     *pkg
	path    string
	imports map[string]string
	aliases map[string]string
}

func (r *reader) add(format string, args ...any) {
	r.pkg.declarations[fmt.Sprintf(format, args...)] = true
}

func (r *reader) declaration(declaration ast.Decl) {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		r.function(d)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				r.typeSpec(s)
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() {
						r.add("%s %s", d.Tok, name.Name)
					}
				}
			}
		}
	}
}

func (r *reader) function(d *ast.FuncDecl) {
	if !d.Name.IsExported() {
		return
	}
	if d.Recv == nil {
		r.add("func %s%s", d.Name.Name, r.signature(d.Type))
		return
	}
	receiver := strings.TrimPrefix(r.typeString(d.Recv.List[0].Type), "*")
	if name := receiver[strings.LastIndexByte(receiver, '.')+1:]; ast.IsExported(name) {
		r.add("method %s.%s%s", name, d.Name.Name, r.signature(d.Type))
	}
}

func (r *reader) typeSpec(s *ast.TypeSpec) {
	name := s.Name.Name
	if !s.Name.IsExported() {
		return
	}
	if s.Assign.IsValid() {
		r.add("alias %s = %s", name, r.typeString(s.Type))
		return
	}
	switch t := s.Type.(type) {
	case *ast.StructType:
		r.add("struct %s", name)
		r.members(name, t.Fields, "field")
	case *ast.InterfaceType:
		r.add("interface %s", name)
		r.members(name, t.Methods, "interface method")
	default:
		r.add("type %s %s", name, r.typeString(s.Type))
	}
}

// members collects fields or interface methods, and records embedded types.
func (r *reader) members(of string, list *ast.FieldList, kind string) {
	for _, field := range list.List {
		for _, name := range field.Names {
			if fn, ok := field.Type.(*ast.FuncType); ok && name.IsExported() && kind != "field" {
				r.add("%s %s.%s%s", kind, of, name.Name, r.signature(fn))
			} else if name.IsExported() {
				r.add("%s %s.%s %s", kind, of, name.Name, r.typeString(field.Type))
			}
		}
		if len(field.Names) == 0 {
			embedded := r.typeString(field.Type)
			r.pkg.embeds[of] = append(r.pkg.embeds[of], strings.TrimPrefix(embedded, "*"))
			if ast.IsExported(embedded[strings.LastIndexByte(embedded, '.')+1:]) {
				r.add("embedded in %s: %s", of, embedded)
			}
		}
	}
}

// signature writes parameters and results without their names.
func (r *reader) signature(fn *ast.FuncType) string {
	return "(" + strings.Join(r.list(fn.Params), ", ") + ") (" + strings.Join(r.list(fn.Results), ", ") + ")"
}

func (r *reader) list(fields *ast.FieldList) []string {
	var types []string
	if fields == nil {
		return nil
	}
	for _, field := range fields.List {
		for range max(1, len(field.Names)) {
			types = append(types, r.typeString(field.Type))
		}
	}
	return types
}

// typeString writes a type with import paths in place of package names.
func (r *reader) typeString(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		if e.IsExported() {
			return r.resolve(r.path + "." + e.Name)
		}
		return strings.Replace(e.Name, "any", "interface{}", 1)
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return r.resolve(r.imports[x.Name] + "." + e.Sel.Name)
		}
	case *ast.StarExpr:
		return "*" + r.typeString(e.X)
	case *ast.Ellipsis:
		return "..." + r.typeString(e.Elt)
	case *ast.ArrayType:
		if e.Len == nil {
			return "[]" + r.typeString(e.Elt)
		}
	case *ast.MapType:
		return "map[" + r.typeString(e.Key) + "]" + r.typeString(e.Value)
	case *ast.FuncType:
		return "func" + r.signature(e)
	case *ast.IndexExpr:
		return r.typeString(e.X) + "[" + r.typeString(e.Index) + "]"
	case *ast.InterfaceType:
		if len(e.Methods.List) == 0 {
			return "interface{}"
		}
	}
	var text bytes.Buffer
	_ = printer.Fprint(&text, token.NewFileSet(), e) // writing to a buffer cannot fail
	return text.String()
}

// resolve returns the type that an alias stands for, and other names as they are.
func (r *reader) resolve(name string) string {
	for r.aliases[name] != "" {
		name = r.aliases[name]
	}
	return name
}

// aliases returns the aliases among declarations that were read without resolving aliases.
func (t declarations) aliases() map[string]string {
	all := map[string]string{}
	for path, p := range t {
		for declaration := range p.declarations {
			if rest, ok := strings.CutPrefix(declaration, "alias "); ok {
				name, target, _ := strings.Cut(rest, " = ")
				all[path+"."+name] = target
			}
		}
	}
	return all
}

// has reports whether the package of that path has a declaration. Methods may be promoted from embedded types.
func (t declarations) has(path, declaration string) bool {
	p := t[path]
	if p == nil {
		return false
	}
	if p.declarations[declaration] {
		return true
	}
	rest, ok := strings.CutPrefix(declaration, "method ")
	if !ok {
		return false
	}
	owner, method, _ := strings.Cut(rest, ".")
	for _, embedded := range p.embeds[owner] {
		i := strings.LastIndexByte(embedded, '.')
		if i > 0 && t.has(embedded[:i], "method "+embedded[i+1:]+"."+method) {
			return true
		}
	}
	return false
}
