package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// buildScheme builds scheme/register.go: a scheme with all types of the clientset.
func buildScheme(f *jen.File, api *model.API) {
	var add []jen.Code
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			importPackage(f, v.Package)
			add = append(add, jen.Qual(v.Package.Path, "AddToScheme"))
		}
	}
	// var Scheme = runtime.NewScheme()
	declare(f, comment("Scheme knows all types of the clientset."),
		jen.Var().Id("Scheme").Op("=").Qual(pkgRuntime, "NewScheme").Call())
	declare(f, comment("Codecs encode and decode the types of Scheme."),
		jen.Var().Id("Codecs").Op("=").Qual(pkgSerializer, "NewCodecFactory").Call(jen.Id("Scheme")))
	declare(f, comment("ParameterCodec turns the options of requests into query parameters and back."),
		jen.Var().Id("ParameterCodec").Op("=").Qual(pkgRuntime, "NewParameterCodec").Call(jen.Id("Scheme")))
	// var localSchemeBuilder = runtime.SchemeBuilder{
	// 	fleetv1.AddToScheme,
	// }
	declare(f, nil, jen.Var().Id("localSchemeBuilder").Op("=").Qual(pkgRuntime, "SchemeBuilder").Add(lines(add...)))
	declare(f, comment("AddToScheme adds all types of the clientset to another scheme, so that one scheme can serve several clientsets:\n\n"+
		"\tutilruntime.Must(%s.AddToScheme(myscheme.Scheme))", "scheme"),
		jen.Var().Id("AddToScheme").Op("=").Id("localSchemeBuilder.AddToScheme"))
	// func init() {
	// 	metav1.AddToGroupVersion(Scheme, schema.GroupVersion{Version: "v1"})
	// 	utilruntime.Must(AddToScheme(Scheme))
	// }
	f.Line()
	f.Func().Id("init").Params().Block(
		jen.Qual(pkgMeta, "AddToGroupVersion").Call(jen.Id("Scheme"), jen.Qual(pkgSchema, "GroupVersion").Values(field("Version", jen.Lit("v1")))),
		jen.Qual(pkgUtilRuntime, "Must").Call(jen.Id("AddToScheme").Call(jen.Id("Scheme"))),
	)
}

// buildSchemeDoc builds scheme/doc.go.
func buildSchemeDoc(f *jen.File, api *model.API) {
	packageDoc(f, "Package scheme holds the scheme of the clientset %s: which Go type stands for which group, version and kind.", api.Layout.ClientsetName)
}
