package schema

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
)

// documentField is a field of a struct, as JSON documents have it.
type documentField struct {
	reflect.StructField

	name  string
	owner reflect.Type
	// asText is true for numbers and booleans that documents have as strings.
	asText, tagged bool
	// optional fields are left out of documents when they are empty; omitted ones because their tag says so.
	optional, omitted bool
	depth             int
}

// fieldsOf returns the fields that encoding/json uses of a struct, including those of embedded structs. Of several fields with one name
// it is the least nested one, and among those the only one with a tag.
func fieldsOf(goType reflect.Type) []documentField {
	byName := map[string][]documentField{}
	var names []string
	visited := map[reflect.Type]bool{}
	for depth, level := 0, []reflect.Type{goType}; len(level) > 0; depth++ {
		var next []reflect.Type
		now := level
		for _, owner := range now {
			if visited[owner] {
				continue
			}
			for f := range owner.Fields() {
				found, embedded := readField(owner, f, depth)
				if embedded != nil {
					next = append(next, embedded)
					continue
				}
				if found.name == "" {
					continue
				}
				if byName[found.name] == nil {
					names = append(names, found.name)
				}
				byName[found.name] = append(byName[found.name], found)
				if times(now, owner) > 1 { // embedded twice at one level: the fields hide each other
					byName[found.name] = append(byName[found.name], found)
				}
			}
			visited[owner] = true
		}
		level = next
	}
	var fields []documentField
	for _, name := range names {
		if found, ok := dominant(byName[name]); ok {
			fields = append(fields, found)
		}
	}
	return fields
}

func times(level []reflect.Type, owner reflect.Type) (n int) {
	for _, goType := range level {
		if goType == owner {
			n++
		}
	}
	return n
}

// readField returns a field, or the struct whose fields are inlined. A field that documents do not have has no name.
func readField(owner reflect.Type, f reflect.StructField, depth int) (found documentField, embedded reflect.Type) {
	inner := f.Type
	if inner.Kind() == reflect.Pointer {
		inner = inner.Elem()
	}
	tag := f.Tag.Get("json")
	name, options, _ := strings.Cut(tag, ",")
	switch {
	case tag == "-" || !f.IsExported() && (!f.Anonymous || inner.Kind() != reflect.Struct):
		return documentField{}, nil
	case f.Anonymous && name == "" && inner.Kind() == reflect.Struct:
		return documentField{}, inner
	}
	scalar := inner.Kind() >= reflect.Bool && inner.Kind() <= reflect.Float64 || inner.Kind() == reflect.String
	asText := scalar && slices.Contains(strings.Split(options, ","), "string")
	return documentField{
		StructField: f, name: cmp.Or(name, f.Name), owner: owner, asText: asText, tagged: name != "", depth: depth,
		omitted: strings.Contains(options, "omit"), optional: strings.Contains(options, "omit") || f.Type.Kind() == reflect.Pointer,
	}, nil
}

// required reports whether the schema requires the field: its marker says so, or it has no marker and its tag does not omit it.
func (f documentField) required(said markers) bool {
	if said.has("required") {
		return true
	}
	return !f.omitted && !said.has("optional")
}

func dominant(same []documentField) (documentField, bool) {
	slices.SortStableFunc(same, func(a, b documentField) int {
		if c := cmp.Compare(a.depth, b.depth); c != 0 || a.tagged == b.tagged {
			return c
		}
		if a.tagged {
			return -1
		}
		return 1
	})
	if len(same) > 1 && same[0].depth == same[1].depth && same[0].tagged == same[1].tagged {
		return documentField{}, false
	}
	return same[0], true
}
