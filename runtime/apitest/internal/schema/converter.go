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

// WithObjectMeta sets the schema of a custom kind's metadata to that of ObjectMeta, and adds the definitions that it needs.
func (d Definitions) WithObjectMeta(name string) Definitions {
	metaName, needed := NewTypes().Define(reflect.TypeFor[metav1.ObjectMeta]())
	out := maps.Clone(d)
	maps.Copy(out, needed)
	changed := *d[name]
	changed.Properties = maps.Clone(changed.Properties)
	if changed.Properties == nil {
		changed.Properties = map[string]spec.Schema{}
	}
	changed.Properties["apiVersion"] = *spec.StringProperty()
	changed.Properties["kind"] = *spec.StringProperty()
	changed.Properties["metadata"] = *spec.RefSchema(RefPrefix + metaName)
	out[name] = &changed
	return out
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
