package templates

import (
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// field is one element of a composite literal: Name: value.
func field(name string, value jen.Code) jen.Code {
	return jen.Id(name).Op(":").Add(value)
}

// lines is the body of a composite literal with an element on each line, in the order given.
func lines(elements ...jen.Code) jen.Code {
	return jen.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, elements...)
}

// text writes a string that holds something of the input: a struct tag, a schema. It is a raw string only where every line
// can stand in one as it is: backticks and control characters would end it, and what follows would be code, and the go
// command reads lines that begin with "//go:generate" in raw strings, too. All other foreign text goes through jen.Lit,
// which quotes.
func text(s string) jen.Code {
	for line := range strings.SplitSeq(s, "\n") {
		if !strconv.CanBackquote(line) || strings.HasPrefix(line, "//") {
			return jen.Lit(s)
		}
	}
	return jen.Op("`" + s + "`")
}

// inline is a block on one line.
func inline(statement jen.Code) jen.Code {
	return jen.Custom(jen.Options{Open: "{ ", Close: " }"}, statement)
}

// ifErr writes
//
//	if err != nil {
//		return nil, err
//	}
func ifErr() jen.Code {
	return jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err()))
}

// versionLiteral writes schema.GroupVersion{Group: "fleet.typewright.dev", Version: "v1"}.
func versionLiteral(v *model.Version) *jen.Statement {
	return jen.Qual(pkgSchema, "GroupVersion").Values(versionFields(v)...)
}

// resourceLiteral writes schema.GroupVersionResource{Group: "fleet.typewright.dev", Version: "v1", Resource: "robots"}.
func resourceLiteral(k *model.Kind) *jen.Statement {
	return jen.Qual(pkgSchema, "GroupVersionResource").Values(append(versionFields(k.Version), field("Resource", jen.Lit(k.Resource)))...)
}

// kindLiteral writes schema.GroupVersionKind{Group: "fleet.typewright.dev", Version: "v1", Kind: "Robot"}.
func kindLiteral(k *model.Kind) *jen.Statement {
	return jen.Qual(pkgSchema, "GroupVersionKind").Values(append(versionFields(k.Version), field("Kind", jen.Lit(k.Decl.Name)))...)
}

func versionFields(v *model.Version) []jen.Code {
	return append(groupField(v.Group), field("Version", jen.Lit(v.Name)))
}

// groupField is the element that names a group; none for the core group, which has no name.
func groupField(g *model.Group) []jen.Code {
	if g.Name == "" {
		return nil
	}
	return []jen.Code{field("Group", jen.Lit(g.Name))}
}

// minimumVersion writes the constant by which a runtime that is too old fails to compile.
func minimumVersion(f *jen.File) {
	declare(f, comment("This code needs a runtime at least as new as this constant."),
		jen.Const().Id("_").Op("=").Qual(pkgTyped, "IsAtLeastVersion1"))
}
