package model

import "go/token"

// checkCopies finds what nothing can copy in types for which copies are asked.
func (b *builder) checkCopies(p *Package) {
	if !b.opts.Copies || !p.Writable {
		return
	}
	for _, d := range p.Decls {
		methods := d.CopyMethods()
		b.checkCopyMethod(d, methods)
		if !methods.Into && !methods.Copy || d.Declares("DeepCopyInto") || d.Declares("DeepCopy") {
			continue // what is written by hand copies the rest
		}
		w := copyWalk{builder: b, from: p, seen: map[*Decl]bool{d: true}}
		w.literal(d.Name, d.Type, d.Type.Pos)
	}
}

// checkCopyMethod finds methods that have the names of copy methods and another form.
func (b *builder) checkCopyMethod(d *Decl, methods CopyMethods) {
	self := d.SelfCopy()
	if !methods.Into && !methods.Copy && len(methods.Interfaces) == 0 {
		return
	}
	if d.Declares("DeepCopy") && !self.Copy {
		b.problems.Add(d.Pos, "let it take nothing and return *"+d.Name, "the method DeepCopy of %s is none that copies can call", d.Name)
	}
	if d.Declares("DeepCopyInto") && !self.Into {
		b.problems.Add(d.Pos, "let it take *"+d.Name+" and return nothing", "the method DeepCopyInto of %s is none that copies can call", d.Name)
	}
}

// copyWalk goes through a type as far as the copy of one declaration goes.
type copyWalk struct {
	*builder

	from *Package
	seen map[*Decl]bool
}

// typ looks at a type. Problems are reported where the package itself writes something that leads to them.
func (w copyWalk) typ(where string, t *Type, pos token.Position) {
	if t = t.Unalias(); t.Kind == Named {
		switch how := t.CopyHow(w.from); how {
		case CopyRefused:
			if t.Decl.Package == w.from && t.Decl.Type != nil {
				pos = t.Decl.Type.Pos
			}
			w.refuse(where, t, pos)
			return
		case CopyAssigned, CopyByValue, CopyByPointer, CopyInto, CopyAsInterface:
			return
		case CopyByHelper:
			if !t.CanName(w.from) {
				w.problems.Add(pos, byHand, "%s is %s, which contains itself and has no name here", where, w.display(t.Decl))
				return
			}
		}
		if w.seen[t.Decl] {
			return
		}
		w.seen[t.Decl] = true
		if t.Decl.Package == w.from {
			pos = t.Decl.Type.Pos
		} else {
			where += " (" + w.display(t.Decl) + ")"
		}
		w.literal(where, t.Right(), pos)
		return
	}
	w.literal(where, t, pos)
}

// literal looks at what a type is made of.
func (w copyWalk) literal(where string, t *Type, pos token.Position) {
	if t = t.Unalias(); t.Kind == Named {
		w.typ(where, t, pos)
		return
	}
	refused := !t.Plain() && t.copyLiteral(t, w.from) == CopyRefused
	switch t.Kind {
	case Pointer, Slice, Array, Map:
		before := len(w.problems.list)
		w.typ(where, t.Elem, w.at(t.Elem, t, pos))
		if refused && len(w.problems.list) == before {
			w.refuse(where, t, pos)
		}
	case Struct:
		if refused {
			w.refuse(where, t, pos)
			return
		}
		for _, f := range t.Fields {
			if f.Name != "_" {
				w.typ(where+"."+f.Name, f.Type, w.at(f.Type, t, pos))
			}
		}
	default:
		if refused {
			w.refuse(where, t, pos)
		}
	}
}

// at is where to report what is wrong with a part of a type.
func (w copyWalk) at(part, of *Type, pos token.Position) token.Position {
	if of.Owner == w.from && of.Kind == Struct || pos == of.Pos {
		return part.Pos
	}
	return pos
}

const (
	byHand   = "take the field out, write DeepCopyInto by hand, or mark the type +k8s:deepcopy-gen=false"
	withName = "use an interface with a name and a method DeepCopy and that name"
)

// refuse says why nothing copies a type.
func (w copyWalk) refuse(where string, t *Type, pos token.Position) {
	under := t.Underlying()
	switch {
	case under.Kind == Chan:
		w.problems.Add(pos, byHand, "%s is a channel, which cannot be deep-copied", where)
	case under.Kind == Function:
		w.problems.Add(pos, byHand, "%s is a function, which cannot be deep-copied", where)
	case under.Kind == Interface && t.Kind == Named:
		name := t.Decl.Name
		if !t.Decl.Package.Writable {
			w.problems.Add(pos, byHand, "%s is the interface %s, which has no method DeepCopy%s", where, w.display(t.Decl), name)
			return
		}
		w.problems.Add(pos, "declare DeepCopy"+name+"() "+name+" in it", "%s is the interface %s, which has no method DeepCopy%s", where, w.display(t.Decl), name)
	case under.Kind == Interface && under.Name != "error" && under.Name != "":
		w.problems.Add(pos, withName+", or runtime.RawExtension for any JSON", "%s is an interface without a name, which cannot be deep-copied", where)
	case under.Kind == Interface:
		w.problems.Add(pos, withName, "%s is an interface without a name, which cannot be deep-copied", where)
	case under.Kind == Struct && t.Kind == Named:
		w.problems.Add(pos, byHand, "%s is a %s, whose field %s nothing outside of its package can copy", where, w.display(t.Decl), under.sealed(w.from))
	case t.Kind == Named && under.Kind == Named:
		w.problems.Add(pos, byHand, "%s is a %s, which nothing outside of its package can copy", where, w.display(t.Decl))
	case under.Kind == Map && !under.Key.Plain():
		w.problems.Add(pos, byHand, "%s is a map with keys that hold references, which cannot be deep-copied", where)
	default:
		w.problems.Add(pos, byHand, "%s has a type that cannot be written in this package", where)
	}
}

// display names a declaration for people: by its import path where that is another's.
func (w copyWalk) display(d *Decl) string {
	if d.Package == w.from {
		return d.Name
	}
	return d.Package.Path + "." + d.Name
}
