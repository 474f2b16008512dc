package cache

import (
	"errors"
	"fmt"
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
