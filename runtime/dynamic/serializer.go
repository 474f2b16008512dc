package dynamic

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/untyped"
)

// newSerializer reads and writes JSON: options and statuses as Go types, all else as maps.
func newSerializer() runtime.NegotiatedSerializer {
	return untyped.Serializer{
		Scheme: untyped.NewScheme(),
		Unknown: func(kind schema.GroupVersionKind) runtime.Object {
			obj := &unstructured.Unstructured{}
			obj.SetGroupVersionKind(kind)
			return obj
		},
	}
}
