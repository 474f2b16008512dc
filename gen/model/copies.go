package model

import (
	"go/token"
	"slices"
	"strings"
)

// CopyMethods are the copy methods to emit for a declaration: those that are asked for and that it does not have yet.
type CopyMethods struct {
	Into, Copy bool
	// Interfaces are those for which a DeepCopy<Interface> method is emitted, as "import/path.Name".
	Interfaces []string
}

// CopyMethods tells what is to be emitted for a declaration.
func (d *Decl) CopyMethods() CopyMethods {
	if !d.asksForCopies() {
		return CopyMethods{}
	}
	m := CopyMethods{Into: !d.Declares("DeepCopyInto"), Copy: !d.Declares("DeepCopy")}
	if d.Type.Underlying().Kind != Struct {
		return m
	}
	for _, name := range d.copyInterfaces() {
		short := name[strings.LastIndexByte(name, '.')+1:]
		if !d.Declares("DeepCopy" + short) {
			m.Interfaces = append(m.Interfaces, name)
		}
	}
	return m
}

// Declares tells whether somebody has declared the method.
func (d *Decl) Declares(method string) bool {
	_, ok := d.Methods[method]
	return ok
}

// asksForCopies reads the markers of a declaration and its package. Without a word on the type that of the package
// counts; kubebuilder's object markers mean the same.
func (d *Decl) asksForCopies() bool {
	if !d.Package.Writable || !token.IsExported(d.Name) || d.Alias || len(d.TypeParams) > 0 || !d.copyable() {
		return false
	}
	if m, ok := d.Markers.Get("k8s:deepcopy-gen"); ok {
		return m.word() == "true"
	}
	if m, ok := d.Markers.Get("kubebuilder:object:generate"); ok {
		return m.word() != "false"
	}
	if m, ok := d.Package.Markers.Get("k8s:deepcopy-gen"); ok && m.word() == "package" {
		return true
	}
	if m, ok := d.Package.Markers.Get("kubebuilder:object:generate"); ok && m.word() == "true" {
		return true
	}
	return d.isRoot()
}

// isRoot reads +kubebuilder:object:root=true.
func (d *Decl) isRoot() bool {
	m, ok := d.Markers.Get("kubebuilder:object:root")
	return ok && m.word() != "false"
}

// word is a marker's value without quotes and without the arguments that older generators took.
func (m Marker) word() string {
	value, _, _ := strings.Cut(m.Value, ",")
	return unquote(value)
}

// copyable tells the declarations that can have copy methods and need them: structs, and named maps, slices and arrays.
// A named basic type has them only where somebody wrote one of the two by hand.
func (d *Decl) copyable() bool {
	if d.Type == nil {
		return false
	}
	switch d.Type.Underlying().Kind {
	case Struct, Map, Slice:
		return true
	case Array:
		return !d.Type.Plain()
	case Basic:
		return d.Declares("DeepCopy") || d.Declares("DeepCopyInto")
	}
	return false
}

// copyInterfaces are the interfaces that a struct is copied as, in the order of the markers.
func (d *Decl) copyInterfaces() []string {
	var names []string
	add := func(name string) {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, list := range d.Markers.All("k8s:deepcopy-gen:interfaces") {
		for name := range strings.SplitSeq(unquote(list), ",") {
			add(name)
		}
	}
	if d.isRoot() {
		add("k8s.io/apimachinery/pkg/runtime.Object")
	}
	return names
}

// SelfCopy says which methods a declaration can be copied by, those included that this run emits.
type SelfCopy struct {
	// Into is a DeepCopyInto(*T), Copy a DeepCopy() *T; with ByValue the latter returns a T.
	Into, Copy, ByValue bool
	// NilSafe is set where DeepCopy is known to return nil for nil.
	NilSafe bool
}

// Any tells whether there is a method at all.
func (s SelfCopy) Any() bool { return s.Into || s.Copy }

// SelfCopy looks for copy methods of the forms that callers expect.
func (d *Decl) SelfCopy() SelfCopy {
	emitted := d.CopyMethods()
	s := SelfCopy{Into: emitted.Into, Copy: emitted.Copy, NilSafe: emitted.Copy}
	if own, ok := d.Methods["DeepCopyInto"]; ok {
		s.Into = len(own.Params) == 1 && len(own.Results) == 0 && own.Params[0].pointsTo(d)
	}
	if emitted.Copy {
		s.ByValue = d.IsReference()
	} else if own, ok := d.Methods["DeepCopy"]; ok && len(own.Params) == 0 && len(own.Results) == 1 {
		s.ByValue = own.Results[0].isOf(d)
		s.Copy = s.ByValue || own.Results[0].pointsTo(d)
	}
	return s
}

// IsReference tells the named types whose emitted methods have value receivers: those which are pointers under the hood.
func (d *Decl) IsReference() bool {
	if d.Type == nil {
		return false
	}
	kind := d.Type.Underlying().Kind
	return kind == Map || kind == Slice
}

func (t *Type) isOf(d *Decl) bool {
	t = t.Unalias()
	return t.Kind == Named && t.Decl == d
}

func (t *Type) pointsTo(d *Decl) bool {
	t = t.Unalias()
	return t.Kind == Pointer && t.Elem.isOf(d)
}
