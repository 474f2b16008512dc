package templates

import (
	"fmt"
	"iter"
	"maps"
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
	y := yamlWriter{text: make([]byte, 0, usualDefinition)}
	y.print(strings.Replace(model.GeneratedLine(opts.Tool), "//", "#", 1) + "\n")
	for _, doc := range c.Documents {
		y.print("---\n")
		y.object(doc, 0)
	}
	return y.text
}

// usualDefinition is how many bytes most files of definitions have at most.
const usualDefinition = 256 << 10

// yamlWriter prints plain data as YAML in block style and without references, as kubectl prints objects. Keys that come in order
// are printed in order.
type yamlWriter struct{ text []byte }

// print adds a text. Large files would be copied often if they grew as append lets them grow.
func (y *yamlWriter) print(text string) {
	if len(y.text)+len(text) > cap(y.text) {
		y.text = slices.Grow(y.text, len(y.text)+len(text))
	}
	y.text = append(y.text, text...)
}

// object prints pairs, each on its own lines, with that many spaces before all but the first. It reports whether there were any.
func (y *yamlWriter) object(object iter.Seq2[string, any], indent int) bool {
	first := true
	for key, value := range object {
		if !first {
			y.spaces(indent)
		}
		first = false
		y.key(key, indent)
		y.value(value, indent)
	}
	return !first
}

// longestKey is how many bytes YAML lets a key have that nothing announces: 1024, with what stands around it.
const longestKey = 1000

// key prints a key with its colon. A very long one is announced by a question mark, and its colon stands on the next line.
func (y *yamlWriter) key(key string, indent int) {
	start := len(y.text)
	y.scalar(key, 0)
	if len(y.text)-start > longestKey {
		y.text = slices.Insert(y.text, start, '?', ' ')
		y.print("\n")
		y.spaces(indent)
	}
	y.print(":")
}

// value prints what stands behind a key or a hyphen, with the end of the line.
func (y *yamlWriter) value(value any, indent int) {
	switch v := value.(type) {
	case map[string]any:
		y.value(sorted(v), indent)
	case iter.Seq2[string, any]:
		before := len(y.text)
		y.print("\n")
		y.spaces(indent + 2)
		if !y.object(v, indent+2) {
			y.text = append(y.text[:before], " {}\n"...)
		}
	case []any:
		if len(v) == 0 {
			y.print(" []\n")
			return
		}
		y.print("\n")
		y.list(v, indent)
	default:
		y.print(" ")
		y.scalar(v, indent+2)
		y.print("\n")
	}
}

// list prints elements, whose hyphens stand below the key of the list.
func (y *yamlWriter) list(list []any, indent int) {
	for _, element := range list {
		y.spaces(indent)
		y.print("-")
		switch v := element.(type) {
		case map[string]any:
			y.element(sorted(v), indent)
			continue
		case iter.Seq2[string, any]:
			y.element(v, indent)
			continue
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

// element prints an object behind a hyphen, its first pair on the same line.
func (y *yamlWriter) element(object iter.Seq2[string, any], indent int) {
	y.print(" ")
	if !y.object(object, indent+2) {
		y.print("{}\n")
	}
}

// sorted are the pairs of a map in the order of their keys.
func sorted(m map[string]any) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}

func (y *yamlWriter) spaces(n int) {
	const some = "                                                                "
	for ; n > len(some); n -= len(some) {
		y.print(some)
	}
	y.print(some[:n])
}

// scalar prints a value other than an object or a list. Lines of a text in block style have that many spaces before them.
func (y *yamlWriter) scalar(value any, indent int) {
	switch v := value.(type) {
	case nil:
		y.print("null")
	case string:
		y.textScalar(v, indent)
	case float64:
		y.text = strconv.AppendFloat(y.text, v, 'f', -1, 64)
	default:
		y.text = fmt.Append(y.text, v)
	}
}

func (y *yamlWriter) textScalar(text string, indent int) {
	oneLine, lines := isPrintable(text)
	switch {
	case oneLine && isPlain(text):
		y.print(text)
	case oneLine:
		y.print("'" + strings.ReplaceAll(text, "'", "''") + "'")
	case lines && indent > 0 && !strings.ContainsAny(text[:1], " \n\t") && !strings.HasSuffix(text, "\n") && !strings.HasSuffix(text, " "):
		y.block(text, indent)
	default:
		y.print(doubleQuoted(text))
	}
}

// block prints a text in block style: each line as it is, behind that many spaces.
func (y *yamlWriter) block(text string, indent int) {
	y.print("|-")
	for line := range strings.SplitSeq(text, "\n") {
		y.print("\n")
		if line != "" {
			y.spaces(indent)
			y.print(line)
		}
	}
}

// isPrintable reports whether YAML takes all signs of a text as they are, on one line and on several.
func isPrintable(text string) (oneLine, lines bool) {
	oneLine = true
	for i, r := range text {
		switch {
		case r >= ' ' && r < 0x7f, r == '\t':
		case r == '\n':
			oneLine = false
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			return false, false // it is no UTF-8
		case !unicode.IsGraphic(r) || r == '\uFEFF' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			return false, false
		}
	}
	return oneLine, true
}

// isPlain reports whether YAML reads a line of printable signs as this text if it stands without quotes.
func isPlain(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return (unicode.IsLetter(first) || strings.ContainsRune("./$^(", first)) && !strings.Contains(text, "\t") && !isOtherValue(text) &&
		!strings.Contains(text, ": ") && !strings.Contains(text, " #") && !strings.HasSuffix(text, ":") && !strings.HasSuffix(text, " ")
}

// isOtherValue reports whether YAML reads a text as another value than a text, in version 1.1 or in 1.2. Numbers are known by how
// they begin.
func isOtherValue(text string) bool {
	digits := strings.TrimPrefix(text, ".")
	if digits != "" && digits[0] >= '0' && digits[0] <= '9' {
		return true
	}
	if len(text) > len("false") {
		return false
	}
	switch strings.ToLower(text) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", ".nan", ".inf":
		return true
	}
	return false
}

// doubleQuoted is a text in quotes, with escapes for all signs that YAML does not take as they are.
func doubleQuoted(text string) string {
	var quoted strings.Builder
	quoted.WriteByte('"')
	for _, r := range text {
		switch r {
		case '"', '\\':
			quoted.WriteString("\\" + string(r))
		case '\n':
			quoted.WriteString(`\n`)
		default:
			if printable, _ := isPrintable(string(r)); printable {
				quoted.WriteRune(r)
			} else {
				fmt.Fprintf(&quoted, `\U%08X`, r)
			}
		}
	}
	quoted.WriteByte('"')
	return quoted.String()
}
