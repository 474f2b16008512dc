package plan

import (
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/crd"
	"github.com/typewright/typewright/gen/model"
)

// check finds the problems of the input that would make emitted code wrong.
func (p *planner) check() error {
	var problems model.Problems
	for _, pkg := range p.api.Packages {
		p.needsNames(&problems, pkg)
	}
	for _, g := range readGroups(p) {
		if p.chosen["informers"] {
			checkFactory(&problems, g)
		}
		for _, v := range g.AllVersions() {
			p.checkNames(&problems, v)
		}
	}
	if p.chosen["view"] {
		p.checkViews(&problems)
	}
	if p.chosen["applyconfiguration"] {
		p.apply.check(&problems)
	}
	if p.chosen["clientset"] {
		p.checkClients(&problems)
	}
	if p.chosen["crd"] {
		p.crds = crd.Definitions(p.api, &problems)
	}
	return problems.Err()
}

// checkClients finds what a clientset calls and nothing declares: AddToScheme of a version, DeepCopyObject of a kind, and the
// apply configuration that a method takes. If the run does not emit the first two, another tool may do so later.
func (p *planner) checkClients(problems *model.Problems) {
	for _, v := range versions(p) {
		if p.chosen["register"] {
			p.needsScheme(problems, v)
		}
		for _, k := range v.Kinds {
			p.needsApply(problems, k)
			if p.chosen["deepcopy"] && len(k.Verbs)+len(k.Methods) > 0 {
				p.needsObject(problems, k.Decl)
				p.needsObject(problems, k.List)
			}
		}
	}
}

// needsNames finds what a package declares under a name that the files beside its types need.
func (p *planner) needsNames(problems *model.Problems, pkg *model.Package) {
	var go1, own []string
	if p.chosen["deepcopy"] && p.wantsDeepCopy(pkg) {
		go1 = append(go1, "len", "make", "new", "nil")
	}
	if p.chosen["register"] && p.wantsRegister(pkg) {
		go1 = append(go1, "error", "nil", "string")
		if from := pkg.DotNames["AddToScheme"]; from != "" {
			problems.Add(pkg.Place(), "import that package under a name",
				"package %s cannot declare AddToScheme, by which the clientset knows its types: the dot import of %s brings one", pkg.Path, from)
		}
		own = []string{"AddToScheme", "GroupName", "SchemeBuilder", "SchemeGroupVersion", "addKnownTypes", "localSchemeBuilder"}
	}
	for _, d := range pkg.Decls {
		switch {
		case slices.Contains(go1, d.Name):
			problems.Add(d.Pos, "rename it", "type %s hides what Go calls so from emitted code", d.Name)
		case slices.Contains(own, d.Name):
			problems.Add(d.Pos, "rename it, or register the types by hand and give the package // +k8s:register-gen=false",
				"type %s has the name of something that the registration of types declares", d.Name)
		}
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(go1))) {
		if pkg.Idents[name] {
			problems.Add(pkg.Place(), "rename it", "package %s declares a %s, which hides what Go calls so from emitted code", pkg.Path, name)
		}
	}
}

// needsScheme finds packages without an AddToScheme. One that has +k8s:register-gen may get it from another tool.
func (p *planner) needsScheme(problems *model.Problems, v *model.Version) {
	pkg := v.Package
	_, decided := pkg.Markers.Get("k8s:register-gen")
	if pkg.Writable && !decided && !pkg.Idents["AddToScheme"] && !p.wantsRegister(pkg) {
		problems.Add(pkg.Place(), "add // "+model.ExampleMarker(pkg)+", with your own domain, above the package clause of a doc.go, or declare AddToScheme",
			"package %s has no AddToScheme, by which the clientset knows its types", pkg.Path)
	}
}

// needsObject finds kinds and lists without DeepCopyObject. Types that may get it from a type that they embed pass.
func (p *planner) needsObject(problems *model.Problems, d *model.Decl) {
	const object = "DeepCopyObject"
	if d == nil || !d.Package.Writable || d.Alias || d.Declares(object) || embedsMore(d) ||
		slices.Contains(p.copies.methods(d).interfaces, PkgRuntime+".Object") {
		return
	}
	if m, ok := d.Markers.Get("k8s:deepcopy-gen"); ok && m.Word() == "false" {
		return
	}
	problems.Add(d.Pos, "add // +kubebuilder:object:root=true above it, or // +k8s:deepcopy-gen:interfaces="+PkgRuntime+".Object and // +k8s:deepcopy-gen=package above the package clause",
		"type %s has no %s, which clients need", d.Name, object)
}

