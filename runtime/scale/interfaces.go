package scale

import (
	"context"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// ScalesGetter gives access to the scales of a server's resources.
type ScalesGetter interface {
	// Scales returns a client for the scales in one namespace, or with "" for those of cluster-scoped resources.
	Scales(namespace string) ScaleInterface
}

// ScaleInterface reads and changes scales. Scales that it returns belong to the caller; they are nil with an error.
type ScaleInterface interface {
	// Get returns the scale of an object, in the version of the resource that the server prefers.
	Get(ctx context.Context, resource schema.GroupResource, name string, opts metav1.GetOptions) (*autoscalingv1.Scale, error)
	// Update replaces the scale of the object of that name. With a resourceVersion in scale, the server answers with a
	// conflict when the object has changed since.
	Update(ctx context.Context, resource schema.GroupResource, scale *autoscalingv1.Scale, opts metav1.UpdateOptions) (*autoscalingv1.Scale, error)
	// Patch applies a patch to the scale of an object. The patch is in the version of Scale that the resource speaks.
	Patch(ctx context.Context, gvr schema.GroupVersionResource, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions) (*autoscalingv1.Scale, error)
}

// PreferredResourceMapper finds the version of a resource that the server prefers; every meta.RESTMapper is one.
type PreferredResourceMapper interface {
	// ResourceFor completes a resource whose version is left out.
	ResourceFor(resource schema.GroupVersionResource) (preferredResource schema.GroupVersionResource, err error)
}

// ScaleKindResolver tells the kind of a resource's scale.
type ScaleKindResolver interface {
	// ScaleForResource returns the kind of the scale subresource.
	ScaleForResource(resource schema.GroupVersionResource) (scaleVersion schema.GroupVersionKind, err error)
}
