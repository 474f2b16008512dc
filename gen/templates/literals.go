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

// text writes a string with foreign text, such as a struct tag or a schema. It is a raw string only if that is safe for every
// line: a backtick would end the string and turn the rest into code, and the go command obeys lines that begin with
// "//go:generate" even in raw strings. All other foreign text goes through jen.Lit, which quotes.
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
	kind := k.Decl.Name
	if k.Of != nil {
		kind = k.Of.Name
	}
	return jen.Qual(plan.PkgSchema, "GroupVersionKind").Values(append(versionFields(k.Version), field("Kind", jen.Lit(kind)))...)
}

func versionFields(v *model.Version) []jen.Code {
	return append(groupField(v.Group), field("Version", jen.Lit(v.Name)))
}

// groupField is the element with the name of a group. The core group has no name and no element.
func groupField(g *model.Group) []jen.Code {
	if g.Name == "" {
		return nil
	}
	return []jen.Code{field("Group", jen.Lit(g.Name))}
}

// minimumVersion writes a use of a constant that old runtimes do not have, so that the code does not compile with them.
func minimumVersion(f *jen.File) {
	declare(f, comment("This code needs a runtime at least as new as this constant."),
		jen.Const().Id("_").Op("=").Qual(plan.PkgTyped, "IsAtLeastVersion1"))
}

// commentWidth is the maximal length of a line of a comment, slashes included.
const commentWidth = 110

// comment turns text into a comment. Empty lines separate paragraphs, and lines are wrapped. A paragraph that starts with a tab
// is an example and is not wrapped.
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

// display is the name of a group in comments.
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
