package rbac

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// client is the client of one resource: an interface such as PodInterface.
type client struct {
	group, resource string
	namespaced      bool
	object          string            // the kind's Go type, as "import/path.Name"
	subresources    map[string]string // of methods that the generator wrote out, such as UpdateScale
}

// clientPackage is a package with the clients of a group-version.
type clientPackage struct {
	group   string
	clients map[string]*client // by the name of the interface
}

// clientReader finds clients by reading the source of generated packages, without their types. That takes milliseconds, and only
// packages whose clients are used are read.
type clientReader struct {
	listed   map[string]*packages.Package
	packages map[string]*clientPackage
	groups   map[string]string
}

// clientOf returns the client that a type is, or nil. A client is an interface that a Getter of its own package returns.
func (r *clientReader) clientOf(t types.Type) *client {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || !types.IsInterface(named) {
		return nil
	}
	return r.packageOf(named.Obj().Pkg().Path()).clients[named.Obj().Name()]
}

// clientFor returns a client of a kind, given its Go type, or nil.
func (r *clientReader) clientFor(object *types.TypeName) *client {
	if object.Pkg() == nil {
		return nil
	}
	name := object.Pkg().Path() + "." + object.Name()
	var paths []string
	for path, pkg := range r.listed {
		if pkg.Imports[object.Pkg().Path()] != nil && slices.ContainsFunc(pkg.GoFiles, isClientFile) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	for _, path := range paths {
		clients := r.packageOf(path).clients
		for _, key := range slices.Sorted(maps.Keys(clients)) {
			if c := clients[key]; c.object == name {
				return c
			}
		}
	}
	return nil
}

// isClientFile goes by the name that generators give to the client of a group.
func isClientFile(name string) bool { return strings.HasSuffix(name, "_client.go") }

// packageOf reads a package once. A package without clients has none.
func (r *clientReader) packageOf(path string) *clientPackage {
	if known := r.packages[path]; known != nil {
		return known
	}
	found := &clientPackage{clients: map[string]*client{}}
	r.packages[path] = found
	if pkg := r.listed[path]; pkg != nil && generated(pkg) && slices.ContainsFunc(pkg.GoFiles, isClientFile) {
		s := parse(pkg)
		found.group = r.groupOfClients(s)
		for _, getter := range s.getters() {
			c := s.client(getter)
			c.group = found.group
			found.clients[getter.client] = c
		}
	}
	return found
}

// source is the syntax of a package.
type source struct {
	pkg     *packages.Package
	files   []*ast.File
	funcs   map[string]*ast.FuncDecl // functions by their name, methods as "receiver.name"
	types   map[string]ast.Expr
	imports map[string]string // paths by the name in the file
}

// parse reads the files of a package; what does not parse is left out.
func parse(pkg *packages.Package) *source {
	s := &source{pkg: pkg, funcs: map[string]*ast.FuncDecl{}, types: map[string]ast.Expr{}, imports: map[string]string{}}
	for _, name := range pkg.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		s.files = append(s.files, file)
		for _, spec := range file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			name := path[strings.LastIndex(path, "/")+1:]
			if spec.Name != nil {
				name = spec.Name.Name
			} else if imported := pkg.Imports[path]; imported != nil {
				name = imported.Name
			}
			s.imports[name] = path
		}
		for _, decl := range file.Decls {
			s.declare(decl)
		}
	}
	return s
}

func (s *source) declare(decl ast.Decl) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil && len(d.Recv.List) == 1 {
			name = identifier(d.Recv.List[0].Type) + "." + name
		}
		s.funcs[name] = d
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if t, ok := spec.(*ast.TypeSpec); ok {
				s.types[t.Name.Name] = t.Type
			}
		}
	}
}

