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

// tree holds the exported declarations of packages, by import path. Each is a line such as
// "method Clientset.FleetV1() fleetv1.FleetV1Interface", in which packages are written by their paths.
type tree map[string]*pkg

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

// names says what the names in a file stand for.
type names struct {
	// path maps import paths.
	path func(string) string
	// aliases maps types, as "import/path.Name", to what they are another name for.
	aliases map[string]string
}

// read collects the declarations of some files.
func read(files []source, names names) (tree, error) {
	t := tree{}
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
		r := &reader{pkg: p, path: names.path(f.pkg), imports: imports(syntax, names.path), aliases: names.aliases}
		for _, decl := range syntax.Decls {
			r.decl(decl)
		}
	}
	return t, nil
}

// imports maps the names in a file to the paths that they stand for.
func imports(file *ast.File, rename func(string) string) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		full, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(full)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = rename(full)
	}
	return names
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

func (r *reader) decl(decl ast.Decl) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		r.function(d)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				r.typ(s)
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
	receiver := strings.TrimPrefix(r.expr(d.Recv.List[0].Type), "*")
	if name := receiver[strings.LastIndexByte(receiver, '.')+1:]; ast.IsExported(name) {
		r.add("method %s.%s%s", name, d.Name.Name, r.signature(d.Type))
	}
}

func (r *reader) typ(s *ast.TypeSpec) {
	name := s.Name.Name
	if !s.Name.IsExported() {
		return
	}
	if s.Assign.IsValid() {
		r.add("alias %s = %s", name, r.expr(s.Type))
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
		r.add("type %s %s", name, r.expr(s.Type))
	}
}

// members collects fields or interface methods, and notes what is embedded.
func (r *reader) members(of string, list *ast.FieldList, kind string) {
	for _, field := range list.List {
		for _, name := range field.Names {
			if fn, ok := field.Type.(*ast.FuncType); ok && name.IsExported() && kind != "field" {
				r.add("%s %s.%s%s", kind, of, name.Name, r.signature(fn))
			} else if name.IsExported() {
				r.add("%s %s.%s %s", kind, of, name.Name, r.expr(field.Type))
			}
		}
		if len(field.Names) == 0 {
			embedded := r.expr(field.Type)
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
			types = append(types, r.expr(field.Type))
		}
	}
	return types
}

// expr writes a type with the packages' paths in place of their names.
func (r *reader) expr(e ast.Expr) string {
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
		return "*" + r.expr(e.X)
	case *ast.Ellipsis:
		return "..." + r.expr(e.Elt)
	case *ast.ArrayType:
		if e.Len == nil {
			return "[]" + r.expr(e.Elt)
		}
	case *ast.MapType:
		return "map[" + r.expr(e.Key) + "]" + r.expr(e.Value)
	case *ast.FuncType:
		return "func" + r.signature(e)
	case *ast.IndexExpr:
		return r.expr(e.X) + "[" + r.expr(e.Index) + "]"
	case *ast.InterfaceType:
		if len(e.Methods.List) == 0 {
			return "interface{}"
		}
	}
	var text bytes.Buffer
	_ = printer.Fprint(&text, token.NewFileSet(), e) // a buffer takes everything
	return text.String()
}

// resolve follows other names of types to the types.
func (r *reader) resolve(name string) string {
	for r.aliases[name] != "" {
		name = r.aliases[name]
	}
	return name
}

// aliases are the declarations of the form type A = B in a tree that was read without any.
func (t tree) aliases() map[string]string {
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

// has tells whether a declaration stands in the package of that path, also as a method promoted from what a type embeds.
func (t tree) has(path, declaration string) bool {
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
