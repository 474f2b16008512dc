package cache

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// InformerOptions are the options of NewInformerWithOptions.
type InformerOptions struct {
	// ListerWatcher lists and watches; required.
	ListerWatcher ListerWatcher
	// ObjectType is an object of the type that is expected; required.
	ObjectType runtime.Object
	// Handler is told of changes; required.
	Handler ResourceEventHandler
	// ResyncPeriod is the time between two calls of the handler with everything that is stored; zero means none.
	ResyncPeriod time.Duration
	// MinWatchTimeout is that of the reflector.
	MinWatchTimeout time.Duration
	// Indexers of the store; with none the store is a plain one.
	Indexers Indexers
	// Transform is applied to objects before they are stored.
	Transform TransformFunc
	// Logger is for what goes wrong; nil means that of the context.
	Logger *klog.Logger
	// Identifier names the informer in metrics; the zero value publishes none.
	Identifier InformerNameAndResource
	// InformerMetricsProvider makes the metrics; nil means the process's.
	InformerMetricsProvider InformerMetricsProvider
}

// NewInformerWithOptions returns a store and the controller that fills it and calls one handler, in the controller's own
// goroutine; the store does not wait for it. The controller has synced when the handler has been called with all that was
// there at the beginning. Most programs want a SharedInformer instead. With Indexers the store is an Indexer.
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

// handlerController is an informer with the one handler that it is there for.
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
