package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/plan"
)

// registration prints zz_generated.register.go.
func registration(f *jen.File, c *plan.Register) {
	r := register{f, c}
	r.names()
	r.builder()
	r.known()
}

type register struct {
	file *jen.File
	*plan.Register
}

// declare writes a declaration that the plan wants.
func (r register) declare(ident string, doc, code jen.Code) {
	if r.Declares(ident) {
		declare(r.file, doc, code)
	}
}

// groupName writes GroupName, or what it would be.
func (r register) groupName() jen.Code {
	if !r.CanUse("GroupName") {
		return jen.Lit(r.Group)
	}
	return jen.Id("GroupName")
}

// groupVersion writes SchemeGroupVersion, or what it would be.
func (r register) groupVersion() *jen.Statement {
	if r.CanUse("SchemeGroupVersion") {
		return jen.Id("SchemeGroupVersion")
	}
	return jen.Parens(jen.Qual(plan.PkgSchema, "GroupVersion").Values(field("Group", r.groupName()), field("Version", jen.Lit(r.Version))))
}

func (r register) names() {
	gv := jen.Values(field("Group", r.groupName()), field("Version", jen.Lit(r.Version)))
	r.declare("GroupName", comment("GroupName is the name of the API group."),
		// const GroupName = "fleet.typewright.dev"
		jen.Const().Id("GroupName").Op("=").Lit(r.Group))
	r.declare("GroupVersion", comment("GroupVersion is the group and the version of the types in this package."),
		// var GroupVersion = metav1.GroupVersion{Group: GroupName, Version: "v1"}
		jen.Var().Id("GroupVersion").Op("=").Qual(plan.PkgMeta, "GroupVersion").Add(gv))
	r.declare("SchemeGroupVersion", comment("SchemeGroupVersion is GroupVersion in the form that schemes take."),
		// var SchemeGroupVersion = schema.GroupVersion{Group: GroupName, Version: "v1"}
		jen.Var().Id("SchemeGroupVersion").Op("=").Qual(plan.PkgSchema, "GroupVersion").Add(gv))
	r.declare("Resource", comment("Resource qualifies the name of a resource with the group."),
		// func Resource(resource string) schema.GroupResource { … }
		jen.Func().Id("Resource").Params(jen.Id("resource").String()).Qual(plan.PkgSchema, "GroupResource").Block(
			jen.Return(r.groupVersion().Dot("WithResource").Call(jen.Id("resource")).Dot("GroupResource").Call()),
		))
}

// builder writes
//
//	var SchemeBuilder = runtime.NewSchemeBuilder(addKnownTypes)
//	var localSchemeBuilder = &SchemeBuilder
//	var AddToScheme = localSchemeBuilder.AddToScheme
//	var Install = localSchemeBuilder.AddToScheme
func (r register) builder() {
	r.declare("SchemeBuilder", comment("SchemeBuilder collects what is to be done to a scheme. Handwritten files add to it with Register."),
		jen.Var().Id("SchemeBuilder").Op("=").Qual(plan.PkgRuntime, "NewSchemeBuilder").Call(jen.Id("addKnownTypes")))
	local := jen.Op("&").Id("SchemeBuilder")
	if !r.CanUse("SchemeBuilder") {
		local = jen.Qual(plan.PkgRuntime, "NewSchemeBuilder").Call(jen.Id("addKnownTypes"))
	}
	r.declare("localSchemeBuilder", comment("localSchemeBuilder is the name by which generated defaults and conversions know it."),
		jen.Var().Id("localSchemeBuilder").Op("=").Add(local))
	add := "localSchemeBuilder.AddToScheme"
	r.declare("AddToScheme", comment("AddToScheme adds the types of this group-version to a scheme."),
		jen.Var().Id("AddToScheme").Op("=").Id(add))
	r.declare("Install", comment("Install is AddToScheme by its newer name."),
		jen.Var().Id("Install").Op("=").Id(add))
}

// known writes
//
//	func addKnownTypes(scheme *runtime.Scheme) error {
//		scheme.AddKnownTypes(SchemeGroupVersion,
//			&Robot{},
//			&RobotList{},
//		)
//		metav1.AddToGroupVersion(scheme, SchemeGroupVersion)
//		return nil
//	}
func (r register) known() {
	scheme := r.Scheme
	types := []jen.Code{r.groupVersion()}
	for _, d := range r.Types {
		types = append(types, jen.Line().Op("&").Id(d.Name).Values())
	}
	r.declare("addKnownTypes", nil,
		jen.Func().Id("addKnownTypes").Params(jen.Id(scheme).Op("*").Qual(plan.PkgRuntime, "Scheme")).Error().Block(
			jen.Id(scheme+".AddKnownTypes").Call(append(types, jen.Line())...),
			comment("The options of requests, such as ListOptions, and watch events belong to every version."),
			jen.Qual(plan.PkgMeta, "AddToGroupVersion").Call(jen.Id(scheme), r.groupVersion()),
			jen.Return(jen.Nil()),
		))
}
