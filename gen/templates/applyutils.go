package templates

import (
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// buildUtils builds utils.go: what is known about all apply configurations of an API together.
func (p *applyPlans) buildUtils(f *jen.File, api *model.API) {
	packageDoc(f, "Package %s knows the apply configurations of all group-versions, which lie in the folders below.", path.Base(api.Layout.Apply))
	file := applyFile{File: f, plan: p.of(api)}
	file.forKind()
	internal := api.Layout.Apply + "/internal"
	importAs(f, internal, "internal")
	// func NewTypeConverter(scheme *runtime.Scheme) managedfields.TypeConverter {
	// 	return managedfields.NewSchemeTypeConverter(scheme, internal.Parser())
	// }
	declare(f, comment("NewTypeConverter returns a converter that can merge the types of this API, for whoever keeps managed fields by itself, such as fake clients. The types must be known to scheme."),
		jen.Func().Id("NewTypeConverter").Params(jen.Id("scheme").Op("*").Qual(pkgRuntime, "Scheme")).Qual(pkgMerge, "TypeConverter").Block(
			jen.Return(jen.Qual(pkgMerge, "NewSchemeTypeConverter").Call(jen.Id("scheme"), jen.Qual(internal, "Parser").Call())),
		))
}

// forKind writes
//
//	func ForKind(kind schema.GroupVersionKind) interface{} {
//		switch kind.GroupVersion() {
//		case schema.GroupVersion{Group: "fleet.typewright.dev", Version: "v1"}:
//			switch kind.Kind {
//			case "Robot":
//				return &applyfleetv1.RobotApplyConfiguration{}
//			…
func (f applyFile) forKind() {
	var versions []jen.Code
	for _, pkg := range f.plan.api.Packages {
		var kinds []jen.Code
		for _, d := range f.plan.configs(pkg) {
			kinds = append(kinds, jen.Case(jen.Lit(d.Name)).Block(jen.Return(jen.Op("&").Add(f.config(d)).Values())))
		}
		if len(kinds) > 0 && pkg.Version != nil {
			versions = append(versions, jen.Case(versionLiteral(pkg.Version)).Block(jen.Switch(jen.Id("kind.Kind")).Block(kinds...)))
		}
	}
	declare(f.File, comment("ForKind returns an empty apply configuration for a kind, or for any other type that is a part of one, as if it were a kind; nil for a type that has none."),
		jen.Func().Id("ForKind").Params(jen.Id("kind").Qual(pkgSchema, "GroupVersionKind")).Interface().Block(
			jen.Switch(jen.Id("kind.GroupVersion").Call()).Block(versions...),
			jen.Return(jen.Nil()),
		))
}
