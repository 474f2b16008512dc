package rbac

import (
	"go/ast"
	"regexp"
)

// groupOfClients finds the API group of a package of clients: in its own source, or in that of the package of types whose
// SchemeGroupVersion it names.
func (r *clientReader) groupOfClients(s *source) string {
	group, known := "", false
	for _, file := range s.files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if e, ok := groupVersion(n); ok && !known {
					group, known = r.constant(s, e), true
				}
			case *ast.SelectorExpr:
				if path := s.imports[identifier(n.X)]; path != "" && isGroupVersion(n.Sel.Name) && !known {
					group, known = r.groupOf(path), true
				}
			}
			return !known
		})
	}
	return group
}

func isGroupVersion(name string) bool { return name == "SchemeGroupVersion" || name == "GroupVersion" }

// groupVersion returns the expression of the group in a literal of GroupVersion; nil is the empty group.
func groupVersion(literal *ast.CompositeLit) (group ast.Expr, ok bool) {
	switch t := literal.Type.(type) {
	case *ast.SelectorExpr:
		ok = t.Sel.Name == "GroupVersion"
	case *ast.Ident:
		ok = t.Name == "GroupVersion"
	}
	if !ok {
		return nil, false
	}
	for i, e := range literal.Elts {
		pair, keyed := e.(*ast.KeyValueExpr)
		switch {
		case keyed && identifier(pair.Key) == "Group":
			return pair.Value, true
		case !keyed && i == 0:
			return e, true
		}
	}
	return nil, true
}

var groupMarker = regexp.MustCompile(`(?m)^// \+groupName=(\S*)`)

// groupOf returns the API group of a package of types: of its variable SchemeGroupVersion or GroupVersion, else of its constant
// GroupName, else of its marker.
func (r *clientReader) groupOf(path string) string {
	if known, ok := r.groups[path]; ok {
		return known
	}
	r.groups[path] = "" // a package that refers to itself ends here
	pkg := r.listed[path]
	if pkg == nil {
		return ""
	}
	s := parse(pkg)
	group, ok := r.declaredGroup(s)
	if !ok {
		for _, name := range pkg.GoFiles {
			if match := groupMarker.FindStringSubmatch(head(name)); match != nil {
				group = match[1]
			}
		}
	}
	r.groups[path] = group
	return group
}

func (r *clientReader) declaredGroup(s *source) (string, bool) {
	for _, name := range []string{"SchemeGroupVersion", "GroupVersion", "GroupName"} {
		switch value := s.value(name).(type) {
		case *ast.CompositeLit:
			if group, ok := groupVersion(value); ok {
				return r.constant(s, group), true
			}
		case *ast.SelectorExpr:
			if path := s.imports[identifier(value.X)]; path != "" && isGroupVersion(value.Sel.Name) {
				return r.groupOf(path), true
			}
			if name == "GroupName" {
				return r.constant(s, value), true
			}
		case *ast.BasicLit:
			return text(value), true
		}
	}
	return "", false
}

// value returns the expression of a constant or variable of the package, nil if there is none.
func (s *source) value(name string) ast.Expr {
	for _, file := range s.files {
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range d.Specs {
				v, ok := spec.(*ast.ValueSpec)
				if !ok {
					continue
				}
				for i, id := range v.Names {
					if id.Name == name && i < len(v.Values) {
						return v.Values[i]
					}
				}
			}
		}
	}
	return nil
}

// constant returns the value of a string expression made of literals, constants and their sums.
func (r *clientReader) constant(s *source, e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		return text(e)
	case *ast.Ident:
		return r.constant(s, s.value(e.Name))
	case *ast.SelectorExpr:
		path := s.imports[identifier(e.X)]
		if pkg := r.listed[path]; pkg != nil {
			other := parse(pkg)
			return r.constant(other, other.value(e.Sel.Name))
		}
	case *ast.BinaryExpr:
		return r.constant(s, e.X) + r.constant(s, e.Y)
	}
	return ""
}
