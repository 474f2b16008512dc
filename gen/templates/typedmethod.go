package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// methods are the extra methods of a kind's markers, without those that need apply configurations where there are none.
func (b kindClient) methods() []model.Method {
	return slices.DeleteFunc(slices.Clone(b.kind.Methods), func(m model.Method) bool {
		return m.Verb == model.Apply && !hasApply(b.kind.Version)
	})
}

// signature writes what follows the name of an extra method. One with a subresource is told the name of the object,
// one without works as the verb does.
func (b kindClient) signature(m model.Method) *jen.Statement {
	params := []jen.Code{ctx()}
	if m.Subresource != "" {
		params = append(params, jen.Id(b.nameParam()).String())
	}
	switch input := b.input(m); m.Verb {
	case model.Create, model.Update:
		params = append(params, jen.Id(b.objectParam(input)).Add(pointer(b.file, input)))
	case model.Apply:
		params = append(params, jen.Id(b.objectParam(input)).Add(b.applyConfiguration(input)))
	case model.Get:
		if m.Subresource == "" {
			params = append(params, jen.Id("name").String())
		}
		return jen.Params(append(params, jen.Id("options").Qual(pkgMeta, "GetOptions"))...).Params(b.result(m), jen.Error())
	case model.Patch:
		params = []jen.Code{
			ctx(), jen.Id("name").String(), jen.Id("pt").Qual(pkgTypes, "PatchType"), jen.Id("data").Index().Byte(),
			opts("Patch"), jen.Id("subresources").Op("...").String(),
		}
		return jen.Params(params...).Params(b.result(m), jen.Error())
	}
	return jen.Params(append(params, opts(model.UpperFirst(string(m.Verb))))...).Params(b.result(m), jen.Error())
}

// nameParam is the parameter for the name of the object that a subresource belongs to.
func (b kindClient) nameParam() string { return model.LowerFirst(b.kind.GoName) + "Name" }

// objectParam is the parameter for an object of a type, or for its apply configuration.
func (b kindClient) objectParam(d *model.Decl) string {
	return free(model.LowerFirst(d.Name), append(clientLocals(), b.nameParam())...)
}

// input is the type of a method's body, without the pointer.
func (b kindClient) input(m model.Method) *model.Decl {
	if m.Input != nil {
		return m.Input.Decl
	}
	return b.kind.Decl
}

// result writes *autoscalingv1.Scale.
func (b kindClient) result(m model.Method) *jen.Statement {
	return jen.Op("*").Add(b.resultName(m))
}

// resultName writes the type of a method's answer; for a list that is the list type beside the one that is named.
func (b kindClient) resultName(m model.Method) *jen.Statement {
	d := b.kind.Decl
	if m.Result != nil {
		d = m.Result.Decl
	}
	if m.Verb == model.List {
		return name(b.file, &model.Decl{Package: d.Package, Name: d.Name + "List"})
	}
	return name(b.file, d)
}

// method writes
//
//	func (c *robots) GetScale(ctx context.Context, robotName string, options metav1.GetOptions) (*autoscalingv1.Scale, error) {
//		return typed.SubresourceGet[autoscalingv1.Scale](ctx, c.At(robotName, "scale"), options)
//	}
func (b kindClient) method(m model.Method) { b.methodOf(implName(b.kind), pkgTyped, m) }

// methodOf is method for a receiver whose core is of another package than typed.
func (b kindClient) methodOf(receiver, core string, m model.Method) {
	input := jen.Id(b.objectParam(b.input(m)))
	args := []jen.Code{jen.Id("ctx"), b.target(m)}
	switch m.Verb {
	case model.Create, model.Update, model.Apply:
		args = append(args, input, jen.Id("opts"))
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
	declare(b.file, comment("%s has the verb %s on %s of %s.", m.Name, m.Verb, where, a(b.kind.GoName)),
		jen.Func().Params(jen.Id("c").Op("*").Id(receiver)).Id(m.Name).Add(b.signature(m)).Block(
			jen.Return(jen.Qual(core, "Subresource"+model.UpperFirst(string(m.Verb))).Types(b.resultName(m)).Call(args...)),
		))
}

// target writes c.At(robotName, "scale").
func (b kindClient) target(m model.Method) jen.Code {
	at := jen.Id("c.At")
	switch {
	case m.Verb == model.Patch:
		return at.Call(jen.Id("name"), jen.Id("subresources").Op("..."))
	case m.Subresource != "":
		return at.Call(jen.Id(b.nameParam()), jen.Lit(m.Subresource))
	case m.Verb == model.Get:
		return at.Call(jen.Id("name"))
	case m.Verb == model.Update:
		return at.Call(metaOf(b.input(m), b.objectParam(b.input(m)), "Name"))
	}
	return at.Call(jen.Lit(""))
}

// hasApply tells whether apply configurations of a version are emitted, so that its typed clients can have Apply.
func hasApply(v *model.Version) bool {
	return layoutOf(v).Apply != "" && !optedOut(v, "applyconfiguration")
}

// applyConfiguration writes *applyfleetv1.RobotApplyConfiguration.
func (b kindClient) applyConfiguration(d *model.Decl) *jen.Statement {
	return jen.Op("*").Add(applyFile{File: b.file, plan: b.apply}.config(d))
}
