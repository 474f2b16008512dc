package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// configurations prints applyconfigurations.go: the apply configurations of a package's types.
func configurations(f *jen.File, c *plan.Configurations) {
	packageDoc(f, "Package %s has the apply configurations of %s: what a field manager wants an object to be, with every field optional. "+
		"The With functions set a field, or add to a list or map, and return the configuration, so that calls chain. They keep what they are given; nothing is copied.",
		c.Name, c.Of)
	for _, configuration := range c.All {
		p := configurationPrinter{f, configuration}
		p.structure()
		p.constructor()
		p.extract()
		p.mark()
		for _, field := range p.Fields {
			p.fieldMethods(field)
		}
	}
	configurationHelpers(f, c)
}

// configurationPrinter prints the apply configuration of one struct.
type configurationPrinter struct {
	file *jen.File
	plan.Configuration
}

// structure writes
//
//	type RobotApplyConfiguration struct {
//		applymetav1.TypeMetaApplyConfiguration    `json:",inline"`
//		*applymetav1.ObjectMetaApplyConfiguration `json:"metadata,omitempty"`
//		Spec                                      *RobotSpecApplyConfiguration `json:"spec,omitempty"`
//	}
func (p configurationPrinter) structure() {
	fields := make([]jen.Code, len(p.Fields))
	for i, field := range p.Fields {
		s := jen.Null()
		if field.Name != "" {
			s.Id(field.Name)
		}
		fields[i] = s.Add(typeOf(p.file, field.Type)).Add(text(field.Tag))
	}
	declare(p.file, comment("%s is %s with every field optional.", p.Name, a(p.Decl.Name)),
		jen.Type().Id(p.Name).Struct(fields...))
}

// constructor writes
//
//	func Robot(name, namespace string) *RobotApplyConfiguration {
//		b := &RobotApplyConfiguration{}
//		return b.WithName(name).WithNamespace(namespace).WithKind("Robot").WithAPIVersion("fleet.typewright.dev/v1")
//	}
//
// or for a struct that is not a kind
//
//	func RobotSpec() *RobotSpecApplyConfiguration {
//		return &RobotSpecApplyConfiguration{}
//	}
func (p configurationPrinter) constructor() {
	var doc, params jen.Code
	body := []jen.Code{jen.Id("b").Op(":=").Op("&").Id(p.Name).Values()}
	switch p.Form {
	case plan.KindConfiguration:
		doc = comment("%s returns a configuration of the %s of that name, without an opinion on anything else.", p.Constructor, p.Decl.Name)
		params = jen.Id("name").String()
		if p.Namespaced {
			params = jen.List(jen.Id("name"), jen.Id("namespace")).String()
		}
		body = append(body, p.identify("name", "namespace")...)
	case plan.TypedConfiguration:
		doc = comment("%s returns a configuration of %s without an opinion on anything but its type.", p.Constructor, a(p.Decl.Name))
		body = append(body, p.identify("", "")...)
	case plan.PartConfiguration:
		doc = comment("%s returns a configuration without an opinion on anything.", p.Constructor)
		body = []jen.Code{jen.Return(jen.Op("&").Id(p.Name).Values())}
	}
	declare(p.file, doc, jen.Func().Id(p.Constructor).Params(params).Op("*").Id(p.Name).Block(body...))
}

// identify writes
//
//	return b.WithName(name).WithNamespace(namespace).WithKind("Robot").WithAPIVersion("fleet.typewright.dev/v1")
//
// with more results behind it. name and namespace are expressions. If fields of the struct have the names of fields of the
// metadata, the functions of the embedded configurations are called one by one.
func (p configurationPrinter) identify(name, namespace string, more ...jen.Code) []jen.Code {
	values := map[string]jen.Code{
		"Name": jen.Id(name), "Namespace": jen.Id(namespace), "Kind": jen.Lit(p.Decl.Name), "APIVersion": jen.Lit(p.GroupVersion),
	}
	chain := jen.Id("b")
	var body []jen.Code
	for _, f := range p.Identity {
		if f.On == "" {
			chain.Dot("With" + f.Field).Call(values[f.Field])
		} else {
			body = append(body, jen.Id(f.On).Dot("With"+f.Field).Call(values[f.Field]))
		}
	}
	return append(body, jen.Return(append([]jen.Code{chain}, more...)...))
}

