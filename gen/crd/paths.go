package crd

import (
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// The API server refuses a definition whose paths it cannot follow (k8s.io/apiextensions-apiserver, package validation). These are its
// rules for the paths and fields that markers name, told before a cluster tells them.

// checkKeys sees to it that each element of a list has the fields that tell elements apart.
func (b *builder) checkKeys(s *Schema) {
	for _, key := range s.ListMapKeys {
		if s.Items == nil || s.Items.Properties[key] == nil {
			continue // package model has said so, or the schema of elements is open
		}
		if !slices.Contains(s.Items.Required, key) && s.Items.Properties[key].Default == nil {
			b.problem(s, "give the field +required or a default",
				"elements of a list are told apart by %s, which they may lack: a cluster refuses that", key)
		}
	}
}

func (b *builder) checkColumn(o *model.Object, m model.Marker, c Column) {
	types := []string{"integer", "number", "string", "boolean", "date"}
	formats := []string{"", "int32", "int64", "float", "double", "byte", "date", "date-time", "password"}
	switch {
	case c.JSONPath != "" && !strings.HasPrefix(c.JSONPath, "."):
		b.refuse(o, m, "begin it with a dot, as in .spec.size", "%q is no path of a column", c.JSONPath)
	case c.Type != "" && !slices.Contains(types, c.Type):
		b.refuse(o, m, "write one of "+strings.Join(types, ", "), "%q is no type of a column", c.Type)
	case !slices.Contains(formats, c.Format):
		b.refuse(o, m, "write one of "+strings.Join(formats[1:], ", "), "%q is no format of a column", c.Format)
	}
}

func (b *builder) checkScale(o *model.Object, m model.Marker, s *Scale) {
	for _, path := range []struct {
		name, value string
		below       []string
	}{
		{"specpath", s.SpecPath, []string{".spec."}},
		{"statuspath", s.StatusPath, []string{".status."}},
		{"selectorpath", s.SelectorPath, []string{".spec.", ".status."}},
	} {
		if path.value != "" && !slices.ContainsFunc(path.below, func(root string) bool { return strings.HasPrefix(path.value, root) }) {
			b.refuse(o, m, "name a field below "+strings.Join(path.below, " or "), "%s %q is not where a cluster looks for it", path.name, path.value)
		}
	}
}

func (b *builder) checkSelectable(o *model.Object, m model.Marker, schema *Schema, path string) {
	if path == "" || strings.Contains(path, "[") {
		return // it is missing, which has been said, or leads through a map
	}
	steps := strings.Split(path, ".")
	if steps[0] != "" || len(steps) < 2 {
		b.refuse(o, m, "begin it with a dot, as in .spec.size", "%q is no path of a field", path)
		return
	}
	if steps[1] == "metadata" {
		b.refuse(o, m, "leave the marker out", "%s cannot be made selectable: a cluster does that for metadata.name and metadata.namespace, and for no other field of it", path)
		return
	}
	for _, step := range steps[1:] {
		if schema = schema.Properties[step]; schema == nil {
			b.refuse(o, m, "name fields as they are in JSON", "%s has no field %s", o.Decl.Name, path)
			return
		}
	}
	if !slices.Contains([]string{"string", "boolean", "integer"}, schema.Type) {
		b.refuse(o, m, "", "%s cannot be selected by: only fields of type string, boolean and integer can", path)
	}
}
