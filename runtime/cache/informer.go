package cache

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache/internal/core"
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

// informerView is an informer of the core as a SharedIndexInformer.
type informerView[T any] struct {
	core   *core.Informer[T]
	key    func(T) (string, error)
	source StreamListerWatcher[T]
	opts   SharedIndexInformerOptions
	log    *failureLog
}

var _ SharedIndexInformer = (*informerView[int])(nil)

// newInformerView returns an informer; all constructors of informers lead here. The options have a description.
func newInformerView[T any](source StreamListerWatcher[T], key func(T) (string, error), opts SharedIndexInformerOptions) *informerView[T] {
	name := opts.ObjectDescription
	if opts.MutationDetector == nil {
		opts.MutationDetector = NewCacheMutationDetector(name)
	}
	v := &informerView[T]{key: key, source: source, opts: opts, log: &failureLog{}}
	v.core = core.NewInformer(core.InformerOptions[T]{
		Options: core.Options{
			FollowOptions:     opts.FollowOptions,
			Name:              name,
			ResyncPeriod:      opts.ResyncPeriod,
			StreamList:        streamsLists(source),
			ShortWatch:        &VeryShortWatchError{Name: name},
			ReflectorObserver: newReflectorMetrics(name),
			OnError:           func(ctx context.Context, failure core.Failure) { v.log.failed(ctx, source, failure) },
			OnRecovered:       func(ctx context.Context, row core.Failure) { v.log.recovered(ctx, source, row) },
		},
		Scopes:   scopesOf(source),
		Key:      key,
		Version:  versionOf[T],
		Indexes:  coreIndexes[T](opts.Indexers),
		Observer: newInformerObserver[T](opts),
	})
	return v
}

// registration is a handler of an informer of the core.
type registration[T any] struct {
	informer *core.Informer[T]
	listener *core.Listener[T]
	name     string
	// informerWhy says what keeps the informer from listing or watching.
	informerWhy func() error
}

func (r *registration[T]) HasSynced() bool { return IsDone(r.HasSyncedChecker()) }

func (r *registration[T]) HasSyncedChecker() DoneChecker {
	return done{name: "informer of " + r.informer.Name() + " + event handler " + r.name, ch: r.listener.Synced(), why: r.why}
}

// why returns what keeps the handler from having been told everything: the informer, or itself; nil where nothing does.
func (r *registration[T]) why() error {
	if err := r.informerWhy(); err != nil {
		return err
	}
	if status := r.listener.Status(); status.Queued > 0 {
		return fmt.Errorf("the handler is %s behind, with %d events to come", status.Behind, status.Queued)
	}
	return nil
}

// Status returns how far the handler is behind.
func (r *registration[T]) Status() HandlerStatus { return HandlerStatus(r.listener.Status()) }

// remove removes the handler, and closes the channel once it is called no more.
func (r *registration[T]) remove() <-chan struct{} { return r.informer.RemoveHandler(r.listener) }

func (v *informerView[T]) AddEventHandler(handler ResourceEventHandler) (ResourceEventHandlerRegistration, error) {
	return v.AddEventHandlerWithOptions(handler, HandlerOptions{})
}

func (v *informerView[T]) AddEventHandlerWithResyncPeriod(handler ResourceEventHandler, resyncPeriod time.Duration) (ResourceEventHandlerRegistration, error) {
	return v.AddEventHandlerWithOptions(handler, HandlerOptions{ResyncPeriod: &resyncPeriod})
}

func (v *informerView[T]) AddEventHandlerWithOptions(handler ResourceEventHandler, options HandlerOptions) (ResourceEventHandlerRegistration, error) {
	return v.add(untypedHandler[T]{handler}, fmt.Sprintf("%T", handler), options)
}

func (v *informerView[T]) add(handler core.Handler[T], name string, options HandlerOptions) (ResourceEventHandlerRegistration, error) {
	if options.Name != "" {
		name = options.Name
	}
	listener, err := v.core.AddHandler(handler, core.HandlerOptions{
		Name:     name,
		Period:   options.ResyncPeriod,
		Merge:    options.MergeEvents,
		Observer: newHandlerObserver(v.opts, name),
		Logger:   options.Logger,
	})
	if err != nil {
		return nil, fmt.Errorf("informer of %s: handler %s: %w", v.core.Name(), name, err)
	}
	return &registration[T]{v.core, listener, name, v.why}, nil
}

