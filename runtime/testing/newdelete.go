package testing

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// NewDeleteAction deletes an object.
func NewDeleteAction(resource schema.GroupVersionResource, namespace, name string) DeleteActionImpl {
	return NewDeleteActionWithOptions(resource, namespace, name, metav1.DeleteOptions{})
}

// NewDeleteActionWithOptions deletes an object.
func NewDeleteActionWithOptions(
	resource schema.GroupVersionResource, namespace, name string, opts metav1.DeleteOptions,
) DeleteActionImpl {
	return NewDeleteSubresourceActionWithOptions(resource, "", namespace, name, opts)
}

// NewRootDeleteAction deletes a cluster-scoped object.
func NewRootDeleteAction(resource schema.GroupVersionResource, name string) DeleteActionImpl {
	return NewDeleteAction(resource, "", name)
}

// NewRootDeleteActionWithOptions deletes a cluster-scoped object.
func NewRootDeleteActionWithOptions(resource schema.GroupVersionResource, name string, opts metav1.DeleteOptions) DeleteActionImpl {
	return NewDeleteActionWithOptions(resource, "", name, opts)
}

// NewDeleteSubresourceAction deletes a subresource.
func NewDeleteSubresourceAction(resource schema.GroupVersionResource, subresource, namespace, name string) DeleteActionImpl {
	return NewDeleteSubresourceActionWithOptions(resource, subresource, namespace, name, metav1.DeleteOptions{})
}

// NewDeleteSubresourceActionWithOptions deletes a subresource.
func NewDeleteSubresourceActionWithOptions(
	resource schema.GroupVersionResource, subresource, namespace, name string, opts metav1.DeleteOptions,
) DeleteActionImpl {
	return DeleteActionImpl{ActionImpl: impl("delete", resource, namespace, subresource), Name: name, DeleteOptions: opts}
}

// NewRootDeleteSubresourceAction deletes a subresource of a cluster-scoped object.
func NewRootDeleteSubresourceAction(resource schema.GroupVersionResource, subresource, name string) DeleteActionImpl {
	return NewDeleteSubresourceAction(resource, subresource, "", name)
}

// NewRootDeleteSubresourceActionWithOptions deletes a subresource of a cluster-scoped object.
func NewRootDeleteSubresourceActionWithOptions(
	resource schema.GroupVersionResource, subresource, name string, opts metav1.DeleteOptions,
) DeleteActionImpl {
	return NewDeleteSubresourceActionWithOptions(resource, subresource, "", name, opts)
}

// NewDeleteCollectionAction deletes all objects that a list would find. opts is a [metav1.ListOptions]; anything else counts
// as none.
func NewDeleteCollectionAction(resource schema.GroupVersionResource, namespace string, opts interface{}) DeleteCollectionActionImpl {
	listOpts, _ := opts.(metav1.ListOptions)
	return NewDeleteCollectionActionWithOptions(resource, namespace, metav1.DeleteOptions{}, listOpts)
}

// NewDeleteCollectionActionWithOptions deletes all objects that a list would find. Selectors that cannot be parsed panic.
func NewDeleteCollectionActionWithOptions(
	resource schema.GroupVersionResource, namespace string, deleteOpts metav1.DeleteOptions, listOpts metav1.ListOptions,
) DeleteCollectionActionImpl {
	return DeleteCollectionActionImpl{
		ActionImpl:       impl("delete-collection", resource, namespace, ""),
		ListRestrictions: listRestrictions(listOpts),
		DeleteOptions:    deleteOpts,
		ListOptions:      listOpts,
	}
}

// NewRootDeleteCollectionAction deletes all cluster-scoped objects that a list would find.
func NewRootDeleteCollectionAction(resource schema.GroupVersionResource, opts interface{}) DeleteCollectionActionImpl {
	return NewDeleteCollectionAction(resource, "", opts)
}

// NewRootDeleteCollectionActionWithOptions deletes all cluster-scoped objects that a list would find.
func NewRootDeleteCollectionActionWithOptions(
	resource schema.GroupVersionResource, deleteOpts metav1.DeleteOptions, listOpts metav1.ListOptions,
) DeleteCollectionActionImpl {
	return NewDeleteCollectionActionWithOptions(resource, "", deleteOpts, listOpts)
}
