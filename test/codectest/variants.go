package codectest

import (
	"encoding/json"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
)

// Variants yields documents that differ from a valid one in one place: a value of another kind, a missing, duplicate or unknown field,
// a wrong byte, or a missing end. If there are more than most, it yields every second one, or every third, and so on.
func Variants(document []byte, most int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var tree any
		if json.Unmarshal(document, &tree) != nil {
			return
		}
		all := 0
		count := variantWalker{visit: func(func() []byte) bool { all++; return true }}
		count.value(tree, func(other any) { tree = other })
		count.bytes(document)
		step, n := all/most+1, 0
		v := variantWalker{root: &tree, visit: func(text func() []byte) bool {
			n++
			return n%step != 0 || yield(text())
		}}
		v.value(tree, func(other any) { tree = other })
		v.bytes(document)
	}
}

// variantWalker walks through a document and makes its variants.
type variantWalker struct {
	root *any
	// visit receives a function that writes the variant. It returns false to stop.
	visit func(func() []byte) bool
	done  bool
}

// replacements returns the values that replace every value of the document in turn.
func replacements() []any {
	var all []any
	for _, text := range []string{
		`null`, `true`, `0`, `-1`, `1.0`, `1.5`, `1e3`, `300`, `70000`, `1099511627776`, `18446744073709551616`,
		`""`, `"x"`, `"1"`, `"true"`, `"2026-11-25T01:02:03Z"`, `"1h"`, `"aGk="`, `"\u00fc\ud83d\ude80"`, `"\ud83d"`,
		`[]`, `[null]`, `["x"]`, `[1,2]`, `[{}]`, `[[]]`, `{}`, `{"x":1}`, `{"x":null}`, `{"x":"y","x":"z"}`, `{"x":{}}`, `{"x":[]}`,
	} {
		all = append(all, json.RawMessage(text))
	}
	return all
}

// value makes variants of one value of the tree and of everything in it. set replaces the value in the tree.
func (v *variantWalker) value(value any, set func(any)) {
	for _, other := range replacements() {
		v.try(other, set)
	}
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			member := value[key]
			v.tryDuplicate(key, member, set)
			v.value(member, func(other any) { value[key] = other })
			delete(value, key)
			v.try(value, set)
			value[key] = member
		}
		value["unknown\u00e4"] = map[string]any{"a": []any{1, "b", nil, true}}
		v.try(value, set)
		delete(value, "unknown\u00e4")
	case []any:
		for i, element := range value {
			v.value(element, func(other any) { value[i] = other })
		}
		v.try(append(value, value...), set)
		v.try(append(value, json.RawMessage(`{"unknown":[1e400]}`)), set)
	}
	set(value)
}

// tryDuplicate makes objects with one field twice: with the same value, or with null before or after it.
func (v *variantWalker) tryDuplicate(key string, member any, set func(any)) {
	text, err := json.Marshal(member)
	name, nameErr := json.Marshal(key)
	if err != nil || nameErr != nil {
		return
	}
	for _, pair := range [][2]string{{string(text), string(text)}, {string(text), "null"}, {"null", string(text)}} {
		v.try(json.RawMessage("{"+string(name)+":"+pair[0]+","+string(name)+":"+pair[1]+"}"), set)
	}
}

// try makes a variant of the document with other in the place that set replaces.
func (v *variantWalker) try(other any, set func(any)) {
	if v.done {
		return
	}
	set(other)
	v.done = !v.visit(func() []byte {
		text, _ := json.Marshal(*v.root) // a tree that was decoded can be encoded
		return text
	})
}

// bytes makes variants that are cut off at each byte, or have a random byte in its place.
func (v *variantWalker) bytes(document []byte) {
	const wrong = `{}[]",:\ 01n-.e` + "\xff\x00"
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same documents every time
	for i := range document {
		if v.done {
			return
		}
		other := slices.Clone(document)
		other[i] = wrong[random.IntN(len(wrong))]
		v.done = !v.visit(func() []byte { return document[:i] }) || !v.visit(func() []byte { return other })
	}
}
