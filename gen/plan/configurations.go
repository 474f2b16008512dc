package plan

import (
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// applyPlan knows which types of an API have apply configurations, and where these lie. Nothing changes it once it is made.
type applyPlan struct {
	api *model.API
	// reached are the declarations that the applied kinds are made of, kinds are the applied kinds themselves.
	reached, kinds map[*model.Decl]bool
	homes          map[*model.Package]*home
	// fields are those in documents of the declarations that are reached: each is looked at many times.
	fields map[*model.Decl][]model.JSONField
	// own are the declarations of a package for which configurations are emitted, sorted by name; configurable holds them
	// all.
	own          map[*model.Package][]*model.Decl
	configurable map[*model.Decl]bool
	// members and setters are the fields and the With functions of those configurations. They and the schema are nil if the
	// run emits no configurations.
	members map[*model.Decl][]member
	setters map[*model.Decl][]setter
	schema  *mergeSchema
}

// newApplyPlan finds the types that have configurations.
func newApplyPlan(api *model.API) *applyPlan {
	p := &applyPlan{
		api: api, reached: map[*model.Decl]bool{}, kinds: map[*model.Decl]bool{}, homes: homes(api),
		fields: map[*model.Decl][]model.JSONField{}, own: map[*model.Package][]*model.Decl{}, configurable: map[*model.Decl]bool{},
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
	for _, pkg := range api.Packages {
		if optedOut(pkg, "applyconfiguration") || pkg.Path == PkgMeta {
			continue
		}
		for _, d := range pkg.Decls {
			if p.reached[d] && p.isConfigurable(d) {
				p.own[pkg] = append(p.own[pkg], d)
				p.configurable[d] = true
			}
		}
	}
	return p
}

// complete works out what the configurations consist of.
func (p *applyPlan) complete() {
	p.members, p.setters = map[*model.Decl][]member{}, map[*model.Decl][]setter{}
	for _, decls := range p.own {
		for _, d := range decls {
			p.members[d] = p.membersOf(d)
		}
	}
	for d := range p.members {
		p.setters[d] = p.settersOf(d, nil)
	}
	p.schema = p.newSchema()
}

// applied is the single node of files for all configurations together; none if the API has no place for configurations.
func applied(p *planner) []*model.API {
	if p.api.Layout.Apply == "" {
		return nil
	}
	return once(p)
}

// configured are the packages with configurations.
func configured(p *planner) []*home {
	var nodes []*home
	for _, pkg := range p.api.Packages {
		if p.api.Layout.Apply != "" && len(p.apply.own[pkg]) > 0 {
			nodes = append(nodes, p.apply.homes[pkg])
		}
	}
	return nodes
}

// fieldsOf are the fields of a declaration that stand in documents; see documentFields.
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

// applies reports whether a kind is applied: by one of its verbs, or by hand if it has no verbs at all.
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

// isConfigurable reports whether a declaration can have a configuration: kinds can, and structs with fields that stand in
// documents. Generic types cannot, nor can types that write their documents themselves, nor types whose configuration would
// have the name of another.
func (p *applyPlan) isConfigurable(d *model.Decl) bool {
	switch {
	case d.Alias || len(d.TypeParams) > 0 || d.Package.Path == PkgRuntime: // RawExtension and Unknown are documents of their own
		return false
	case p.kinds[d]:
		return true
	}
	return !encodesItself(d) && !hasTwin(d) && len(p.fieldsOf(d)) > 0
}

// hasTwin reports whether a type that is not exported has the name of an exported one but for the first letter.
func hasTwin(d *model.Decl) bool {
	name := model.Exported(d.Name)
	return name != d.Name && slices.ContainsFunc(d.Package.Decls, func(other *model.Decl) bool { return other.Name == name })
}

// tagged reports whether the name of a field in documents stands in its tag: Kubernetes' generators know no other fields.
func tagged(f model.Field) bool {
	tag, ok := reflect.StructTag(f.Tag).Lookup("json")
	return ok && tag != "-" && !strings.HasPrefix(f.Name, "ZZZ_")
}

// packageOf is the rule that says in which package the configuration of a declaration lies; empty if it has none.
func (p *applyPlan) packageOf(d *model.Decl) string {
	if d == nil {
		return ""
	}
	d = d.Resolve()
	external := p.api.Options.ExternalApply
	if len(external) > 0 {
		if pkg := external[d.Package.Path+"."+d.Name]; pkg != "" {
			return pkg
		}
	}
	if d.Package.Path == PkgMeta {
		switch d.Name {
		case "Condition", "DeleteOptions", "LabelSelector", "LabelSelectorRequirement", "ManagedFieldsEntry", "ObjectMeta",
			"OwnerReference", "TypeMeta":
			return pkgApplyMeta
		}
		return ""
	}
	if len(external) > 0 {
		if pkg := external[d.Package.Path]; pkg != "" && slices.ContainsFunc(d.Fields(), tagged) && !encodesItself(d) {
			return pkg
		}
	}
	if !p.configurable[d] {
		return ""
	}
	return p.homes[d.Package].path
}

// isOwn reports whether the run emits the configuration of a declaration.
func (p *applyPlan) isOwn(d *model.Decl) bool {
	return p.configurable[d] && p.packageOf(d) == p.homes[d.Package].path
}

// config is the declaration whose configuration takes the place of a type, which is a struct or a pointer to one. It is nil
// if the type stays as it is.
func (p *applyPlan) config(t *model.Type) *model.Decl {
	if t = t.Bare(); len(t.Args) > 0 {
		return nil
	}
	if d := t.NamedDecl(); p.packageOf(d) != "" {
		return d
	}
	return nil
}

// target is the configuration of a declaration, as a declaration of the package where it lies.
func (p *applyPlan) target(d *model.Decl) *model.Decl {
	d = d.Resolve()
	alias := applyAlias(d.Package)
	return &model.Decl{Name: configName(d), Package: &model.Package{Path: p.packageOf(d), Name: alias, Alias: alias}}
}

// configName is exported even if the struct is not: other packages have fields of that type.
func configName(d *model.Decl) string { return model.Exported(d.Name) + "ApplyConfiguration" }

// applyAlias is the name for the configurations of a package, such as "applyfleetv1".
func applyAlias(p *model.Package) string {
	alias := "apply" + Alias(p)
	if alias == "applyv1" {
		alias = "apply" + path.Base(path.Dir(p.Path)) + "v1"
	}
	return alias
}

// documentFields are the fields of a struct that stand in its documents, those of embedded structs among them, in source
// order: what encoding/json writes, without fields that are there for protobuf and fields that JSON has no form for.
func documentFields(d *model.Decl) []model.JSONField {
	return slices.DeleteFunc(d.DocumentFields(), func(f model.JSONField) bool {
		return strings.HasPrefix(f.Field().Name, "ZZZ_") || unwritable(f.Field().Type)
	})
}

// unwritable reports whether encoding/json has no form for a type.
func unwritable(t *model.Type) bool {
	switch t = t.Bare().Underlying(); t.Kind {
	case model.Function, model.Chan:
		return true
	case model.Slice, model.Array, model.Map:
		elem := t.Elem.Bare().Unalias()
		return elem.Kind == model.Function || elem.Kind == model.Chan
	}
	return false
}

// encodesItself reports whether a method writes the documents of a type, whatever its fields are.
func encodesItself(d *model.Decl) bool {
	return d.HasMethod("MarshalJSON") || d.HasMethod("MarshalText")
}
