package model

import (
	"go/token"
	"strings"
)

// checkCopies finds fields that nothing can copy in types for which copies are asked.
func (b *builder) checkCopies(p *Package) {
	if !b.opts.Copies || !p.Writable {
		return
	}
	for _, d := range p.Decls {
		_, byHand := d.Methods["DeepCopyInto"]
		if d.Type != nil && !byHand && d.asksForCopies() {
			b.checkCopy(d, d.Name, d.Type)
		}
	}
}

// asksForCopies reads the markers of a declaration and its package.
func (d *Decl) asksForCopies() bool {
	if !token.IsExported(d.Name) || d.Alias || len(d.TypeParams) > 0 {
		return false
	}
	switch d.Type.Kind {
	case Interface, Function, Chan, Basic:
		return false // such types have no copies of their own
	}
	on, off := false, false
	for _, ms := range []Markers{d.Package.Markers, d.Markers} {
		for _, m := range ms {
			switch m.Name {
			case "k8s:deepcopy-gen", "kubebuilder:object:generate", "kubebuilder:object:root":
				value, _, _ := strings.Cut(unquote(m.Value), ",")
				on, off = value != "false", value == "false"
			}
		}
	}
	return on && !off
}

// checkCopy walks a type as far as the copy of one declaration goes: other declarations copy themselves.
func (b *builder) checkCopy(d *Decl, where string, t *Type) {
	const leaveOut = "take the field out, write DeepCopyInto by hand, or mark the type +k8s:deepcopy-gen=false"
	switch t.Kind {
	case Chan:
		b.problems.Add(t.Pos, leaveOut, "%s is a channel, which cannot be deep-copied", where)
	case Function:
		b.problems.Add(t.Pos, leaveOut, "%s is a function, which cannot be deep-copied", where)
	case Interface:
		b.problems.Add(t.Pos, "use an interface with a name and a method DeepCopy and that name", "%s is an interface without a name, which cannot be deep-copied", where)
	case Pointer, Slice, Array, Map:
		b.checkCopy(d, where, t.Elem)
	case Struct:
		for _, f := range t.Fields {
			b.checkCopy(d, where+"."+f.Name, f.Type)
		}
	case Named:
		// A name of the same package without copies of its own is copied field by field.
		if own := t.Decl.Resolve(); own != d && own.Type != nil && (own.Type.Kind == Function || own.Type.Kind == Chan) && len(own.Methods) == 0 {
			b.checkCopy(d, where, own.Type)
		}
	case Basic, TypeParam:
	}
}
