package templates

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
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
	return jen.Qual(plan.PkgSchema, "GroupVersion").Values(versionFields(v)...)
}

// resourceLiteral writes schema.GroupVersionResource{Group: "fleet.typewright.dev", Version: "v1", Resource: "robots"}.
func resourceLiteral(k *model.Kind) *jen.Statement {
	return jen.Qual(plan.PkgSchema, "GroupVersionResource").Values(append(versionFields(k.Version), field("Resource", jen.Lit(k.Resource)))...)
}

// kindLiteral writes schema.GroupVersionKind{Group: "fleet.typewright.dev", Version: "v1", Kind: "Robot"}.
func kindLiteral(k *model.Kind) *jen.Statement {
	return jen.Qual(plan.PkgSchema, "GroupVersionKind").Values(append(versionFields(k.Version), field("Kind", jen.Lit(k.Decl.Name)))...)
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
		jen.Const().Id("_").Op("=").Qual(plan.PkgTyped, "IsAtLeastVersion1"))
}

// commentWidth is the length that lines of comments are wrapped at, signs included.
const commentWidth = 110

// comment makes a comment of running text: paragraphs are parted by an empty line, lines are wrapped. A paragraph that
// starts with a tab is an example and stays as it is.
func comment(format string, args ...any) jen.Code {
	return jen.Comment(commentText(format, args...))
}

func commentText(format string, args ...any) string {
	var lines []string
	for i, paragraph := range strings.Split(fmt.Sprintf(format, args...), "\n\n") {
		if i > 0 {
			lines = append(lines, "//")
		}
		if strings.HasPrefix(paragraph, "\t") {
			for line := range strings.SplitSeq(paragraph, "\n") {
				lines = append(lines, strings.TrimRight("//"+line, "\t"))
			}
			continue
		}
		lines = append(lines, wrap(paragraph)...)
	}
	return strings.Join(lines, "\n")
}

func wrap(paragraph string) []string {
	var lines []string
	line := "//"
	for word := range strings.FieldsSeq(paragraph) {
		if len(line)+1+len(word) > commentWidth && line != "//" {
			lines = append(lines, line)
			line = "//"
		}
		line += " " + word
	}
	return append(lines, line)
}

// declare adds a documented declaration to the file, after an empty line.
func declare(f *jen.File, doc jen.Code, code ...jen.Code) {
	f.Line()
	if doc != nil {
		f.Add(doc)
	}
	f.Add(code...)
}

// a puts the right article before a name, by its first sound as far as letters tell.
func a(name string) string {
	if strings.ContainsRune("AEIOaeio", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

// display names a group for people.
func display(g *model.Group) string {
	if g.Name == "" {
		return "core"
	}
	return g.Name
}

// packageDoc puts a comment above the package clause.
func packageDoc(f *jen.File, format string, args ...any) {
	f.PackageComment(commentText(format, args...))
}
