package cache

import (
	"context"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

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
