package codectest

import (
	"encoding/json"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
)

// Variants are documents that differ from a valid one in one place: a value of another kind, a field that is not there,
// comes twice or is unknown, a byte that is wrong, an end that is missing. Where there are more than most, it is every second,
// or every third, and so on.
func Variants(document []byte, most int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var tree any
		if json.Unmarshal(document, &tree) != nil {
			return
		}
		all := 0
		count := variants{take: func(func() []byte) bool { all++; return true }}
		count.value(tree, func(other any) { tree = other })
		count.bytes(document)
		step, n := all/most+1, 0
		v := variants{root: &tree, take: func(text func() []byte) bool {
			n++
			return n%step != 0 || yield(text())
		}}
		v.value(tree, func(other any) { tree = other })
		v.bytes(document)
	}
}

// variants goes through a document.
type variants struct {
	root *any
	// take is told how to write each variant, and returns false when it wants no more.
	take func(func() []byte) bool
	done bool
}

// others are put in the place of every value.
func others() []any {
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

// value varies one value of the tree, which set replaces, and what is in it.
func (v *variants) value(value any, set func(any)) {
	for _, other := range others() {
		v.try(other, set)
	}
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			member := value[key]
			v.twice(key, member, set)
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

// twice has a field come twice: as it is, and after or before a null.
func (v *variants) twice(key string, member any, set func(any)) {
	text, err := json.Marshal(member)
	name, nameErr := json.Marshal(key)
	if err != nil || nameErr != nil {
		return
	}
	for _, pair := range [][2]string{{string(text), string(text)}, {string(text), "null"}, {"null", string(text)}} {
		v.try(json.RawMessage("{"+string(name)+":"+pair[0]+","+string(name)+":"+pair[1]+"}"), set)
	}
}

func (v *variants) try(other any, set func(any)) {
	if v.done {
		return
	}
	set(other)
	v.done = !v.take(func() []byte {
		text, _ := json.Marshal(*v.root) // a tree that was read can be written
		return text
	})
}

// bytes cuts the document off, and changes some bytes of it.
func (v *variants) bytes(document []byte) {
	const wrong = `{}[]",:\ 01n-.e` + "\xff\x00"
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same documents every time
	for i := range document {
		if v.done {
			return
		}
		other := slices.Clone(document)
		other[i] = wrong[random.IntN(len(wrong))]
		v.done = !v.take(func() []byte { return document[:i] }) || !v.take(func() []byte { return other })
	}
}
