package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// wantsRegister tells whether a package gets a file that registers its types: it is a version of an API, nobody has
// written AddToScheme by hand, and +k8s:register-gen=false does not forbid it.
func wantsRegister(p *model.Package) bool {
	m, asked := p.Markers.Get("k8s:register-gen")
	if !p.Writable || p.Version == nil || p.Idents["AddToScheme"] || asked && markerValue(m) == "false" {
		return false
	}
	return (asked || p.Markers.Has("groupName")) && len(registered(p)) > 0
}

// registered are the types of a package that stand at the top of API documents.
func registered(p *model.Package) []*model.Decl {
	return slices.DeleteFunc(slices.Clone(p.Decls), func(d *model.Decl) bool {
		meta, ok := d.Field("TypeMeta")
		return !ok || !meta.Embedded || meta.Tag == "" || d.Alias || len(d.TypeParams) > 0
	})
}

// buildRegister builds zz_generated.register.go. What the package declares by hand is used, not declared again.
func buildRegister(f *jen.File, p *model.Package) {
	r := register{file: f, pkg: p}
	r.names()
	r.builder()
	r.known()
}

type register struct {
	file *jen.File
	pkg  *model.Package
}

// declare writes a declaration unless the package has the name already, or cannot have it.
func (r register) declare(ident string, doc, code jen.Code) {
	if !declaredNames(r.pkg)[ident] && !r.isTaken(ident) {
		declare(r.file, doc, code)
	}
}

// isTaken tells names that a dot import has brought to a file of the package: Go does not let the package declare them. The
// registration does without; of all names it is only AddToScheme that others look for.
func (r register) isTaken(ident string) bool { return r.pkg.DotNames[ident] != "" }

// groupName writes GroupName, or what it would be.
func (r register) groupName() jen.Code {
	if r.isTaken("GroupName") {
		return jen.Lit(r.pkg.Version.Group.Name)
	}
	return jen.Id("GroupName")
}

// groupVersion writes SchemeGroupVersion, or what it would be.
func (r register) groupVersion() *jen.Statement {
	if !r.isTaken("SchemeGroupVersion") {
		return jen.Id("SchemeGroupVersion")
	}
	return jen.Parens(jen.Qual(pkgSchema, "GroupVersion").Values(field("Group", r.groupName()), field("Version", jen.Lit(r.pkg.Version.Name))))
}

func (r register) names() {
	gv := jen.Values(field("Group", r.groupName()), field("Version", jen.Lit(r.pkg.Version.Name)))
	r.declare("GroupName", comment("GroupName is the name of the API group."),
		// const GroupName = "fleet.typewright.dev"
		jen.Const().Id("GroupName").Op("=").Lit(r.pkg.Version.Group.Name))
	r.declare("GroupVersion", comment("GroupVersion is the group and the version of the types in this package."),
		// var GroupVersion = metav1.GroupVersion{Group: GroupName, Version: "v1"}
		jen.Var().Id("GroupVersion").Op("=").Qual(pkgMeta, "GroupVersion").Add(gv))
	r.declare("SchemeGroupVersion", comment("SchemeGroupVersion is GroupVersion in the form that schemes take."),
		// var SchemeGroupVersion = schema.GroupVersion{Group: GroupName, Version: "v1"}
		jen.Var().Id("SchemeGroupVersion").Op("=").Qual(pkgSchema, "GroupVersion").Add(gv))
	r.declare("Resource", comment("Resource qualifies the name of a resource with the group."),
		// func Resource(resource string) schema.GroupResource { … }
		jen.Func().Id("Resource").Params(jen.Id("resource").String()).Qual(pkgSchema, "GroupResource").Block(
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
		jen.Var().Id("SchemeBuilder").Op("=").Qual(pkgRuntime, "NewSchemeBuilder").Call(jen.Id("addKnownTypes")))
	local := jen.Op("&").Id("SchemeBuilder")
	if r.isTaken("SchemeBuilder") {
		local = jen.Qual(pkgRuntime, "NewSchemeBuilder").Call(jen.Id("addKnownTypes"))
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
	scheme := localBeside(r.pkg, "scheme")
	types := []jen.Code{r.groupVersion()}
	for _, d := range registered(r.pkg) {
		types = append(types, jen.Line().Op("&").Id(d.Name).Values())
	}
	r.declare("addKnownTypes", nil,
		jen.Func().Id("addKnownTypes").Params(jen.Id(scheme).Op("*").Qual(pkgRuntime, "Scheme")).Error().Block(
			jen.Id(scheme+".AddKnownTypes").Call(append(types, jen.Line())...),
			comment("The options of requests, such as ListOptions, and watch events belong to every version."),
			jen.Qual(pkgMeta, "AddToGroupVersion").Call(jen.Id(scheme), r.groupVersion()),
			jen.Return(jen.Nil()),
		))
}
