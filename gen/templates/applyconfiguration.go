package templates

import (
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// hasConfigs tells APIs that have a place for apply configurations.
func hasConfigs(api *model.API) bool { return api.Layout.Apply != "" }

// wantsConfigs tells versions with at least one apply configuration.
func (p *applyPlans) wantsConfigs(v *model.Version) bool {
	return hasConfigs(v.Group.API) && len(p.of(v.Group.API).configs(v.Package)) > 0
}

// buildConfigs builds applyconfigurations.go: the apply configurations of a group-version.
func (p *applyPlans) buildConfigs(f *jen.File, v *model.Version) {
	packageDoc(f, "Package %s has the apply configurations of %s: what a field manager wants an object to be, with every field optional. "+
		"The With functions set a field, or add to a list or map, and return the configuration, so that calls chain. They keep what they are given; nothing is copied.",
		v.Name, v.GroupVersion())
	file := applyFile{File: f, plan: p.of(v.Group.API)}
	var used helpers
	for _, d := range file.plan.configs(v.Package) {
		b := configuration{applyFile: file, version: v, decl: d, name: configName(d), used: &used}
		b.build()
	}
	used.write(f)
}

// configuration builds the apply configuration of one struct.
type configuration struct {
	applyFile
	version *model.Version
	decl    *model.Decl
	name    string
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
	case b.embeds("TypeMeta"):
		b.typedConstructor()
		b.mark()
	default:
		b.constructor()
	}
	b.withAll()
}

// kind is the kind that the struct is, if it is one with a name.
func (b configuration) kind() *model.Kind {
	i := slices.IndexFunc(b.version.Kinds, func(k *model.Kind) bool { return k.Decl == b.decl })
	if i < 0 || !b.embeds("ObjectMeta") {
		return nil
	}
	return b.version.Kinds[i]
}

// embeds tells whether the struct embeds that struct of apimachinery's meta/v1.
func (b configuration) embeds(name string) bool {
	return slices.ContainsFunc(b.decl.Fields(), func(f model.Field) bool { return f.Embedded && isMeta(f.Type, name) })
}

func isMeta(t *model.Type, name string) bool {
	d := declOf(t)
	return d != nil && d.Name == name && d.Package.Path == pkgMeta
}

// structure writes
//
//	type RobotApplyConfiguration struct {
//		applymetav1.TypeMetaApplyConfiguration    `json:",inline"`
//		*applymetav1.ObjectMetaApplyConfiguration `json:"metadata,omitempty"`
//		Spec                                      *RobotSpecApplyConfiguration `json:"spec,omitempty"`
//	}
func (b configuration) structure() {
	var fields []jen.Code
	for _, f := range b.decl.Fields() {
		if documented(f) {
			fields = append(fields, b.field(f))
		}
	}
	declare(b.File, comment("%s is %s with every field optional.", b.name, a(b.decl.Name)),
		jen.Type().Id(b.name).Struct(fields...))
}

func (b configuration) field(f model.Field) jen.Code {
	t := b.typ(f.Type)
	switch {
	case f.Embedded && f.JSON.Inline:
		return t.Add(text(`json:",inline"`))
	case f.Embedded:
		t = jen.Op("*").Add(t)
	case nillable(f.Type):
		t = jen.Id(f.Name).Add(t)
	default:
		t = jen.Id(f.Name).Op("*").Add(t)
	}
	return t.Add(text("json:" + strconv.Quote(f.JSON.Name+",omitempty")))
}

// kindConstructor writes
//
//	func Robot(name, namespace string) *RobotApplyConfiguration {
//		b := &RobotApplyConfiguration{}
//		return b.WithName(name).WithNamespace(namespace).WithKind("Robot").WithAPIVersion("fleet.typewright.dev/v1")
//	}
func (b configuration) kindConstructor(k *model.Kind) {
	params := jen.Id("name").String()
	chain := jen.Id("b.WithName").Call(jen.Id("name"))
	if k.Namespaced {
		params = jen.List(jen.Id("name"), jen.Id("namespace")).String()
		chain = chain.Dot("WithNamespace").Call(jen.Id("namespace"))
	}
	declare(b.File, comment("%s returns a configuration of the %s of that name, without an opinion on anything else.", b.decl.Name, b.decl.Name),
		jen.Func().Id(b.decl.Name).Params(params).Op("*").Id(b.name).Block(
			jen.Id("b").Op(":=").Op("&").Id(b.name).Values(),
			jen.Return(chain.Add(b.typeMeta())),
		))
}

// typeMeta writes .WithKind("Robot").WithAPIVersion("fleet.typewright.dev/v1").
func (b configuration) typeMeta() jen.Code {
	return jen.Dot("WithKind").Call(jen.Lit(b.decl.Name)).Dot("WithAPIVersion").Call(jen.Lit(b.version.GroupVersion()))
}

func (b configuration) typedConstructor() {
	declare(b.File, comment("%s returns a configuration of %s without an opinion on anything but its type.", b.decl.Name, a(b.decl.Name)),
		jen.Func().Id(b.decl.Name).Params().Op("*").Id(b.name).Block(
			jen.Id("b").Op(":=").Op("&").Id(b.name).Values(),
			jen.Return(jen.Id("b").Add(b.typeMeta())),
		))
}

// constructor writes
//
//	func RobotSpec() *RobotSpecApplyConfiguration {
//		return &RobotSpecApplyConfiguration{}
//	}
func (b configuration) constructor() {
	declare(b.File, comment("%s returns a configuration without an opinion on anything.", b.decl.Name),
		jen.Func().Id(b.decl.Name).Params().Op("*").Id(b.name).Block(
			jen.Return(jen.Op("&").Id(b.name).Values()),
		))
}

// mark writes the method by which apimachinery knows apply configurations.
func (b configuration) mark() {
	declare(b.File, comment("IsApplyConfiguration implements runtime.ApplyConfiguration."),
		jen.Func().Params(jen.Id("b").Id(b.name)).Id("IsApplyConfiguration").Params().Block())
}