// identifier returns the name in T or *T, "" for other expressions.
func identifier(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// getter is an interface such as PodsGetter, whose only method leads to a client.
type getter struct {
	method, client string
	namespaced     bool
}

func (s *source) getters() []getter {
	var all []getter
	for name, t := range s.types {
		body, ok := t.(*ast.InterfaceType)
		if !ok || !strings.HasSuffix(name, "Getter") || len(body.Methods.List) != 1 {
			continue
		}
		method := body.Methods.List[0]
		signature, ok := method.Type.(*ast.FuncType)
		if !ok || len(method.Names) != 1 || signature.Results == nil || len(signature.Results.List) != 1 {
			continue
		}
		if client := identifier(signature.Results.List[0].Type); client != "" {
			all = append(all, getter{method.Names[0].Name, client, len(signature.Params.List) == 1})
		}
	}
	return all
}

// client reads what stands in the package about a client: its interface for the kind, what makes it for the resource.
func (s *source) client(g getter) *client {
	c := &client{namespaced: g.namespaced, resource: strings.ToLower(g.method), subresources: map[string]string{}, object: s.object(g.client)}
	implementation := ""
	for name, f := range s.funcs {
		if !strings.HasSuffix(name, "."+g.method) || f.Type.Results == nil || identifier(f.Type.Results.List[0].Type) != g.client {
			continue
		}
		for _, call := range calls(f) {
			if maker := s.funcs[identifier(call.Fun)]; maker != nil && maker.Type.Results != nil {
				implementation = identifier(maker.Type.Results.List[0].Type)
				if resource := resourceIn(maker); resource != "" {
					c.resource = resource
				}
			}
		}
	}
	for name, f := range s.funcs {
		receiver, method, ok := strings.Cut(name, ".")
		if !ok || receiver != implementation {
			continue
		}
		if resource := resourceIn(f); resource != "" {
			c.resource = resource
		}
		for _, call := range calls(f) {
			if sub := subresourceOf(call); sub != "" {
				c.subresources[method] = sub
			}
		}
	}
	return c
}

// object returns the kind of a client: what its methods return.
func (s *source) object(name string) string {
	body, ok := s.types[name].(*ast.InterfaceType)
	if !ok {
		return ""
	}
	for _, m := range body.Methods.List {
		f, ok := m.Type.(*ast.FuncType)
		if !ok || len(m.Names) != 1 || !slices.Contains([]string{"Create", "Update", "Get", "Patch"}, m.Names[0].Name) || f.Results == nil {
			continue
		}
		if star, ok := f.Results.List[0].Type.(*ast.StarExpr); ok {
			if selector, ok := star.X.(*ast.SelectorExpr); ok {
				return s.imports[identifier(selector.X)] + "." + selector.Sel.Name
			}
		}
	}
	return ""
}

// calls returns the calls in a function.
func calls(f *ast.FuncDecl) []*ast.CallExpr {
	var all []*ast.CallExpr
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			all = append(all, call)
		}
		return true
	})
	return all
}

// resourceIn finds the resource in the function that makes a client: Resource: "pods", NewClientWithList("pods", …), or, in code
// of older generators, Resource("pods").
func resourceIn(f *ast.FuncDecl) string {
	found := ""
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if identifier(n.Key) == "Resource" {
				found = text(n.Value)
			}
		case *ast.CallExpr:
			name := called(n)
			if (strings.HasPrefix(name, "NewClient") || name == "Resource") && len(n.Args) > 0 && text(n.Args[0]) != "" {
				found = text(n.Args[0])
			}
		}
		return found == ""
	})
	return found
}

// subresourceOf returns "scale" for SubResource("scale") and for At(name, "scale").
func subresourceOf(call *ast.CallExpr) string {
	arguments := call.Args
	switch called(call) {
	case "SubResource":
	case "At":
		arguments = arguments[min(1, len(arguments)):]
	default:
		return ""
	}
	var parts []string
	for _, a := range arguments {
		parts = append(parts, text(a))
	}
	return strings.Join(parts, "/")
}

// called returns the name of the called function or method, without package, receiver and type arguments.
func called(call *ast.CallExpr) string {
	fun := call.Fun
	switch index := fun.(type) {
	case *ast.IndexExpr:
		fun = index.X
	case *ast.IndexListExpr:
		fun = index.X
	}
	if selector, ok := fun.(*ast.SelectorExpr); ok {
		return selector.Sel.Name
	}
	return identifier(fun)
}

// text returns the value of a string literal, "" for other expressions.
func text(e ast.Expr) string {
	if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
		value, _ := strconv.Unquote(literal.Value)
		return value
	}
	return ""
}
