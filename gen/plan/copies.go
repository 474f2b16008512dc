package plan

import (
	"go/token"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// copyRules decide which types get copy methods and how values are copied. They remember what they found out about a
// declaration, so one copyRules serves one goroutine.
type copyRules struct {
	self map[*model.Decl]selfCopy
}

func newCopyRules() *copyRules { return &copyRules{self: map[*model.Decl]selfCopy{}} }

// copyMethods are the copy methods that a run emits for a declaration: those that the markers ask for and that the
// declaration does not have.
type copyMethods struct {
	into, copy bool
	// interfaces are those for which a DeepCopy<Interface> method is emitted, as "import/path.Name".
	interfaces []string
}

func (m copyMethods) any() bool { return m.into || m.copy || len(m.interfaces) > 0 }

// methods is the rule that says which declarations get copy methods, and which ones.
func (r *copyRules) methods(d *model.Decl) copyMethods {
	if !r.asked(d) {
		return copyMethods{}
	}
	m := copyMethods{into: !d.Declares("DeepCopyInto"), copy: !d.Declares("DeepCopy")}
	if d.Type.Underlying().Kind != model.Struct {
		return m
	}
	for _, name := range copyInterfaces(d) {
		if !d.Declares("DeepCopy" + shortName(name)) {
			m.interfaces = append(m.interfaces, name)
		}
	}
	return m
}

// asked reports whether the markers ask for copies of a declaration. A marker of the type outweighs that of the package.
// The object markers of kubebuilder mean the same as those of Kubernetes.
func (r *copyRules) asked(d *model.Decl) bool {
	if !d.Package.Writable || !token.IsExported(d.Name) || d.Alias || len(d.TypeParams) > 0 || !r.copyable(d) {
		return false
	}
	if m, ok := d.Markers.Get("k8s:deepcopy-gen"); ok {
		return m.Word() == "true"
	}
	if m, ok := d.Markers.Get("kubebuilder:object:generate"); ok {
		return m.Word() != "false"
	}
	if m, ok := d.Package.Markers.Get("k8s:deepcopy-gen"); ok && m.Word() == "package" {
		return true
	}
	if m, ok := d.Package.Markers.Get("kubebuilder:object:generate"); ok && m.Word() == "true" {
		return true
	}
	return isRoot(d)
}

// isRoot reports whether a type has the marker +kubebuilder:object:root=true, or is a view.
func isRoot(d *model.Decl) bool {
	if d.IsView() {
		return true
	}
	m, ok := d.Markers.Get("kubebuilder:object:root")
	return ok && m.Word() != "false"
}

// copyable reports whether a declaration can have copy methods and needs them: structs, and named maps, slices and arrays.
// A named basic type gets one copy method only if the other was written by hand.
func (r *copyRules) copyable(d *model.Decl) bool {
	if d.Type == nil {
		return false
	}
	switch d.Type.Underlying().Kind {
	case model.Struct, model.Map, model.Slice:
		return true
	case model.Array:
		return !r.plain(d.Type)
	case model.Basic:
		return d.Declares("DeepCopy") || d.Declares("DeepCopyInto")
	}
	return false
}

// copyInterfaces are the interfaces that the markers of a struct name for its copies, in their order.
func copyInterfaces(d *model.Decl) []string {
	var names []string
	add := func(name string) {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, list := range d.Markers.All("k8s:deepcopy-gen:interfaces") {
		for name := range strings.SplitSeq(strings.Trim(list, `"`), ",") {
			add(name)
		}
	}
	if isRoot(d) {
		add(PkgRuntime + ".Object")
	}
	return names
}

// shortName is the name at the end of "import/path.Name".
func shortName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// selfCopy says which methods copy a declaration, those included that this run emits.
type selfCopy struct {
	// into means a method DeepCopyInto(*T). copy means a method DeepCopy() *T, or with byValue one that returns a T.
	into, copy, byValue bool
	// nilSafe means that DeepCopy is known to return nil for nil.
	nilSafe bool
}

func (s selfCopy) any() bool { return s.into || s.copy }

// selfCopy finds copy methods of the forms that callers expect.
func (r *copyRules) selfCopy(d *model.Decl) selfCopy {
	if s, ok := r.self[d]; ok {
		return s
	}
	emitted := r.methods(d)
	s := selfCopy{into: emitted.into, copy: emitted.copy, nilSafe: emitted.copy}
	if own, ok := d.Methods["DeepCopyInto"]; ok {
		s.into = len(own.Params) == 1 && len(own.Results) == 0 && pointsTo(own.Params[0], d)
	}
	if emitted.copy {
		s.byValue = isReference(d)
	} else if own, ok := d.Methods["DeepCopy"]; ok && len(own.Params) == 0 && len(own.Results) == 1 {
		s.byValue = isOf(own.Results[0], d)
		s.copy = s.byValue || pointsTo(own.Results[0], d)
	}
	r.self[d] = s
	return s
}

// isReference reports whether a named type is a map or a slice: its emitted methods have value receivers.
func isReference(d *model.Decl) bool {
	if d.Type == nil {
		return false
	}
	kind := d.Type.Underlying().Kind
	return kind == model.Map || kind == model.Slice
}

func isOf(t *model.Type, d *model.Decl) bool {
	t = t.Unalias()
	return t.Kind == model.Named && t.Decl == d
}

func pointsTo(t *model.Type, d *model.Decl) bool {
	t = t.Unalias()
	return t.Kind == model.Pointer && isOf(t.Elem, d)
}

// wantsDeepCopy reports whether a package gets a file of copy methods: some type of it gets one.
func (p *planner) wantsDeepCopy(pkg *model.Package) bool {
	return slices.ContainsFunc(pkg.Decls, func(d *model.Decl) bool { return p.copies.methods(d).any() })
}
