package typed

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/rest"
)

// Object is an object of a typed client: a pointer to an API type.
type Object interface {
	runtime.Object
	metav1.Object
}

// NoList is the list type of a kind that has none. Leave [Options.NewList] nil with it: the client's List then returns
// an error, and the generated interface omits it.
type NoList = *metav1.List

// Options describe the resource of a client and how to reach it.
type Options[T Object, L runtime.Object] struct {
	// Resource is the plural name of the resource in URLs, such as "pods". Required.
	Resource string
	// REST sends the requests; its group and version must be those of the resource. Required.
	REST rest.Interface
	// ParameterCodec encodes the options of requests as query parameters. Take it from a [Group] or from a clientset's
	// scheme. Required.
	ParameterCodec runtime.ParameterCodec
	// Namespace is the namespace of the requests. Empty means the whole cluster: set that for a cluster-scoped resource,
	// or to list and watch all namespaces of a namespaced one.
	Namespace string
	// Namespaced says that the resource is namespaced. A request for one object without a namespace then fails before it
	// is sent; without Namespaced, the server gets it and answers with its own error.
	Namespaced bool
	// New returns a new, empty object to decode into. Required.
	New func() T
	// NewList returns a new, empty list to decode into. Nil for a kind without a list type.
	NewList func() L
	// PrefersProtobuf requests protobuf from the server if the REST client's configuration sets no content type.
	PrefersProtobuf bool
}

// Client is a client of one resource, in one namespace or the cluster, with every verb but apply. The generated
// interface decides which verbs a user sees.
//
// A Client is cheap to create and safe for concurrent use. The caller owns the objects it returns. When a request
// fails, methods that return an object return an empty one, never nil, with the error.
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

// Describe returns the resource and the namespace, "" for the whole cluster, for logs.
func (c *Client[T, L]) Describe() (resource, namespace string) { return c.resource, c.namespace }

// InNamespace returns a client for the same resource in another namespace, and whether the resource is namespaced.
func (c *Client[T, L]) InNamespace(namespace string) (client ListWatcher[L], namespaced bool) {
	other := *c
	other.namespace = namespace
	return &other, c.namespaced
}

// At returns the target of the Subresource functions: At("web") is the object named web, At("web", "scale") its scale,
// At("") the resource itself.
func (c *Client[T, L]) At(name string, subresource ...string) Target {
	return Target{endpoint: &c.endpoint, name: name, subresource: subresource}
}

// Create creates obj and returns the object as the server stored it.
func (c *Client[T, L]) Create(ctx context.Context, obj T, opts metav1.CreateOptions) (T, error) {
	result := c.newObject()
	return result, c.At("").create(ctx, obj, &opts, result)
}

// Update replaces the object with the name of obj and returns the stored object. If obj has a resourceVersion, the
// server returns a conflict when the object has changed since.
func (c *Client[T, L]) Update(ctx context.Context, obj T, opts metav1.UpdateOptions) (T, error) {
	result := c.newObject()
	return result, c.At(obj.GetName()).update(ctx, obj, &opts, result)
}

// UpdateStatus replaces the status of the object with the name of obj; the server ignores the rest of obj.
func (c *Client[T, L]) UpdateStatus(ctx context.Context, obj T, opts metav1.UpdateOptions) (T, error) {
	result := c.newObject()
	return result, c.At(obj.GetName(), "status").update(ctx, obj, &opts, result)
}

// Delete deletes the object with that name. Finalizers or a grace period can delay its removal.
func (c *Client[T, L]) Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error {
	return c.At(name).delete(ctx, &opts)
}

// DeleteCollection deletes the objects that listOpts selects.
func (c *Client[T, L]) DeleteCollection(ctx context.Context, opts metav1.DeleteOptions, listOpts metav1.ListOptions) error {
	return c.deleteCollection(ctx, &opts, &listOpts)
}

// Get returns the object with that name.
func (c *Client[T, L]) Get(ctx context.Context, name string, opts metav1.GetOptions) (T, error) {
	result := c.newObject()
	return result, c.At(name).get(ctx, &opts, result)
}

// List returns the objects that opts selects: one page if opts.Limit is set; [Client.All] returns all pages.
func (c *Client[T, L]) List(ctx context.Context, opts metav1.ListOptions) (L, error) {
	result, err := c.emptyList()
	if err != nil {
		return result, err
	}
	return result, c.At("").list(ctx, &opts, result)
}

// emptyList returns a list to decode into, or an error if the kind has no list type.
func (c *Client[T, L]) emptyList() (L, error) {
	if c.newList == nil {
		return *new(L), fmt.Errorf("cannot list %s: its kind has no list type", c.resource)
	}
	return c.newList(), nil
}

// Watch reports changes to the objects that opts selects, until the caller stops it, ctx ends or the server closes the
// stream. [Client.StreamWatch] does the same with typed events and without a goroutine.
func (c *Client[T, L]) Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
	return c.At("").watch(ctx, &opts)
}

// Patch applies a patch of type pt to the object with that name, or to one of its subresources, and returns the result.
func (c *Client[T, L]) Patch(ctx context.Context, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions, subresources ...string) (T, error) {
	result := c.newObject()
	return result, c.At(name, subresources...).patch(ctx, patch{Type: pt, Data: data}, &opts, result)
}
