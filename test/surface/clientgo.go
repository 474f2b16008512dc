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

// counterpart is the import path of our package for one of client-go's, and other paths themselves.
func counterpart(path string) string {
	if ours, ok := importmap.Path(path); ok {
		return ours
	}
	return path
}

// spelling writes types so that ours and theirs can be compared: with our paths, and with the public names of types that are aliases of
// internal ones.
type spelling struct {
	public map[*types.TypeName]string
}

// newSpelling finds the public names of types that are declared in another package of the same module: client-go's, and those of ours
// that stand for client-go's declared types.
func newSpelling(theirs, ours map[string]*types.Package) *spelling {
	s := &spelling{public: map[*types.TypeName]string{}}
	for path, golden := range theirs {
		own := ours[counterpart(path)]
		for _, name := range golden.Scope().Names() {
			object, isType := golden.Scope().Lookup(name).(*types.TypeName)
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
	named, ok := types.Unalias(alias.Type()).(*types.Named)
	return ok && named.Obj().Pkg() != nil && strings.Contains(named.Obj().Pkg().Path()+"/", "/internal/")
}

// add has an alias be the name of its type, if the module declares that in an internal package or elsewhere.
func (s *spelling) add(alias *types.TypeName, path, within string) {
	named, ok := types.Unalias(alias.Type()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || !strings.HasPrefix(named.Obj().Pkg().Path(), within) {
		return
	}
	if within == clientGo+"/" && !internal(alias) {
		return
	}
	s.public[named.Origin().Obj()] = counterpart(path) + "." + alias.Name()
}

func (s *spelling) named(t *types.Named) string {
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
		arguments = append(arguments, s.typ(argument))
	}
	return name + "[" + strings.Join(arguments, ", ") + "]"
}

// typ writes a type without the names of parameters and of type parameters.
func (s *spelling) typ(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return s.named(t)
	case *types.TypeParam:
		return fmt.Sprintf("$%d", t.Index())
	case *types.Pointer:
		return "*" + s.typ(t.Elem())
	case *types.Slice:
		return "[]" + s.typ(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), s.typ(t.Elem()))
	case *types.Map:
		return "map[" + s.typ(t.Key()) + "]" + s.typ(t.Elem())
	case *types.Chan:
		return []string{"chan ", "chan<- ", "<-chan "}[t.Dir()] + s.typ(t.Elem())
	case *types.Signature:
		return "func" + s.signature(t)
	case *types.Interface:
		return s.iface(t)
	case *types.Struct:
		var fields []string
		for field := range t.Fields() {
			fields = append(fields, field.Name()+" "+s.typ(field.Type()))
		}
		return "struct{" + strings.Join(fields, "; ") + "}"
	default:
		return t.String()
	}
}

func (s *spelling) iface(t *types.Interface) string {
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

func (s *spelling) signature(f *types.Signature) string {
	list := func(tuple *types.Tuple) string {
		var all []string
		for v := range tuple.Variables() {
			all = append(all, s.typ(v.Type()))
		}
		return "(" + strings.Join(all, ", ") + ")"
	}
	text := list(f.Params()) + " " + list(f.Results())
	if f.Variadic() {
		text = "variadic " + text
	}
	var constraints []string
	for parameter := range f.TypeParams().TypeParams() {
		constraints = append(constraints, s.typ(parameter.Constraint()))
	}
	if len(constraints) > 0 {
		text = "[" + strings.Join(constraints, ", ") + "]" + text
	}
	return text
}

// exported returns the exported names of a package with what they are: "New", "Config", and "Config.Host" for fields and methods.
func (s *spelling) exported(pkg *types.Package) map[string]string {
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
			all[name] = "var " + s.typ(object.Type())
		case *types.Const:
			all[name] = "const " + s.typ(object.Type()) + " = " + object.Val().ExactString()
		case *types.TypeName:
			s.members(all, name, object.Type())
		}
	}
	return all
}

// members adds a type with its fields and methods, those that it embeds too.
func (s *spelling) members(all map[string]string, name string, t types.Type) {
	methods := types.NewMethodSet(types.NewPointer(t))
	switch underlying := t.Underlying().(type) {
	case *types.Struct:
		all[name] = "struct"
		for field := range underlying.Fields() {
			if field.Exported() {
				all[name+"."+field.Name()] = s.typ(field.Type())
			}
		}
	case *types.Interface:
		all[name] = "interface"
		methods = types.NewMethodSet(t)
	default:
		all[name] = "type " + s.typ(underlying)
	}
	for method := range methods.Methods() {
		if method.Obj().Exported() {
			all[name+"."+method.Obj().Name()] = s.typ(method.Type())
		}
	}
}
