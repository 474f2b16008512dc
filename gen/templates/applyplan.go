package templates

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/typewright/typewright/gen/model"
)

// pkgApplyMeta holds the apply configurations of apimachinery's meta/v1.
const pkgApplyMeta = runtimeRoot + "/applyconfigurations/meta/v1"

// applyPlan knows which types of an API get apply configurations. It is made once a run and then only read.
type applyPlan struct {
	api *model.API
	// reached are the declarations that a kind with a verb to apply is made of; kinds are those that clients apply.
	reached, kinds map[*model.Decl]bool
	homes          map[*model.Package]applyHome
	// fields are those in documents of the declarations that are reached, worked out once: each is looked at many times.
	fields map[*model.Decl][]model.JSONField
	// setters are the With functions of the declarations that have configurations here, worked out once as well.
	setters map[*model.Decl][]applyWith
	// schema has the types that are reached.
	schema *mergeSchema
}

// applyPlans makes the plan of an API when it is first asked for.
type applyPlans struct {
	once sync.Once
	plan *applyPlan
}

func (p *applyPlans) of(api *model.API) *applyPlan {
	p.once.Do(func() { p.plan = newApplyPlan(api) })
	if p.plan.api != api {
		return newApplyPlan(api)
	}
	return p.plan
}

func newApplyPlan(api *model.API) *applyPlan {
	p := &applyPlan{
		api: api, reached: map[*model.Decl]bool{}, kinds: map[*model.Decl]bool{}, homes: map[*model.Package]applyHome{},
		fields: map[*model.Decl][]model.JSONField{}, setters: map[*model.Decl][]applyWith{},
	}
	for _, home := range applyHomes(api) {
		p.homes[home.Package] = home
	}
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			for _, k := range v.Kinds {
				p.reachKind(k)
			}
		}
	}
	for d := range p.reached {
		p.fields[d] = documentFields(d)
	}
	for pkg := range p.homes {
		for _, d := range p.configs(pkg) {
			p.setters[d] = p.withsOf(d, nil)
		}
	}
	p.schema = p.newSchema()
	return p
}

// fieldsOf are the fields of a declaration that stand in documents; see documentFields. They belong to the plan.
func (p *applyPlan) fieldsOf(d *model.Decl) []model.JSONField {
	if fields, ok := p.fields[d]; ok {
		return fields
	}
	return documentFields(d)
}

func (p *applyPlan) reachKind(k *model.Kind) {
	if applies(k) {
		p.kinds[k.Decl.Resolve()] = true
		p.reach(k.Decl)
	}
	for _, m := range k.Methods {
		if m.Verb == model.Apply && m.Input != nil {
			p.kinds[m.Input.Decl.Resolve()] = true
			p.reach(m.Input.Decl)
		}
	}
}

// applies tells kinds that are applied: by one of their verbs, or by hand where they have no verbs at all.
func applies(k *model.Kind) bool {
	return k.Has(model.Apply) || k.Has(model.ApplyStatus) || k.Decl.Markers.Has("genclient:noVerbs")
}

func (p *applyPlan) reach(d *model.Decl) {
	if d = d.Resolve(); p.reached[d] {
		return
	}
	p.reached[d] = true
	if d.Type != nil {
		p.reachType(d.Type)
	}
}

func (p *applyPlan) reachType(t *model.Type) {
	if t == nil {
		return
	}
	if t.Kind == model.Named {
		p.reach(t.Decl)
		for _, arg := range t.Args {
			p.reachType(arg)
		}
		return
	}
	p.reachType(t.Key)
	p.reachType(t.Elem)
	for _, f := range t.Fields {
		p.reachType(f.Type)
	}
}

// configs are the declarations of a package for which apply configurations are emitted, in the order of their names.
func (p *applyPlan) configs(pkg *model.Package) []*model.Decl {
	if _, input := p.homes[pkg]; !input || packageOptedOut(pkg, "applyconfiguration") || pkg.Path == pkgMeta {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(pkg.Decls), func(d *model.Decl) bool { return !p.reached[d] || !p.configurable(d) })
}

// configurable tells structs with fields that stand in documents, and kinds. Generic types stay as they are, and so do types
// that make their documents themselves, and those whose configurations would have the name of others.
func (p *applyPlan) configurable(d *model.Decl) bool {
	switch {
	case d.Alias || len(d.TypeParams) > 0 || d.Package.Path == pkgRuntime: // RawExtension and Unknown are documents of their own
		return false
	case p.kinds[d]:
		return true
	}
	return !encodesItself(d) && !hasTwin(d) && len(p.fieldsOf(d)) > 0
}

// hasTwin tells a type that is not exported and has the name of one that is, but for the first letter.
func hasTwin(d *model.Decl) bool {
	name := model.Exported(d.Name)
	return name != d.Name && slices.ContainsFunc(d.Package.Decls, func(other *model.Decl) bool { return other.Name == name })
}

// tagged tells fields whose names in documents stand in tags: Kubernetes' generators know no others.
func tagged(f model.Field) bool {
	tag, ok := reflect.StructTag(f.Tag).Lookup("json")
	return ok && tag != "-" && !strings.HasPrefix(f.Name, "ZZZ_")
}

// packageOf is the import path of the apply configuration of a declaration; "" where it has none.
func (p *applyPlan) packageOf(d *model.Decl) string {
	if d == nil {
		return ""
	}
	d = d.Resolve()
	if pkg := p.api.Options.ExternalApply[d.Package.Path+"."+d.Name]; pkg != "" {
		return pkg
	}
	if d.Package.Path == pkgMeta {
		switch d.Name {
		case "Condition", "DeleteOptions", "LabelSelector", "LabelSelectorRequirement", "ManagedFieldsEntry", "ObjectMeta",
			"OwnerReference", "TypeMeta":
			return pkgApplyMeta
		}
		return ""
	}
	if pkg := p.api.Options.ExternalApply[d.Package.Path]; pkg != "" && slices.ContainsFunc(d.Fields(), tagged) && !encodesItself(d) {
		return pkg
	}
	home, input := p.homes[d.Package]
	if !input || !p.reached[d] || packageOptedOut(d.Package, "applyconfiguration") || !p.configurable(d) {
		return ""
	}
	return home.path()
}

// config is the declaration whose apply configuration stands in place of a type: that of a struct, or of a pointer to
// one. It is nil where the type stays as it is.
func (p *applyPlan) config(t *model.Type) *model.Decl {
	if t = t.Bare(); len(t.Args) > 0 {
		return nil
	}
	if d := t.NamedDecl(); p.packageOf(d) != "" {
		return d
	}
	return nil
}
