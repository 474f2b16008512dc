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
	// reached are the declarations that a kind with a verb to apply is made of.
	reached map[*model.Decl]bool
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
	p := &applyPlan{api: api, reached: map[*model.Decl]bool{}}
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			for _, k := range v.Kinds {
				if applies(k) {
					p.reach(k.Decl)
				}
				for _, m := range k.Methods {
					if m.Verb == model.Apply && m.Input != nil {
						p.reach(m.Input.Decl)
					}
				}
			}
		}
	}
	return p
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
	if pkg.Version == nil || optedOut(pkg.Version, "applyconfiguration") {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(pkg.Decls), func(d *model.Decl) bool {
		return !p.reached[d] || !configurable(d) || pkg.Path == pkgMeta
	})
}

// configurable tells structs with fields that stand in documents.
func configurable(d *model.Decl) bool {
	if d.Alias || d.Package.Path == pkgRuntime {
		return false // RawExtension and Unknown are documents of their own
	}
	return slices.ContainsFunc(d.Fields(), documented)
}

// documented tells fields that have a name in documents, or whose fields stand in their place.
func documented(f model.Field) bool {
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
	if pkg := p.api.Options.ExternalApply[d.Package.Path]; pkg != "" && configurable(d) {
		return pkg
	}
	v := d.Package.Version
	if v == nil || !p.reached[d] || !configurable(d) || optedOut(v, "applyconfiguration") {
		return ""
	}
	return p.api.Layout.ApplyConfiguration(v)
}

// config is the declaration whose apply configuration stands in place of a type: that of a struct, or of a pointer to
// one. It is nil where the type stays as it is.
func (p *applyPlan) config(t *model.Type) *model.Decl {
	for t.Kind == model.Pointer {
		t = t.Elem
	}
	if d := declOf(t); p.packageOf(d) != "" {
		return d
	}
	return nil
}
