package cache

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
)

// WatchErrorHandler is told when listing or watching fails. It should return soon: the reflector waits for it.
type WatchErrorHandler func(r *Reflector, err error)

// WatchErrorHandlerWithContext is WatchErrorHandler with a context.
type WatchErrorHandlerWithContext func(ctx context.Context, r *Reflector, err error)

// SharedInformer keeps a Store of what a server has, and tells any number of handlers of each change.
//
// Every handler is told in the order of the server's history, across objects: for each an addition, updates, a deletion.
// The store always equals a state that the server had: a list reaches it as a whole, and before any handler is told of a
// part of it. Changes that happened while the connection was down may be told as one, in the order of the list that brings
// them, after the objects that are gone. A slow handler delays itself alone.
type SharedInformer interface {
	// AddEventHandler adds a handler, which is told at once of all that is there. Its resync period is the informer's.
	AddEventHandler(handler ResourceEventHandler) (ResourceEventHandlerRegistration, error)
	// AddEventHandlerWithResyncPeriod is AddEventHandler with a resync period of its own; zero means none. An informer
	// that was made without a resync period has no resyncs at all, whatever its handlers ask for. A period of less than a
	// second, or, once the informer runs, one that is shorter than the shortest so far, is lengthened to that. What is not
	// as the handler asked for is logged. These rules are client-go's.
	AddEventHandlerWithResyncPeriod(handler ResourceEventHandler, resyncPeriod time.Duration) (ResourceEventHandlerRegistration, error)
	// AddEventHandlerWithOptions is AddEventHandler with options.
	AddEventHandlerWithOptions(handler ResourceEventHandler, options HandlerOptions) (ResourceEventHandlerRegistration, error)
	// RemoveEventHandler removes a handler. It is called no more but for a call that may be in progress. A handle of
	// another informer is an error.
	RemoveEventHandler(handle ResourceEventHandlerRegistration) error
	// GetStore returns the store; do not write to it.
	GetStore() Store
	// GetController returns the part that runs.
	GetController() Controller
	// Run follows the server until the channel is closed.
	Run(stopCh <-chan struct{})
	// RunWithContext follows the server until the context ends, and returns once every handler has too. While an informer
	// runs, another call does nothing. After it has ended, the informer may run again: it keeps its store and its handlers,
	// which are told what has changed between.
	RunWithContext(ctx context.Context)
	// HasSynced reports whether the store holds everything that the server had at the beginning. Handlers may not have
	// been told of it all yet: ask the registration for that.
	HasSynced() bool
	// HasSyncedChecker is HasSynced to wait for.
	HasSyncedChecker() DoneChecker
	// LastSyncResourceVersion returns the resource version that was last seen.
	LastSyncResourceVersion() string
	// SetWatchErrorHandler sets who is told of each failure to list or watch; before the informer runs. Without one they are
	// logged, as by [DefaultWatchErrorHandler].
	SetWatchErrorHandler(handler WatchErrorHandler) error
	// SetWatchErrorHandlerWithContext is SetWatchErrorHandler with a context.
	SetWatchErrorHandlerWithContext(handler WatchErrorHandlerWithContext) error
	// SetTransform sets what is applied to objects before they are stored; before the informer runs.
	SetTransform(handler TransformFunc) error
	// IsStopped reports whether the informer has run and does not any more. Handlers cannot be added then, until it runs
	// again; indexes can.
	IsStopped() bool
}

// SharedIndexInformer is a SharedInformer with an Indexer.
type SharedIndexInformer interface {
	SharedInformer
	// AddIndexers adds indexes, at any time: before the informer runs, while it does, and after it has ended, since its
	// store can still be read and it may run again (client-go refuses then). A name that is taken is an error, and none is
	// added.
	AddIndexers(indexers Indexers) error
	// GetIndexer returns the store; do not write to it.
	GetIndexer() Indexer
}

