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
	// Resource returns a client for a resource, in all namespaces or cluster-scoped. It sends no request.
	Resource(resource schema.GroupVersionResource) Getter
}

// ResourceInterface is a client for the metadata of one resource, in one namespace, in all, or cluster-scoped. The
// caller owns the objects it returns; they are nil with an error. Change objects with patches: an update would need
// their content.
type ResourceInterface interface {
	// Delete deletes an object, or a subresource of it.
	Delete(ctx context.Context, name string, options metav1.DeleteOptions, subresources ...string) error
	// DeleteCollection deletes the objects that listOptions selects.
	DeleteCollection(ctx context.Context, options metav1.DeleteOptions, listOptions metav1.ListOptions) error
	// Get returns the metadata of an object, or of a subresource of it.
	Get(ctx context.Context, name string, options metav1.GetOptions, subresources ...string) (*metav1.PartialObjectMetadata, error)
	// List returns the metadata of the objects that opts selects: one page if opts.Limit is set; typed.All returns all
	// pages.
	List(ctx context.Context, opts metav1.ListOptions) (*metav1.PartialObjectMetadataList, error)
	// Watch reports changes to the objects that opts selects, until the caller stops it, ctx ends or the server closes
	// the stream.
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
	// Patch applies a patch of type pt to an object, or to a subresource of it, and returns the metadata of the result.
	Patch(ctx context.Context, name string, pt types.PatchType, data []byte, options metav1.PatchOptions, subresources ...string) (*metav1.PartialObjectMetadata, error)
}

// Getter is a client for the metadata of one resource. Without Namespace, it is for a cluster-scoped resource, or lists
// and watches all namespaces.
type Getter interface {
	// Namespace returns a client for the resource in one namespace; "" means all namespaces.
	Namespace(string) ResourceInterface
	ResourceInterface
}
