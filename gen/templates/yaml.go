package templates

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// definitions prints a file of CustomResourceDefinitions, each a YAML document.
func definitions(c *plan.CRDs, opts model.Options) []byte {
	var y yamlWriter
	y.print(strings.Replace(model.GeneratedLine(opts.Tool), "//", "#", 1) + "\n")
	for _, doc := range c.Documents {
		y.print("---\n")
		y.object(doc, 0)
	}
	return []byte(y.text.String())
}

// yamlWriter prints plain data as YAML in block style, with sorted keys and without references, as kubectl prints objects.
type yamlWriter struct{ text strings.Builder }

// print adds a text.
func (y *yamlWriter) print(text string) { y.text.WriteString(text) }

// object prints the pairs of a map, each on its own lines, with that many spaces before them.
func (y *yamlWriter) object(object map[string]any, indent int) {
	for i, key := range slices.Sorted(maps.Keys(object)) {
		if i > 0 || indent < 0 {
			y.spaces(indent)
		}
		y.print(scalar(key, 0) + ":")
		y.value(object[key], indent)
	}
}

// value prints what stands behind a key or a hyphen, with the end of the line.
func (y *yamlWriter) value(value any, indent int) {
	switch v := value.(type) {
	case map[string]any:
		if len(v) == 0 {
			y.print(" {}\n")
			return
		}
		y.print("\n")
		y.spaces(indent + 2)
		y.object(v, indent+2)
	case []any:
		if len(v) == 0 {
			y.print(" []\n")
			return
		}
		y.print("\n")
		y.list(v, indent)
	default:
		y.print(" " + scalar(v, indent+2) + "\n")
	}
}

// list prints elements, whose hyphens stand below the key of the list.
func (y *yamlWriter) list(list []any, indent int) {
	for _, element := range list {
		y.spaces(indent)
		y.print("-")
		switch v := element.(type) {
		case map[string]any:
			if len(v) > 0 {
				y.print(" ")
				y.object(v, indent+2)
				continue
			}
		case []any:
			if len(v) > 0 {
				y.print("\n")
				y.list(v, indent+2)
				continue
			}
		}
		y.value(element, indent)
	}
}

func (y *yamlWriter) spaces(n int) {
	for range n {
		y.print(" ")
	}
}

// scalar is a value other than a map or a list. Lines of a text in block style have that many spaces before them.
func scalar(value any, indent int) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return textScalar(v, indent)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

var (
	// plainText matches texts that need no quotes unless they look like another value.
	plainText = regexp.MustCompile(`^[\pL./$^(][^\t\n\r]*$`)
	// otherValue matches what YAML reads as another value than a text.
	otherValue = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|true|false|null|nan|\.nan|\.inf|\.?[0-9].*)$`)
)

func textScalar(text string, indent int) string {
	switch {
	case plainText.MatchString(text) && isPrintable(text) && !otherValue.MatchString(text) && !strings.Contains(text, ": ") &&
		!strings.Contains(text, " #") && !strings.HasSuffix(text, ":") && !strings.HasSuffix(text, " "):
		return text
	case strings.Contains(text, "\n") && indent > 0 && isPrintable(strings.ReplaceAll(text, "\n", "")) && !strings.ContainsAny(text[:1], " \n\t") &&
		!strings.HasSuffix(text, "\n") && !strings.HasSuffix(text, " "):
		space := strings.Repeat(" ", indent)
		block := "|-\n" + space + strings.ReplaceAll(text, "\n", "\n"+space)
		return strings.ReplaceAll(block, "\n"+space+"\n", "\n\n")
	case !strings.Contains(text, "\n") && isPrintable(text):
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return doubleQuoted(text)
}

// isPrintable reports whether YAML takes all signs of a text as they are.
func isPrintable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsGraphic(r) && r != '\t' || r == '\uFEFF' || r == '\u2028' || r == '\u2029' || r == '\u0085'
	})
}

// doubleQuoted is a text in quotes, with escapes for all signs that YAML does not take as they are.
func doubleQuoted(text string) string {
	var quoted strings.Builder
	quoted.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			quoted.WriteString("\\" + string(r))
		case r == '\n':
			quoted.WriteString(`\n`)
		case r == '\t' || isPrintable(string(r)):
			quoted.WriteRune(r)
		default:
			fmt.Fprintf(&quoted, `\U%08X`, r)
		}
	}
	quoted.WriteByte('"')
	return quoted.String()
}
