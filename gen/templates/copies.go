package templates

import (
	"strconv"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// What is copied how is decided in package model; deepcopy.go and copystatements.go write it down.

// wantsDeepCopy tells whether a package gets a file of copy methods: it can be written to, and something asks for them.
func wantsDeepCopy(p *model.Package) bool {
	return p.Writable && len(copied(p)) > 0
}

// copied are the declarations for which some copy method is emitted.
func copied(p *model.Package) []*model.Decl {
	var decls []*model.Decl
	for _, d := range p.Decls {
		if m := d.CopyMethods(); m.Into || m.Copy || len(m.Interfaces) > 0 {
			decls = append(decls, d)
		}
	}
	return decls
}

// markerValue is a marker's value without quotes and without the arguments that older generators took.
func markerValue(m model.Marker) string {
	value, _, _ := strings.Cut(m.Value, ",")
	return strings.Trim(value, `"`)
}

// splitInterface takes "import/path.Name" apart; a bare name is one of the package's own.
func splitInterface(name string) (pkg, short string) {
	if path, short, ok := model.SplitTypeName(name); ok {
		return path, short
	}
	return "", name
}

// copyHelpers are the functions of a file that copy types which contain themselves and have no methods.
type copyHelpers struct {
	names map[string]string
	// open are those that are still to be written.
	open  []*model.Type
	taken map[string]bool
}

func newCopyHelpers(p *model.Package) *copyHelpers {
	h := &copyHelpers{names: map[string]string{}, taken: map[string]bool{}}
	for name := range p.Idents {
		h.taken[name] = true
	}
	for _, d := range p.Decls {
		h.taken[d.Name] = true
	}
	return h
}

// name is that of the function for a type.
func (h *copyHelpers) name(from *model.Package, t *model.Type) string {
	t = t.Unalias()
	key := typeKey(t)
	if name := h.names[key]; name != "" {
		return name
	}
	base := "copy"
	if t.Decl.Package != from {
		base += model.UpperFirst(aliasOf(t.Decl.Package))
	}
	base += model.UpperFirst(t.Decl.Name)
	name := base
	for n := 2; h.taken[name]; n++ {
		name = base + strconv.Itoa(n)
	}
	h.names[key], h.taken[name] = name, true
	h.open = append(h.open, t)
	return name
}

// typeKey is the same for types that are the same: the name with the arguments, aliases followed.
func typeKey(t *model.Type) string {
	if t == nil {
		return ""
	}
	t = t.Unalias()
	key := strconv.Itoa(int(t.Kind)) + t.Name + t.Len + "{" + typeKey(t.Key) + ";" + typeKey(t.Elem)
	if t.Kind == model.Named {
		key = t.Decl.Package.Path + "." + t.Decl.Name + "{"
	}
	for _, arg := range t.Args {
		key += ";" + typeKey(arg)
	}
	for _, f := range t.Fields {
		key += ";" + f.Name + " " + typeKey(f.Type) + " " + f.Tag
	}
	return key + "}"
}
