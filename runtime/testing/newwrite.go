package testing

import (
	"path"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// NewCreateAction creates an object.
func NewCreateAction(resource schema.GroupVersionResource, namespace string, object runtime.Object) CreateActionImpl {
	return NewCreateActionWithOptions(resource, namespace, object, metav1.CreateOptions{})
}

// NewCreateActionWithOptions creates an object.
func NewCreateActionWithOptions(
	resource schema.GroupVersionResource, namespace string, object runtime.Object, opts metav1.CreateOptions,
) CreateActionImpl {
	return CreateActionImpl{ActionImpl: impl("create", resource, namespace, ""), Object: object, CreateOptions: opts}
}

// NewRootCreateAction creates a cluster-scoped object.
func NewRootCreateAction(resource schema.GroupVersionResource, object runtime.Object) CreateActionImpl {
	return NewCreateAction(resource, "", object)
}

// NewRootCreateActionWithOptions creates a cluster-scoped object.
func NewRootCreateActionWithOptions(
	resource schema.GroupVersionResource, object runtime.Object, opts metav1.CreateOptions,
) CreateActionImpl {
	return NewCreateActionWithOptions(resource, "", object, opts)
}

// NewCreateSubresourceAction posts to a subresource of the object called name.
func NewCreateSubresourceAction(
	resource schema.GroupVersionResource, name, subresource, namespace string, object runtime.Object,
) CreateActionImpl {
	return NewCreateSubresourceActionWithOptions(resource, name, subresource, namespace, object, metav1.CreateOptions{})
}

// NewCreateSubresourceActionWithOptions posts to a subresource of the object called name.
func NewCreateSubresourceActionWithOptions(
	resource schema.GroupVersionResource, name, subresource, namespace string, object runtime.Object, opts metav1.CreateOptions,
) CreateActionImpl {
	return CreateActionImpl{
		ActionImpl: impl("create", resource, namespace, subresource), Name: name, Object: object, CreateOptions: opts,
	}
}

// NewRootCreateSubresourceAction posts to a subresource of a cluster-scoped object.
func NewRootCreateSubresourceAction(
	resource schema.GroupVersionResource, name, subresource string, object runtime.Object,
) CreateActionImpl {
	return NewCreateSubresourceAction(resource, name, subresource, "", object)
}

// NewRootCreateSubresourceActionWithOptions posts to a subresource of a cluster-scoped object.
func NewRootCreateSubresourceActionWithOptions(
	resource schema.GroupVersionResource, name, subresource string, object runtime.Object, opts metav1.CreateOptions,
) CreateActionImpl {
	return NewCreateSubresourceActionWithOptions(resource, name, subresource, "", object, opts)
}

// NewUpdateAction replaces an object.
func NewUpdateAction(resource schema.GroupVersionResource, namespace string, object runtime.Object) UpdateActionImpl {
	return NewUpdateActionWithOptions(resource, namespace, object, metav1.UpdateOptions{})
}

// NewUpdateActionWithOptions replaces an object.
func NewUpdateActionWithOptions(
	resource schema.GroupVersionResource, namespace string, object runtime.Object, opts metav1.UpdateOptions,
) UpdateActionImpl {
	return NewUpdateSubresourceActionWithOptions(resource, "", namespace, object, opts)
}

// NewRootUpdateAction replaces a cluster-scoped object.
func NewRootUpdateAction(resource schema.GroupVersionResource, object runtime.Object) UpdateActionImpl {
	return NewUpdateAction(resource, "", object)
}

// NewRootUpdateActionWithOptions replaces a cluster-scoped object.
func NewRootUpdateActionWithOptions(
	resource schema.GroupVersionResource, object runtime.Object, opts metav1.UpdateOptions,
) UpdateActionImpl {
	return NewUpdateActionWithOptions(resource, "", object, opts)
}

// NewUpdateSubresourceAction replaces a subresource.
func NewUpdateSubresourceAction(
	resource schema.GroupVersionResource, subresource, namespace string, object runtime.Object,
) UpdateActionImpl {
	return NewUpdateSubresourceActionWithOptions(resource, subresource, namespace, object, metav1.UpdateOptions{})
}

// NewUpdateSubresourceActionWithOptions replaces a subresource.
func NewUpdateSubresourceActionWithOptions(
	resource schema.GroupVersionResource, subresource, namespace string, object runtime.Object, opts metav1.UpdateOptions,
) UpdateActionImpl {
	return UpdateActionImpl{ActionImpl: impl("update", resource, namespace, subresource), Object: object, UpdateOptions: opts}
}

// NewRootUpdateSubresourceAction replaces a subresource of a cluster-scoped object.
func NewRootUpdateSubresourceAction(
	resource schema.GroupVersionResource, subresource string, object runtime.Object,
) UpdateActionImpl {
	return NewUpdateSubresourceAction(resource, subresource, "", object)
}

// NewRootUpdateSubresourceActionWithOptions replaces a subresource of a cluster-scoped object.
func NewRootUpdateSubresourceActionWithOptions(
	resource schema.GroupVersionResource, subresource string, object runtime.Object, opts metav1.UpdateOptions,
) UpdateActionImpl {
	return NewUpdateSubresourceActionWithOptions(resource, subresource, "", object, opts)
}

// NewPatchAction patches an object.
func NewPatchAction(
	resource schema.GroupVersionResource, namespace, name string, pt types.PatchType, patch []byte,
) PatchActionImpl {
	return NewPatchActionWithOptions(resource, namespace, name, pt, patch, metav1.PatchOptions{})
}

// NewPatchActionWithOptions patches an object.
func NewPatchActionWithOptions(
	resource schema.GroupVersionResource, namespace, name string, pt types.PatchType, patch []byte, opts metav1.PatchOptions,
) PatchActionImpl {
	return NewPatchSubresourceActionWithOptions(resource, namespace, name, pt, patch, opts)
}

// NewRootPatchAction patches a cluster-scoped object.
func NewRootPatchAction(resource schema.GroupVersionResource, name string, pt types.PatchType, patch []byte) PatchActionImpl {
	return NewPatchAction(resource, "", name, pt, patch)
}

// NewRootPatchActionWithOptions patches a cluster-scoped object.
func NewRootPatchActionWithOptions(
	resource schema.GroupVersionResource, name string, pt types.PatchType, patch []byte, opts metav1.PatchOptions,
) PatchActionImpl {
	return NewPatchActionWithOptions(resource, "", name, pt, patch, opts)
}

// NewPatchSubresourceAction patches a subresource. Several of them are joined by slashes.
func NewPatchSubresourceAction(
	resource schema.GroupVersionResource, namespace, name string, pt types.PatchType, patch []byte, subresources ...string,
) PatchActionImpl {
	return NewPatchSubresourceActionWithOptions(resource, namespace, name, pt, patch, metav1.PatchOptions{}, subresources...)
}

// NewPatchSubresourceActionWithOptions patches a subresource. Several of them are joined by slashes.
//
//nolint:revive // the parameters are those of client-go
func NewPatchSubresourceActionWithOptions(
	resource schema.GroupVersionResource, namespace, name string, pt types.PatchType, patch []byte, opts metav1.PatchOptions,
	subresources ...string,
) PatchActionImpl {
	return PatchActionImpl{
		ActionImpl: impl("patch", resource, namespace, path.Join(subresources...)),
		Name:       name, PatchType: pt, Patch: patch, PatchOptions: opts,
	}
}

// NewRootPatchSubresourceAction patches a subresource of a cluster-scoped object.
func NewRootPatchSubresourceAction(
	resource schema.GroupVersionResource, name string, pt types.PatchType, patch []byte, subresources ...string,
) PatchActionImpl {
	return NewPatchSubresourceAction(resource, "", name, pt, patch, subresources...)
}

// NewRootPatchSubresourceActionWithOptions patches a subresource of a cluster-scoped object.
func NewRootPatchSubresourceActionWithOptions(
	resource schema.GroupVersionResource, name string, pt types.PatchType, patch []byte, opts metav1.PatchOptions,
	subresources ...string,
) PatchActionImpl {
	return NewPatchSubresourceActionWithOptions(resource, "", name, pt, patch, opts, subresources...)
}
