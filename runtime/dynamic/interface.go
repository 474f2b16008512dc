package dynamic

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

// Interface gives access to every resource of a server.
type Interface interface {
	// Resource returns a client for a resource, in all namespaces or cluster-scoped. It sends no request.
	Resource(resource schema.GroupVersionResource) NamespaceableResourceInterface
}

// ResourceInterface is a client for one resource, in one namespace, in all, or cluster-scoped. The caller owns the
// objects it returns; they are nil with an error. Names, namespaces and subresources that are not valid in a path are
// errors, and no request is sent.
type ResourceInterface interface {
	// Create creates obj, or posts it to a subresource of the object with its name.
	Create(ctx context.Context, obj *unstructured.Unstructured, options metav1.CreateOptions, subresources ...string) (*unstructured.Unstructured, error)
	// Update replaces the object with the name of obj, or a subresource of it.
	Update(ctx context.Context, obj *unstructured.Unstructured, options metav1.UpdateOptions, subresources ...string) (*unstructured.Unstructured, error)
	// UpdateStatus replaces the status of the object with the name of obj.
	UpdateStatus(ctx context.Context, obj *unstructured.Unstructured, options metav1.UpdateOptions) (*unstructured.Unstructured, error)
	// Delete deletes an object, or a subresource of it.
	Delete(ctx context.Context, name string, options metav1.DeleteOptions, subresources ...string) error
	// DeleteCollection deletes the objects that listOptions selects.
	DeleteCollection(ctx context.Context, options metav1.DeleteOptions, listOptions metav1.ListOptions) error
	// Get returns an object, or a subresource of it.
	Get(ctx context.Context, name string, options metav1.GetOptions, subresources ...string) (*unstructured.Unstructured, error)
	// List returns the objects that opts selects: one page if opts.Limit is set; typed.All returns all pages.
	List(ctx context.Context, opts metav1.ListOptions) (*unstructured.UnstructuredList, error)
	// Watch reports changes to the objects that opts selects, until the caller stops it, ctx ends or the server closes
	// the stream.
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
	// Patch applies a patch of type pt to an object, or to a subresource of it.
	Patch(ctx context.Context, name string, pt types.PatchType, data []byte, options metav1.PatchOptions, subresources ...string) (*unstructured.Unstructured, error)
	// Apply sends obj as the complete intent of the field manager for an object, or a subresource of it. obj must
	// contain only the fields that the manager sets, and no metadata.managedFields.
	Apply(ctx context.Context, name string, obj *unstructured.Unstructured, options metav1.ApplyOptions, subresources ...string) (*unstructured.Unstructured, error)
	// ApplyStatus is Apply for the object's status.
	ApplyStatus(ctx context.Context, name string, obj *unstructured.Unstructured, options metav1.ApplyOptions) (*unstructured.Unstructured, error)
}

// NamespaceableResourceInterface is a client for one resource. Without Namespace, it is for a cluster-scoped resource,
// or lists and watches all namespaces.
type NamespaceableResourceInterface interface {
	// Namespace returns a client for the resource in one namespace; "" means all namespaces.
	Namespace(string) ResourceInterface
	ResourceInterface
}

// APIPathResolverFunc returns the path prefix of a group, "/api" or "/apis"; the kind may be empty.
type APIPathResolverFunc func(kind schema.GroupVersionKind) string

// LegacyAPIPathResolverFunc is the resolver for Kubernetes: "/api" for the core group, "/apis" for all others.
func LegacyAPIPathResolverFunc(kind schema.GroupVersionKind) string {
	if kind.Group == "" {
		return "/api"
	}
	return "/apis"
}
