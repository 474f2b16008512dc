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
	// Resource returns a client for a resource, in all namespaces or in none; no request is sent.
	Resource(resource schema.GroupVersionResource) NamespaceableResourceInterface
}

// ResourceInterface is a client for one resource, in one namespace or in none. Objects that it returns belong to the
// caller; they are nil with an error. Names, namespaces and subresources that do not fit into a path are refused before
// anything is sent.
type ResourceInterface interface {
	// Create sends obj to be created, or with subresources to a subresource of the object of its name.
	Create(ctx context.Context, obj *unstructured.Unstructured, options metav1.CreateOptions, subresources ...string) (*unstructured.Unstructured, error)
	// Update replaces the object of obj's name, or a subresource of it.
	Update(ctx context.Context, obj *unstructured.Unstructured, options metav1.UpdateOptions, subresources ...string) (*unstructured.Unstructured, error)
	// UpdateStatus replaces the status of the object of obj's name.
	UpdateStatus(ctx context.Context, obj *unstructured.Unstructured, options metav1.UpdateOptions) (*unstructured.Unstructured, error)
	// Delete deletes an object, or a subresource of it.
	Delete(ctx context.Context, name string, options metav1.DeleteOptions, subresources ...string) error
	// DeleteCollection deletes the objects that listOptions select.
	DeleteCollection(ctx context.Context, options metav1.DeleteOptions, listOptions metav1.ListOptions) error
	// Get returns an object, or a subresource of it.
	Get(ctx context.Context, name string, options metav1.GetOptions, subresources ...string) (*unstructured.Unstructured, error)
	// List returns the objects that opts select: one page of them when opts.Limit is set. typed.All pages through all.
	List(ctx context.Context, opts metav1.ListOptions) (*unstructured.UnstructuredList, error)
	// Watch reports changes to the objects that opts select, until it is stopped, ctx ends or the server ends it.
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
	// Patch applies a patch of type pt to an object, or to a subresource of it.
	Patch(ctx context.Context, name string, pt types.PatchType, data []byte, options metav1.PatchOptions, subresources ...string) (*unstructured.Unstructured, error)
	// Apply sends obj as the field manager's whole intent for an object, or a subresource of it. obj holds the fields
	// that the manager wants and no metadata.managedFields.
	Apply(ctx context.Context, name string, obj *unstructured.Unstructured, options metav1.ApplyOptions, subresources ...string) (*unstructured.Unstructured, error)
	// ApplyStatus does what Apply does for the object's status.
	ApplyStatus(ctx context.Context, name string, obj *unstructured.Unstructured, options metav1.ApplyOptions) (*unstructured.Unstructured, error)
}

// NamespaceableResourceInterface is a client for one resource. By itself it reaches a cluster-scoped resource, or lists
// and watches one in all namespaces.
type NamespaceableResourceInterface interface {
	// Namespace returns a client for the resource in one namespace; "" is all namespaces.
	Namespace(string) ResourceInterface
	ResourceInterface
}

// APIPathResolverFunc returns the path below which a server serves a group, "/api" or "/apis"; the kind may be left out.
type APIPathResolverFunc func(kind schema.GroupVersionKind) string

// LegacyAPIPathResolverFunc is the resolver for Kubernetes: "/api" for the group without a name, "/apis" for all others.
func LegacyAPIPathResolverFunc(kind schema.GroupVersionKind) string {
	if kind.Group == "" {
		return "/api"
	}
	return "/apis"
}