// embedsMore reports whether a struct embeds more than its metadata, or is declared as another named type.
func embedsMore(d *model.Decl) bool {
	if d.Type == nil || d.Type.Kind != model.Struct {
		return true
	}
	return slices.ContainsFunc(d.Fields(), func(f model.Field) bool {
		return f.Embedded && f.Name != "TypeMeta" && f.Name != "ObjectMeta" && f.Name != "ListMeta"
	})
}

// needsApply finds methods that take an apply configuration which is not known.
func (p *planner) needsApply(problems *model.Problems, k *model.Kind) {
	for _, m := range k.Methods {
		if m.Verb != model.Apply || m.Input == nil || !p.hasApply(k.Version) {
			continue
		}
		if d := m.Input.Decl.Resolve(); p.apply.packageOf(d) == "" {
			problems.Add(k.Decl.Pos, "set --external-applyconfigurations="+d.Package.Path+":"+knownApply(d.Package.Path),
				"method %s of %s takes an apply configuration of %s.%s, and none is known", m.Name, k.GoName, d.Package.Path, d.Name)
		}
	}
}

// knownApply is a guess at the package that has the apply configurations of another.
func knownApply(of string) string {
	if rest, ok := strings.CutPrefix(of, "k8s.io/api/"); ok {
		return moduleRoot + "/generated/kubernetes/applyconfigurations/" + rest
	}
	return "import/path/of/its/applyconfigurations"
}

// emittedNames are the exported names that an artifact declares for a kind, in the package of a version; * stands for the
// kind.
type emittedNames struct {
	artifact string
	kinds    func(*model.Version) []*model.Kind
	patterns []string
}

func namesOfKinds() []emittedNames {
	return []emittedNames{
		{"clientset", func(v *model.Version) []*model.Kind { return v.Kinds }, []string{"*Interface", "*Expansion"}},
		{"listers", listable, []string{"*Lister", "*ListerExpansion", "*NamespaceLister", "*NamespaceListerExpansion", "New*Lister"}},
		{"informers", watchable, []string{
			"*Informer", "Typed*Informer", "*IndexInformer",
			"*HandlerFuncs", "*DetailedHandlerFuncs", "*FilteringHandler", "*Indexers", "Deleted*",
			"New*Informer", "NewFiltered*Informer", "New*InformerWithOptions",
			"NewTyped*Informer", "NewTypedFiltered*Informer", "NewTyped*InformerWithOptions",
			"ToTyped*Informer", "To*IndexInformer",
		}},
	}
}

// checkNames finds kinds of a version that lead to one emitted name, such as Robot and TypedRobot: both lead to a
// TypedRobotInformer. Kinds for which an artifact emits nothing are left alone.
func (p *planner) checkNames(problems *model.Problems, v *model.Version) {
	for _, names := range namesOfKinds() {
		if !p.chosen[names.artifact] {
			continue
		}
		owners := map[string]*model.Kind{}
		for _, k := range names.kinds(v) {
			claimNames(problems, names, owners, k)
			checkKindName(problems, names.artifact, k)
		}
	}
}

// claimNames notes the names of a kind and reports the first one that another kind has.
func claimNames(problems *model.Problems, names emittedNames, owners map[string]*model.Kind, k *model.Kind) {
	clash := false
	for _, pattern := range names.patterns {
		name := strings.Replace(pattern, "*", k.GoName, 1)
		if other := owners[name]; !clash && other != nil && other != k {
			clash = true
			problems.Add(k.Decl.Pos, "rename one of them, or emit no "+names.artifact+" for the package",
				"kinds %s and %s both lead to %s", other.GoName, k.GoName, article(name))
		}
		owners[name] = k
	}
}

// checkKindName finds kinds with a name that emitted code has for something else.
func checkKindName(problems *model.Problems, artifact string, k *model.Kind) {
	switch {
	case artifact == "informers" && k.GoName == "Typed":
		problems.Add(k.Decl.Pos, "rename it, or emit no informers for the package", "a kind cannot be called Typed: TypedInformer is a method of every informer")
	case artifact == "clientset" && k.GoName == k.Version.GroupGoName():
		problems.Add(k.Decl.Pos, "rename it, or give the package +groupGoName", "kind %s and the client of its version both lead to %s", k.GoName, article(k.GoName+"Interface"))
	}
}

