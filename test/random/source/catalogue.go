package source

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Catalogue makes a project that has every enabled row of [Fields] and [Tags] once, with a few rows per kind. If opts.Only is set, each
// of its forms has a kind of its own, and there are no rows of [Tags].
func Catalogue(opts Options) *Project {
	m := &maker{
		rand: rand.New(rand.NewPCG(0, 17)), //nolint:gosec // the same project every time
		opts: opts, project: &Project{Name: "p0", Inputs: []string{"./apis/..."}},
	}
	m.catalogue, m.opts.Only = opts.Only, []string{"String", "Strings"} // the fields of structs to which other fields refer
	m.pkg = &Package{
		Dir: "apis/catalogue/v1", Name: "v1", Group: "catalogue.example.com", Version: "v1", Files: 1, HasDoc: true,
		Markers: []string{"+groupName=catalogue.example.com", "+k8s:deepcopy-gen=package"},
	}
	m.project.Packages = append(m.project.Packages, m.pkg)
	perKind, all := 6, m.catalogueForms()
	if len(opts.Only) > 0 {
		perKind = 1
	}
	for i := 0; i < len(all); i += perKind {
		m.entry("Of"+all[i].Name, all[i:min(i+perKind, len(all))])
	}
	return m.project
}

// catalogueForms returns the fields of a catalogue.
func (m *maker) catalogueForms() []Form {
	var all []Form
	only := m.catalogue
	for _, form := range Fields() {
		if m.isEnabled(form.Name, form.Off) && (len(only) == 0 || slices.Contains(only, form.Name)) {
			if form.Tag == "" {
				form.Tag = `json:"%,omitempty"`
			}
			all = append(all, form)
		}
	}
	for _, tag := range Tags() {
		if m.isEnabled(tag.Name, tag.Off) && len(only) == 0 {
			all = append(all, Form{Name: "Int32", Type: "int32", Tag: tag.Text})
			if tag.For == "" {
				all = append(all, Form{Name: "StructPointer", Type: "*$Struct", Tag: tag.Text})
			}
		}
	}
	return all
}

// entry adds a kind whose spec has fields of some forms.
func (m *maker) entry(name string, forms []Form) {
	if name += "Entry"; slices.ContainsFunc(m.pkg.Types, func(t *Type) bool { return t.Name == name }) {
		name = fmt.Sprintf("%s%d", name, m.next())
	}
	spec := &Type{Name: name + "Spec", Form: "Struct"}
	for _, form := range forms {
		spec.Fields = append(spec.Fields, m.field(form))
	}
	m.add(spec)
	kind := &Kind{Namespaced: true, Resource: pluralOf(strings.ToLower(name)), Verbs: allVerbs()}
	t := &Type{Name: name, Form: "Kind", Kind: kind, Markers: []string{"+genclient", object}, Fields: meta("ObjectMeta")}
	t.Fields = append(t.Fields, Field{Name: "Spec", Type: spec.Name, Tag: `json:"spec,omitempty"`})
	m.add(t)
	m.add(&Type{
		Name: name + "List", Form: "List", Markers: []string{object},
		Fields: append(meta("ListMeta"), Field{Name: "Items", Type: "[]" + name, Tag: `json:"items"`}),
	})
}
