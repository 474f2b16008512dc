package crd

import (
	"strings"
	"unicode"
)

// description is the text of a comment as schemas have it: without lines that start with TODO, and without all that follows a
// line of three hyphens, as in Kubernetes' own documents. Code blocks are kept as they are. Lines that start with a plus sign
// go, although they may be part of a drawing: controller-gen takes them for markers, and descriptions should not change.
func description(doc string) string {
	var lines []string
	code, blank := false, false
	for line := range strings.SplitSeq(doc, "\n") {
		if strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~") {
			code = !code
		}
		if !code && strings.HasPrefix(line, "TODO") || strings.HasPrefix(line, "+") {
			continue
		}
		if !code && strings.HasPrefix(line, "---") {
			break
		}
		if line == "" && blank {
			continue // a marker stood between two blank lines
		}
		blank = line == ""
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// description is the text of a comment as the schemas of a run have it.
func (b *builder) description(doc string) string {
	text := description(doc)
	if b.maxDescription != nil {
		text = cut(text, *b.maxDescription)
	}
	return text
}

// cut shortens a description to at most that many bytes: after a sentence, or else after a word. 0 leaves nothing.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	if most == 0 {
		return ""
	}
	text = strings.ToValidUTF8(text[:most], "")
	if i := strings.LastIndexFunc(text, func(r rune) bool { return unicode.Is(unicode.STerm, r) }); i > 0 {
		return text[:i+1]
	}
	if i := strings.LastIndexFunc(text, unicode.IsSpace); i > 0 {
		text = text[:i]
	}
	return text + "..."
}
