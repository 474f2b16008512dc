package metadata

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/typewright/typewright/runtime/internal/untyped"
	"github.com/typewright/typewright/runtime/rest"
)

// newSerializer returns a serializer that decodes metadata. If a server sends whole objects, it drops their other
// fields.
func newSerializer() runtime.NegotiatedSerializer {
	scheme := untyped.NewScheme()
	utilruntime.Must(metav1.AddMetaToScheme(scheme)) // fails only for a type that is registered already
	return untyped.Serializer{
		Scheme:   scheme,
		Protobuf: true,
		Unknown: func(kind schema.GroupVersionKind) runtime.Object {
			if strings.HasSuffix(kind.Kind, "List") {
				return &metav1.PartialObjectMetadataList{}
			}
			return &metav1.PartialObjectMetadata{}
		},
	}
}

// decodeObject returns the metadata in a response.
func (c *resourceClient) decodeObject(result rest.Result) (*metav1.PartialObjectMetadata, error) {
	obj, err := c.decode(result)
	if err != nil {
		return nil, err
	}
	partial, ok := obj.(*metav1.PartialObjectMetadata)
	if !ok {
		return nil, fmt.Errorf("unexpected object, expected PartialObjectMetadata but got %T", obj)
	}
	if !looksLikeMetadata(partial) {
		return nil, fmt.Errorf("object does not appear to match the ObjectMeta schema: %#v", partial)
	}
	forgetKind(partial)
	return partial, nil
}

func (c *resourceClient) decode(result rest.Result) (runtime.Object, error) {
	if err := result.Error(); err != nil {
		return nil, c.resource.Explain(err)
	}
	return result.Get()
}

// forgetKind removes the kind of the whole object, because metadata is not of that kind.
func forgetKind(obj *metav1.PartialObjectMetadata) {
	if obj.Kind != "PartialObjectMetadata" {
		obj.TypeMeta = metav1.TypeMeta{}
	}
}

// looksLikeMetadata reports whether obj has metadata, which JSON that is not a Kubernetes object has not.
func looksLikeMetadata(obj *metav1.PartialObjectMetadata) bool {
	return obj.UID != "" || !obj.CreationTimestamp.IsZero() || obj.Name != "" || obj.GenerateName != ""
}
