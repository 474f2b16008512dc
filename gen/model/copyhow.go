package model

import (
	"go/token"
	"slices"
	"strings"
)

// CopyHow is a way to copy a value of a type.
type CopyHow int

// The ways to copy.
const (
	CopyRefused     CopyHow = iota // nothing can copy it
	CopyAssigned                   // an assignment copies it whole
	CopyByValue                    // DeepCopy returns the copy
	CopyByPointer                  // DeepCopy returns a pointer to the copy
	CopyInto                       // DeepCopyInto fills in the copy
	CopyAsBase                     // as the type that it is declared as
	CopyByHelper                   // by a function of its own, since the type contains itself
	CopyFields                     // field by field
	CopyElements                   // what a pointer points to, or each element
	CopyAsInterface                // DeepCopy<Name> of an interface
)

// CopyHow decides how methods in the package from copy values of the type. The type's own methods come first.
func (t *Type) CopyHow(from *Package) CopyHow {
	t = t.Unalias()
	under := t.Underlying()
	if t.Plain() {
		return CopyAssigned
	}
	if t.Kind == Named && under.Kind != Interface && t.Decl.Type != nil {
		switch self := t.Decl.SelfCopy(); {
		case self.Copy && self.ByValue:
			return CopyByValue
		case self.Into:
			return CopyInto
		case self.Copy:
			return CopyByPointer
		case t.containsItself():
			return CopyByHelper
		case under.Kind == Struct && t.Right().Unalias().Kind == Named && t.Right().Unalias().CanName(from):
			return CopyAsBase
		}
	}
	return under.copyLiteral(t, from)
}

// copyLiteral is CopyHow for what has no methods. named is the type before its name was followed.
func (t *Type) copyLiteral(named *Type, from *Package) CopyHow {
	ok, how := false, CopyElements
	switch t.Kind {
	case Struct:
		ok, how = t.sealed(from) == "", CopyFields
	case Array:
		ok = true
	case Map:
		ok = t.Key.Plain() && (t.Elem.Plain() || named.CanName(from) && t.Elem.CanName(from))
	case Slice:
		ok = t.Elem.Plain() || named.CanName(from)
	case Pointer:
		elem := t.Elem.CopyHow(from)
		ok = t.Elem.CanName(from) || elem == CopyByValue || elem == CopyByPointer
	case Interface:
		ok, how = named.Kind == Named && t.copiesAs(named.Decl), CopyAsInterface
	}
	if !ok {
		return CopyRefused
	}
	return how
}

// Plain tells types that an assignment copies whole, since there is nothing to follow. What has copy methods of its own and
// anything to follow is left to these.
func (t *Type) Plain() bool { return t.plain(true) }

func (t *Type) plain(immutables bool) bool {
	for t = t.Unalias(); t.Kind == Named && t.Decl.Type != nil; t = t.Right().Unalias() {
		if t.Decl.Immutable() {
			return immutables
		}
		immutables = immutables && !t.Decl.SelfCopy().Any()
	}
	switch t.Kind {
	case Basic:
		return true
	case Array:
		return t.Elem.plain(immutables)
	case Struct:
		return !slices.ContainsFunc(t.Fields, func(f Field) bool { return f.Name != "_" && !f.Type.plain(immutables) })
	}
	return false
}

// sealed is the name of a field with something to follow that the package from cannot reach; "" where it can copy all.
func (t *Type) sealed(from *Package) string {
	if t.Owner == nil || t.Owner == from {
		return ""
	}
	for _, f := range t.Fields {
		if !token.IsExported(f.Name) && f.Name != "_" && !f.Type.Plain() {
			return f.Name
		}
	}
	return ""
}

// copiesAs tells whether an interface declares, or takes from another, the method that copies it under its name.
func (t *Type) copiesAs(d *Decl) bool {
	own, ok := t.Methods["DeepCopy"+d.Name]
	if ok {
		return len(own.Params) == 0 && len(own.Results) == 1 && own.Results[0].isOf(d)
	}
	return slices.ContainsFunc(t.Embeds, func(e *Type) bool {
		under := e.Underlying()
		return under.Kind == Interface && under != t && under.copiesAs(d)
	})
}

// CanName tells whether code in the package from can write the type.
func (t *Type) CanName(from *Package) bool {
	if t == nil {
		return true
	}
	switch t.Kind {
	case Named:
		return t.Decl.canName(from) && !slices.ContainsFunc(t.Args, func(arg *Type) bool { return !arg.CanName(from) })
	case Struct:
		return !slices.ContainsFunc(t.Fields, func(f Field) bool {
			return t.Owner != nil && t.Owner != from && !token.IsExported(f.Name) || !f.Type.CanName(from)
		})
	case Array:
		return isNumber(t.Len) && t.Elem.CanName(from)
	case Interface:
		return t.Name != "" && len(t.Methods)+len(t.Embeds) == 0
	case Function, Chan, TypeParam:
		return false
	}
	return t.Key.CanName(from) && t.Elem.CanName(from)
}

func isNumber(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }

func (d *Decl) canName(from *Package) bool {
	if d.Package == nil || d.Package == from {
		return true
	}
	parent, _, internal := strings.Cut("/"+d.Package.Path+"/", "/internal/")
	return token.IsExported(d.Name) && (!internal || strings.HasPrefix("/"+from.Path+"/", parent+"/"))
}

// containsItself tells named types whose copy leads back to them, with no method of another type between.
func (t *Type) containsItself() bool {
	seen := map[*Decl]bool{}
	var leads func(at *Type) bool
	leads = func(at *Type) bool {
		if at == nil {
			return false
		}
		if at = at.Unalias(); at.Kind == Named {
			switch {
			case at.Decl == t.Decl:
				return true
			case seen[at.Decl] || at.Decl.Type == nil || at.Decl.SelfCopy().Any() || at.Decl.Immutable():
				return slices.ContainsFunc(at.Args, leads)
			}
			seen[at.Decl] = true
			return leads(at.Right())
		}
		return leads(at.Elem) || slices.ContainsFunc(at.Fields, func(f Field) bool { return leads(f.Type) })
	}
	return leads(t.Right())
}
