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

// SharedInformer keeps the objects of a server in a Store, and calls any number of handlers for each change.
//
// Every handler gets the events in the order of the server's history, also those of different objects: for each object an
// addition, updates and a deletion. The store always equals a state that the server had; a list replaces its contents in
// one step, before any handler is called. After a broken connection, several changes of an object may be combined into one
// event. These events follow the order of the new list, after the deletions. A slow handler delays only itself. The package
// documentation has the details.
type SharedInformer interface {
	// AddEventHandler adds a handler, with the resync period of the informer. If the informer runs, the handler is first
	// called with every object in the store.
	AddEventHandler(handler ResourceEventHandler) (ResourceEventHandlerRegistration, error)
	// AddEventHandlerWithResyncPeriod is AddEventHandler with a resync period for this handler; zero means none. If the
	// informer was made without a resync period, no handler has resyncs. The shortest period is a second. While the informer
	// runs, a new handler cannot have a shorter period than the shortest so far. A period that differs from the requested one
	// is logged. These rules are client-go's.
	AddEventHandlerWithResyncPeriod(handler ResourceEventHandler, resyncPeriod time.Duration) (ResourceEventHandlerRegistration, error)
	// AddEventHandlerWithOptions is AddEventHandler with options.
	AddEventHandlerWithOptions(handler ResourceEventHandler, options HandlerOptions) (ResourceEventHandlerRegistration, error)
	// RemoveEventHandler removes a handler. A call in progress may still go on when it returns, but no other call follows;
	// [ShutDownEventHandler] waits for it. A handle of another informer is an error.
	RemoveEventHandler(handle ResourceEventHandlerRegistration) error
	// GetStore returns the store. Callers must not write to it.
	GetStore() Store
	// GetController returns a controller whose HasSynced and LastSyncResourceVersion are those of the informer. Its Run does
	// nothing.
	GetController() Controller
	// Run is RunWithContext with a channel that ends the run when it is closed.
	Run(stopCh <-chan struct{})
	// RunWithContext keeps the store up to date and calls the handlers until the context ends, and waits for the calls in
	// progress. A call during another one logs an error and returns. The informer may run again afterwards: it keeps its
	// store and its handlers, which then get the changes since the last run.
	RunWithContext(ctx context.Context)
	// HasSynced reports whether the store contains everything that the server had when the informer began to run. The
	// handlers may not have been called with all of it; their registrations have a HasSynced too.
	HasSynced() bool
	// HasSyncedChecker returns a DoneChecker to wait for HasSynced.
	HasSyncedChecker() DoneChecker
	// LastSyncResourceVersion returns the last resource version that the informer has received from the server.
	LastSyncResourceVersion() string
	// SetWatchErrorHandler sets a function that is called for each failure to list or watch. Without one, failures are logged
	// as by [DefaultWatchErrorHandler]. It returns an error once the informer has been started.
	SetWatchErrorHandler(handler WatchErrorHandler) error
	// SetWatchErrorHandlerWithContext is SetWatchErrorHandler with a context.
	SetWatchErrorHandlerWithContext(handler WatchErrorHandlerWithContext) error
	// SetTransform sets a function that is applied to objects before they are stored. It returns an error once the informer
	// has been started.
	SetTransform(handler TransformFunc) error
	// IsStopped reports whether the informer has run and is not running now. Handlers cannot be added then, but indexes can.
	IsStopped() bool
}

// SharedIndexInformer is a SharedInformer with an Indexer.
type SharedIndexInformer interface {
	SharedInformer
	// AddIndexers adds indexes. It works at any time, also after the informer has stopped, unlike in client-go: the store can
	// still be read, and the informer may run again. If a name exists already, it adds none and returns an error.
	AddIndexers(indexers Indexers) error
	// GetIndexer returns the store. Callers must not write to it.
	GetIndexer() Indexer
}