func (v *informerView[T]) RemoveEventHandler(handle ResourceEventHandlerRegistration) error {
	own, ok := handle.(*registration[T])
	if !ok || own.informer != v.core {
		return fmt.Errorf("invalid handle type %T: the handler was added to another informer", handle)
	}
	own.remove()
	return nil
}

// ShutDownEventHandler removes a handler as RemoveEventHandler does, and returns once it is called no more. A handler must
// not shut itself down this way: it would wait for itself.
func ShutDownEventHandler(informer SharedInformer, handle ResourceEventHandlerRegistration) error {
	if err := informer.RemoveEventHandler(handle); err != nil {
		return err
	}
	own, ok := handle.(interface{ remove() <-chan struct{} })
	if !ok {
		return fmt.Errorf("a handle of type %T cannot be waited for", handle)
	}
	<-own.remove()
	return nil
}

func (v *informerView[T]) GetStore() Store { return v.GetIndexer() }

func (v *informerView[T]) GetIndexer() Indexer {
	return &indexerView[T]{store: v.core.Store(), key: v.key}
}

func (v *informerView[T]) AddIndexers(indexers Indexers) error {
	return v.core.Store().AddIndexes(coreIndexes[T](indexers))
}

func (v *informerView[T]) GetController() Controller { return controllerView[T]{v} }

// controllerView is the part of an informer that a Controller shows. The informer runs itself: Run does nothing.
type controllerView[T any] struct{ *informerView[T] }

func (controllerView[T]) Run(<-chan struct{}) {}

func (controllerView[T]) RunWithContext(context.Context) {}

func (v *informerView[T]) Run(stopCh <-chan struct{}) {
	v.RunWithContext(wait.ContextForChannel(stopCh))
}

func (v *informerView[T]) RunWithContext(ctx context.Context) {
	var detecting sync.WaitGroup
	defer detecting.Wait()
	ended := make(chan struct{})
	defer close(ended)
	detecting.Go(func() { v.opts.MutationDetector.Run(ended) })
	if err := v.core.Run(ctx); err != nil {
		klog.FromContext(ctx).Error(err, "An informer was told to run while it runs", "informer", v.core.Name())
	}
}

// Changes is closed when store or version have changed since it was asked for.
func (v *informerView[T]) Changes() <-chan struct{} { return v.core.Changes() }

// Renew prepares an informer that has stopped, or whose context has ended, for another run: it forgets that it had synced,
// and takes handlers.
func (v *informerView[T]) Renew() { v.core.Renew() }

func (v *informerView[T]) HasSynced() bool { return IsDone(v.HasSyncedChecker()) }

func (v *informerView[T]) HasSyncedChecker() DoneChecker {
	return done{name: "informer of " + v.core.Name(), ch: v.core.Synced(), why: v.why}
}

func (v *informerView[T]) LastSyncResourceVersion() string { return v.core.LastSyncVersion() }

func (v *informerView[T]) IsStopped() bool { return v.core.Stopped() }

func (v *informerView[T]) SetWatchErrorHandler(handler WatchErrorHandler) error {
	return v.SetWatchErrorHandlerWithContext(func(_ context.Context, r *Reflector, err error) { handler(r, err) })
}

func (v *informerView[T]) SetWatchErrorHandlerWithContext(handler WatchErrorHandlerWithContext) error {
	r := &Reflector{
		name: v.core.Name(), typeDescription: v.core.Name(), lastSync: v.core.LastSyncVersion, source: v.source, log: v.log,
	}
	return v.core.SetOnError(func(ctx context.Context, failure core.Failure) { handler(ctx, r.failing(failure), failure.Err) })
}

func (v *informerView[T]) SetTransform(handler TransformFunc) error {
	return v.core.SetTransform(func(obj T) (T, error) { return applyTransform(handler, obj) })
}
