package source

import (
	"fmt"
	"path"
	"strings"
)

// packages makes all packages of the project.
func (m *maker) packages() {
	root := pick(m, "apis", "apis", "pkg/apis", "api")
	m.project.Inputs = []string{"./" + root + "/..."}
	if m.quirk("MetaPackage", 4) {
		m.meta(root)
	}
	groups := []string{"fleet", "telemetry", "batch", "depot", "harbour"}
	m.rand.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
	switch {
	case m.quirk("KeywordGroup", 8):
		groups[0] = pick(m, "type", "func", "range", "go", "default")
	case m.quirk("FactoryGroup", 8):
		groups[0] = pick(m, "start", "shutdown", "use")
	case m.quirk("HyphenGroup", 5):
		groups[0] = pick(m, "deep-sea", "a-b-c", "x1-y2")
	case m.quirk("AwkwardGroup", 5):
		groups[0] = pick(m, "in", "out", "key", "val", "s", "v", "o", "slices", "runtime", "metav1", "fake", "scheme", "internal2", "context", "rest", "typed", "discovery", "versioned", "cache")
	}
	for _, group := range groups[:1+m.rand.IntN(3)] {
		name := group + pick(m, ".example.com", ".random.example.org", "")
		versions := []string{"v1", "v1beta1", "v1alpha1", "v2"}
		m.rand.Shuffle(len(versions), func(i, j int) { versions[i], versions[j] = versions[j], versions[i] })
		if m.quirk("WordVersion", 6) {
			versions[0] = pick(m, "in", "s", "v", "key", "metrics", "group", "name")
		}
		for _, version := range versions[:1+m.rand.IntN(3)] {
			m.version(path.Join(root, group, version), name, version)
		}
	}
	m.extraFiles(root)
}

// extraFiles adds folders without types.
func (m *maker) extraFiles(root string) {
	m.project.Extra = map[string]string{}
	if m.quirk("TestFolder", 6) {
		m.project.Extra[path.Join(root, "testing", "helpers_test.go")] = "package testing\n\nvar _ = 1\n"
	}
	if m.quirk("PlainPackage", 4) {
		m.project.Extra[path.Join(root, "doc.go")] = "// Package apis has all APIs below it.\npackage " + path.Base(root) + "\n"
	}
}

// meta makes a package with types that other packages use.
func (m *maker) meta(root string) {
	m.pkg = &Package{Dir: path.Join(root, "meta"), Name: "meta", Files: 1, HasDoc: m.oneIn(2), Markers: []string{"+k8s:deepcopy-gen=package"}}
	m.project.Packages = append(m.project.Packages, m.pkg)
	for range 2 {
		m.structType(3 + m.rand.IntN(5))
	}
}

// version makes a package with kinds.
func (m *maker) version(dir, group, version string) {
	m.pkg = &Package{
		Dir: dir, Name: version, Group: group, Version: version, Files: 1 + m.rand.IntN(3), HasDoc: m.oneIn(2),
		Markers: []string{"+groupName=" + group, pick(m, "+k8s:deepcopy-gen=package", "+kubebuilder:object:generate=true")},
		Imports: map[string]string{},
	}
	if m.quirk("RegisterMarker", 3) {
		m.pkg.Markers = append(m.pkg.Markers, "+k8s:register-gen=true")
	}
	if m.quirk("OtherMarkers", 3) {
		m.pkg.Markers = append(m.pkg.Markers, "+k8s:openapi-gen=true", "+k8s:protobuf-gen=package", "+kubebuilder:validation:Optional")
	}
	if m.quirk("Aliases", 3) {
		for _, known := range []string{"metav1", "corev1", "resource", "runtime", "intstr", "types", "json", "time"} {
			m.pkg.Imports[short(known)] = pick(m, "x", "my", "in", "k8s") + known
		}
	}
	if m.quirk("DotImport", 10) {
		m.pkg.Imports[short("metav1")] = "."
	}
	if label, _, _ := strings.Cut(group, "."); label == "start" || label == "shutdown" || label == "use" {
		m.pkg.Markers = append(m.pkg.Markers, "+groupGoName="+strings.ToUpper(label[:1])+label[1:]+"Group") // without this marker the group is refused
	}
	m.project.Packages = append(m.project.Packages, m.pkg)
	if m.quirk("LocalTypes", 6) {
		m.localTypes()
	}
	for range 1 + m.rand.IntN(3) {
		m.kind()
	}
}

// localTypes adds types that are named like parameters, variables and imports of emitted code, and a struct with fields of these types.
func (m *maker) localTypes() {
	all := &Type{Name: "Struct0", Form: "Struct"}
	for i, name := range []string{"in", "out", "key", "val", "clone", "value", "i", "slices", "maps", "schema"} {
		m.add(&Type{Name: name, Form: "LocalTypes", Decl: "% struct {\nA []string `json:\"a,omitempty\"`\nNext *% `json:\"next,omitempty\"`\n}"})
		of := pick(m, "*", "", "[]", "[]*", "map[string]", "map[string]*", "map[string][]", "[]map[string]*")
		all.Fields = append(all.Fields, Field{Form: "LocalTypes", Name: fmt.Sprintf("Local%d", i), Type: of + name, Tag: fmt.Sprintf("json:\"local%d,omitempty\"", i)})
	}
	m.add(all)
}
