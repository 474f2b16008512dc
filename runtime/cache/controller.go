package cache

import (
	"context"
	"errors"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// ShouldResyncFunc reports whether a resync takes place when its time has come.
type ShouldResyncFunc func() bool

// ProcessFunc processes what a controller pops from its queue.
type ProcessFunc func(obj interface{}, isInInitialList bool) error

// Config is the configuration of a Controller.
type Config struct {
	// Queue receives the objects of the reflector; required.
	Queue
	// ListerWatcher lists and watches; required.
	ListerWatcher
	// Process processes what the controller pops from the queue; required.
	Process ProcessFunc
	// ProcessBatch processes several deltas in one call. It is used if it is not nil and the queue is a QueueWithBatch. Its
	// effect on each object must be that of Process.
	ProcessBatch ProcessBatchFunc
	// ObjectType is an object of the type that is expected; nil accepts all.
	ObjectType runtime.Object
	// ObjectDescription names the objects in logs; empty means their type.
	ObjectDescription string
	// FullResyncPeriod is the time between two resyncs; zero means none.
	FullResyncPeriod time.Duration
	// MinWatchTimeout is the option of the reflector.
	MinWatchTimeout time.Duration
	// ShouldResync reports whether a resync takes place when its time has come; nil means always.
	ShouldResync ShouldResyncFunc
	// WatchErrorHandler is called when listing or watching fails, unless WatchErrorHandlerWithContext is set, which is called
	// instead.
	WatchErrorHandler            WatchErrorHandler
	WatchErrorHandlerWithContext WatchErrorHandlerWithContext
	// WatchListPageSize is the field of the reflector.
	WatchListPageSize int64
}

type controller struct {
	config    Config
	reflector *Reflector
}

// New returns a Controller that is not running. It copies the configuration.
func New(c *Config) Controller { return newController(c) }

func newController(c *Config) *controller {
	reflector := NewReflectorWithOptions(c.ListerWatcher, c.ObjectType, c.Queue, ReflectorOptions{
		ResyncPeriod:    c.FullResyncPeriod,
		MinWatchTimeout: c.MinWatchTimeout,
		TypeDescription: c.ObjectDescription,
	})
	reflector.ShouldResync = c.ShouldResync
	reflector.WatchListPageSize = c.WatchListPageSize
	reflector.watchErrorHandler = c.WatchErrorHandlerWithContext
	if reflector.watchErrorHandler == nil && c.WatchErrorHandler != nil {
		reflector.watchErrorHandler = func(_ context.Context, r *Reflector, err error) { c.WatchErrorHandler(r, err) }
	}
	return &controller{config: *c, reflector: reflector}
}

func (c *controller) Run(stopCh <-chan struct{}) { c.RunWithContext(wait.ContextForChannel(stopCh)) }

func (c *controller) RunWithContext(ctx context.Context) {
	ctx, cancel := context.WithCancel(c.reflector.logging(ctx))
	defer cancel()
	var running sync.WaitGroup
	running.Go(func() { c.reflector.RunWithContext(ctx) })
	running.Go(func() { <-ctx.Done(); c.config.Queue.Close() })
	for closed := false; !closed && ctx.Err() == nil; {
		closed = c.processOne(ctx)
	}
	running.Wait()
}

// processOne processes one object or batch of the queue, and reports whether the queue is closed and empty. It reports a
// panic. With utilruntime.ReallyCrash unset, the controller then goes on with the next object.
func (c *controller) processOne(ctx context.Context) (closed bool) {
	defer utilruntime.HandleCrashWithContext(ctx)
	err := c.pop()
	switch {
	case errors.Is(err, ErrFIFOClosed):
		return true
	case err != nil:
		klog.FromContext(ctx).Error(err, "An object could not be processed", "type", c.reflector.TypeDescription())
	}
	return false
}

// pop pops the next object, or several, from the queue.
func (c *controller) pop() error {
	if queue, ok := c.config.Queue.(QueueWithBatch); ok && c.config.ProcessBatch != nil {
		return queue.PopBatch(c.config.ProcessBatch, PopProcessFunc(c.config.Process))
	}
	_, err := c.config.Queue.Pop(PopProcessFunc(c.config.Process))
	return err
}

func (c *controller) HasSynced() bool { return c.config.Queue.HasSynced() }

func (c *controller) HasSyncedChecker() DoneChecker {
	return done{
		name: "controller of " + c.reflector.TypeDescription(),
		ch:   c.config.Queue.HasSyncedChecker().Done(),
		why:  c.reflector.why,
	}
}

func (c *controller) LastSyncResourceVersion() string { return c.reflector.LastSyncResourceVersion() }

// InformerOptions are the options of NewInformerWithOptions.
type InformerOptions struct {
	// ListerWatcher lists and watches; required.
	ListerWatcher ListerWatcher
	// ObjectType is an object of the type that is expected; required.
	ObjectType runtime.Object
	// Handler is called for each change; required.
	Handler ResourceEventHandler
	// ResyncPeriod is the time between two resyncs, which call the handler with every object in the store; zero means none.
	ResyncPeriod time.Duration
	// MinWatchTimeout is the option of the reflector.
	MinWatchTimeout time.Duration
	// Indexers are the initial indexes of the store; may be nil.
	Indexers Indexers
	// Transform is applied to objects before they are stored; may be nil.
	Transform TransformFunc
	// Logger is the logger of the informer; nil means the logger of the context.
	Logger *klog.Logger
	// Identifier names the informer in metrics; the zero value publishes none.
	Identifier InformerNameAndResource
	// InformerMetricsProvider makes the metrics; nil means the provider of SetInformerMetricsProvider.
	InformerMetricsProvider InformerMetricsProvider
}

// NewInformerWithOptions returns a store, and a controller that keeps it up to date and calls one handler in the goroutine
// of Run. The store does not wait for the handler. The controller has synced once the handler has been called with every
// object of the initial list. The store is an Indexer. Most programs need a SharedInformer instead.
func NewInformerWithOptions(options InformerOptions) (Store, Controller) {
	return newHandlerController(options)
}

func newHandlerController(options InformerOptions) (Indexer, Controller) {
	var example interface{}
	if options.ObjectType != nil {
		example = options.ObjectType
	}
	view := newInformerView(newListWatchSource(options.ListerWatcher, example), DeletionHandlingMetaNamespaceKeyFunc, SharedIndexInformerOptions{
		ResyncPeriod:            options.ResyncPeriod,
		Indexers:                options.Indexers,
		ObjectDescription:       describe(example),
		Identifier:              options.Identifier,
		InformerMetricsProvider: options.InformerMetricsProvider,
		MutationDetector:        noMutationDetector{},
		FollowOptions:           FollowOptions{MinWatchTimeout: options.MinWatchTimeout},
	})
	if options.Transform != nil {
		_ = view.SetTransform(options.Transform) // refused only once it has started
	}
	listener, _ := view.core.AddHandler(untypedHandler[interface{}]{options.Handler}, core.HandlerOptions{Inline: true})
	return view.GetIndexer(), &handlerController{view, listener, options.Logger}
}

// handlerController is an informer with one handler, as a Controller.
type handlerController struct {
	informer *informerView[interface{}]
	listener *core.Listener[interface{}]
	logger   *klog.Logger
}

func (c *handlerController) Run(stopCh <-chan struct{}) {
	c.RunWithContext(wait.ContextForChannel(stopCh))
}

func (c *handlerController) RunWithContext(ctx context.Context) {
	if c.logger != nil {
		ctx = klog.NewContext(ctx, *c.logger)
	}
	c.informer.RunWithContext(ctx)
}

func (c *handlerController) HasSynced() bool { return IsDone(c.HasSyncedChecker()) }

func (c *handlerController) HasSyncedChecker() DoneChecker {
	return done{name: "controller of " + c.informer.core.Name(), ch: c.listener.Synced(), why: c.informer.why}
}

func (c *handlerController) LastSyncResourceVersion() string {
	return c.informer.LastSyncResourceVersion()
}
