package plan

import (
	"slices"

	"github.com/typewright/typewright/gen/model"
)

// member is what a configuration has in place of a field of its struct.
type member struct {
	field model.Field
	// name is the Go name of the field in the configuration, empty if a configuration is embedded there. json is the name in
	// documents.
	name, json string
	// embeds is the struct whose configuration is embedded. With inline, its fields stand in the same object of the document.
	embeds *model.Decl
	inline bool
}

func (m member) same(other member) bool { return m.name == other.name && m.embeds == other.embeds }

// membersOf are the members of a configuration, in source order. An embedded struct with a configuration stays embedded if all
// its fields are visible. Otherwise its visible fields become fields of the configuration itself, and so does an embedded
// struct with the name of another one from a different package.
func (p *applyPlan) membersOf(d *model.Decl) []member {
	fields := p.fieldsOf(d)
	var members []member
	names := ownNames(fields)
	whole, embeds := map[int]bool{}, map[string]*model.Decl{}
	isFree := func(inner *model.Decl) bool {
		return inner != nil && (embeds[configName(inner)] == nil || embeds[configName(inner)] == inner)
	}
	for _, f := range fields {
		at, embedded := f.Index[0], f.Path[0]
		inner := p.config(embedded.Type)
		switch {
		case len(f.Path) == 1 && embedded.Embedded && isFree(inner):
			members = append(members, member{field: embedded, json: f.Name, embeds: inner})
			embeds[configName(inner)] = inner
		case len(f.Path) > 1 && (whole[at] || isFree(inner) && p.allVisible(inner, fields, at)):
			if !whole[at] {
				members = append(members, member{field: embedded, embeds: inner, inline: true})
				embeds[configName(inner)] = inner
			}
			whole[at] = true
		default:
			members = append(members, member{field: f.Field(), json: f.Name, name: memberName(names, f)})
		}
	}
	return members
}

// allVisible reports whether the configuration of an embedded struct has all of its fields, and nothing in the outer struct
// hides one of them. at is the index of the embedded struct.
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

// ownNames are the Go names of the fields that the struct itself has.
func ownNames(fields []model.JSONField) map[string]bool {
	names := map[string]bool{}
	for _, f := range fields {
		if len(f.Path) == 1 {
			names[model.Exported(f.Field().Name)] = true
		}
	}
	return names
}

// memberName is the Go name of a field in a configuration. If it is taken, the names of the embedded structs on the way to
// the field stand before it.
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

// setter is a With function of a configuration.
type setter struct {
	// name is what follows With.
	name  string
	field model.Field
	// member is the member that the function sets, or to whose function it passes its argument on.
	member member
}

// settersOf are the With functions of a configuration, in the order of its members. Of two with one name that of the struct's
// own field counts, or else the first.
func (p *applyPlan) settersOf(d *model.Decl, within []*model.Decl) []setter {
	if slices.Contains(within, d) {
		return nil // a struct that embeds itself
	}
	members, ok := p.members[d]
	if !ok {
		members = p.membersOf(d)
	}
	seen := map[string]bool{}
	for _, m := range members {
		seen[m.name] = true
	}
	var setters []setter
	for _, m := range members {
		if m.embeds == nil {
			setters = append(setters, setter{name: m.name, field: m.field, member: m})
			continue
		}
		for _, inner := range p.promotedSetters(m.embeds, append(within, d)) {
			if !seen[inner.name] {
				seen[inner.name] = true
				setters = append(setters, setter{name: inner.name, field: inner.field, member: m})
			}
		}
	}
	return setters
}

// promotedSetters are the With functions of an embedded configuration. One from elsewhere has a function for each field with
// a tag, except for fields of metadata that nobody applies.
func (p *applyPlan) promotedSetters(d *model.Decl, within []*model.Decl) []setter {
	if p.isOwn(d) {
		return p.settersOf(d, within)
	}
	var setters []setter
	for _, f := range p.fieldsOf(d) {
		field := f.Field()
		notApplied := isMetaDecl(d, "ObjectMeta") && (field.Name == "ManagedFields" || field.Name == "SelfLink")
		if tagged(field) && !notApplied {
			setters = append(setters, setter{name: field.Name, field: field})
		}
	}
	return setters
}

// isMetaDecl reports whether a declaration is that type of apimachinery's meta/v1.
func isMetaDecl(d *model.Decl, name string) bool { return d.Name == name && d.Package.Path == PkgMeta }
