package source

import (
	"fmt"
	"slices"
	"strings"
)

const object = "+k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object"

// kind makes a kind and its list.
func (m *maker) kind() {
	name := m.kindName()
	kind := &Kind{Namespaced: !m.oneIn(4), Resource: pluralOf(strings.ToLower(name))}
	style := pick(m, object, "+kubebuilder:object:root=true")
	t := &Type{Name: name, Form: "Kind", Kind: kind, Markers: []string{"+genclient", style}, Fields: meta("ObjectMeta")}
	if !kind.Namespaced {
		t.Markers = append(t.Markers, pick(m, "+genclient:nonNamespaced", "+kubebuilder:resource:scope=Cluster"))
	}
	if name[0] >= 0x80 || m.quirk("ResourceName", 6) {
		kind.Resource = "own" + strings.Map(func(r rune) rune {
			if r >= 0x80 {
				return -1
			}
			return r
		}, strings.ToLower(name))
		t.Markers = append(t.Markers, "+resourceName="+kind.Resource)
	}
	if m.quirk("Printcolumn", 4) {
		t.Markers = append(t.Markers, `+kubebuilder:printcolumn:name="Age",type=date,JSONPath=.metadata.creationTimestamp`, "+kubebuilder:subresource:status")
	}
	m.methods(t)
	m.body(t)
	m.add(t)
	if slices.ContainsFunc(kind.Verbs, func(verb string) bool { return verb == "list" || verb == "watch" || verb == "deleteCollection" }) {
		m.add(&Type{
			Name: name + "List", Form: "List", Markers: []string{style},
			Fields: append(meta("ListMeta"), Field{Name: "Items", Type: "[]" + name, Tag: `json:"items"`}),
		})
	}
	if m.quirk("AnyOrder", 2) {
		m.rand.Shuffle(len(m.pkg.Types), func(i, j int) { m.pkg.Types[i], m.pkg.Types[j] = m.pkg.Types[j], m.pkg.Types[i] })
	}
}

// methods gives a kind markers for additional client methods.
func (m *maker) methods(t *Type) {
	if !m.quirk("Methods", 5) {
		return
	}
	t.Markers = append(t.Markers, "+genclient:method=GetPart,verb=get,subresource=part", "+genclient:method=Put,verb=update")
	if first := m.project.Packages[0]; first.Version == "" {
		i := slices.IndexFunc(first.Types, func(t *Type) bool { return t.Form == "Struct" })
		t.Markers = append(t.Markers, "+genclient:method=ApplyPart,verb=apply,subresource=part,input="+m.project.Path(first)+"."+first.Types[i].Name)
	}
}

// body gives a kind its fields and verbs.
func (m *maker) body(t *Type) {
	if m.quirk("NoSpec", 8) {
		for range 1 + m.rand.IntN(5) {
			t.Fields = append(t.Fields, m.field(m.drawCompatible(t.Fields)))
		}
	} else {
		t.Fields = append(t.Fields, Field{Name: "Spec", Type: m.structType(4 + m.rand.IntN(6)).Name, Tag: pick(m, `json:"spec,omitempty"`, `json:"spec"`)})
	}
	status := m.oneIn(2)
	if status {
		t.Fields = append(t.Fields, Field{Name: "Status", Type: m.structType(1 + m.rand.IntN(4)).Name, Tag: pick(m, `json:"status,omitempty"`, `json:"status,omitempty,omitzero"`)})
		if m.quirk("NoStatus", 4) {
			t.Markers, status = append(t.Markers, "+genclient:noStatus"), false
		}
	}
	t.Kind.Status = status
	m.verbs(t, status)
}

func (m *maker) kindName() string {
	name := pick(m, "Robot", "Site", "Policy", "Ingress") + pick(m, "", "", "Set", "Claim")
	switch {
	case m.quirk("IrregularPlural", 4):
		name = pick(m, "Gateway", "Shelf", "Box", "Batch")
	case m.quirk("AwkwardKind", 5):
		name = pick(m, "Type", "Client", "Scheme", "Object", "Event", "Config", "Group", "Kind", "Value", "Error", "Context", "String", "Map", "Func",
			"B", "C", "Err", "FieldManager", "Subresource", "Name", "Namespace", "Opts", "Data", "Options", "Internal", "Metav1")
	case m.quirk("InterfaceKind", 20):
		name = "Interface"
	case m.quirk("ForeignLetters", 20):
		name = "Éclair"
	}
	if (name == "Object" || name == "Kind" || name == "Type") && m.pkg.Imports[short("metav1")] == "." {
		name = "Thing" // the dot import has a type of that name
	}
	// Types that differ only in the case of the first letter would have the same name for their apply configurations.
	if m.pkg.declares(name) || m.pkg.declares(strings.ToLower(name[:1])+name[1:]) {
		name = fmt.Sprintf("%s%d", name, m.next())
	}
	return name
}

func meta(of string) []Field {
	return []Field{{Type: "{metav1}.TypeMeta", Tag: `json:",inline"`}, {Type: "{metav1}." + of, Tag: `json:"metadata,omitempty"`}}
}

// pluralOf returns the English plural of a kind in lower case.
func pluralOf(s string) string {
	switch {
	case len(s) < 2:
		return s
	case strings.HasSuffix(s, "y") && !strings.HasSuffix(s, "ay"):
		return strings.TrimSuffix(s, "y") + "ies"
	case strings.HasSuffix(s, "f"):
		return strings.TrimSuffix(s, "f") + "ves"
	case strings.HasSuffix(s, "s"), strings.HasSuffix(s, "x"), strings.HasSuffix(s, "ch"):
		return s + "es"
	}
	return s + "s"
}

// allVerbs returns the verbs of a kind without a status.
func allVerbs() []string {
	return []string{"create", "update", "delete", "deleteCollection", "get", "list", "watch", "patch", "apply"}
}

// verbs gives a kind markers for its verbs, and sets the verbs that its client must have.
func (m *maker) verbs(t *Type, status bool) {
	all := append(allVerbs(), "updateStatus", "applyStatus")
	chosen := slices.Clone(all)
	switch {
	case m.quirk("OnlyVerbs", 8):
		m.rand.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
		chosen = append(chosen[:1+m.rand.IntN(6)], "get")
		t.Markers = append(t.Markers, "+genclient:onlyVerbs="+strings.Join(chosen, ","))
	case m.quirk("SkipVerbs", 8):
		skip := pick(m, []string{"deleteCollection", "patch"}, []string{"update"}, []string{"watch"}, []string{"updateStatus", "applyStatus"}, []string{"delete"})
		chosen = slices.DeleteFunc(chosen, func(v string) bool { return slices.Contains(skip, v) })
		t.Markers = append(t.Markers, "+genclient:skipVerbs="+strings.Join(skip, ","))
	case m.quirk("SkipApply", 12):
		chosen = slices.DeleteFunc(chosen, func(v string) bool { return strings.HasPrefix(v, "apply") })
		t.Markers = append(t.Markers, "+genclient:skipVerbs=apply,applyStatus")
	case m.quirk("Readonly", 12):
		chosen = []string{"get", "list", "watch"}
		t.Markers = append(t.Markers, "+genclient:readonly")
	case m.quirk("NoVerbs", 16):
		chosen = nil
		t.Markers = append(t.Markers, "+genclient:noVerbs")
	}
	for _, v := range all {
		if slices.Contains(chosen, v) && (status || !strings.HasSuffix(v, "Status")) && !slices.Contains(t.Kind.Verbs, v) {
			t.Kind.Verbs = append(t.Kind.Verbs, v)
		}
	}
}
