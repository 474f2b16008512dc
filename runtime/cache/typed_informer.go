package cache

import (
	"errors"
	"fmt"
	"time"

	"k8s.io/klog/v2"
)

// TypedInformerOptions are the options of NewTypedInformer. The zero value is useful.
type TypedInformerOptions[T Object] struct {
	// ResyncPeriod is that of handlers which do not ask for one of their own; zero means none, for any handler.
	ResyncPeriod time.Duration
	// Indexers and TypedIndexers of the store; a name stands in one of them only.
	Indexers      Indexers
	TypedIndexers TypedIndexers[T]
	// ObjectDescription names the objects in logs; empty means their type.
	ObjectDescription string
	// Identifier names the informer in metrics; the zero value publishes none.
	Identifier InformerNameAndResource
	// InformerMetricsProvider makes the metrics; nil means the process's.
	InformerMetricsProvider InformerMetricsProvider
	// DropManagedFields keeps managed fields out of the store.
	DropManagedFields bool
	// MutationDetector watches over the objects; nil means that of NewCacheMutationDetector.
	MutationDetector MutationDetector
	// Server is what is known of the server, shared with other informers; nil means nothing.
	Server *Server
}

// NewTypedInformer returns an informer that stores T itself: from the decoder of source to the readers of the indexer no
// object is boxed or cast. A source with a method IsWatchListSemanticsUnSupported() bool that returns true is never
// asked for streamed lists.
func NewTypedInformer[T Object](source StreamListerWatcher[T], opts TypedInformerOptions[T]) TypedSharedIndexInformer[T] {
	name := opts.ObjectDescription
	if name == "" {
		name = describe(any(*new(T)))
	}
	view := typedInformerView[T]{newInformerView(source, objectKey[T], viewOptions{
		name:              name,
		resync:            opts.ResyncPeriod,
		indexers:          opts.Indexers,
		streamList:        streamsLists(source),
		dropManagedFields: opts.DropManagedFields,
		server:            opts.Server,
		identifier:        opts.Identifier,
		metrics:           opts.InformerMetricsProvider,
		detector:          opts.MutationDetector,
	})}
	if err := view.AddTypedIndexers(opts.TypedIndexers); err != nil {
		klog.Background().Error(err, "An index was given twice; the untyped one is used", "informer", name)
	}
	return view
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
