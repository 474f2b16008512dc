package cache

import (
	"errors"
	"fmt"
	"iter"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// NewTypedInformer returns an informer that stores T itself: from the decoder of source to the readers of the indexer no
// object is boxed or cast. A source with a method IsWatchListSemanticsUnSupported() bool that returns true is never
// asked for streamed lists.
func NewTypedInformer[T Object](source StreamListerWatcher[T], options SharedIndexInformerOptions) TypedSharedIndexInformer[T] {
	if options.ObjectDescription == "" {
		options.ObjectDescription = describe(any(*new(T)))
	}
	return typedInformerView[T]{newInformerView(source, objectKey[T], options)}
}

// objectKey is MetaNamespaceKeyFunc for objects that need no accessor.
func objectKey[T Object](obj T) (string, error) {
	return ObjectName{Namespace: obj.GetNamespace(), Name: obj.GetName()}.String(), nil
}

// typedInformerView is an informer of the core as a TypedSharedIndexInformer.
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
	return v.typedIndexer().AddTypedIndexers(indexers)
}

func (v typedInformerView[T]) GetTypedIndexer() TypedIndexer[T] { return v.typedIndexer() }

// GetIndexer hands out the typed view, so that listers made from it read without boxes.
func (v typedInformerView[T]) GetIndexer() Indexer { return v.typedIndexer() }

func (v typedInformerView[T]) GetStore() Store { return v.typedIndexer() }

func (v typedInformerView[T]) typedIndexer() typedIndexerView[T] {
	return typedIndexerView[T]{&indexerView[T]{store: v.core.Store(), key: v.key}}
}

// NewTypedSharedIndexInformer returns informer itself where it is one of T, as those of generated code are. Any other is
// wrapped, and its objects are cast: it must hold objects of type T.
func NewTypedSharedIndexInformer[T Object](informer SharedIndexInformer) TypedSharedIndexInformer[T] {
	if typed, ok := informer.(TypedSharedIndexInformer[T]); ok {
		return typed
	}
	return castInformer[T]{informer}
}

// castInformer is somebody else's informer, with casts.
type castInformer[T Object] struct {
	SharedIndexInformer
}

func (c castInformer[T]) unwrap() SharedInformer { return c.SharedIndexInformer }

// unwrapped returns the informer that does the work where another one only casts its objects.
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

// castHandler is a typed handler of an untyped informer.
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

// castIndexer is somebody else's indexer, with casts.
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

// TypedReader reads a store that holds T itself: no boxes, no casts. Loops over its sequences see what is stored when
// they begin, allocate nothing and hold no lock.
type TypedReader[T any] struct {
	store *core.Store[T]
}

// Get returns what is stored under a key.
func (r TypedReader[T]) Get(key string) (T, bool) { return r.store.Get(key) }

// Len returns the number of objects.
func (r TypedReader[T]) Len() int { return r.store.Len() }

// List returns all objects, in no particular order; the slice belongs to the caller.
func (r TypedReader[T]) List() []T { return r.store.List() }

// ByIndex returns the objects under one value of an index.
func (r TypedReader[T]) ByIndex(indexName, indexedValue string) ([]T, error) {
	return r.store.ByIndex(indexName, indexedValue)
}

// Select returns the objects that keep wants, of those under one value of an index, or of all where no index is named. It
// allocates the result and nothing else.
func (r TypedReader[T]) Select(indexName, indexedValue string, keep func(T) bool) []T {
	return r.store.Select(indexName, indexedValue, keep)
}

// HasIndex reports whether there is an index of that name.
func (r TypedReader[T]) HasIndex(name string) bool { return r.store.HasIndex(name) }

// All yields all objects, in no particular order.
func (r TypedReader[T]) All() iter.Seq[T] { return r.store.All() }

// AllByIndex yields the objects under one value of an index.
func (r TypedReader[T]) AllByIndex(indexName, indexedValue string) (iter.Seq[T], error) {
	return r.store.AllByIndex(indexName, indexedValue)
}

// TypedView returns the reader under an indexer that holds T itself; false where the indexer is somebody else's or holds
// something else.
func TypedView[T any](indexer Indexer) (TypedReader[T], bool) {
	switch view := indexer.(type) {
	case typedIndexerView[T]:
		return TypedReader[T]{view.store}, true
	case *indexerView[T]:
		return TypedReader[T]{view.store}, true
	}
	return TypedReader[T]{}, false
}
