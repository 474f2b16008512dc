package model

import "slices"

// Resolve follows aliases to the declaration that they stand for. It returns any other declaration as it is.
func (d *Decl) Resolve() *Decl {
	for d.Alias && d.Type != nil && d.Type.Kind == Named {
		d = d.Type.Decl
	}
	return d
}

// Underlying follows names and aliases to the type literal or basic type behind them, with arguments in place of type
// parameters. It returns the name itself if its declaration was not read (Decl.Type is nil).
func (t *Type) Underlying() *Type {
	// Go forbids cycles of names without a type literal between them. The limit guards against broken input.
	for range 100 {
		if t.Kind != Named || t.Decl == nil || t.Decl.Type == nil {
			return t
		}
		t = t.Right()
	}
	return t
}

// Unalias follows aliases. If the result is a name, it is that of a type of its own.
func (t *Type) Unalias() *Type {
	for range 100 { // as for Underlying
		if t.Kind != Named || t.Decl == nil || !t.Decl.Alias || t.Decl.Type == nil {
			return t
		}
		t = t.Right()
	}
	return t
}

// NamedDecl is the declaration that a type names, after aliases; nil for a type literal.
func (t *Type) NamedDecl() *Decl {
	if t = t.Unalias(); t.Kind != Named {
		return nil
	}
	return t.Decl
}

// Bare removes aliases and pointers from a type.
func (t *Type) Bare() *Type {
	for t = t.Unalias(); t.Kind == Pointer; {
		t = t.Elem.Unalias()
	}
	return t
}

// Right is the type to the right of the name in the declaration that a type names, with arguments in place of type parameters.
func (t *Type) Right() *Type { return t.Instantiate(t.Decl.Type) }

// Instantiate is a part of the declaration that a type names, with arguments in place of type parameters.
func (t *Type) Instantiate(part *Type) *Type {
	if len(t.Args) == 0 || len(t.Args) != len(t.Decl.TypeParams) {
		return part
	}
	args := map[string]*Type{}
	for i, name := range t.Decl.TypeParams {
		args[name] = t.Args[i]
	}
	return part.replace(args)
}

// replace puts arguments in place of type parameters.
func (t *Type) replace(args map[string]*Type) *Type {
	if t == nil {
		return nil
	}
	if arg := args[t.Name]; t.Kind == TypeParam && arg != nil {
		return arg
	}
	other := *t
	other.Key, other.Elem = t.Key.replace(args), t.Elem.replace(args)
	other.Args = make([]*Type, len(t.Args))
	for i, arg := range t.Args {
		other.Args[i] = arg.replace(args)
	}
	other.Fields = slices.Clone(t.Fields)
	for i, f := range t.Fields {
		other.Fields[i].Type = f.Type.replace(args)
	}
	return &other
}

// Fields are the fields of the struct behind the declaration; nil if it is not a struct.
func (d *Decl) Fields() []Field {
	if d.Type == nil {
		return nil
	}
	if under := d.Type.Underlying(); under.Kind == Struct {
		return under.Fields
	}
	return nil
}

// Field returns the field of that Go name among the fields of the struct itself, not among promoted ones.
func (d *Decl) Field(name string) (Field, bool) {
	for _, f := range d.Fields() {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Immutable reports whether a type is one of the standard library whose values never change, so an assignment copies them even
// though they hold pointers.
func (d *Decl) Immutable() bool {
	if d.Package == nil {
		return false
	}
	switch d.Package.Path + "." + d.Name {
	case "time.Time", "net/netip.Addr", "net/netip.AddrPort", "net/netip.Prefix":
		return true
	}
	return false
}

// Declares reports whether the declaration itself has a method, not one that it embeds.
func (d *Decl) Declares(method string) bool {
	_, ok := d.Methods[method]
	return ok
}
