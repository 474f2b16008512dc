package gentype

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// Client is a client of a kind that has no list type: List returns an error.
type Client[T typed.Object] struct {
	*typed.Client[T, typed.NoList]

	prefersProtobuf bool
}

// ClientWithList is a client of a kind.
type ClientWithList[T typed.Object, L runtime.Object] struct {
	*typed.Client[T, L]
}

// ClientWithApply is a client of a kind that has no list type, with server-side apply.
type ClientWithApply[T typed.Object, C typed.NamedApplyConfiguration] struct {
	*typed.ApplyClient[T, typed.NoList, C]
}

// ClientWithListAndApply is a client of a kind, with server-side apply.
type ClientWithListAndApply[T typed.Object, L runtime.Object, C typed.NamedApplyConfiguration] struct {
	*typed.ApplyClient[T, L, C]
}

// Option changes a client.
type Option[T typed.Object] func(*Client[T])

// PrefersProtobuf requests protobuf from the server if the configuration of the REST client sets no content type.
func PrefersProtobuf[T typed.Object]() Option[T] {
	return func(c *Client[T]) { c.prefersProtobuf = true }
}

// NewClient returns a client of a resource, in a namespace or, with "", in the cluster.
func NewClient[T typed.Object](
	resource string, client rest.Interface, parameterCodec runtime.ParameterCodec, namespace string, emptyObjectCreator func() T,
	options ...Option[T],
) *Client[T] {
	o := typed.Options[T, typed.NoList]{
		Resource: resource, REST: client, ParameterCodec: parameterCodec, Namespace: namespace, New: emptyObjectCreator,
		PrefersProtobuf: prefersProtobuf(options),
	}
	return &Client[T]{Client: typed.NewClient(o), prefersProtobuf: o.PrefersProtobuf}
}

// NewClientWithList returns a client of a resource, in a namespace or, with "", in the cluster.
func NewClientWithList[T typed.Object, L runtime.Object]( //nolint:revive // the drop-in signature
	resource string, client rest.Interface, parameterCodec runtime.ParameterCodec, namespace string, emptyObjectCreator func() T,
	emptyListCreator func() L, options ...Option[T],
) *ClientWithList[T, L] {
	return &ClientWithList[T, L]{typed.NewClient(typed.Options[T, L]{
		Resource: resource, REST: client, ParameterCodec: parameterCodec, Namespace: namespace, New: emptyObjectCreator,
		NewList: emptyListCreator, PrefersProtobuf: prefersProtobuf(options),
	})}
}

// NewClientWithApply returns a client of a resource, in a namespace or, with "", in the cluster.
func NewClientWithApply[T typed.Object, C typed.NamedApplyConfiguration](
	resource string, client rest.Interface, parameterCodec runtime.ParameterCodec, namespace string, emptyObjectCreator func() T,
	options ...Option[T],
) *ClientWithApply[T, C] {
	return &ClientWithApply[T, C]{typed.NewApplyClient[T, typed.NoList, C](typed.Options[T, typed.NoList]{
		Resource: resource, REST: client, ParameterCodec: parameterCodec, Namespace: namespace, New: emptyObjectCreator,
		PrefersProtobuf: prefersProtobuf(options),
	})}
}

// NewClientWithListAndApply returns a client of a resource, in a namespace or, with "", in the cluster.
func NewClientWithListAndApply[T typed.Object, L runtime.Object, C typed.NamedApplyConfiguration]( //nolint:revive // the drop-in signature
	resource string, client rest.Interface, parameterCodec runtime.ParameterCodec, namespace string, emptyObjectCreator func() T,
	emptyListCreator func() L, options ...Option[T],
) *ClientWithListAndApply[T, L, C] {
	return &ClientWithListAndApply[T, L, C]{typed.NewApplyClient[T, L, C](typed.Options[T, L]{
		Resource: resource, REST: client, ParameterCodec: parameterCodec, Namespace: namespace, New: emptyObjectCreator,
		NewList: emptyListCreator, PrefersProtobuf: prefersProtobuf(options),
	})}
}

func prefersProtobuf[T typed.Object](options []Option[T]) bool {
	var c Client[T]
	for _, option := range options {
		option(&c)
	}
	return c.prefersProtobuf
}

// noList is the list of a kind without a list type.
func noList() typed.NoList { return &metav1.List{} }
