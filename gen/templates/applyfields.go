package templates

import (
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// documentFields are the fields of a struct that stand in documents of it, those of embedded structs among them, in source
// order: what encoding/json writes, but for fields that are there for the sake of protobuf, and those that cannot be written.
func documentFields(d *model.Decl) []jsonField {
	w := fieldWalk{any: true}
	w.walk(embedding{decl: d, fields: d.Fields()})
	return slices.DeleteFunc(dominant(w.found), func(f jsonField) bool {
		return strings.HasPrefix(f.field().Name, "ZZZ_") || unwritable(f.field().Type)
	})
}

// unwritable tells types that encoding/json has no form for.
func unwritable(t *model.Type) bool {
	switch t = bare(t).Underlying(); t.Kind {
	case model.Function, model.Chan:
		return true
	case model.Slice, model.Array, model.Map:
		elem := bare(t.Elem).Unalias()
		return elem.Kind == model.Function || elem.Kind == model.Chan
	}
	return false
}

// bare takes aliases and pointers off a type.
func bare(t *model.Type) *model.Type {
	for t = t.Unalias(); t.Kind == model.Pointer; {
		t = t.Elem.Unalias()
	}
	return t
}

// encodesItself tells types whose documents are what a method makes of them, not their fields.
func encodesItself(d *model.Decl) bool {
	return hasOrGets(d, "MarshalJSON") || hasOrGets(d, "MarshalText")
}

// hasOrGets tells whether a type has a method, by itself or from what it embeds: then one embedded type has it, and none that
// is embedded as deep or less deep.
func hasOrGets(d *model.Decl, method string) bool {
	seen := map[*model.Decl]bool{}
	for level := []*model.Decl{d}; len(level) > 0; {
		var next []*model.Decl
		owners := 0
		for _, d := range level {
			if seen[d] {
				continue
			}
			seen[d] = true
			if d.Declares(method) {
				owners++
				continue
			}
			for _, f := range d.Fields() {
				if inner := declOf(bare(f.Type)); f.Embedded && inner != nil {
					next = append(next, inner)
				}
			}
		}
		if owners > 0 {
			return owners == 1
		}
		level = next
	}
	return false
}
