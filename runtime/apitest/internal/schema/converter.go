package schema

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/kube-openapi/pkg/schemamutation"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

// WithKinds returns the definitions with the extension that gives kinds to one of them.
func (d Definitions) WithKinds(name string, kinds ...schema.GroupVersionKind) Definitions {
	marked := *d[name]
	list := make([]any, len(kinds))
	for i, gvk := range kinds {
		list[i] = map[string]any{"group": gvk.Group, "version": gvk.Version, "kind": gvk.Kind}
	}
	marked.Extensions = maps.Clone(marked.Extensions)
	if marked.Extensions == nil {
		marked.Extensions = spec.Extensions{}
	}
	marked.Extensions["x-kubernetes-group-version-kind"] = list
	out := maps.Clone(d)
	out[name] = &marked
	return out
}

// TypeConverter returns the converter for objects of the kinds in definitions.
func (d Definitions) TypeConverter() (managedfields.TypeConverter, error) {
	converter, err := managedfields.NewTypeConverter(d, false)
	if err != nil {
		return nil, fmt.Errorf("merge by schema: %w", err)
	}
	return converter, nil
}

// Resolve returns the schema to which a reference refers; nil if there is none.
func (d Definitions) Resolve(s *spec.Schema) *spec.Schema {
	for s != nil {
		ref := s.Ref.String()
		if ref == "" && len(s.AllOf) == 1 {
			ref = s.AllOf[0].Ref.String()
		}
		if ref == "" {
			return s
		}
		s = d[strings.TrimPrefix(ref, RefPrefix)]
	}
	return nil
}

// WithObjectMeta sets the schema of a custom kind's metadata, and of the metadata of the resources embedded in it, to that of ObjectMeta, and
// adds the definitions that it needs.
func (d Definitions) WithObjectMeta(name string) Definitions {
	metaName, needed := NewTypes().Define(reflect.TypeFor[metav1.ObjectMeta]())
	out := maps.Clone(d)
	maps.Copy(out, needed)
	walker := schemamutation.Walker{
		SchemaCallback: func(s *spec.Schema) *spec.Schema {
			if !embedded(s) {
				return s
			}
			changed := withMeta(s, metaName, embeddedDocs)
			changed.Required = slices.Clone(s.Required)
			for _, field := range []string{"kind", "apiVersion"} {
				if !slices.Contains(changed.Required, field) {
					changed.Required = append(changed.Required, field)
				}
			}
			return changed
		},
		RefCallback: schemamutation.RefCallbackNoop,
	}
	out[name] = withMeta(walker.WalkSchema(d[name]), metaName, metav1.TypeMeta{}.SwaggerDoc())
	return out
}

// embeddedDocs describe the fields of an embedded resource.
var embeddedDocs = map[string]string{
	"apiVersion": "apiVersion defines the versioned schema of this representation of an object. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
	"kind":       "kind is a string value representing the type of this object. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
}

// withMeta returns a schema with the fields that every resource has. docs describe its kind and apiVersion.
func withMeta(s *spec.Schema, metaName string, docs map[string]string) *spec.Schema {
	changed := *s
	changed.Properties = maps.Clone(s.Properties)
	if changed.Properties == nil {
		changed.Properties = map[string]spec.Schema{}
	}
	for _, name := range []string{"apiVersion", "kind"} {
		changed.Properties[name] = *spec.StringProperty().WithDescription(docs[name])
	}
	metadata := spec.RefSchema(RefPrefix + metaName)
	changed.Properties["metadata"] = *metadata.WithDescription(metav1.PartialObjectMetadata{}.SwaggerDoc()["metadata"])
	return &changed
}

// WithoutEmbedded returns a schema without the fields that WithObjectMeta gives to an embedded resource with any fields: clients that read
// OpenAPI of version 2 would refuse the others.
func WithoutEmbedded(s *spec.Schema) *spec.Schema {
	if !embedded(s) || !preserves(s) {
		return s
	}
	own := func(name string) bool { return name == "apiVersion" || name == "kind" || name == "metadata" }
	changed := *s
	changed.Properties = maps.Clone(s.Properties)
	maps.DeleteFunc(changed.Properties, func(name string, _ spec.Schema) bool { return own(name) })
	changed.Required = slices.DeleteFunc(slices.Clone(s.Required), own)
	return &changed
}

// Anything returns the schema of a kind without a schema: an object with any fields.
func Anything(gvk schema.GroupVersionKind) Definitions {
	name := NameOf(gvk)
	s := &spec.Schema{}
	s.Type = spec.StringOrArray{"object"}
	s.AddExtension("x-kubernetes-preserve-unknown-fields", true)
	return Definitions{name: s}.WithKinds(name, gvk).WithObjectMeta(name)
}

// NameOf returns the schema name of a kind without a Go type: com.example.v1.Widget for Widget of example.com/v1.
func NameOf(gvk schema.GroupVersionKind) string {
	parts := strings.Split(gvk.Group, ".")
	slices.Reverse(parts)
	return strings.Join(append(parts, gvk.Version, gvk.Kind), ".")
}
