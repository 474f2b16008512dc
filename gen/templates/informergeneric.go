package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// genericInformers prints generic.go: access to informers by the name of a resource.
func genericInformers(f *jen.File, c *plan.GenericInformers) {
	// type GenericInformer interface {
	// 	Informer() cache.SharedIndexInformer
	// 	Lister() cache.GenericLister
	// }
	informer, lister := jen.Qual(plan.PkgCache, "SharedIndexInformer"), jen.Qual(plan.PkgCache, "GenericLister")
	declare(f, comment("GenericInformer gives access to an informer and a lister whose type is known at run time only."),
		jen.Type().Id("GenericInformer").Interface(
			jen.Id("Informer").Params().Add(informer),
			jen.Id("Lister").Params().Add(lister),
		))
	declare(f, comment("genericInformer implements [GenericInformer]."),
		jen.Type().Id("genericInformer").Struct(
			jen.Id("informer").Add(informer),
			jen.Id("resource").Qual(plan.PkgSchema, "GroupResource"),
		))
	receiver := jen.Id("g").Op("*").Id("genericInformer")
	declare(f, comment("Informer returns the informer."),
		jen.Func().Params(receiver.Clone()).Id("Informer").Params().Add(informer).Block(jen.Return(jen.Id("g.informer"))))
	declare(f, comment("Lister returns a lister of what the informer holds."),
		jen.Func().Params(receiver).Id("Lister").Params().Add(lister).Block(
			jen.Return(jen.Qual(plan.PkgCache, "NewGenericLister").Call(jen.Id("g.informer.GetIndexer").Call(), jen.Id("g.resource"))),
		))
	forResource(f, c.Kinds)
}

// forResource writes
//
//	func (f *sharedInformerFactory) ForResource(resource schema.GroupVersionResource) (GenericInformer, error) {
//		var informer cache.SharedIndexInformer
//		switch resource {
//		case schema.GroupVersionResource{Group: "fleet.typewright.dev", Version: "v1", Resource: "robots"}:
//			informer = f.Fleet().V1().Robots().Informer()
//		…
func forResource(f *jen.File, watched []*model.Kind) {
	var cases []jen.Code
	for _, k := range watched {
		cases = append(cases, jen.Case(resourceLiteral(k)).Block(
			jen.Id("informer").Op("=").Id("f."+k.Version.Group.GoName).Call().Dot(k.Version.GoName).Call().Dot(k.Plural).Call().Dot("Informer").Call(),
		))
	}
	cases = append(cases, jen.Default().Block(
		jen.Return(jen.Nil(), jen.Qual(plan.PkgFmt, "Errorf").Call(jen.Lit("no informer found for %v"), jen.Id("resource"))),
	))
	declare(f, comment("ForResource returns the informer of a resource, or an error for one that this factory has no informer for."),
		jen.Func().Params(jen.Id("f").Op("*").Id("sharedInformerFactory")).Id("ForResource").
			Params(jen.Id("resource").Qual(plan.PkgSchema, "GroupVersionResource")).
			Params(jen.Id("GenericInformer"), jen.Error()).Block(
			jen.Var().Id("informer").Qual(plan.PkgCache, "SharedIndexInformer"),
			jen.Switch(jen.Id("resource")).Block(cases...),
			jen.Return(jen.Op("&").Id("genericInformer").Values(
				field("informer", jen.Id("informer")),
				field("resource", jen.Id("resource.GroupResource").Call()),
			), jen.Nil()),
		))
}
