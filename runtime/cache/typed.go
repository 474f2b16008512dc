package cache

import (
	"errors"
	"fmt"
	"iter"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// NewTypedInformer returns an informer that keeps objects as T, from the decoder of source to the readers of the indexer,
// without conversions. If source has a method IsWatchListSemanticsUnSupported() bool that returns true, the informer never
// streams lists.
func NewTypedInformer[T Object](source StreamListerWatcher[T], options SharedIndexInformerOptions) TypedSharedIndexInformer[T] {
	if options.ObjectDescription == "" {
		options.ObjectDescription = describe(any(*new(T)))
	}
	return typedInformerView[T]{newInformerView(source, objectKey[T], options)}
}

// objectKey is MetaNamespaceKeyFunc for objects with methods for their name and namespace.
func objectKey[T Object](obj T) (string, error) {
	return ObjectName{Namespace: obj.GetNamespace(), Name: obj.GetName()}.String(), nil
}

// typedInformerView wraps an informer of package core as a TypedSharedIndexInformer.
type typedInformerView[T Object] struct {
	*informerView[T]
}

func (v typedInformerView[T]) AddTypedEventHandler(handler TypedResourceEventHandler[T], options ...HandlerOptions) (ResourceEventHandlerRegistration, error) {
	opts, err := oneOption(options)
	if err != nil {
		return nil, err
	}
	return v.add(typedHandler[T]{handler}, fmt.Sprintf("%T", handler), opts)
}

var errManyOptions = errors.New("at most one HandlerOptions may be passed")

func oneOption(options []HandlerOptions) (HandlerOptions, error) {
	switch len(options) {
	case 0:
		return HandlerOptions{}, nil
	case 1:
		return options[0], nil
	default:
		return HandlerOptions{}, fmt.Errorf("%w, got %d", errManyOptions, len(options))
	}
}

func (v typedInformerView[T]) AddTypedIndexers(indexers TypedIndexers[T]) error {
	return v.indexer().AddTypedIndexers(indexers)
}

func (v typedInformerView[T]) GetTypedIndexer() TypedIndexer[T] { return v.indexer() }

// NewTypedSharedIndexInformer returns informer itself if it is a TypedSharedIndexInformer[T], as in generated code.
// Otherwise it returns a wrapper that casts objects to T. The informer must then have objects of type T only.
func NewTypedSharedIndexInformer[T Object](informer SharedIndexInformer) TypedSharedIndexInformer[T] {
	if typed, ok := informer.(TypedSharedIndexInformer[T]); ok {
		return typed
	}
	return castInformer[T]{informer}
}

// castInformer wraps an untyped informer and casts its objects.
type castInformer[T Object] struct {
	SharedIndexInformer
}

func (c castInformer[T]) unwrap() SharedInformer { return c.SharedIndexInformer }

// unwrapped returns the informer inside of wrappers that only cast its objects, or informer itself.
func unwrapped(informer SharedInformer) SharedInformer {
	for {
		wrapper, ok := informer.(interface{ unwrap() SharedInformer })
		if !ok {
			return informer
		}
		informer = wrapper.unwrap()
	}
}

func (c castInformer[T]) AddTypedEventHandler(handler TypedResourceEventHandler[T], options ...HandlerOptions) (ResourceEventHandlerRegistration, error) {
	opts, err := oneOption(options)
	if err != nil {
		return nil, err
	}
	return c.AddEventHandlerWithOptions(castHandler[T]{handler}, opts)
}

func (c castInformer[T]) AddTypedIndexers(indexers TypedIndexers[T]) error {
	return c.AddIndexers(TypedIndexersToIndexers(indexers))
}

func (c castInformer[T]) GetTypedIndexer() TypedIndexer[T] { return castIndexer[T]{c.GetIndexer()} }

// castHandler wraps a typed handler for an untyped informer.
type castHandler[T Object] struct {
	handler TypedResourceEventHandler[T]
}

func (c castHandler[T]) OnAdd(obj interface{}, isInInitialList bool) {
	c.handler.OnAdd(obj.(T), isInInitialList) //nolint:forcetypeassert // the constructor's contract
}

func (c castHandler[T]) OnUpdate(oldObj, newObj interface{}) {
	c.handler.OnUpdate(oldObj.(T), newObj.(T)) //nolint:forcetypeassert // the constructor's contract
}

func (c castHandler[T]) OnDelete(obj interface{}) {
	d := DeletedObject[T]{}
	if unknown, ok := obj.(DeletedFinalStateUnknown); ok {
		d.FinalStateUnknown = &unknown
		d.OptionalObj, _ = unknown.Obj.(T)
	} else {
		d.OptionalObj = obj.(T) //nolint:forcetypeassert // the constructor's contract
	}
	c.handler.OnDelete(d)
}

func (c castHandler[T]) OnLeft(obj interface{}) {
	if handler, ok := c.handler.(TypedLeftHandler[T]); ok {
		handler.OnLeft(obj.(T)) //nolint:forcetypeassert // the constructor's contract
	}
}

// castIndexer wraps an untyped indexer and casts its objects.
type castIndexer[T any] struct {
	Indexer
}

func (c castIndexer[T]) TypedIndex(indexName string, obj T) ([]T, error) {
	objs, err := c.Index(indexName, obj)
	if err != nil {
		return nil, err
	}
	return unboxAll[T](objs)
}

func (c castIndexer[T]) ByTypedIndex(indexName, indexedValue string) ([]T, error) {
	objs, err := c.ByIndex(indexName, indexedValue)
	if err != nil {
		return nil, err
	}
	return unboxAll[T](objs)
}

func (c castIndexer[T]) AddTypedIndexers(newIndexers TypedIndexers[T]) error {
	return c.AddIndexers(TypedIndexersToIndexers(newIndexers))
}

func unboxAll[T any](objs []interface{}) ([]T, error) {
	typed := make([]T, len(objs))
	for i, obj := range objs {
		var err error
		if typed[i], err = unbox[T](obj); err != nil {
			return nil, err
		}
	}
	return typed, nil
}

// TypedReader reads a store that keeps objects as T, without conversions. Its sequences yield the objects that are stored
// when the loop begins. No lock is held during a loop, and its snapshot is in a pooled buffer.
type TypedReader[T any] struct {
	store *core.Store[T]
}

// Get returns the object with this key, and whether there is one.
func (r TypedReader[T]) Get(key string) (T, bool) { return r.store.Get(key) }

// Len returns the number of objects.
func (r TypedReader[T]) Len() int { return r.store.Len() }

// List returns all objects, in no particular order. The caller owns the slice.
func (r TypedReader[T]) List() []T { return r.store.List() }

// ByIndex returns the objects that an index has under a value. It fails if there is no such index.
func (r TypedReader[T]) ByIndex(indexName, indexedValue string) ([]T, error) {
	return r.store.ByIndex(indexName, indexedValue)
}

// Select returns the objects for which keep returns true: of those that the index has under a value, or of all objects if
// indexName is empty. Apart from a pooled buffer, it allocates only the result.
func (r TypedReader[T]) Select(indexName, indexedValue string, keep func(T) bool) []T {
	return r.store.Select(indexName, indexedValue, keep)
}

// HasIndex reports whether the store has an index with this name.
func (r TypedReader[T]) HasIndex(name string) bool { return r.store.HasIndex(name) }

// All yields all objects, in no particular order.
func (r TypedReader[T]) All() iter.Seq[T] { return r.store.All() }

// AllByIndex yields the objects that an index has under a value. It fails if there is no such index.
func (r TypedReader[T]) AllByIndex(indexName, indexedValue string) (iter.Seq[T], error) {
	return r.store.AllByIndex(indexName, indexedValue)
}

// TypedView returns a reader of the store of an indexer from this package that keeps objects as T. It returns false for
// any other indexer.
func TypedView[T any](indexer Indexer) (TypedReader[T], bool) {
	if view, ok := indexer.(*indexerView[T]); ok {
		return TypedReader[T]{view.store}, true
	}
	return TypedReader[T]{}, false
}
