package templates

import (
	"go/token"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// This file decides what is copied how; deepcopy.go and copystatements.go write it down.

// wantsDeepCopy tells whether a package gets a file of copy methods: it can be written to, and something asks for them.
func wantsDeepCopy(p *model.Package) bool {
	return p.Writable && len(copied(p)) > 0
}

// copied are the declarations for which some copy method is emitted.
func copied(p *model.Package) []*model.Decl {
	var decls []*model.Decl
	for _, d := range p.Decls {
		if m := methodsFor(d); m.into || m.copy || len(m.interfaces) > 0 {
			decls = append(decls, d)
		}
	}
	return decls
}

// copyMethods are the methods to emit for a declaration: those that it does not have yet.
type copyMethods struct {
	into, copy bool
	// interfaces are those for which a DeepCopy<Interface> method is emitted, as "import/path.Name".
	interfaces []string
}

func methodsFor(d *model.Decl) copyMethods {
	if !asksForCopies(d) {
		return copyMethods{}
	}
	m := copyMethods{into: !written(d, "DeepCopyInto"), copy: !written(d, "DeepCopy")}
	if d.Type.Underlying().Kind != model.Struct {
		return m
	}
	for _, name := range interfacesOf(d) {
		if _, short := splitInterface(name); !written(d, "DeepCopy"+short) {
			m.interfaces = append(m.interfaces, name)
		}
	}
	return m
}

// written tells whether somebody has declared the method.
func written(d *model.Decl, method string) bool {
	_, ok := d.Methods[method]
	return ok
}

// asksForCopies reads the markers of a declaration and its package. Without a word on the type that of the package
// counts; kubebuilder's object markers mean the same.
func asksForCopies(d *model.Decl) bool {
	if !d.Package.Writable || !token.IsExported(d.Name) || d.Alias || len(d.TypeParams) > 0 || !copyable(d) {
		return false
	}
	if m, ok := d.Markers.Get("k8s:deepcopy-gen"); ok {
		return markerValue(m) == "true"
	}
	if m, ok := d.Markers.Get("kubebuilder:object:generate"); ok {
		return markerValue(m) != "false"
	}
	if m, ok := d.Package.Markers.Get("k8s:deepcopy-gen"); ok && markerValue(m) == "package" {
		return true
	}
	if m, ok := d.Package.Markers.Get("kubebuilder:object:generate"); ok && markerValue(m) == "true" {
		return true
	}
	return isRoot(d)
}

// isRoot reads +kubebuilder:object:root=true.
func isRoot(d *model.Decl) bool {
	m, ok := d.Markers.Get("kubebuilder:object:root")
	return ok && markerValue(m) != "false"
}

// markerValue is a marker's value without quotes and without the arguments that older generators took.
func markerValue(m model.Marker) string {
	value, _, _ := strings.Cut(m.Value, ",")
	return strings.Trim(value, `"`)
}

// copyable tells the declarations that can have copy methods and need them: structs, and named maps, slices and arrays.
// A named basic type has them only where somebody wrote one of the two by hand.
func copyable(d *model.Decl) bool {
	if d.Type == nil {
		return false
	}
	switch d.Type.Underlying().Kind {
	case model.Struct, model.Map, model.Slice:
		return true
	case model.Array:
		return !plain(d.Package, d.Type)
	case model.Basic:
		return written(d, "DeepCopy") || written(d, "DeepCopyInto")
	}
	return false
}

// interfacesOf are the interfaces that a struct is copied as, in the order of the markers.
func interfacesOf(d *model.Decl) []string {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if name = strings.TrimSpace(name); name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, list := range d.Markers.All("k8s:deepcopy-gen:interfaces") {
		for name := range strings.SplitSeq(strings.Trim(list, `"`), ",") {
			add(name)
		}
	}
	if isRoot(d) {
		add(pkgRuntime + ".Object")
	}
	return names
}

// splitInterface takes "import/path.Name" apart; a bare name is one of the package's own.
func splitInterface(name string) (pkg, short string) {
	if path, short, ok := model.SplitTypeName(name); ok {
		return path, short
	}
	return "", name
}

// isReference tells the named types whose methods have value receivers: those which are pointers under the hood.
func isReference(t *model.Type) bool {
	kind := t.Underlying().Kind
	return kind == model.Map || kind == model.Slice
}

// plain tells types that an assignment in the package from copies whole, or as well as it can be done there: of a
// foreign struct without copy methods nobody can follow the unexported pointers.
func plain(from *model.Package, t *model.Type) bool {
	if t.Kind == model.Named && t.Decl != nil {
		if copiesItself(t.Decl) {
			return flat(t)
		}
		if t.Decl.Type == nil || t.Decl.Package != from && sealed(from, t.Decl) {
			return true
		}
	}
	switch t = t.Underlying(); t.Kind {
	case model.Basic:
		return true
	case model.Array:
		return plain(from, t.Elem)
	case model.Struct:
		return !slices.ContainsFunc(t.Fields, func(f model.Field) bool { return !plain(from, f.Type) })
	}
	return false
}

// flat tells types without anything to follow.
func flat(t *model.Type) bool {
	switch t = t.Underlying(); t.Kind {
	case model.Basic:
		return true
	case model.Array:
		return flat(t.Elem)
	case model.Struct:
		return !slices.ContainsFunc(t.Fields, func(f model.Field) bool { return !flat(f.Type) })
	}
	return false
}

// sealed tells structs with something to follow in a field that the package from cannot reach.
func sealed(from *model.Package, d *model.Decl) bool {
	return slices.ContainsFunc(d.Fields(), func(f model.Field) bool {
		return !token.IsExported(f.Name) && !plain(from, f.Type)
	})
}

// copiesItself tells whether a declaration has a copy method, or will have one when this run's files are written.
func copiesItself(d *model.Decl) bool {
	return hasMethod(d, "DeepCopy") || hasMethod(d, "DeepCopyInto")
}

func hasMethod(d *model.Decl, name string) bool {
	if d == nil {
		return false
	}
	if written(d, name) {
		return true
	}
	m := methodsFor(d)
	return name == "DeepCopy" && m.copy || name == "DeepCopyInto" && m.into
}

// copyReturnsPointer tells what the declaration's DeepCopy returns.
func copyReturnsPointer(d *model.Decl) bool {
	if own, ok := d.Methods["DeepCopy"]; ok && len(own.Results) == 1 {
		return own.Results[0].Kind == model.Pointer
	}
	return d.Type == nil || !isReference(d.Type)
}
