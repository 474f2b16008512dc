package model

import "strings"

// checkMarkers finds misspelt, misplaced and malformed markers. Packages of other modules pass, because the user cannot change
// them.
func (b *builder) checkMarkers(p *Package) {
	if !p.Writable {
		return
	}
	b.checkAll(p.Markers, onPackage)
	b.checkRepeated(p.Markers)
	for _, d := range p.Decls {
		b.checkAll(d.Markers, onType)
		b.checkRepeated(d.Markers)
		if d.Type != nil && d.Type.Kind == Struct {
			for _, f := range d.Type.Fields {
				b.checkAll(f.Markers, onField)
			}
		}
	}
	b.checkAll(p.Stray, 0)
}

func (b *builder) checkAll(ms Markers, at site) {
	for _, m := range ms {
		b.checkMarker(m, at)
	}
}

func (b *builder) checkMarker(m Marker, at site) {
	if name := strings.TrimLeft(m.Name, " \t"); name != m.Name {
		b.problems.Add(m.Pos, "write +"+name, "there is a space between + and %s, so this is not a marker", name)
		return
	}
	for _, rule := range b.rules {
		if !rule.names(m.Name) {
			continue
		}
		if rule.places&at == 0 {
			if at == 0 && rule.places&onField != 0 {
				return // a comment that looks like a marker of a field
			}
			b.problems.Add(m.Pos, rule.places.advice(), "marker +%s stands %s", m.Name, at.where())
		} else if advice := rule.value(m); advice != "" {
			b.problems.Add(m.Pos, advice, "marker +%s cannot take %q", m.Name, m.Value)
		}
		return
	}
	if want := meant(m.Name, b.rules); want != "" {
		b.problems.Add(m.Pos, "did you mean +"+want+"?", "unknown marker +%s", m.Name)
	}
}

func (s site) where() string {
	switch s {
	case onPackage:
		return "on a package"
	case onType:
		return "on a type"
	case onField:
		return "on a field"
	}
	return "on no type"
}

func (s site) advice() string {
	switch {
	case s == onField:
		return "move it to the doc comment of a field"
	case s&onType == 0:
		return "move it to the doc comment of the package"
	case s&onPackage == 0:
		return "move it to the doc comment of the type, or to the comment one blank line above that"
	}
	return "move it to the doc comment of the package or of a type"
}

// checkRepeated finds markers that stand twice with different values and may stand only once.
func (b *builder) checkRepeated(ms Markers) {
	first := map[string]Marker{}
	for _, m := range ms {
		switch m.Name {
		case viewMarker, "groupName", "versionName", "groupGoName", "resourceName", "genclient:onlyVerbs", "genclient:skipVerbs",
			"k8s:deepcopy-gen", "k8s:register-gen", "k8s:client-gen", "k8s:deepcopy-gen:nonpointer-interfaces",
			"kubebuilder:object:root", "kubebuilder:object:generate":
		default:
			continue
		}
		if f, ok := first[m.Name]; ok && f.Value != m.Value {
			b.problems.Add(m.Pos, "keep one of the two", "marker +%s=%s contradicts +%s=%s at %s", m.Name, m.Value, f.Name, f.Value, f.Pos)
		} else if !ok {
			first[m.Name] = m
		}
	}
}
