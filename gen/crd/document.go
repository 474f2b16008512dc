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

// nonzero puts a value that is not the zero value of its type.
func nonzero[T comparable](o *object, key string, value T) {
	var zero T
	if value != zero {
		o.put(key, value)
	}
}

// set puts what a pointer points to, unless it is nil.
func set[T any](o *object, key string, value *T) {
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
	nonzero(o, "deprecated", v.Deprecated)
	set(o, "deprecationWarning", v.Warning)
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
	nonzero(o, "description", c.Description)
	nonzero(o, "format", c.Format)
	o.put("jsonPath", c.JSONPath)
	o.put("name", c.Name)
	nonzero(o, "priority", c.Priority)
	o.put("type", c.Type)
}

func (s *Scale) document(o *object) {
	nonzero(o, "labelSelectorPath", s.SelectorPath)
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
	nonzero(o, "description", s.Description)
	put(o, "enum", s.Enum, itself)
	if s.Example != nil {
		o.put("example", s.Example)
	}
	nonzero(o, "exclusiveMaximum", s.ExclusiveMaximum)
	nonzero(o, "exclusiveMinimum", s.ExclusiveMinimum)
	if s.DocsURL != "" {
		o.put("externalDocs", pairs(func(o *object) {
			nonzero(o, "description", s.DocsDescription)
			o.put("url", s.DocsURL)
		}))
	}
	nonzero(o, "format", s.Format)
	if s.Items != nil {
		o.put("items", s.Items.pairs())
	}
	s.documentLimits(o)
	nonzero(o, "nullable", s.Nullable)
	nonzero(o, "pattern", s.Pattern)
	sorted(o, "properties", s.Properties, (*Schema).pairs)
	put(o, "required", s.Required, itself)
	nonzero(o, "title", s.Title)
	nonzero(o, "type", s.Type)
	nonzero(o, "uniqueItems", s.UniqueItems)
	s.documentExtensions(o)
}

func (s *Schema) documentLimits(o *object) {
	set(o, "maxItems", s.MaxItems)
	set(o, "maxLength", s.MaxLength)
	set(o, "maxProperties", s.MaxProperties)
	set(o, "maximum", s.Maximum)
	set(o, "minItems", s.MinItems)
	set(o, "minLength", s.MinLength)
	set(o, "minProperties", s.MinProperties)
	set(o, "minimum", s.Minimum)
	set(o, "multipleOf", s.MultipleOf)
}

func (s *Schema) documentExtensions(o *object) {
	nonzero(o, "x-kubernetes-embedded-resource", s.EmbeddedResource)
	nonzero(o, "x-kubernetes-int-or-string", s.IntOrString)
	put(o, "x-kubernetes-list-map-keys", s.ListMapKeys, itself)
	nonzero(o, "x-kubernetes-list-type", s.ListType)
	nonzero(o, "x-kubernetes-map-type", s.MapType)
	nonzero(o, "x-kubernetes-preserve-unknown-fields", s.PreserveUnknown)
	put(o, "x-kubernetes-validations", s.Validations, func(r Rule) any { return pairs(r.document) })
}

func (r Rule) document(o *object) {
	nonzero(o, "fieldPath", r.FieldPath)
	nonzero(o, "message", r.Message)
	nonzero(o, "messageExpression", r.MessageExpression)
	set(o, "optionalOldSelf", r.OptionalOldSelf)
	nonzero(o, "reason", r.Reason)
	o.put("rule", r.Rule)
}
