package templates

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

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