// mark writes the method by which apimachinery recognizes the configurations of kinds.
func (p configurationPrinter) mark() {
	if p.Form == plan.PartConfiguration {
		return
	}
	declare(p.file, comment("IsApplyConfiguration implements runtime.ApplyConfiguration."),
		jen.Func().Params(jen.Id("b").Id(p.Name)).Id("IsApplyConfiguration").Params().Block())
}

// extract writes the functions that read a configuration from the managed fields of an object.
func (p configurationPrinter) extract() {
	if p.Extract == nil {
		return
	}
	plain := "Extract" + p.Decl.Name
	from, object := plain+"From", p.Extract.Object
	p.extractFrom(from)
	p.extractVia(from, plan.Subresource{Func: plain},
		comment("%s returns what fieldManager has applied to %s itself, not to a subresource; see [%s].", plain, object, from))
	for _, s := range p.Extract.Subresources {
		p.extractVia(from, s,
			comment("%s returns what fieldManager has applied to the subresource %s of %s; see [%s].", s.Func, s.Name, object, from))
	}
}

// extractFrom writes
//
//	func ExtractRobotFrom(robot *fleetv1.Robot, fieldManager, subresource string) (*RobotApplyConfiguration, error) {
//		b := &RobotApplyConfiguration{}
//		if err := managedfields.ExtractInto(robot, internal.FleetV1().Type("…"), fieldManager, b, subresource); err != nil {
//			return nil, err
//		}
//		return b.WithName(robot.Name)…, nil
//	}
func (p configurationPrinter) extractFrom(name string) {
	e := p.Extract
	importAs(p.file, e.Internal, "internal")
	schema := jen.Qual(e.Internal, e.Schema).Call().Dot("Type").Call(jen.Lit(e.Type))
	body := []jen.Code{
		jen.Id("b").Op(":=").Op("&").Id(p.Name).Values(),
		jen.If(
			jen.Err().Op(":=").Qual(plan.PkgManagedFields, "ExtractInto").
				Call(jen.Id(e.Object), schema, jen.Id("fieldManager"), jen.Id("b"), jen.Id("subresource")),
			jen.Err().Op("!=").Nil(),
		).Block(jen.Return(jen.Nil(), jen.Err())),
	}
	doc := comment("%s returns what fieldManager has applied to %s, through the subresource of that name or with \"\" through the object itself, to be changed and applied again. "+
		"Fields that others have taken over are left out. %s must be as the server returned it.", name, e.Object, model.UpperFirst(e.Object))
	declare(p.file, doc, jen.Func().Id(name).Params(
		jen.Id(e.Object).Add(pointer(p.file, p.Decl)), jen.Id("fieldManager").String(), jen.Id("subresource").String(),
	).Params(jen.Op("*").Id(p.Name), jen.Error()).Block(append(body, p.identify(e.ObjectName, e.Namespace, jen.Nil())...)...))
}

// extractVia writes
//
//	func ExtractRobotStatus(robot *fleetv1.Robot, fieldManager string) (*RobotApplyConfiguration, error) {
//		return ExtractRobotFrom(robot, fieldManager, "status")
//	}
func (p configurationPrinter) extractVia(from string, s plan.Subresource, doc jen.Code) {
	declare(p.file, doc, jen.Func().Id(s.Func).Params(
		jen.Id(p.Extract.Object).Add(pointer(p.file, p.Decl)), jen.Id("fieldManager").String(),
	).Params(jen.Op("*").Id(p.Name), jen.Error()).Block(
		jen.Return(jen.Id(from).Call(jen.Id(p.Extract.Object), jen.Id("fieldManager"), jen.Lit(s.Name))),
	))
}
