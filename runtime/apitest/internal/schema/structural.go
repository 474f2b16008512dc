package schema

import (
	"encoding/json"
	"fmt"

	"k8s.io/kube-openapi/pkg/validation/spec"
)

// Structural is the schema of a version of a custom resource definition. It is safe for concurrent use.
type Structural struct {
	root *spec.Schema
	// rules is the schema for validation, with the types that its extensions allow.
	rules *spec.Schema
}

// NewStructural reads the openAPIV3Schema of a definition. Nil, where nothing is pruned, comes of preserving everything.
func NewStructural(document map[string]any) (*Structural, error) {
	data, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	s := &spec.Schema{}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("openAPIV3Schema: %w", err)
	}
	rules := &spec.Schema{}
	if err := json.Unmarshal(data, rules); err != nil {
		return nil, fmt.Errorf("openAPIV3Schema: %w", err)
	}
	addTypes(rules)
	return &Structural{root: s, rules: rules}, nil
}

// addTypes sets the types of fields that may be an integer or a string.
func addTypes(s *spec.Schema) {
	if says(s, "x-kubernetes-int-or-string") {
		s.Type = spec.StringOrArray{"integer", "string"}
	}
	for name, field := range s.Properties {
		addTypes(&field)
		s.Properties[name] = field
	}
	if of := items(s); of != nil {
		addTypes(of)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		addTypes(s.AdditionalProperties.Schema)
	}
}

// OpenAPI returns the schema. Do not change it.
func (s *Structural) OpenAPI() *spec.Schema { return s.root }

func says(s *spec.Schema, extension string) bool {
	value, _ := s.Extensions[extension].(bool)
	return value
}

func preserves(s *spec.Schema) bool { return says(s, "x-kubernetes-preserve-unknown-fields") }

func embedded(s *spec.Schema) bool { return says(s, "x-kubernetes-embedded-resource") }

// property returns the schema of a field, nil if the schema does not have the field.
func property(s *spec.Schema, name string) *spec.Schema {
	if named, ok := s.Properties[name]; ok {
		return &named
	}
	if s.AdditionalProperties != nil {
		return s.AdditionalProperties.Schema
	}
	return nil
}

// anyField reports whether the schema allows fields that it does not specify.
func anyField(s *spec.Schema) bool {
	return preserves(s) || s.AdditionalProperties != nil && s.AdditionalProperties.Allows
}

func items(s *spec.Schema) *spec.Schema {
	if s.Items == nil {
		return nil
	}
	return s.Items.Schema
}

// Prune removes the fields that the schema does not specify from an object, and returns their paths.
func (s *Structural) Prune(object map[string]any) []string {
	var gone []string
	pruneObject(s.root, object, "", true, &gone)
	return gone
}

func pruneObject(s *spec.Schema, object map[string]any, path string, resource bool, gone *[]string) {
	for _, name := range sortedKeys(object) {
		if resource && (name == "apiVersion" || name == "kind" || name == "metadata") {
			continue
		}
		at := name
		if path != "" {
			at = path + "." + name
		}
		known := property(s, name)
		switch {
		case known != nil:
			prune(known, object[name], at, gone)
		case !anyField(s):
			delete(object, name)
			*gone = append(*gone, at)
		}
	}
}

func prune(s *spec.Schema, value any, path string, gone *[]string) {
	switch value := value.(type) {
	case map[string]any:
		pruneObject(s, value, path, embedded(s), gone)
	case []any:
		of := items(s)
		if of == nil {
			return
		}
		for i, item := range value {
			prune(of, item, fmt.Sprintf("%s[%d]", path, i), gone)
		}
	}
}

// DropNulls removes nulls of fields that are not nullable and have no default.
func (s *Structural) DropNulls(object map[string]any) { dropNulls(s.root, object) }

func dropNulls(s *spec.Schema, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			known := property(s, name)
			switch {
			case known == nil:
			case inner == nil && !known.Nullable && known.Default == nil:
				delete(value, name)
			default:
				dropNulls(known, inner)
			}
		}
	case []any:
		if of := items(s); of != nil {
			for _, item := range value {
				dropNulls(of, item)
			}
		}
	}
}

// Default sets the defaults of fields that are missing, or that are null and not nullable.
func (s *Structural) Default(object map[string]any) { fillDefaults(s.root, object) }

func fillDefaults(s *spec.Schema, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, field := range s.Properties {
			have, present := value[name]
			if field.Default != nil && (!present || have == nil && !field.Nullable) {
				value[name] = deepCopyJSON(field.Default)
			}
		}
		for name, inner := range value {
			known := property(s, name)
			if known == nil {
				continue
			}
			if inner == nil && !known.Nullable && known.Default != nil {
				value[name] = deepCopyJSON(known.Default)
			}
			fillDefaults(known, value[name])
		}
	case []any:
		of := items(s)
		if of == nil {
			return
		}
		for i, item := range value {
			if item == nil && !of.Nullable && of.Default != nil {
				value[i] = deepCopyJSON(of.Default)
			}
			fillDefaults(of, value[i])
		}
	}
}
