package kinds

import (
	"context"
	"reflect"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/validation/field"

	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
)

// Resource is one version of a resource.
type Resource struct {
	schema.GroupVersionKind

	Name, Singular, ListKind string
	ShortNames, Categories   []string
	ClusterScoped            bool

	// CreateOnly is true for reviews and bindings of pods, which the server answers and does not store.
	CreateOnly bool
	// Status is true if the resource has the subresource "status": only that changes the status, and it changes nothing else.
	Status bool
	// Scale, if set, has the fields of the subresource "scale".
	Scale *Scale

	// Type is the Go type of the objects; nil if there is none.
	Type reflect.Type
	// Schema is the schema of a custom resource definition; nil if there is none.
	Schema *apischema.Structural
	// Columns are the columns that kubectl prints; nil means the built-in ones, or name and age.
	Columns []Column
	// SelectableFields are the paths that field selectors support, besides name and namespace.
	SelectableFields []string
	// Definition is the name of the custom resource definition that serves it; empty for others.
	Definition string
	// Converter merges its objects.
	Converter func() (managedfields.TypeConverter, error)
	// Rules returns violations of the definition's CEL rules; nil if the rules are not evaluated.
	Rules func(ctx context.Context, object, old map[string]any) field.ErrorList
	// Definitions are the OpenAPI schemas of its objects, with the name of the objects' own; nil if they are not known.
	Definitions func() (string, apischema.Definitions)

	Traits
}

// Column is a column that kubectl prints.
type Column struct {
	metav1.TableColumnDefinition

	// JSONPath finds the cell's value in the object, as ".spec.replicas".
	JSONPath string
}

// GroupVersion returns the group and version of the resource.
func (r *Resource) GroupVersion() schema.GroupVersion { return r.GroupVersionKind.GroupVersion() }

// GroupResource returns the group and resource under which objects are stored. All versions have the same objects.
func (r *Resource) GroupResource() schema.GroupResource {
	return schema.GroupResource{Group: r.Group, Resource: r.Name}
}

// Custom reports whether the resource behaves like a custom resource.
func (r *Resource) Custom() bool { return !r.builtin }

// PatchTypes are the media types of the patches that the server reads for the resource.
func (r *Resource) PatchTypes() []string {
	accepted := []string{string(types.JSONPatchType), string(types.MergePatchType)}
	if r.Type != nil && !r.Custom() {
		accepted = append(accepted, string(types.StrategicMergePatchType))
	}
	return append(accepted, string(types.ApplyYAMLPatchType))
}

// Default sets fields that follow from the kind and are not set.
func (r *Resource) Default() *Resource {
	if r.Name == "" {
		r.Name = Plural(strings.ToLower(r.Kind))
	}
	if r.Singular == "" {
		r.Singular = strings.ToLower(r.Kind)
	}
	if r.ListKind == "" {
		r.ListKind = r.Kind + "List"
	}
	return r
}

// Plural returns the plural of a word, as the generators form it.
func Plural(word string) string {
	last := len(word) - 1
	switch {
	case last < 1, strings.HasSuffix(word, "endpoints"):
		return word
	case word[last] == 'y' && !strings.ContainsRune("aeiou", rune(word[last-1])):
		return word[:last] + "ies"
	case strings.ContainsRune("sxz", rune(word[last])), strings.HasSuffix(word, "ch"), strings.HasSuffix(word, "sh"):
		return word + "es"
	default:
		return word + "s"
	}
}

// DescribeType sets the schemas and the converter of a Go type. Without a type the schema allows everything, and lists are replaced when
// they are merged.
func (r *Resource) DescribeType(goTypes *apischema.Types) {
	if r.Type == nil {
		r.Converter = func() (managedfields.TypeConverter, error) { return managedfields.NewDeducedTypeConverter(), nil }
		return
	}
	r.Definitions = func() (string, apischema.Definitions) {
		name, defs := goTypes.Define(r.Type)
		return name, defs.WithKinds(name, r.GroupVersionKind)
	}
	r.Converter = sync.OnceValues(func() (managedfields.TypeConverter, error) {
		_, defs := r.Definitions()
		return defs.TypeConverter()
	})
}

// DescribeSchema sets the schemas of a custom resource definition's version. All versions together determine the converter.
func (r *Resource) DescribeSchema() {
	if r.Schema == nil {
		r.DescribeType(nil)
		return
	}
	r.Definitions = func() (string, apischema.Definitions) {
		name := apischema.NameOf(r.GroupVersionKind)
		defs := apischema.Definitions{name: r.Schema.OpenAPI()}
		return name, defs.WithKinds(name, r.GroupVersionKind).WithObjectMeta(name)
	}
}
