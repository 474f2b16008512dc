package plan

import (
	"slices"

	"github.com/typewright/typewright/gen/model"
)

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
