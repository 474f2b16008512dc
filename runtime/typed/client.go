package typed

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/rest"
)

// Object is what a typed client handles: a pointer to an API type.
type Object interface {
	runtime.Object
	metav1.Object
}

// NoList stands in place of the list type of a kind that has none. Leave [Options.NewList] nil with it; the client's
// List then returns an error, and the generated interface does not show it.
type NoList = *metav1.List

// Options say which resource a client is for and how to reach it.
type Options[T Object, L runtime.Object] struct {
	// Resource is the resource's plural name on the wire, such as "pods". Required.
	Resource string
	// REST sends the requests; its group and version are those of the resource. Required.
	REST rest.Interface
	// ParameterCodec turns list, get, create … options into query parameters: that of a [Group], or of a clientset's scheme.
	// Required.
	ParameterCodec runtime.ParameterCodec
	// Namespace is the namespace that requests go to. Empty means the whole cluster: all there is for a cluster-scoped
	// resource, every namespace for a list or watch of a namespaced one.
	Namespace string
	// Namespaced tells that the resource lives in namespaces. With it, a request for one object without a namespace is
	// refused before it is sent; without it, such a request reaches the server, which answers with its own error.
	Namespaced bool
	// New returns a new, empty object to decode into. Required.
	New func() T
	// NewList returns a new, empty list to decode into. Nil for a kind without a list type.
	NewList func() L
	// PrefersProtobuf asks the server for protobuf where the REST client's configuration names no content type.
	PrefersProtobuf bool
}

// Client is the client of one resource: every verb but apply, on one namespace or on the cluster. Generated interfaces
// decide which of its verbs a user sees.
//
// A Client is cheap to make and safe for use by many goroutines at once. Objects that it returns belong to the caller.
// When a request fails, the methods which return an object return an empty one, never nil, together with the error.
type Client[T Object, L runtime.Object] struct {
	endpoint

	newObject func() T
	newList   func() L
}

// NewClient returns a client for the resource that opts describes.
func NewClient[T Object, L runtime.Object](opts Options[T, L]) *Client[T, L] {
	client := makeClient(opts)
	return &client
}

func makeClient[T Object, L runtime.Object](opts Options[T, L]) Client[T, L] {
	return Client[T, L]{
		endpoint: endpoint{
			rest:            opts.REST,
			params:          opts.ParameterCodec,
			resource:        opts.Resource,
			namespace:       opts.Namespace,
			namespaced:      opts.Namespaced || opts.Namespace != "",
			prefersProtobuf: opts.PrefersProtobuf,
		},
		newObject: opts.New,
		newList:   opts.NewList,
	}
}

// GetClient returns the REST client that sends the requests.
func (c *Client[T, L]) GetClient() rest.Interface { return c.rest }

// GetNamespace returns the client's namespace, "" for the whole cluster.
func (c *Client[T, L]) GetNamespace() string { return c.namespace }

// Describe returns the resource and the namespace, "" for the whole cluster: for those who log what a client is for.
func (c *Client[T, L]) Describe() (resource, namespace string) { return c.resource, c.namespace }

// InNamespace returns a client for the same resource in another namespace; false for a resource that lives in none.
func (c *Client[T, L]) InNamespace(namespace string) (client ListWatcher[L], namespaced bool) {
	other := *c
	other.namespace = namespace
	return &other, c.namespaced
}

// At addresses one object of the resource, or with more arguments something below it, for the Subresource functions:
// At("web", "scale") is the scale of the object named web, At("") the resource itself.
func (c *Client[T, L]) At(name string, subresource ...string) Target {
	return Target{endpoint: &c.endpoint, name: name, subresource: subresource}
}
