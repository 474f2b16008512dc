package latest

import (
	"bytes"
	"fmt"
	"math"

	"go.yaml.in/yaml/v3"
)

// maxValues is how many keys, values and lines a document may have: each takes some hundred bytes while it is read, so that
// short ones would make gigabytes of some megabytes. Kubeconfigs with thousands of clusters have a tenth of it.
const maxValues = 1 << 20

// checkNumber refuses a document of too many values, by what separates them.
func checkNumber(data []byte) error {
	count := bytes.Count(data, []byte("- "))
	for _, c := range data {
		switch c {
		case '\n', ',', '[', '{', ':':
			count++
		}
	}
	if count > maxValues {
		return &DecodeError{Problem: fmt.Sprintf("more than %d lines or values: this is no kubeconfig, or it is one to split into several files", maxValues)}
	}
	return nil
}

// maxAdded is what aliases may add to a document: one of a few hundred kilobytes that uses a long value again and again
// would take gigabytes. Documents with thousands of clusters that share their CA by aliases stay far below.
const maxAdded = 16 << 20

// checkAliases refuses a document that its aliases make too large. Nothing is expanded to find out.
func checkAliases(data []byte) error {
	if !bytes.ContainsRune(data, '&') || !bytes.ContainsRune(data, '*') {
		return nil
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return &DecodeError{Problem: unquoted(err)}
	}
	sizes := expansion{}
	if added := sizes.of(&document).added; added > maxAdded {
		return &DecodeError{Problem: fmt.Sprintf(
			"excessive aliasing: aliases (*name) add more than %d MiB to the document; write out what it needs, or split it into several files",
			maxAdded>>20)}
	}
	return nil
}

// size is that of a value as JSON: all of it, and what of that comes from aliases.
type size struct{ all, added int64 }

// expansion remembers the sizes of values, so that each is looked at once however often it is used.
type expansion map[*yaml.Node]size

// of returns the size of a value. One that contains itself counts nothing within itself: the decoder refuses it.
func (e expansion) of(node *yaml.Node) size {
	if known, ok := e[node]; ok {
		return known
	}
	e[node] = size{}
	var total size
	switch node.Kind {
	case yaml.AliasNode:
		total = e.of(node.Alias)
		total.added = total.all
	case yaml.ScalarNode:
		total.all = quotedSize(node.Value)
	default:
		total.all = 2
		for _, child := range node.Content {
			part := e.of(child)
			total = size{add(total.all, part.all+1), add(total.added, part.added)}
		}
	}
	e[node] = total
	return total
}

// add adds sizes up to half of what fits, so that billions of billions stay large.
func add(a, b int64) int64 { return min(a+b, math.MaxInt64/4) }

// quotedSize is what a string has as JSON, at most.
func quotedSize(text string) int64 {
	total := int64(2)
	for i := range len(text) {
		switch c := text[i]; {
		case c < 0x20, c == '<', c == '>', c == '&', c >= 0x7f:
			total += 6
		case c == '"', c == '\\':
			total += 2
		default:
			total++
		}
	}
	return total
}
