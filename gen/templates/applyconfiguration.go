package templates

import (
	"path"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// hasConfigs tells APIs that have a place for apply configurations.
func hasConfigs(api *model.API) bool { return api.Layout.Apply != "" }

// wantsConfigs tells packages with at least one apply configuration.
func (p *applyPlans) wantsConfigs(h applyHome) bool {
	return hasConfigs(h.api) && len(p.of(h.api).configs(h.Package)) > 0
}

// buildConfigs builds applyconfigurations.go: the apply configurations of a package's types.
func (p *applyPlans) buildConfigs(f *jen.File, h applyHome) {
	packageDoc(f, "Package %s has the apply configurations of %s: what a field manager wants an object to be, with every field optional. "+
		"The With functions set a field, or add to a list or map, and return the configuration, so that calls chain. They keep what they are given; nothing is copied.",
		path.Base(h.dir), h.of())
	file := applyFile{File: f, plan: p.of(h.api)}
	var used helpers
	for _, d := range file.plan.configs(h.Package) {
		b := configuration{applyFile: file, version: h.Version, decl: d, name: configName(d), members: file.plan.members(d), used: &used}
		b.build()
	}
	used.write(f)
}

// configuration builds the apply configuration of one struct.
type configuration struct {
	applyFile
	// version is nil for types of no group-version.
	version *model.Version
	decl    *model.Decl
	name    string
	members []applyMember
	used    *helpers
}

func (b configuration) build() {
	b.structure()
	kind := b.kind()
	switch {
	case kind != nil:
		b.kindConstructor(kind)
		b.extract(kind)
		b.mark()
	case b.version != nil && b.embeds("TypeMeta"):
		b.typedConstructor()
		b.mark()
	default:
		b.constructor()
	}
	b.withAll()
}

// kind is the kind that the struct is, if it is one with a name.
func (b configuration) kind() *model.Kind {
	if b.version == nil || !b.embeds("ObjectMeta") {
		return nil
	}
	i := slices.IndexFunc(b.version.Kinds, func(k *model.Kind) bool { return k.Decl == b.decl })
	if i < 0 {
		return nil
	}
	return b.version.Kinds[i]
}

// embeds tells whether the struct embeds that struct of apimachinery's meta/v1.
func (b configuration) embeds(name string) bool { return b.embedded(name) != nil }

// embedded is the member that embeds that struct of apimachinery's meta/v1.
func (b configuration) embedded(name string) *applyMember {
	i := slices.IndexFunc(b.members, func(m applyMember) bool { return m.embeds != nil && isMetaDecl(m.embeds, name) })
	if i < 0 {
		return nil
	}
	return &b.members[i]
}

func isMetaDecl(d *model.Decl, name string) bool { return d.Name == name && d.Package.Path == pkgMeta }

// structure writes
//
//	type RobotApplyConfiguration struct {
//		applymetav1.TypeMetaApplyConfiguration    `json:",inline"`
//		*applymetav1.ObjectMetaApplyConfiguration `json:"metadata,omitempty"`
//		Spec                                      *RobotSpecApplyConfiguration `json:"spec,omitempty"`
//	}
func (b configuration) structure() {
	var fields []jen.Code
	for _, m := range b.members {
		fields = append(fields, b.field(m))
	}
	declare(b.File, comment("%s is %s with every field optional.", b.name, a(b.decl.Name)),
		jen.Type().Id(b.name).Struct(fields...))
}

func (b configuration) field(m applyMember) jen.Code {
	tag := text(`json:"` + m.json + `,omitempty"`)
	switch {
	case m.inline:
		return b.config(m.embeds).Add(text(`json:",inline"`))
	case m.embeds != nil:
		return jen.Op("*").Add(b.config(m.embeds)).Add(tag)
	case m.field.JSON.String:
		tag = text(`json:"` + m.json + `,omitempty,string"`)
	}
	if nillable(m.field.Type) {
		return jen.Id(m.name).Add(b.typ(m.field.Type)).Add(tag)
	}
	return jen.Id(m.name).Op("*").Add(b.typ(m.field.Type)).Add(tag)
}

// kindConstructor writes
//
//	func Robot(name, namespace string) *RobotApplyConfiguration {
//		b := &RobotApplyConfiguration{}
//		return b.WithName(name).WithNamespace(namespace).WithKind("Robot").WithAPIVersion("fleet.typewright.dev/v1")
//	}
func (b configuration) kindConstructor(k *model.Kind) {
	params, namespace := jen.Id("name").String(), jen.Code(nil)
	if k.Namespaced {
		params, namespace = jen.List(jen.Id("name"), jen.Id("namespace")).String(), jen.Id("namespace")
	}
	body := []jen.Code{jen.Id("b").Op(":=").Op("&").Id(b.name).Values()}
	declare(b.File, comment("%s returns a configuration of the %s of that name, without an opinion on anything else.", b.constructorName(), b.decl.Name),
		jen.Func().Id(b.constructorName()).Params(params).Op("*").Id(b.name).Block(
			append(body, b.identify(jen.Id("name"), namespace)...)...,
		))
}

// constructorName is exported as the configuration is.
func (b configuration) constructorName() string { return model.Exported(b.decl.Name) }

// identify writes
//
//	return b.WithName(name).WithNamespace(namespace).WithKind("Robot").WithAPIVersion("fleet.typewright.dev/v1")
//
// with nil for what is not to be set, and with more results. Fields of the struct's own may have the names of those in the metadata; then the
// configurations of that are called one by one.
func (b configuration) identify(name, namespace jen.Code, more ...jen.Code) []jen.Code {
	steps := []struct {
		meta, field string
		value       jen.Code
	}{
		{"ObjectMeta", "Name", name},
		{"ObjectMeta", "Namespace", namespace},
		{"TypeMeta", "Kind", jen.Lit(b.decl.Name)},
		{"TypeMeta", "APIVersion", jen.Lit(b.version.GroupVersion())},
	}
	chain := jen.Id("b")
	var body []jen.Code
	for _, s := range steps {
		member := b.embedded(s.meta)
		if s.value == nil || member == nil {
			continue
		}
		if b.passesOn(*member, s.field) {
			chain.Dot("With" + s.field).Call(s.value)
		} else {
			body = append(body, b.inner(*member).Dot("With"+s.field).Call(s.value))
		}
	}
	return append(body, jen.Return(append([]jen.Code{chain}, more...)...))
}

// passesOn tells whether the With function of that name is one of what a member embeds.
func (b configuration) passesOn(m applyMember, name string) bool {
	return slices.ContainsFunc(b.plan.withs(b.decl), func(w applyWith) bool { return w.name == name && w.member.embeds == m.embeds })
}

func (b configuration) typedConstructor() {
	body := []jen.Code{jen.Id("b").Op(":=").Op("&").Id(b.name).Values()}
	declare(b.File, comment("%s returns a configuration of %s without an opinion on anything but its type.", b.constructorName(), a(b.decl.Name)),
		jen.Func().Id(b.constructorName()).Params().Op("*").Id(b.name).Block(append(body, b.identify(nil, nil)...)...))
}

// constructor writes
//
//	func RobotSpec() *RobotSpecApplyConfiguration {
//		return &RobotSpecApplyConfiguration{}
//	}
func (b configuration) constructor() {
	declare(b.File, comment("%s returns a configuration without an opinion on anything.", b.constructorName()),
		jen.Func().Id(b.constructorName()).Params().Op("*").Id(b.name).Block(
			jen.Return(jen.Op("&").Id(b.name).Values()),
		))
}

// mark writes the method by which apimachinery knows apply configurations.
func (b configuration) mark() {
	declare(b.File, comment("IsApplyConfiguration implements runtime.ApplyConfiguration."),
		jen.Func().Params(jen.Id("b").Id(b.name)).Id("IsApplyConfiguration").Params().Block())
}
