package typed

import (
	"context"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/codec"
	"github.com/typewright/typewright/runtime/rest"
)

// ViewOptions describe what a view is of. T is a pointer to a struct with some of the fields of a kind.
type ViewOptions[T Object] struct {
	// Kind is the kind of the objects that the server sends. Required.
	Kind schema.GroupVersionKind
	// Resource is the plural name of the resource in URLs, such as "pods". Required.
	Resource string
	// Namespaced says that the resource is namespaced.
	Namespaced bool
	// New returns a new, empty object to decode into. Required.
	New func() T
}

// View reads the objects of a kind as values of another Go type, which has some of the kind's fields. What it does not have is skipped
// when responses are decoded, and never allocated.
//
// Generated packages keep a View in a variable. It does no work before its first use, and is safe for concurrent use.
type View[T Object] struct {
	opts  ViewOptions[T]
	group *Group
}

// NewView returns the View that opts describes. It decodes with the generated decoders of tables, which should have one for T.
func NewView[T Object](opts ViewOptions[T], tables ...func() codec.Table) *View[T] {
	version := opts.Kind.GroupVersion()
	group := NewGroup(version, func(scheme *runtime.Scheme) error {
		scheme.AddKnownTypeWithName(opts.Kind, opts.New())
		scheme.AddKnownTypeWithName(version.WithKind(opts.Kind.Kind+"List"), &ViewList[T]{})
		metav1.AddToGroupVersion(scheme, version)
		return nil
	})
	return &View[T]{opts: opts, group: group.WithDecoders(tables...)}
}

// Client returns a client in a namespace, "" for the whole cluster, that sends its requests as from does: from is the REST client of
// any group-version of the server, or of none, such as that of a clientset's discovery client. It must be a *[rest.RESTClient].
// With any other, as that of a fake clientset, all requests of the client fail.
func (v *View[T]) Client(from rest.Interface, namespace string) *ViewClient[T] {
	c := &ViewClient[T]{newObject: v.opts.New}
	restClient, err := v.group.sibling(from)
	if err != nil {
		c.err = fmt.Errorf("cannot read %s as %T: %w", v.opts.Resource, *new(T), err)
	}
	c.client = makeClient(Options[T, *ViewList[T]]{
		Resource: v.opts.Resource, REST: restClient, ParameterCodec: v.group.ParameterCodec(),
		Namespace: namespace, Namespaced: v.opts.Namespaced,
		New: v.opts.New, NewList: func() *ViewList[T] { return &ViewList[T]{} },
	})
	return c
}

// sibling returns a client of the group for the server of another REST client.
func (g *Group) sibling(from rest.Interface) (*rest.RESTClient, error) {
	base, ok := from.(*rest.RESTClient)
	if !ok || base == nil {
		return nil, errors.New("there is no REST client of a server: with a fake clientset, test with one made by NewServerBacked instead")
	}
	codecs, err := g.codecs()
	if err != nil {
		return nil, err
	}
	return base.ForVersion(g.version, codecs.serializer)
}

// ViewClient lists and watches objects as a view. It has no verbs that write: an object that is written as its view would lose all
// fields that the view does not have.
type ViewClient[T Object] struct {
	client    Client[T, *ViewList[T]]
	newObject func() T
	// err is why no request can be sent.
	err error
}

// Get returns the object with that name.
func (c *ViewClient[T]) Get(ctx context.Context, name string, opts metav1.GetOptions) (T, error) {
	if c.err != nil {
		return c.newObject(), c.err
	}
	return c.client.Get(ctx, name, opts)
}

// List returns the objects that opts selects: one page if opts.Limit is set.
func (c *ViewClient[T]) List(ctx context.Context, opts metav1.ListOptions) (*ViewList[T], error) {
	list := &ViewList[T]{}
	meta, err := c.StreamList(ctx, cache.StreamOptions{ListOptions: opts}, func(obj T) error {
		list.Items = append(list.Items, obj)
		return nil
	})
	list.ListMeta = meta
	return list, err
}

// Watch reports changes to the objects that opts selects, until the caller stops it, ctx ends or the server closes the stream.
func (c *ViewClient[T]) Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
	if c.err != nil {
		return nil, c.err
	}
	return c.client.Watch(ctx, opts)
}

// StreamList implements [StreamLister].
func (c *ViewClient[T]) StreamList(ctx context.Context, opts cache.StreamOptions, each func(T) error) (metav1.ListMeta, error) {
	if c.err != nil {
		return metav1.ListMeta{}, c.err
	}
	return c.client.StreamList(ctx, opts, each)
}

// StreamWatch implements [StreamWatcher]. Bookmarks are decoded with all their metadata, which says more than a view may have.
func (c *ViewClient[T]) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[T]) error) error {
	if c.err != nil {
		return c.err
	}
	consumer := WatchConsumer(c.newObject, opts, each)
	consumer.NewBookmark = func() runtime.Object { return &metav1.PartialObjectMetadata{} }
	return c.client.At("").watchRequest(&opts.ListOptions).WatchInto(ctx, consumer)
}

// Describe returns the resource and the namespace, "" for the whole cluster, for logs.
func (c *ViewClient[T]) Describe() (resource, namespace string) { return c.client.Describe() }

// InNamespace returns a client for the same resource in another namespace, and whether the resource is namespaced.
func (c *ViewClient[T]) InNamespace(namespace string) (client ListWatcher[*ViewList[T]], namespaced bool) {
	other := *c
	other.client.namespace = namespace
	return &other, c.client.namespaced
}

// ViewList is a list of objects that were read as a view.
type ViewList[T Object] struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`

	Items []T `json:"items"`
}

// DeepCopyObject returns a copy that shares nothing with the list.
func (l *ViewList[T]) DeepCopyObject() runtime.Object {
	if l == nil {
		return nil
	}
	other := &ViewList[T]{TypeMeta: l.TypeMeta, ListMeta: *l.DeepCopy()}
	if l.Items != nil {
		other.Items = make([]T, len(l.Items))
		for i, item := range l.Items {
			other.Items[i], _ = item.DeepCopyObject().(T)
		}
	}
	return other
}
