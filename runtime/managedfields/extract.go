package managedfields

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
	"sigs.k8s.io/structured-merge-diff/v6/typed"

	"github.com/typewright/typewright/runtime/internal/document"
)

// ExtractInto sets in applyConfiguration, a pointer, the fields that fieldManager has applied to object through a
// subresource, or with "" through the object itself. It omits fields that others have taken over since. If fieldManager
// owns no fields, applyConfiguration does not change.
//
// The object must be as the server returned it, with its managed fields; a subresource of another kind, such as scale,
// has none. It must match objectType, its schema for merging.
func ExtractInto(object runtime.Object, objectType typed.ParseableType, fieldManager string, applyConfiguration interface{}, subresource string) error {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return fmt.Errorf("read the managed fields of %T: %w", object, err)
	}
	entries := accessor.GetManagedFields()
	applied := slices.IndexFunc(entries, func(e metav1.ManagedFieldsEntry) bool {
		return e.Manager == fieldManager && e.Operation == metav1.ManagedFieldsOperationApply && e.Subresource == subresource
	})
	if applied < 0 || entries[applied].FieldsV1 == nil {
		return nil
	}
	var owned fieldpath.Set
	if err := owned.FromJSON(entries[applied].FieldsV1.GetRawReader()); err != nil {
		return fmt.Errorf("read the managed fields of %q: %w", fieldManager, err)
	}
	value, err := valueOf(object, objectType)
	if err != nil {
		return fmt.Errorf("read %T by its schema: %w", object, err)
	}
	fields, ok := value.ExtractItems(owned.Leaves()).AsValue().Unstructured().(map[string]interface{})
	if !ok {
		return nil
	}
	if kind := object.GetObjectKind().GroupVersionKind(); kind.Kind != "" && fields["kind"] == nil {
		fields["apiVersion"], fields["kind"] = kind.ToAPIVersionAndKind() // an untyped configuration needs its kind
	}
	if err := document.Into(fields, applyConfiguration); err != nil {
		return fmt.Errorf("put what %q applied into %T: %w", fieldManager, applyConfiguration, err)
	}
	return nil
}

func valueOf(object runtime.Object, objectType typed.ParseableType) (*typed.TypedValue, error) {
	if u, ok := object.(*unstructured.Unstructured); ok {
		return objectType.FromUnstructured(u.Object)
	}
	content, err := document.Of(object)
	if err != nil {
		return nil, err
	}
	return objectType.FromUnstructured(content)
}