// Controller runs a reflector and processes its queue.
type Controller interface {
	// RunWithContext runs until the context ends.
	RunWithContext(ctx context.Context)
	// Run runs until the channel is closed.
	Run(stopCh <-chan struct{})
	// HasSynced reports whether the first list has been processed.
	HasSynced() bool
	// HasSyncedChecker returns a DoneChecker to wait for HasSynced.
	HasSyncedChecker() DoneChecker
	// LastSyncResourceVersion returns the last resource version that the reflector has received.
	LastSyncResourceVersion() string
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

// ResourceEventHandlerRegistration is the handle of a handler that has been added.
type ResourceEventHandlerRegistration interface {
	// HasSynced reports whether the handler has been called with every object of the initial list.
	HasSynced() bool
	// HasSyncedChecker returns a DoneChecker to wait for HasSynced.
	HasSyncedChecker() DoneChecker
}

// HandlerOptions are the options of a handler. The zero value is useful.
type HandlerOptions struct {
	// Logger is used for problems of the handler, such as a panic; nil means the logger of the informer's context.
	Logger *klog.Logger
	// ResyncPeriod is the time between two resyncs, which call the handler with every object in the store. Nil means the
	// period of the informer; zero means none. AddEventHandlerWithResyncPeriod describes when resyncs are less frequent.
	ResyncPeriod *time.Duration
	// Name is the name of the handler in logs, status and metrics; empty means its type.
	Name string
	// MergeEvents limits the queue of a handler that falls behind. Without it, the queue keeps every event. With it, the
	// queue combines the events of each object: an addition and updates become one event, and an object that was added and
	// deleted again disappears from the queue. The handler gets the last state of each object, and the deletion of every
	// object that it has seen. It may miss states in between, and the order of events of different objects may change. The
	// queue has at most two events for each object that the handler or the store knows.
	MergeEvents bool
}

// SharedIndexInformerOptions are the options of NewSharedIndexInformerWithOptions. The zero value is useful.
type SharedIndexInformerOptions struct {
	// ResyncPeriod is the resync period of handlers without one of their own. Zero means that no handler has resyncs.
	ResyncPeriod time.Duration
	// Indexers are the initial indexes of the store; may be nil.
	Indexers Indexers
	// ObjectDescription names the objects in logs; empty means their type.
	ObjectDescription string
	// Identifier names the informer in metrics; the zero value publishes none.
	Identifier InformerNameAndResource
	// InformerMetricsProvider makes the metrics; nil means the provider of SetInformerMetricsProvider.
	InformerMetricsProvider InformerMetricsProvider
	// MutationDetector finds code that changes cached objects; nil means that of [NewCacheMutationDetector].
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

// informerView wraps an informer of package core as a SharedIndexInformer.
type informerView[T any] struct {
	core   *core.Informer[T]
	key    func(T) (string, error)
	source StreamListerWatcher[T]
	opts   SharedIndexInformerOptions
	log    *failureLog
}

var _ SharedIndexInformer = (*informerView[int])(nil)

// newInformerView returns an informer. All constructors of informers call it. The options must have a description.
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
		Observer: newInformerObserver[T](opts.Identifier, opts.InformerMetricsProvider, opts.MutationDetector),
	})
	return v
}

// registration is the handle of a handler of an informerView.
type registration[T any] struct {
	informer *core.Informer[T]
	listener *core.Listener[T]
	name     string
	// informerWhy returns the informer's failure to list or watch, or nil.
	informerWhy func() error
}

func (r *registration[T]) HasSynced() bool { return IsDone(r.HasSyncedChecker()) }

func (r *registration[T]) HasSyncedChecker() DoneChecker {
	return done{name: "informer of " + r.informer.Name() + " + event handler " + r.name, ch: r.listener.Synced(), why: r.why}
}

// why returns what keeps the handler from having synced: a failure of the informer, or its own queue. It returns nil if
// there is neither.
func (r *registration[T]) why() error {
	if err := r.informerWhy(); err != nil {
		return err
	}
	if status := r.listener.Status(); status.Queued > 0 {
		return fmt.Errorf("the handler is %s behind, with %d events to come", status.Behind, status.Queued)
	}
	return nil
}

// Status returns the status of the handler.
func (r *registration[T]) Status() HandlerStatus { return HandlerStatus(r.listener.Status()) }

// remove removes the handler. The channel is closed once a call in progress, if any, has returned.
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
		Observer: newHandlerObserver(v.opts.Identifier, v.opts.InformerMetricsProvider, name),
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

// ShutDownEventHandler removes a handler as RemoveEventHandler does, and waits for a call in progress to return. A handler
// must not call it for itself, because it would wait for ever.
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

func (v *informerView[T]) GetStore() Store { return v.indexer() }

func (v *informerView[T]) GetIndexer() Indexer { return v.indexer() }

func (v *informerView[T]) indexer() *indexerView[T] {
	return &indexerView[T]{store: v.core.Store(), key: v.key}
}

func (v *informerView[T]) AddIndexers(indexers Indexers) error {
	return v.core.Store().AddIndexes(coreIndexes[T](indexers))
}

func (v *informerView[T]) GetController() Controller { return &controllerView{v} }

// controllerView is an informer as a Controller. Its Run does nothing, because the informer runs itself.
type controllerView struct{ Controller }

func (*controllerView) Run(<-chan struct{}) {}

func (*controllerView) RunWithContext(context.Context) {}

func (v *informerView[T]) Run(stopCh <-chan struct{}) {
	v.RunWithContext(wait.ContextForChannel(stopCh))
}

func (v *informerView[T]) RunWithContext(ctx context.Context) {
	var detecting sync.WaitGroup
	defer detecting.Wait()
	ended := make(chan struct{})
	defer close(ended)
	detecting.Go(func() { v.detectMutations(ended) })
	if err := v.core.Run(ctx); err != nil {
		klog.FromContext(ctx).Error(err, "An informer was told to run while it runs", "informer", v.core.Name())
	}
}

// detectMutations runs the mutation detector.
func (v *informerView[T]) detectMutations(ended <-chan struct{}) {
	detector, ours := v.opts.MutationDetector.(*mutationDetector)
	if !ours || v.opts.SharedValues == nil {
		v.opts.MutationDetector.Run(ended)
		return
	}
	detector.run(ended, func() []any { return v.GetStore().List() })
}

// Changes returns a channel that is closed at the next change of the store or of its version.
func (v *informerView[T]) Changes() <-chan struct{} { return v.core.Changes() }

// Renew prepares an informer that has stopped, or whose context has ended, for another run: it is not synced any more, and
// accepts handlers.
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
