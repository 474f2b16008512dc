package metadata

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

// Interface gives access to the metadata of every resource of a server.
type Interface interface {
	// Resource returns a client for a resource, in all namespaces or in none; no request is sent.
	Resource(resource schema.GroupVersionResource) Getter
}

// ResourceInterface is a client for the metadata of one resource, in one namespace or in none. Objects that it returns
// belong to the caller; they are nil with an error. Objects are changed by patches: an update would need their content.
type ResourceInterface interface {
	// Delete deletes an object, or a subresource of it.
	Delete(ctx context.Context, name string, options metav1.DeleteOptions, subresources ...string) error
	// DeleteCollection deletes the objects that listOptions select.
	DeleteCollection(ctx context.Context, options metav1.DeleteOptions, listOptions metav1.ListOptions) error
	// Get returns the metadata of an object, or of a subresource of it.
	Get(ctx context.Context, name string, options metav1.GetOptions, subresources ...string) (*metav1.PartialObjectMetadata, error)
	// List returns the metadata of the objects that opts select. typed.All pages through all of them.
	List(ctx context.Context, opts metav1.ListOptions) (*metav1.PartialObjectMetadataList, error)
	// Watch reports changes to the objects that opts select, until it is stopped, ctx ends or the server ends it.
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
	// Patch applies a patch of type pt to an object, or to a subresource of it, and returns the metadata of the outcome.
	Patch(ctx context.Context, name string, pt types.PatchType, data []byte, options metav1.PatchOptions, subresources ...string) (*metav1.PartialObjectMetadata, error)
}

// Getter is a client for the metadata of one resource. By itself it reaches a cluster-scoped resource, or lists and
// watches one in all namespaces.
type Getter interface {
	// Namespace returns a client for the resource in one namespace; "" is all namespaces.
	Namespace(string) ResourceInterface
	ResourceInterface
}
