package surface

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/typewright/typewright/internal/importmap"
)

const (
	clientGo = importmap.ClientGo
	module   = importmap.Typewright
)

// counterpart returns the import path of our package for one of client-go's. It returns other paths as they are.
func counterpart(path string) string {
	if ours, ok := importmap.Path(path); ok {
		return ours
	}
	return path
}

// typeWriter writes types as text so that ours and client-go's can be compared: with our import paths, and with the public alias of a
// type that is declared in an internal package.
type typeWriter struct {
	public map[*types.TypeName]string
}

// newTypeWriter finds the public names of types that are declared in another package of the same module: aliases of client-go for its
// internal types, and aliases of ours in the place of types that client-go declares.
func newTypeWriter(theirs, ours map[string]*types.Package) *typeWriter {
	s := &typeWriter{public: map[*types.TypeName]string{}}
	for path, clientGoPackages := range theirs {
		own := ours[counterpart(path)]
		for _, name := range clientGoPackages.Scope().Names() {
			object, isType := clientGoPackages.Scope().Lookup(name).(*types.TypeName)
			if !isType || !object.Exported() {
				continue
			}
			if object.IsAlias() {
				s.add(object, path, clientGo+"/")
			}
			if own == nil {
				continue
			}
			if alias, ok := own.Scope().Lookup(name).(*types.TypeName); ok && alias.IsAlias() && (!object.IsAlias() || internal(object)) {
				s.add(alias, own.Path(), module+"/")
			}
		}
	}
	return s
}

// internal reports whether an alias is of a type that only its module can name.
func internal(alias *types.TypeName) bool {
	namedType, ok := types.Unalias(alias.Type()).(*types.Named)
	return ok && namedType.Obj().Pkg() != nil && strings.Contains(namedType.Obj().Pkg().Path()+"/", "/internal/")
}

// add makes an alias the public name of its type, if the module within declares the type. client-go's types must be internal.
func (s *typeWriter) add(alias *types.TypeName, path, within string) {
	namedType, ok := types.Unalias(alias.Type()).(*types.Named)
	if !ok || namedType.Obj().Pkg() == nil || !strings.HasPrefix(namedType.Obj().Pkg().Path(), within) {
		return
	}
	if within == clientGo+"/" && !internal(alias) {
		return
	}
	s.public[namedType.Origin().Obj()] = counterpart(path) + "." + alias.Name()
}

func (s *typeWriter) namedType(t *types.Named) string {
	name := t.Obj().Name()
	if public := s.public[t.Origin().Obj()]; public != "" {
		name = public
	} else if t.Obj().Pkg() != nil {
		name = counterpart(t.Obj().Pkg().Path()) + "." + name
	}
	if t.TypeArgs().Len() == 0 {
		return name
	}
	var arguments []string
	for argument := range t.TypeArgs().Types() {
		arguments = append(arguments, s.typeString(argument))
	}
	return name + "[" + strings.Join(arguments, ", ") + "]"
}

// typeString writes a type without the names of parameters and of type parameters.
func (s *typeWriter) typeString(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return s.namedType(t)
	case *types.TypeParam:
		return fmt.Sprintf("$%d", t.Index())
	case *types.Pointer:
		return "*" + s.typeString(t.Elem())
	case *types.Slice:
		return "[]" + s.typeString(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), s.typeString(t.Elem()))
	case *types.Map:
		return "map[" + s.typeString(t.Key()) + "]" + s.typeString(t.Elem())
	case *types.Chan:
		return []string{"chan ", "chan<- ", "<-chan "}[t.Dir()] + s.typeString(t.Elem())
	case *types.Signature:
		return "func" + s.signature(t)
	case *types.Interface:
		return s.interfaceType(t)
	case *types.Struct:
		var fields []string
		for field := range t.Fields() {
			fields = append(fields, field.Name()+" "+s.typeString(field.Type()))
		}
		return "struct{" + strings.Join(fields, "; ") + "}"
	default:
		return t.String()
	}
}

func (s *typeWriter) interfaceType(t *types.Interface) string {
	if t.Empty() {
		return "any"
	}
	var parts []string
	for method := range t.Methods() {
		parts = append(parts, method.Name()+s.signature(method.Signature()))
	}
	for embedded := range t.EmbeddedTypes() {
		if _, isUnion := embedded.(*types.Union); isUnion {
			parts = append(parts, embedded.String())
		}
	}
	if t.IsComparable() {
		parts = append(parts, "comparable")
	}
	slices.Sort(parts)
	return "interface{" + strings.Join(parts, "; ") + "}"
}

func (s *typeWriter) signature(f *types.Signature) string {
	list := func(tuple *types.Tuple) string {
		var all []string
		for v := range tuple.Variables() {
			all = append(all, s.typeString(v.Type()))
		}
		return "(" + strings.Join(all, ", ") + ")"
	}
	text := list(f.Params()) + " " + list(f.Results())
	if f.Variadic() {
		text = "variadic " + text
	}
	var constraints []string
	for parameter := range f.TypeParams().TypeParams() {
		constraints = append(constraints, s.typeString(parameter.Constraint()))
	}
	if len(constraints) > 0 {
		text = "[" + strings.Join(constraints, ", ") + "]" + text
	}
	return text
}

// exported returns the exported names of a package and what each is: "New", "Config", and "Config.Host" for fields and methods.
func (s *typeWriter) exported(pkg *types.Package) map[string]string {
	all := map[string]string{}
	for _, name := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		switch object := object.(type) {
		case *types.Func:
			all[name] = "func" + s.signature(object.Signature())
		case *types.Var:
			all[name] = "var " + s.typeString(object.Type())
		case *types.Const:
			all[name] = "const " + s.typeString(object.Type()) + " = " + object.Val().ExactString()
		case *types.TypeName:
			s.addMembers(all, name, object.Type())
		}
	}
	return all
}

// addMembers adds a type with its fields and methods, promoted ones included.
func (s *typeWriter) addMembers(all map[string]string, name string, t types.Type) {
	methods := types.NewMethodSet(types.NewPointer(t))
	switch underlying := t.Underlying().(type) {
	case *types.Struct:
		all[name] = "struct"
		for field := range underlying.Fields() {
			if field.Exported() {
				all[name+"."+field.Name()] = s.typeString(field.Type())
			}
		}
	case *types.Interface:
		all[name] = "interface"
		methods = types.NewMethodSet(t)
	default:
		all[name] = "type " + s.typeString(underlying)
	}
	for method := range methods.Methods() {
		if method.Obj().Exported() {
			all[name+"."+method.Obj().Name()] = s.typeString(method.Type())
		}
	}
}
