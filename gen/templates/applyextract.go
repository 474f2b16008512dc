package templates

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// extract writes the functions that read a configuration off an object's managed fields.
func (b configuration) extract(k *model.Kind) {
	from := "Extract" + k.GoName + "From"
	object := free(model.LowerFirst(k.GoName), extractLocals()...)
	b.extractFrom(k, from, object)
	plain := "Extract" + k.GoName
	b.extractVia(from, plain, object, "",
		comment("%s returns what fieldManager has applied to %s itself, not to a subresource; see [%s].", plain, object, from))
	for _, subresource := range subresources(k) {
		name := plain + titleCase(subresource)
		b.extractVia(from, name, object, subresource,
			comment("%s returns what fieldManager has applied to the subresource %s of %s; see [%s].", name, subresource, object, from))
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
func (b configuration) extractFrom(k *model.Kind, name, object string) {
	schema := jen.Qual(b.internal(), k.Version.GroupGoName()).Call().Dot("Type").Call(jen.Lit(openAPIName(k.Decl)))
	objectName, namespace := metaOf(k.Decl, object, "Name"), jen.Code(nil)
	if k.Namespaced {
		namespace = metaOf(k.Decl, object, "Namespace")
	}
	body := []jen.Code{
		jen.Id("b").Op(":=").Op("&").Id(b.name).Values(),
		jen.If(
			jen.Err().Op(":=").Qual(pkgManagedFields, "ExtractInto").
				Call(jen.Id(object), schema, jen.Id("fieldManager"), jen.Id("b"), jen.Id("subresource")),
			jen.Err().Op("!=").Nil(),
		).Block(jen.Return(jen.Nil(), jen.Err())),
	}
	doc := comment("%s returns what fieldManager has applied to %s, through the subresource of that name or with \"\" through the object itself, to be changed and applied again. "+
		"Fields that others have taken over are left out. %s must be as the server returned it.", name, object, model.UpperFirst(object))
	declare(b.File, doc, jen.Func().Id(name).Params(
		jen.Id(object).Add(pointer(b.File, k.Decl)), jen.Id("fieldManager").String(), jen.Id("subresource").String(),
	).Params(jen.Op("*").Id(b.name), jen.Error()).Block(append(body, b.identify(objectName, namespace, jen.Nil())...)...))
}

// metaOf writes robot.Name, or robot.ObjectMeta.Name where the kind or what it embeds has something of that name, too.
func metaOf(d *model.Decl, object, field string) jen.Code {
	if _, ok := d.Field("ObjectMeta"); ok && !d.Promotes(field) {
		object += ".ObjectMeta"
	}
	return jen.Id(object).Dot(field)
}

// extractVia writes
//
//	func ExtractRobotStatus(robot *fleetv1.Robot, fieldManager string) (*RobotApplyConfiguration, error) {
//		return ExtractRobotFrom(robot, fieldManager, "status")
//	}
func (b configuration) extractVia(from, name, object, subresource string, doc jen.Code) {
	declare(b.File, doc, jen.Func().Id(name).Params(
		jen.Id(object).Add(pointer(b.File, b.decl)), jen.Id("fieldManager").String(),
	).Params(jen.Op("*").Id(b.name), jen.Error()).Block(
		jen.Return(jen.Id(from).Call(jen.Id(object), jen.Id("fieldManager"), jen.Lit(subresource))),
	))
}

// internal is the import path of the package that holds the merge schemas.
func (b configuration) internal() string {
	pkg := b.plan.api.Layout.Apply + "/internal"
	importAs(b.File, pkg, "internal")
	return pkg
}

// subresources are those that a kind's markers and fields tell of, sorted.
func subresources(k *model.Kind) []string {
	var names []string
	if k.Status {
		names = append(names, "status")
	}
	for _, m := range k.Methods {
		if m.Subresource != "" {
			names = append(names, m.Subresource)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// titleCase writes a subresource as a part of a name: all but the first letter of each word in lower case.
func titleCase(s string) string {
	var title strings.Builder
	start := true
	for _, r := range s {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		switch {
		case !letter:
			start = true
			continue
		case start:
			title.WriteString(strings.ToUpper(string(r)))
		default:
			title.WriteString(strings.ToLower(string(r)))
		}
		start = false
	}
	return title.String()
}
