package typed

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/codec/scan"
	"github.com/typewright/typewright/runtime/internal/adapter"
	"github.com/typewright/typewright/runtime/rest"
)

// StreamLister is a client that passes on the objects of a list one by one; [cache.StreamListerWatcher] states the
// contract. Informers use it if their client implements it, and List otherwise.
type StreamLister[T any] interface {
	StreamList(ctx context.Context, opts cache.StreamOptions, each func(T) error) (metav1.ListMeta, error)
}

// StreamWatcher is a client that passes on typed events in the caller's goroutine; [cache.StreamListerWatcher] states
// the contract. Informers use it if their client implements it, and Watch otherwise.
type StreamWatcher[T any] interface {
	StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[T]) error) error
}

// StreamList lists the objects that opts selects and calls each with every one, in the calling goroutine, while it
// reads the response. It implements [StreamLister].
func (c *Client[T, L]) StreamList(ctx context.Context, opts cache.StreamOptions, each func(T) error) (metav1.ListMeta, error) {
	list, err := c.emptyList()
	if err != nil {
		return metav1.ListMeta{}, err
	}
	if err := c.At("").listRequest(&opts.ListOptions).ListInto(ctx, ListConsumer(list, c.newObject, opts, each)); err != nil {
		return metav1.ListMeta{}, err
	}
	return adapter.ListMeta(list)
}

// ListConsumer returns a consumer that passes the items of a list to each, as the contract of [cache.StreamListerWatcher] requires.
func ListConsumer[T Object](list runtime.Object, newObject func() T, opts cache.StreamOptions, each func(T) error) rest.ListConsumer {
	return rest.ListConsumer{
		List:      list,
		NewObject: func() runtime.Object { return newObject() },
		Each:      consumer(opts, each),
		Keep:      opts.Keep,

		Decoding: decoding(opts),
	}
}

// decoding says how the objects of a stream are decoded.
func decoding(opts cache.StreamOptions) scan.Options {
	return scan.Options{DropManagedFields: opts.DropManagedFields, SharedValues: opts.SharedValues}
}

// EndsWithContext reports whether StreamList and StreamWatch return soon after their context has ended, whatever the server does; see
// [rest.RESTClient.EndsWithContext].
func (c *Client[T, L]) EndsWithContext() bool { return rest.EndsWithContext(c.rest) }

// consumer returns a function that passes the items of a list to each.
func consumer[T Object](opts cache.StreamOptions, each func(T) error) func(runtime.Object) error {
	return func(item runtime.Object) error {
		obj, ok := item.(T)
		if !ok {
			return &TypeError{Got: item, Want: *new(T)}
		}
		if opts.DropManagedFields {
			obj.SetManagedFields(nil)
		}
		return each(obj)
	}
}

// StreamWatch watches the objects that opts selects and calls each with every event, in the calling goroutine. It
// returns nil when the server closes the stream, the cause of ctx when ctx ends, or the first error, of each or of the
// watch. It implements [StreamWatcher].
func (c *Client[T, L]) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[T]) error) error {
	return c.At("").watchRequest(&opts.ListOptions).WatchInto(ctx, WatchConsumer(c.newObject, opts, each))
}

// WatchConsumer returns a consumer that passes the events of a watch to each, as the contract of
// [cache.StreamListerWatcher] requires.
func WatchConsumer[T Object](newObject func() T, opts cache.StreamOptions, each func(cache.StreamEvent[T]) error) rest.WatchConsumer {
	return rest.WatchConsumer{
		NewObject: func() runtime.Object { return newObject() },
		Opened:    opts.Opened,
		Each: func(event watch.EventType, obj runtime.Object) error {
			typed, err := eventOf[T](event, obj, opts)
			if err != nil {
				return err
			}
			return each(typed)
		},
		Keep: opts.Keep,
		Omitted: func(version string) error {
			return each(cache.StreamEvent[T]{Type: watch.Bookmark, ResourceVersion: version})
		},
		Decoding: decoding(opts),
	}
}

// EachItem passes the items of a list to each. It copies every item out of the list's array, so that a reference to one
// object does not keep the others in memory.
func EachItem[T Object](list runtime.Object, opts cache.StreamOptions, each func(T) error) (metav1.ListMeta, error) {
	return adapter.EachItem(list, consumer(opts, each))
}

// eventOf converts an event of a watch to a typed one. The event must not be an ERROR.
func eventOf[T Object](event watch.EventType, obj runtime.Object, opts cache.StreamOptions) (cache.StreamEvent[T], error) {
	typed := cache.StreamEvent[T]{Type: event}
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return typed, fmt.Errorf("a %s event without object metadata (%T): %w", event, obj, err)
	}
	typed.ResourceVersion = accessor.GetResourceVersion()
	if event == watch.Bookmark {
		typed.InitialEventsEnd = adapter.EndsInitialEvents(accessor)
		return typed, nil
	}
	concrete, ok := obj.(T)
	if !ok {
		return typed, &TypeError{Got: obj, Want: *new(T)}
	}
	if opts.DropManagedFields {
		concrete.SetManagedFields(nil)
	}
	typed.Object = concrete
	return typed, nil
}

// TypeError reports that a list or a watch returned an object of another type than the client's.
type TypeError struct {
	Got, Want any
}

// Error names both types.
func (e *TypeError) Error() string {
	return fmt.Sprintf("got an object of type %T where %T was expected", e.Got, e.Want)
}
