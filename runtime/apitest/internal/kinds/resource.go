package kinds

import (
	"context"
	"reflect"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
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

	// CreateOnly resources are questions, answered and not stored.
	CreateOnly bool
	// Status splits off the subresource "status": it alone changes the status, and nothing else.
	Status bool
	// Scale, if set, is where the subresource "scale" finds its numbers.
	Scale *Scale

	// Type is the Go type of the objects; nil where there is none.
	Type reflect.Type
	// Schema is what a custom resource definition says about its objects; nil where there is none.
	Schema *apischema.Structural
	// Columns are printed by kubectl; nil means the built-in ones, or name and age.
	Columns []Column
	// SelectableFields are the paths that field selectors know, besides name and namespace.
	SelectableFields []string
	// Definition is the name of the custom resource definition that serves it; empty for others.
	Definition string
	// Converter merges its objects.
	Converter func() (managedfields.TypeConverter, error)
	// Rules says which rules in CEL of its definition an object breaks; nil where none are evaluated.
	Rules func(ctx context.Context, object, old map[string]any) field.ErrorList
	// Definitions are the schemas of its objects and the name of their own; nil where nothing is known.
	Definitions func() (string, apischema.Definitions)

	Traits
}

// Column is a column that kubectl prints.
type Column struct {
	metav1.TableColumnDefinition

	// JSONPath finds the cell's value in the object, as ".spec.replicas".
	JSONPath string
}

// GroupVersion is that of the resource.
func (r *Resource) GroupVersion() schema.GroupVersion { return r.GroupVersionKind.GroupVersion() }

// GroupResource is what objects are stored by: all versions see the same ones.
func (r *Resource) GroupResource() schema.GroupResource {
	return schema.GroupResource{Group: r.Group, Resource: r.Name}
}

// Custom reports whether the resource behaves as those of custom resource definitions do.
func (r *Resource) Custom() bool { return !r.builtin }

// Default fills in what follows from the kind.
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

// Plural is the usual plural of a word, as the generators form it too.
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

// DescribeType says how objects of a Go type look and merge. Without a type nothing is known, and lists replace each other.
func (r *Resource) DescribeType(types *apischema.Types) {
	if r.Type == nil {
		r.Converter = func() (managedfields.TypeConverter, error) { return managedfields.NewDeducedTypeConverter(), nil }
		return
	}
	r.Definitions = func() (string, apischema.Definitions) {
		name, defs := types.Define(r.Type)
		return name, defs.WithKinds(name, r.GroupVersionKind)
	}
	r.Converter = sync.OnceValues(func() (managedfields.TypeConverter, error) {
		_, defs := r.Definitions()
		return defs.TypeConverter()
	})
}

// DescribeSchema says how objects look by the schema of a custom resource definition. How they merge is a matter of all versions.
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