// checkFactory finds groups with the name of a method or a field that every informer factory has.
func checkFactory(problems *model.Problems, g *model.Group) {
	switch g.GoName {
	case "Start", "StartWithContext", "Shutdown", "WaitForCacheSync", "WaitForCacheSyncWithContext", "ForResource", "InformerFor",
		"InformerName", "Use", "Options":
		problems.Add(g.AllVersions()[0].Package.Place(), "give the packages of the group +groupGoName="+g.GoName+"Group",
			"group %s is %s in Go, which is something that every informer factory has", g.Name, g.GoName)
	}
}

// article puts the right article before a name, by its first sound as far as letters tell.
func article(name string) string {
	if strings.ContainsRune("AEIOaeio", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

// check finds what makes apply configurations impossible.
func (p *applyPlan) check(problems *model.Problems) {
	for _, pkg := range p.api.Packages {
		decls := p.own[pkg]
		p.checkNames(problems, pkg, decls)
		for _, d := range decls {
			p.checkMethods(problems, d)
			for _, m := range p.members[d] {
				if m.embeds == nil {
					p.checkType(problems, m.field, m.field.Type, nil)
				}
			}
		}
	}
}

// checkNames finds two declarations that lead to one emitted name, such as Robot and ExtractRobot: both lead to a function
// ExtractRobot.
func (p *applyPlan) checkNames(problems *model.Problems, pkg *model.Package, decls []*model.Decl) {
	owners := map[string]*model.Decl{}
	claim := func(d *model.Decl, name string) {
		if other := owners[name]; other != nil && other != d {
			problems.Add(d.Pos, "rename one of them, or emit no apply configurations for the package with // +k8s:applyconfiguration-gen=false",
				"types %s and %s both lead to %s among the apply configurations", other.Name, d.Name, article(name))
		}
		owners[name] = d
	}
	for _, d := range decls {
		claim(d, model.Exported(d.Name))
		claim(d, configName(d))
	}
	if pkg.Version == nil {
		return
	}
	for _, k := range pkg.Version.Kinds {
		if !p.kinds[k.Decl] {
			continue
		}
		claim(k.Decl, "Extract"+k.GoName)
		claim(k.Decl, "Extract"+k.GoName+"From")
		for _, subresource := range subresources(k) {
			claim(k.Decl, "Extract"+k.GoName+titleCase(subresource))
		}
	}
}

// checkMethods finds fields with the name of a method of the configuration.
func (p *applyPlan) checkMethods(problems *model.Problems, d *model.Decl) {
	methods := []string{"GetName", "GetNamespace", "IsApplyConfiguration"}
	if !p.kinds[d] {
		methods = nil
	}
	for _, w := range p.setters[d] {
		methods = append(methods, "With"+w.name)
	}
	for _, m := range p.members[d] {
		if slices.Contains(methods, m.name) {
			problems.Add(m.field.Pos, "rename the field; its json tag can stay",
				"field %s of %s has the name of a method of its apply configuration", m.name, d.Name)
		}
	}
}

// checkType finds types that are not exported and that another package cannot write out either: types that contain themselves
// and types that write their own JSON.
func (p *applyPlan) checkType(problems *model.Problems, f model.Field, t *model.Type, within []*model.Decl) {
	switch t = t.Unalias(); {
	case t.Elem != nil:
		if t.Key != nil {
			p.checkType(problems, f, t.Key, within)
		}
		p.checkType(problems, f, t.Elem, within)
	case t.Kind == model.Struct:
		for _, inner := range t.Fields {
			p.checkType(problems, f, inner.Type, within)
		}
	case t.Kind != model.Named || p.config(t) != nil:
	case !hidden(t.Decl):
		for _, arg := range t.Args {
			p.checkType(problems, f, arg, within)
		}
	case slices.Contains(within, t.Decl) || encodesItself(t.Decl):
		problems.Add(f.Pos, "export the type", "the type %s of %s cannot be named by its apply configuration", t.Decl.Name, f.Name)
	default:
		p.checkType(problems, f, t.Underlying(), append(within, t.Decl))
	}
}
