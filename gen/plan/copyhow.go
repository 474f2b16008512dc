package plan

import (
	"go/token"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// copyHow is a way to copy a value of a type.
type copyHow int

const (
	refused     copyHow = iota // nothing can copy it
	assigned                   // an assignment copies all of it
	byValue                    // DeepCopy returns the copy
	byPointer                  // DeepCopy returns a pointer to the copy
	into                       // DeepCopyInto fills in the copy
	asBase                     // as a value of the type that it is declared as
	byHelper                   // by a function of its own, because the type contains itself
	fieldwise                  // field by field
	elementwise                // what a pointer points to, or each element
	asInterface                // by the method DeepCopy<Name> of an interface
)

// how decides how methods in the package from copy values of a type. Methods of the type itself come first.
func (r *copyRules) how(t *model.Type, from *model.Package) copyHow {
	t = t.Unalias()
	under := t.Underlying()
	if r.plain(t) {
		return assigned
	}
	if t.Kind == model.Named && under.Kind != model.Interface && t.Decl.Type != nil {
		switch self := r.selfCopy(t.Decl); {
		case self.copy && self.byValue:
			return byValue
		case self.into:
			return into
		case self.copy:
			return byPointer
		case r.containsItself(t):
			return byHelper
		case under.Kind == model.Struct && t.Right().Unalias().Kind == model.Named && canName(t.Right().Unalias(), from):
			return asBase
		}
	}
	return r.literal(under, t, from)
}

// literal decides for a type without methods. named is the type before its name was followed.
func (r *copyRules) literal(t, named *model.Type, from *model.Package) copyHow {
	ok, how := false, elementwise
	switch t.Kind {
	case model.Struct:
		ok, how = r.sealed(t, from) == "", fieldwise
	case model.Array:
		ok = true
	case model.Map:
		ok = r.plain(t.Key) && (r.plain(t.Elem) || canName(named, from) && canName(t.Elem, from))
	case model.Slice:
		ok = r.plain(t.Elem) || canName(named, from)
	case model.Pointer:
		elem := r.how(t.Elem, from)
		ok = canName(t.Elem, from) || elem == byValue || elem == byPointer
	case model.Interface:
		ok, how = named.Kind == model.Named && copiesAs(t, named.Decl), asInterface
	}
	if !ok {
		return refused
	}
	return how
}

// plain reports whether an assignment copies all of a type, because nothing in it is shared. A type that has copy methods
// and shares anything is left to its methods.
func (r *copyRules) plain(t *model.Type) bool { return r.isPlain(t, true) }

// isPlain takes types that nothing changes, such as time.Time, as plain only if immutables is set.
func (r *copyRules) isPlain(t *model.Type, immutables bool) bool {
	for t = t.Unalias(); t.Kind == model.Named && t.Decl.Type != nil; t = t.Right().Unalias() {
		if t.Decl.Immutable() {
			return immutables
		}
		immutables = immutables && !r.selfCopy(t.Decl).any()
	}
	switch t.Kind {
	case model.Basic:
		return true
	case model.Array:
		return r.isPlain(t.Elem, immutables)
	case model.Struct:
		return !slices.ContainsFunc(t.Fields, func(f model.Field) bool { return f.Name != "_" && !r.isPlain(f.Type, immutables) })
	}
	return false
}

// sealed is the name of a field that shares something and that the package from cannot reach; empty if it can copy all
// fields.
func (r *copyRules) sealed(t *model.Type, from *model.Package) string {
	if t.Owner == nil || t.Owner == from {
		return ""
	}
	for _, f := range t.Fields {
		if !token.IsExported(f.Name) && f.Name != "_" && !r.plain(f.Type) {
			return f.Name
		}
	}
	return ""
}

// copiesAs reports whether an interface has the method that copies a value of it, by its name.
func copiesAs(t *model.Type, d *model.Decl) bool {
	own, ok := t.Methods["DeepCopy"+d.Name]
	if ok {
		return len(own.Params) == 0 && len(own.Results) == 1 && isOf(own.Results[0], d)
	}
	return slices.ContainsFunc(t.Embeds, func(e *model.Type) bool {
		under := e.Underlying()
		return under.Kind == model.Interface && under != t && copiesAs(under, d)
	})
}

// canName reports whether code in the package from can write the type.
func canName(t *model.Type, from *model.Package) bool {
	if t == nil {
		return true
	}
	switch t.Kind {
	case model.Named:
		return canNameDecl(t.Decl, from) && !slices.ContainsFunc(t.Args, func(arg *model.Type) bool { return !canName(arg, from) })
	case model.Struct:
		return !slices.ContainsFunc(t.Fields, func(f model.Field) bool {
			return t.Owner != nil && t.Owner != from && !token.IsExported(f.Name) || !canName(f.Type, from)
		})
	case model.Array:
		return isNumber(t.Len) && canName(t.Elem, from)
	case model.Interface:
		return t.Name != "" && len(t.Methods)+len(t.Embeds) == 0
	case model.Function, model.Chan, model.TypeParam:
		return false
	}
	return canName(t.Key, from) && canName(t.Elem, from)
}

func isNumber(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }

func canNameDecl(d *model.Decl, from *model.Package) bool {
	return d.Package == nil || d.Package == from || token.IsExported(d.Name) && mayImport(d.Package.Path, from.Path)
}

// mayImport reports whether Go lets the package from import a package, which may be internal.
func mayImport(path, from string) bool {
	parent, _, internal := strings.Cut("/"+path+"/", "/internal/")
	return !internal || strings.HasPrefix("/"+from+"/", parent+"/")
}

// containsItself reports whether the copy of a named type leads back to it, with no method of another type between.
func (r *copyRules) containsItself(t *model.Type) bool {
	seen := map[*model.Decl]bool{}
	var leads func(at *model.Type) bool
	leads = func(at *model.Type) bool {
		if at == nil {
			return false
		}
		if at = at.Unalias(); at.Kind == model.Named {
			switch {
			case at.Decl == t.Decl:
				return true
			case seen[at.Decl] || at.Decl.Type == nil || r.selfCopy(at.Decl).any() || at.Decl.Immutable():
				return slices.ContainsFunc(at.Args, leads)
			}
			seen[at.Decl] = true
			return leads(at.Right())
		}
		return leads(at.Elem) || slices.ContainsFunc(at.Fields, func(f model.Field) bool { return leads(f.Type) })
	}
	return leads(t.Right())
}
