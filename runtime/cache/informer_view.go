package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// informerView is an informer of the core as a SharedIndexInformer.
type informerView[T any] struct {
	core *core.Informer[T]
	key  func(T) (string, error)
}

var _ SharedIndexInformer = (*informerView[int])(nil)

// viewOptions are what all constructors of informers have in common.
type viewOptions struct {
	name              string
	resync            time.Duration
	indexers          Indexers
	streamList        bool
	dropManagedFields bool
}

func newInformerView[T any](source StreamListerWatcher[T], key func(T) (string, error), opts viewOptions) *informerView[T] {
	return &informerView[T]{key: key, core: core.NewInformer(core.InformerOptions[T]{
		Name:              opts.name,
		Source:            source,
		Key:               key,
		Version:           versionOf[T],
		Indexes:           coreIndexes[T](opts.indexers),
		ResyncPeriod:      opts.resync,
		StreamList:        opts.streamList,
		DropManagedFields: opts.dropManagedFields,
	})}
}

// registration is a handler of an informer of the core.
type registration[T any] struct {
	informer *core.Informer[T]
	listener *core.Listener[T]
}

func (r *registration[T]) HasSynced() bool { return IsDone(r.HasSyncedChecker()) }

func (r *registration[T]) HasSyncedChecker() DoneChecker {
	return done{name: "handler of " + r.informer.Name(), ch: r.listener.Synced()}
}

func (v *informerView[T]) AddEventHandler(handler ResourceEventHandler) (ResourceEventHandlerRegistration, error) {
	return v.AddEventHandlerWithOptions(handler, HandlerOptions{})
}

func (v *informerView[T]) AddEventHandlerWithResyncPeriod(handler ResourceEventHandler, resyncPeriod time.Duration) (ResourceEventHandlerRegistration, error) {
	return v.AddEventHandlerWithOptions(handler, HandlerOptions{ResyncPeriod: &resyncPeriod})
}

func (v *informerView[T]) AddEventHandlerWithOptions(handler ResourceEventHandler, options HandlerOptions) (ResourceEventHandlerRegistration, error) {
	return v.add(untypedHandler[T]{handler}, options)
}

func (v *informerView[T]) add(handler core.Handler[T], options HandlerOptions) (ResourceEventHandlerRegistration, error) {
	listener, err := v.core.AddHandler(handler, options.ResyncPeriod)
	if err != nil {
		return nil, err
	}
	return &registration[T]{v.core, listener}, nil
}

func (v *informerView[T]) RemoveEventHandler(handle ResourceEventHandlerRegistration) error {
	own, ok := handle.(*registration[T])
	if !ok || own.informer != v.core {
		return fmt.Errorf("invalid handle type %T: the handler was added to another informer", handle)
	}
	return v.core.RemoveHandler(own.listener)
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
	if err := v.core.Run(ctx); err != nil {
		klog.FromContext(ctx).Info("The sharedIndexInformer has started, run more than once is not allowed", "informer", v.core.Name())
	}
}

func (v *informerView[T]) HasSynced() bool { return IsDone(v.HasSyncedChecker()) }

func (v *informerView[T]) HasSyncedChecker() DoneChecker {
	return done{name: v.core.Name(), ch: v.core.Synced()}
}

func (v *informerView[T]) LastSyncResourceVersion() string { return v.core.LastSyncVersion() }

func (v *informerView[T]) IsStopped() bool { return v.core.Stopped() }

func (v *informerView[T]) SetWatchErrorHandler(handler WatchErrorHandler) error {
	return v.SetWatchErrorHandlerWithContext(func(_ context.Context, r *Reflector, err error) { handler(r, err) })
}

func (v *informerView[T]) SetWatchErrorHandlerWithContext(handler WatchErrorHandlerWithContext) error {
	r := &Reflector{name: v.core.Name(), typeDescription: v.core.Name(), lastSync: v.core.LastSyncVersion}
	return v.core.SetOnError(func(ctx context.Context, err error) { handler(ctx, r, err) })
}

func (v *informerView[T]) SetTransform(handler TransformFunc) error {
	return v.core.SetTransform(func(obj T) (T, error) { return applyTransform(handler, obj) })
}

// TypedInformerOptions are the options of NewTypedInformer. The zero value is useful.
type TypedInformerOptions[T Object] struct {
	// ResyncPeriod is that of handlers which do not ask for one of their own; zero means none.
	ResyncPeriod time.Duration
	// Indexers and TypedIndexers of the store; a name stands in one of them only.
	Indexers      Indexers
	TypedIndexers TypedIndexers[T]
	// ObjectDescription names the objects in logs; empty means their type.
	ObjectDescription string
	// Identifier names the informer in metrics; the zero value publishes none.
	Identifier InformerNameAndResource
	// DropManagedFields keeps managed fields out of the store.
	DropManagedFields bool
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
	return v.add(typedHandler[T]{handler}, opts)
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
