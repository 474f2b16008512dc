package crd

import (
	"iter"
	"maps"
	"slices"
)

// Pairs are the keys of an object with their values, in the order of the keys. A value is a scalar, a list ([]any), or an object:
// pairs again, or a map where a marker gave it.
type Pairs = iter.Seq2[string, any]

// object collects the pairs of an object for whoever ranges over them. The keys have to come in order. What is empty is left out.
type object struct {
	yield func(string, any) bool
	ended bool
}

// pairs returns what fill puts into an object.
func pairs(fill func(o *object)) Pairs {
	return func(yield func(string, any) bool) { fill(&object{yield: yield}) }
}

func (o *object) put(key string, value any) {
	if !o.ended {
		o.ended = !o.yield(key, value)
	}
}

func (o *object) text(key, value string) {
	if value != "" {
		o.put(key, value)
	}
}

func (o *object) flag(key string, value bool) {
	if value {
		o.put(key, true)
	}
}

func (o *object) count(key string, value *int64) {
	if value != nil {
		o.put(key, *value)
	}
}

func (o *object) number(key string, value *float64) {
	if value != nil {
		o.put(key, *value)
	}
}

// put puts a list, each of its values in another form.
func put[T any](o *object, key string, list []T, as func(T) any) {
	if len(list) == 0 {
		return
	}
	all := make([]any, len(list))
	for i, value := range list {
		all[i] = as(value)
	}
	o.put(key, all)
}

// sorted puts an object whose keys are those of a map.
func sorted[T any](o *object, key string, m map[string]T, as func(T) any) {
	if len(m) == 0 {
		return
	}
	o.put(key, pairs(func(o *object) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			o.put(key, as(m[key]))
		}
	}))
}

func itself[T any](value T) any { return value }

// Document is the definition as it is written to a file.
func (d *Definition) Document() Pairs {
	return pairs(func(o *object) {
		o.put("apiVersion", "apiextensions.k8s.io/v1")
		o.put("kind", "CustomResourceDefinition")
		o.put("metadata", pairs(func(o *object) {
			sorted(o, "annotations", d.Annotations, itself)
			sorted(o, "labels", d.Labels, itself)
			o.put("name", d.Name())
		}))
		o.put("spec", pairs(d.spec))
	})
}

func (d *Definition) spec(o *object) {
	if d.Conversion != nil {
		o.put("conversion", pairs(d.Conversion.document))
	}
	o.put("group", d.Group)
	o.put("names", pairs(func(o *object) {
		put(o, "categories", d.Categories, itself)
		o.put("kind", d.Kind)
		o.put("listKind", d.ListKind)
		o.put("plural", d.Plural)
		put(o, "shortNames", d.ShortNames, itself)
		o.put("singular", d.Singular)
	}))
	if d.Namespaced {
		o.put("scope", "Namespaced")
	} else {
		o.put("scope", "Cluster")
	}
	put(o, "versions", d.Versions, func(v Version) any { return pairs(v.document) })
}

func (v Version) document(o *object) {
	put(o, "additionalPrinterColumns", v.Columns, func(c Column) any { return pairs(c.document) })
	o.flag("deprecated", v.Deprecated)
	if v.Warning != nil {
		o.put("deprecationWarning", *v.Warning)
	}
	o.put("name", v.Name)
	o.put("schema", pairs(func(o *object) { o.put("openAPIV3Schema", pairs(v.Schema.document)) }))
	put(o, "selectableFields", v.SelectableFields, func(path string) any {
		return pairs(func(o *object) { o.put("jsonPath", path) })
	})
	o.put("served", v.Served)
	o.put("storage", v.Storage)
	if v.Scale == nil && !v.Status {
		return
	}
	o.put("subresources", pairs(func(o *object) {
		if v.Scale != nil {
			o.put("scale", pairs(v.Scale.document))
		}
		if v.Status {
			o.put("status", pairs(func(*object) {}))
		}
	}))
}

func (c Column) document(o *object) {
	o.text("description", c.Description)
	o.text("format", c.Format)
	o.put("jsonPath", c.JSONPath)
	o.put("name", c.Name)
	if c.Priority != 0 {
		o.put("priority", c.Priority)
	}
	o.put("type", c.Type)
}

func (s *Scale) document(o *object) {
	o.text("labelSelectorPath", s.SelectorPath)
	o.put("specReplicasPath", s.SpecPath)
	o.put("statusReplicasPath", s.StatusPath)
}

func (s *Schema) pairs() any { return pairs(s.document) }

// document puts the schema into an object. The schemas below it follow when somebody ranges over them: the whole of a large one
// would be as large as its file.
func (s *Schema) document(o *object) {
	if s.AdditionalProperties != nil {
		o.put("additionalProperties", s.AdditionalProperties.pairs())
	}
	put(o, "allOf", s.AllOf, (*Schema).pairs)
	put(o, "anyOf", s.AnyOf, (*Schema).pairs)
	if s.Default != nil {
		o.put("default", s.Default)
	}
	o.text("description", s.Description)
	put(o, "enum", s.Enum, itself)
	if s.Example != nil {
		o.put("example", s.Example)
	}
	o.flag("exclusiveMaximum", s.ExclusiveMaximum)
	o.flag("exclusiveMinimum", s.ExclusiveMinimum)
	if s.DocsURL != "" {
		o.put("externalDocs", pairs(func(o *object) {
			o.text("description", s.DocsDescription)
			o.put("url", s.DocsURL)
		}))
	}
	o.text("format", s.Format)
	if s.Items != nil {
		o.put("items", s.Items.pairs())
	}
	s.documentLimits(o)
	o.flag("nullable", s.Nullable)
	o.text("pattern", s.Pattern)
	sorted(o, "properties", s.Properties, (*Schema).pairs)
	put(o, "required", s.Required, itself)
	o.text("title", s.Title)
	o.text("type", s.Type)
	o.flag("uniqueItems", s.UniqueItems)
	s.documentExtensions(o)
}

func (s *Schema) documentLimits(o *object) {
	o.count("maxItems", s.MaxItems)
	o.count("maxLength", s.MaxLength)
	o.count("maxProperties", s.MaxProperties)
	o.number("maximum", s.Maximum)
	o.count("minItems", s.MinItems)
	o.count("minLength", s.MinLength)
	o.count("minProperties", s.MinProperties)
	o.number("minimum", s.Minimum)
	o.number("multipleOf", s.MultipleOf)
}

func (s *Schema) documentExtensions(o *object) {
	o.flag("x-kubernetes-embedded-resource", s.EmbeddedResource)
	o.flag("x-kubernetes-int-or-string", s.IntOrString)
	put(o, "x-kubernetes-list-map-keys", s.ListMapKeys, itself)
	o.text("x-kubernetes-list-type", s.ListType)
	o.text("x-kubernetes-map-type", s.MapType)
	o.flag("x-kubernetes-preserve-unknown-fields", s.PreserveUnknown)
	put(o, "x-kubernetes-validations", s.Validations, func(r Rule) any { return pairs(r.document) })
}

func (r Rule) document(o *object) {
	o.text("fieldPath", r.FieldPath)
	o.text("message", r.Message)
	o.text("messageExpression", r.MessageExpression)
	if r.OptionalOldSelf != nil {
		o.put("optionalOldSelf", *r.OptionalOldSelf)
	}
	o.text("reason", r.Reason)
	o.put("rule", r.Rule)
}
