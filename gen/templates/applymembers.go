package templates

import (
	"slices"

	"github.com/typewright/typewright/gen/model"
)

// applyMember is what the configuration of a struct has in the place of a field.
type applyMember struct {
	field model.Field
	// name is that of the field in the configuration, "" for what is embedded there; json is its name in documents.
	name, json string
	// embeds is the struct whose configuration is embedded. Inline ones stand in the same object of the document.
	embeds *model.Decl
	inline bool
}

// members are what a configuration consists of, in source order. A struct that is embedded in the same object of the document
// stays together if it has a configuration and all of its fields are visible; otherwise the fields that are stand by
// themselves.
func (p *applyPlan) members(d *model.Decl) []applyMember {
	fields := p.fieldsOf(d)
	var members []applyMember
	whole, names := map[int]bool{}, ownNames(fields)
	for _, f := range fields {
		at := f.Index[0]
		embedded := f.Path[0]
		inner := p.config(embedded.Type)
		switch {
		case len(f.Path) == 1 && embedded.Embedded && inner != nil:
			members = append(members, applyMember{field: embedded, json: f.Name, embeds: inner})
		case len(f.Path) > 1 && (whole[at] || inner != nil && p.allVisible(inner, fields, at)):
			if !whole[at] {
				members = append(members, applyMember{field: embedded, embeds: inner, inline: true})
			}
			whole[at] = true
		default:
			members = append(members, applyMember{field: f.Field(), json: f.Name, name: memberName(names, f)})
		}
	}
	return members
}

// allVisible tells whether nothing hides a field of what is embedded at a place of a struct, and its configuration has all.
func (p *applyPlan) allVisible(inner *model.Decl, fields []model.JSONField, at int) bool {
	visible := 0
	for _, f := range fields {
		if f.Index[0] == at {
			visible++
		}
	}
	all := p.fieldsOf(inner)
	return len(all) == visible && (p.isOwn(inner) || !slices.ContainsFunc(all, func(f model.JSONField) bool { return !tagged(f.Field()) }))
}

// isOwn tells declarations whose configurations are emitted here.
func (p *applyPlan) isOwn(d *model.Decl) bool {
	home, input := p.homes[d.Package]
	return input && p.packageOf(d) == home.path()
}

// ownNames are the Go names of the fields that no embedded struct brings.
func ownNames(fields []model.JSONField) map[string]bool {
	names := map[string]bool{}
	for _, f := range fields {
		if len(f.Path) == 1 {
			names[model.Exported(f.Field().Name)] = true
		}
	}
	return names
}

// memberName is the Go name of a field in a configuration. Where it is taken, those of the embedded structs on the way to the
// field stand before it.
func memberName(taken map[string]bool, f model.JSONField) string {
	name := model.Exported(f.Field().Name)
	if len(f.Path) == 1 {
		return name
	}
	for i := len(f.Path) - 2; taken[name] && i >= 0; i-- {
		name = model.Exported(f.Path[i].Name) + name
	}
	taken[name] = true
	return name
}

// applyWith is a With function of a configuration.
type applyWith struct {
	// name is what follows With.
	name  string
	field model.Field
	// member is the configuration's own one that is set, or whose function is called.
	member applyMember
}

// withs are the With functions of a configuration, in the order of its members. Of two with one name the struct's own one
// counts, or else the first. They belong to the plan.
func (p *applyPlan) withs(d *model.Decl) []applyWith {
	if withs, ok := p.setters[d]; ok {
		return withs
	}
	return p.withsOf(d, nil)
}

func (p *applyPlan) withsOf(d *model.Decl, within []*model.Decl) []applyWith {
	if slices.Contains(within, d) {
		return nil // a struct that embeds itself
	}
	members := p.members(d)
	seen := map[string]bool{}
	for _, m := range members {
		seen[m.name] = true
	}
	var withs []applyWith
	for _, m := range members {
		if m.embeds == nil {
			withs = append(withs, applyWith{name: m.name, field: m.field, member: m})
			continue
		}
		for _, inner := range p.promotedWiths(m.embeds, append(within, d)) {
			if !seen[inner.name] {
				seen[inner.name] = true
				withs = append(withs, applyWith{name: inner.name, field: inner.field, member: m})
			}
		}
	}
	return withs
}

// promotedWiths are the With functions of what is embedded. Configurations from elsewhere have one for every field with a
// tag, but for those of metadata that nobody applies.
func (p *applyPlan) promotedWiths(d *model.Decl, within []*model.Decl) []applyWith {
	if p.isOwn(d) {
		return p.withsOf(d, within)
	}
	var withs []applyWith
	for _, f := range p.fieldsOf(d) {
		field := f.Field()
		notApplied := isMetaDecl(d, "ObjectMeta") && (field.Name == "ManagedFields" || field.Name == "SelfLink")
		if tagged(field) && !notApplied {
			withs = append(withs, applyWith{name: field.Name, field: field})
		}
	}
	return withs
}