// TypedSharedIndexInformer is a SharedIndexInformer of objects of one type, with methods that need no casts.
type TypedSharedIndexInformer[T Object] interface {
	SharedIndexInformer
	// AddTypedEventHandler is AddEventHandlerWithOptions with types; at most one HandlerOptions may be given.
	AddTypedEventHandler(handler TypedResourceEventHandler[T], options ...HandlerOptions) (ResourceEventHandlerRegistration, error)
	// AddTypedIndexers is AddIndexers with types.
	AddTypedIndexers(indexers TypedIndexers[T]) error
	// GetTypedIndexer is GetIndexer with types.
	GetTypedIndexer() TypedIndexer[T]
}

// ResourceEventHandlerRegistration is a handler that has been added.
type ResourceEventHandlerRegistration interface {
	// HasSynced reports whether the handler has been called with everything that was there at the beginning.
	HasSynced() bool
	// HasSyncedChecker is HasSynced to wait for.
	HasSyncedChecker() DoneChecker
}

// HandlerOptions are the options of a handler. The zero value is useful.
type HandlerOptions struct {
	// Logger is for the handler's trouble, such as a panic; nil means that of the informer's context.
	Logger *klog.Logger
	// ResyncPeriod is the time between two calls with everything that is stored; nil means the informer's, zero none. See
	// AddEventHandlerWithResyncPeriod for when a handler gets fewer resyncs than it asks for, or none.
	ResyncPeriod *time.Duration
	// Name names the handler in logs, status and metrics; empty means its type.
	Name string
	// MergeEvents bounds the queue of a handler that falls behind. Without it every event waits, in a queue without an end.
	// With it, what waits of one object is merged into what is left to tell: additions and updates into one, an object that
	// came and went into nothing. The handler then sees the last state of each object and may miss those between; it
	// sees the end of every object that it has seen, but events of different objects may change places. The queue holds no more than two events for each object that the
	// handler or the store knows.
	MergeEvents bool
}

// SharedIndexInformerOptions are the options of NewSharedIndexInformerWithOptions. The zero value is useful.
type SharedIndexInformerOptions struct {
	// ResyncPeriod is that of handlers which do not ask for one of their own; zero means none, for any handler.
	ResyncPeriod time.Duration
	// Indexers of the store.
	Indexers Indexers
	// ObjectDescription names the objects in logs; empty means their type.
	ObjectDescription string
	// Identifier names the informer in metrics; the zero value publishes none.
	Identifier InformerNameAndResource
	// InformerMetricsProvider makes the metrics; nil means the process's.
	InformerMetricsProvider InformerMetricsProvider
	// MutationDetector watches over the objects; nil means that of NewCacheMutationDetector.
	MutationDetector MutationDetector

	FollowOptions
}

// NewSharedInformer returns a SharedInformer of objects of the type of exampleObject.
func NewSharedInformer(lw ListerWatcher, exampleObject runtime.Object, defaultEventHandlerResyncPeriod time.Duration) SharedInformer {
	return NewSharedIndexInformer(lw, exampleObject, defaultEventHandlerResyncPeriod, Indexers{})
}

// NewSharedIndexInformer is NewSharedInformer with indexes.
func NewSharedIndexInformer(lw ListerWatcher, exampleObject runtime.Object, defaultEventHandlerResyncPeriod time.Duration, indexers Indexers) SharedIndexInformer {
	return NewSharedIndexInformerWithOptions(lw, exampleObject, SharedIndexInformerOptions{ResyncPeriod: defaultEventHandlerResyncPeriod, Indexers: indexers})
}

// NewSharedIndexInformerWithOptions is NewSharedInformer with options.
func NewSharedIndexInformerWithOptions(lw ListerWatcher, exampleObject runtime.Object, options SharedIndexInformerOptions) SharedIndexInformer {
	var example interface{}
	if exampleObject != nil {
		example = exampleObject
	}
	if options.ObjectDescription == "" {
		options.ObjectDescription = describe(example)
	}
	return newInformerView(newListWatchSource(lw, example), MetaNamespaceKeyFunc, options)
}
