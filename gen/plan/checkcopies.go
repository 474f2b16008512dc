package plan

import (
	"go/token"

	"github.com/typewright/typewright/gen/model"
)

// CheckCopies finds what nothing can copy in the types of a package that get copy methods. It needs the package and no
// model, so that its problems can stand beside those for which there is no model.
func CheckCopies(problems *model.Problems, p *model.Package) {
	w := copyWalk{problems: problems, rules: newCopyRules(), from: p}
	for _, d := range p.Decls {
		methods := w.rules.methods(d)
		if !methods.any() {
			continue
		}
		w.checkMethods(d)
		if !methods.into && !methods.copy || d.Declares("DeepCopyInto") || d.Declares("DeepCopy") {
			continue // a method written by hand copies the rest
		}
		w.seen = map[*model.Decl]bool{d: true}
		w.literal(d.Name, d.Type, d.Type.Pos)
	}
}

// checkMethods finds methods that have the names of copy methods and another form.
func (w copyWalk) checkMethods(d *model.Decl) {
	self := w.rules.selfCopy(d)
	if d.Declares("DeepCopy") && !self.copy {
		w.problems.Add(d.Pos, "let it take nothing and return *"+d.Name, "copies cannot call the method DeepCopy of %s", d.Name)
	}
	if d.Declares("DeepCopyInto") && !self.into {
		w.problems.Add(d.Pos, "let it take *"+d.Name+" and return nothing", "copies cannot call the method DeepCopyInto of %s", d.Name)
	}
}

// copyWalk goes through a type as far as the copy of one declaration goes.
type copyWalk struct {
	problems *model.Problems
	rules    *copyRules
	// from is the package whose methods copy, seen the declarations that the walk has been to.
	from *model.Package
	seen map[*model.Decl]bool
}

// typ checks a type. A problem is reported at the place in the package itself that leads to it.
func (w copyWalk) typ(where string, t *model.Type, pos token.Position) {
	if t = t.Unalias(); t.Kind == model.Named {
		switch how := w.rules.how(t, w.from); how {
		case refused:
			if t.Decl.Package == w.from && t.Decl.Type != nil {
				pos = t.Decl.Type.Pos
			}
			w.refuse(where, t, pos)
			return
		case assigned, byValue, byPointer, into, asInterface:
			return
		case byHelper:
			if !canName(t, w.from) {
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

// literal checks the parts of a type.
func (w copyWalk) literal(where string, t *model.Type, pos token.Position) {
	if t = t.Unalias(); t.Kind == model.Named {
		w.typ(where, t, pos)
		return
	}
	isRefused := !w.rules.plain(t) && w.rules.literal(t, t, w.from) == refused
	switch t.Kind {
	case model.Pointer, model.Slice, model.Array, model.Map:
		before := w.problems.Len()
		w.typ(where, t.Elem, w.at(t.Elem, t, pos))
		if isRefused && w.problems.Len() == before {
			w.refuse(where, t, pos)
		}
	case model.Struct:
		if isRefused {
			w.refuse(where, t, pos)
			return
		}
		for _, f := range t.Fields {
			if f.Name != "_" {
				w.typ(where+"."+f.Name, f.Type, w.at(f.Type, t, pos))
			}
		}
	default:
		if isRefused {
			w.refuse(where, t, pos)
		}
	}
}

// at is the position at which a problem of a part of a type is reported.
func (w copyWalk) at(part, of *model.Type, pos token.Position) token.Position {
	if of.Owner == w.from && of.Kind == model.Struct || pos == of.Pos {
		return part.Pos
	}
	return pos
}

const (
	byHand   = "take the field out, write DeepCopyInto by hand, or mark the type +k8s:deepcopy-gen=false"
	withName = "use an interface with a name and a method DeepCopy and that name"
)

// refuse reports why nothing can copy a type.
func (w copyWalk) refuse(where string, t *model.Type, pos token.Position) {
	under := t.Underlying()
	switch {
	case under.Kind == model.Chan:
		w.problems.Add(pos, byHand, "%s is a channel, which cannot be deep-copied", where)
	case under.Kind == model.Function:
		w.problems.Add(pos, byHand, "%s is a function, which cannot be deep-copied", where)
	case under.Kind == model.Interface && t.Kind == model.Named:
		name := t.Decl.Name
		if !t.Decl.Package.Writable {
			w.problems.Add(pos, byHand, "%s is the interface %s, which has no method DeepCopy%s", where, w.display(t.Decl), name)
			return
		}
		w.problems.Add(pos, "declare DeepCopy"+name+"() "+name+" in it", "%s is the interface %s, which has no method DeepCopy%s", where, w.display(t.Decl), name)
	case under.Kind == model.Interface && under.Name != "error" && under.Name != "":
		w.problems.Add(pos, withName+", or runtime.RawExtension for any JSON", "%s is an interface without a name, which cannot be deep-copied", where)
	case under.Kind == model.Interface:
		w.problems.Add(pos, withName, "%s is an interface without a name, which cannot be deep-copied", where)
	case under.Kind == model.Struct && t.Kind == model.Named:
		w.problems.Add(pos, byHand, "%s is a %s, whose field %s only its own package can copy", where, w.display(t.Decl), w.rules.sealed(under, w.from))
	case t.Kind == model.Named && under.Kind == model.Named:
		w.problems.Add(pos, byHand, "%s is a %s, which only its own package can copy", where, w.display(t.Decl))
	case under.Kind == model.Map && !w.rules.plain(under.Key):
		w.problems.Add(pos, byHand, "%s is a map with keys that hold references, which cannot be deep-copied", where)
	default:
		w.problems.Add(pos, byHand, "%s has a type that cannot be written in this package", where)
	}
}

// display is the name of a declaration in messages, with the import path if it is of another package.
func (w copyWalk) display(d *model.Decl) string {
	if d.Package == w.from {
		return d.Name
	}
	return d.Package.Path + "." + d.Name
}
