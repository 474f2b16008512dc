package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// signature writes what follows the name of an extra method. One with a subresource takes the name of the object; one without
// has the parameters of its verb.
func (p clientPrinter) signature(m plan.ClientMethod) *jen.Statement {
	params := []jen.Code{ctx()}
	if m.Subresource != "" {
		params = append(params, jen.Id(m.Owner).String())
	}
	result := jen.Op("*").Add(name(p.file, m.Result))
	switch m.Verb {
	case model.Create, model.Update, model.Apply:
		params = append(params, jen.Id(m.Param).Add(pointer(p.file, m.Input)))
	case model.Get:
		if m.Subresource == "" {
			params = append(params, jen.Id("name").String())
		}
		return jen.Params(append(params, jen.Id("options").Qual(plan.PkgMeta, "GetOptions"))...).Params(result, jen.Error())
	case model.Patch:
		params = []jen.Code{
			ctx(), jen.Id("name").String(), jen.Id("pt").Qual(plan.PkgTypes, "PatchType"), jen.Id("data").Index().Byte(),
			opts("Patch"), jen.Id("subresources").Op("...").String(),
		}
		return jen.Params(params...).Params(result, jen.Error())
	}
	return jen.Params(append(params, opts(model.UpperFirst(string(m.Verb))))...).Params(result, jen.Error())
}

// method writes
//
//	func (c *robots) GetScale(ctx context.Context, robotName string, options metav1.GetOptions) (*autoscalingv1.Scale, error) {
//		return typed.SubresourceGet[autoscalingv1.Scale](ctx, c.At(robotName, "scale"), options)
//	}
//
// core is the package with the function that is called.
func (p clientPrinter) method(receiver, core string, m plan.ClientMethod) {
	args := []jen.Code{jen.Id("ctx"), p.target(m)}
	switch m.Verb {
	case model.Create, model.Update, model.Apply:
		args = append(args, jen.Id(m.Param), jen.Id("opts"))
	case model.Patch:
		args = append(args, jen.Id("pt"), jen.Id("data"), jen.Id("opts"))
	case model.Get:
		args = append(args, jen.Id("options"))
	default:
		args = append(args, jen.Id("opts"))
	}
	where := "the object"
	if m.Subresource != "" {
		where = "the subresource " + m.Subresource
	}
	declare(p.file, comment("%s has the verb %s on %s of %s.", m.Name, m.Verb, where, a(p.GoName)),
		jen.Func().Params(jen.Id("c").Op("*").Id(receiver)).Id(m.Name).Add(p.signature(m)).Block(
			jen.Return(jen.Qual(core, "Subresource"+model.UpperFirst(string(m.Verb))).Types(name(p.file, m.Result)).Call(args...)),
		))
}

// target writes c.At(robotName, "scale").
func (p clientPrinter) target(m plan.ClientMethod) jen.Code {
	at := jen.Id("c.At")
	switch {
	case m.Verb == model.Patch:
		return at.Call(jen.Id("name"), jen.Id("subresources").Op("..."))
	case m.Subresource != "":
		return at.Call(jen.Id(m.Owner), jen.Lit(m.Subresource))
	case m.Verb == model.Get:
		return at.Call(jen.Id("name"))
	case m.Verb == model.Update:
		return at.Call(jen.Id(m.ObjectName))
	}
	return at.Call(jen.Lit(""))
}
