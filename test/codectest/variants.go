package codectest

import (
	"encoding/json"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
)

// Variants are documents that differ from a valid one in one place: a value of another kind, a field that is not there,
// comes twice or is unknown, a byte that is wrong, an end that is missing.
func Variants(document []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var tree any
		if json.Unmarshal(document, &tree) != nil {
			return
		}
		v := variants{root: &tree, yield: yield}
		v.value(tree, func(other any) { tree = other })
		v.bytes(document)
	}
}

// variants goes through a document.
type variants struct {
	root  *any
	yield func([]byte) bool
	done  bool
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
	if text, err := json.Marshal(*v.root); err == nil {
		v.done = !v.yield(text)
	}
}

// bytes cuts the document off, and changes some bytes of it.
func (v *variants) bytes(document []byte) {
	const wrong = `{}[]",:\ 01n-.e` + "\xff\x00"
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same documents every time
	step := max(1, len(document)/300)
	for i := 0; i < len(document) && !v.done; i += step {
		if v.done = !v.yield(slices.Clone(document[:i])); v.done {
			return
		}
		other := slices.Clone(document)
		other[i] = wrong[random.IntN(len(wrong))]
		v.done = !v.yield(other)
	}
	if !v.done {
		v.yield(append(slices.Clone(document), " x"...))
	}
}
