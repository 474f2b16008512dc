package crd

import (
	"maps"
	"slices"
)

// Document is the definition as it is written to a file: maps, lists and scalars.
func (d *Definition) Document() map[string]any {
	metadata := map[string]any{"name": d.Name()}
	put(metadata, "annotations", texts(d.Annotations), len(d.Annotations) > 0)
	put(metadata, "labels", texts(d.Labels), len(d.Labels) > 0)
	names := map[string]any{"kind": d.Kind, "listKind": d.ListKind, "plural": d.Plural, "singular": d.Singular}
	put(names, "shortNames", list(d.ShortNames), len(d.ShortNames) > 0)
	put(names, "categories", list(d.Categories), len(d.Categories) > 0)
	scope := "Cluster"
	if d.Namespaced {
		scope = "Namespaced"
	}
	versions := make([]any, len(d.Versions))
	for i, v := range d.Versions {
		versions[i] = v.document()
	}
	spec := map[string]any{"group": d.Group, "names": names, "scope": scope, "versions": versions}
	if d.Conversion != nil {
		spec["conversion"] = d.Conversion.document()
	}
	return map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": metadata, "spec": spec,
	}
}

func put(to map[string]any, key string, value any, is bool) {
	if is {
		to[key] = value
	}
}

func texts(m map[string]string) map[string]any {
	out := map[string]any{}
	for key, value := range m {
		out[key] = value
	}
	return out
}

func list[T any](values []T) []any {
	out := make([]any, len(values))
	for i, value := range values {
		out[i] = value
	}
	return out
}

func (v Version) document() map[string]any {
	doc := map[string]any{
		"name": v.Name, "served": v.Served, "storage": v.Storage,
		"schema": map[string]any{"openAPIV3Schema": v.Schema.document()},
	}
	put(doc, "deprecated", true, v.Deprecated)
	if v.Warning != nil {
		doc["deprecationWarning"] = *v.Warning
	}
	var columns, fields []any
	for _, c := range v.Columns {
		column := map[string]any{"name": c.Name, "type": c.Type, "jsonPath": c.JSONPath}
		put(column, "description", c.Description, c.Description != "")
		put(column, "format", c.Format, c.Format != "")
		put(column, "priority", c.Priority, c.Priority != 0)
		columns = append(columns, column)
	}
	for _, path := range v.SelectableFields {
		fields = append(fields, map[string]any{"jsonPath": path})
	}
	put(doc, "additionalPrinterColumns", columns, len(columns) > 0)
	put(doc, "selectableFields", fields, len(fields) > 0)
	subresources := map[string]any{}
	put(subresources, "status", map[string]any{}, v.Status)
	if v.Scale != nil {
		scale := map[string]any{"specReplicasPath": v.Scale.SpecPath, "statusReplicasPath": v.Scale.StatusPath}
		put(scale, "labelSelectorPath", v.Scale.SelectorPath, v.Scale.SelectorPath != "")
		subresources["scale"] = scale
	}
	put(doc, "subresources", subresources, len(subresources) > 0)
	return doc
}

func (s *Schema) document() map[string]any {
	doc := map[string]any{}
	for key, value := range map[string]string{
		"title": s.Title, "description": s.Description, "type": s.Type, "format": s.Format, "pattern": s.Pattern,
		"x-kubernetes-list-type": s.ListType, "x-kubernetes-map-type": s.MapType,
	} {
		put(doc, key, value, value != "")
	}
	for key, value := range map[string]bool{
		"exclusiveMaximum": s.ExclusiveMaximum, "exclusiveMinimum": s.ExclusiveMinimum, "uniqueItems": s.UniqueItems,
		"nullable": s.Nullable, "x-kubernetes-int-or-string": s.IntOrString, "x-kubernetes-embedded-resource": s.EmbeddedResource,
		"x-kubernetes-preserve-unknown-fields": s.PreserveUnknown,
	} {
		put(doc, key, true, value)
	}
	for key, value := range map[string]*float64{"maximum": s.Maximum, "minimum": s.Minimum, "multipleOf": s.MultipleOf} {
		if value != nil {
			doc[key] = *value
		}
	}
	for key, value := range map[string]*int64{
		"maxLength": s.MaxLength, "minLength": s.MinLength, "maxItems": s.MaxItems, "minItems": s.MinItems,
		"maxProperties": s.MaxProperties, "minProperties": s.MinProperties,
	} {
		if value != nil {
			doc[key] = *value
		}
	}
	put(doc, "default", s.Default, s.Default != nil)
	put(doc, "example", s.Example, s.Example != nil)
	put(doc, "enum", s.Enum, len(s.Enum) > 0)
	put(doc, "required", list(s.Required), len(s.Required) > 0)
	put(doc, "x-kubernetes-list-map-keys", list(s.ListMapKeys), len(s.ListMapKeys) > 0)
	s.documentBelow(doc)
	return doc
}

// documentBelow adds the schemas and rules in a schema.
func (s *Schema) documentBelow(doc map[string]any) {
	if len(s.Properties) > 0 {
		properties := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			properties[name] = s.Properties[name].document()
		}
		doc["properties"] = properties
	}
	if s.Items != nil {
		doc["items"] = s.Items.document()
	}
	if s.AdditionalProperties != nil {
		doc["additionalProperties"] = s.AdditionalProperties.document()
	}
	for key, all := range map[string][]*Schema{"allOf": s.AllOf, "anyOf": s.AnyOf} {
		var docs []any
		for _, one := range all {
			docs = append(docs, one.document())
		}
		put(doc, key, docs, len(docs) > 0)
	}
	if s.DocsURL != "" {
		docs := map[string]any{"url": s.DocsURL}
		put(docs, "description", s.DocsDescription, s.DocsDescription != "")
		doc["externalDocs"] = docs
	}
	var rules []any
	for _, r := range s.Validations {
		rules = append(rules, r.document())
	}
	put(doc, "x-kubernetes-validations", rules, len(rules) > 0)
}

func (r Rule) document() map[string]any {
	doc := map[string]any{"rule": r.Rule}
	for key, value := range map[string]string{
		"message": r.Message, "messageExpression": r.MessageExpression, "reason": r.Reason, "fieldPath": r.FieldPath,
	} {
		put(doc, key, value, value != "")
	}
	if r.OptionalOldSelf != nil {
		doc["optionalOldSelf"] = *r.OptionalOldSelf
	}
	return doc
}
