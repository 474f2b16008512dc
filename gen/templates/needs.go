package templates

import (
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// checkNeeds finds what a clientset calls and nobody declares: AddToScheme of a version, DeepCopyObject of a kind, the
// apply configuration that a method takes; and what apply configurations cannot be written for. Where the run emits neither of the first two, another tool may be about to.
func checkNeeds(api *model.API, names map[string]bool, apply *applyPlans) error {
	var problems model.Problems
	for _, p := range api.Packages {
		needsNames(&problems, p, names)
	}
	if names["applyconfiguration"] {
		apply.of(api).check(&problems)
	}
	if !names["clientset"] {
		return problems.Err()
	}
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			if names["register"] {
				needsScheme(&problems, v)
			}
			for _, k := range v.Kinds {
				needsApply(&problems, k, apply)
				if names["deepcopy"] && len(k.Verbs)+len(k.Methods) > 0 {
					needsObject(&problems, k.Decl)
					needsObject(&problems, k.List)
				}
			}
		}
	}
	return problems.Err()
}

// needsNames finds what a package declares under a name that the files beside its types need.
func needsNames(problems *model.Problems, p *model.Package, names map[string]bool) {
	var go1, own []string
	if names["deepcopy"] && wantsDeepCopy(p) {
		go1 = append(go1, "len", "make", "new", "nil")
	}
	if names["register"] && wantsRegister(p) {
		go1 = append(go1, "error", "nil", "string")
		if from := p.DotNames["AddToScheme"]; from != "" {
			problems.Add(p.Place(), "import that package under a name",
				"package %s cannot declare AddToScheme, by which the clientset knows its types: the dot import of %s brings one", p.Path, from)
		}
		own = []string{"AddToScheme", "GroupName", "SchemeBuilder", "SchemeGroupVersion", "addKnownTypes", "localSchemeBuilder"}
	}
	for _, d := range p.Decls {
		switch {
		case slices.Contains(go1, d.Name):
			problems.Add(d.Pos, "rename it", "type %s hides what Go calls so from emitted code", d.Name)
		case slices.Contains(own, d.Name):
			problems.Add(d.Pos, "rename it, or register the types by hand and give the package // +k8s:register-gen=false",
				"type %s has the name of something that the registration of types declares", d.Name)
		}
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(go1))) {
		if p.Idents[name] {
			problems.Add(p.Place(), "rename it", "package %s declares a %s, which hides what Go calls so from emitted code", p.Path, name)
		}
	}
}

func needsScheme(problems *model.Problems, v *model.Version) {
	p := v.Package
	_, decided := p.Markers.Get("k8s:register-gen")
	if p.Writable && !decided && !p.Idents["AddToScheme"] && !wantsRegister(p) {
		problems.Add(p.Place(), "add // "+model.ExampleMarker(p)+", with your own domain, above the package clause of a doc.go, or declare AddToScheme",
			"package %s has no AddToScheme, by which the clientset knows its types", p.Path)
	}
}

// needsObject leaves types alone that may have the method of a type which they embed.
func needsObject(problems *model.Problems, d *model.Decl) {
	const object = "DeepCopyObject"
	if d == nil || !d.Package.Writable || d.Alias || d.Declares(object) || embedsMore(d) ||
		slices.Contains(d.CopyMethods().Interfaces, pkgRuntime+".Object") {
		return
	}
	if m, ok := d.Markers.Get("k8s:deepcopy-gen"); ok && markerValue(m) == "false" {
		return
	}
	problems.Add(d.Pos, "add // +kubebuilder:object:root=true above it, or // +k8s:deepcopy-gen:interfaces="+pkgRuntime+".Object and // +k8s:deepcopy-gen=package above the package clause",
		"type %s has no %s, which clients need", d.Name, object)
}

// embedsMore tells whether a struct embeds more than its metadata, or is declared as another named type.
func embedsMore(d *model.Decl) bool {
	if d.Type == nil || d.Type.Kind != model.Struct {
		return true
	}
	return slices.ContainsFunc(d.Fields(), func(f model.Field) bool {
		return f.Embedded && f.Name != "TypeMeta" && f.Name != "ObjectMeta" && f.Name != "ListMeta"
	})
}

// needsApply finds methods that would take an apply configuration of a type for which none is known.
func needsApply(problems *model.Problems, k *model.Kind, apply *applyPlans) {
	for _, m := range k.Methods {
		if m.Verb != model.Apply || m.Input == nil || !hasApply(k.Version) {
			continue
		}
		if d := m.Input.Decl.Resolve(); apply.of(k.Version.Group.API).packageOf(d) == "" {
			problems.Add(k.Decl.Pos, "set --external-applyconfigurations="+d.Package.Path+":"+knownApply(d.Package.Path),
				"method %s of %s takes an apply configuration of %s.%s, and none is known", m.Name, k.GoName, d.Package.Path, d.Name)
		}
	}
}

// knownApply is the package that has the apply configurations of another, as far as one can tell.
func knownApply(of string) string {
	if rest, ok := strings.CutPrefix(of, "k8s.io/api/"); ok {
		return moduleRoot + "/generated/kubernetes/applyconfigurations/" + rest
	}
	return "import/path/of/its/applyconfigurations"
}
