package templates

import (
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// documentFields are the fields of a struct that stand in documents of it, those of embedded structs among them, in source
// order: what encoding/json writes, but for fields that are there for the sake of protobuf, and those that cannot be written.
func documentFields(d *model.Decl) []model.JSONField {
	return slices.DeleteFunc(d.DocumentFields(), func(f model.JSONField) bool {
		return strings.HasPrefix(f.Field().Name, "ZZZ_") || unwritable(f.Field().Type)
	})
}

// unwritable tells types that encoding/json has no form for.
func unwritable(t *model.Type) bool {
	switch t = t.Bare().Underlying(); t.Kind {
	case model.Function, model.Chan:
		return true
	case model.Slice, model.Array, model.Map:
		elem := t.Elem.Bare().Unalias()
		return elem.Kind == model.Function || elem.Kind == model.Chan
	}
	return false
}

// encodesItself tells types whose documents are what a method makes of them, not their fields.
func encodesItself(d *model.Decl) bool {
	return d.HasMethod("MarshalJSON") || d.HasMethod("MarshalText")
}
