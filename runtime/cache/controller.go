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
)

// ShouldResyncFunc is asked whether a resync is due.
type ShouldResyncFunc func() bool

// ProcessFunc takes what a controller pops from its queue.
type ProcessFunc func(obj interface{}, isInInitialList bool) error

// Config is what a Controller is made of.
type Config struct {
	// Queue takes what the reflector sees; required.
	Queue
	// ListerWatcher lists and watches; required.
	ListerWatcher
	// Process takes what is popped from the queue; required.
	Process ProcessFunc
	// ProcessBatch takes several at a time, where it is set and the queue is a QueueWithBatch. It must do with each what Process
	// does.
	ProcessBatch ProcessBatchFunc
	// ObjectType is an object of the type that is expected; nil accepts all.
	ObjectType runtime.Object
	// ObjectDescription names the objects in logs; empty means their type.
	ObjectDescription string
	// FullResyncPeriod is the time between two resyncs; zero means none.
	FullResyncPeriod time.Duration
	// MinWatchTimeout is that of the reflector.
	MinWatchTimeout time.Duration
	// ShouldResync is asked before each resync; nil means yes.
	ShouldResync ShouldResyncFunc
	// WatchErrorHandler is told when listing or watching fails; that with a context wins.
	WatchErrorHandler            WatchErrorHandler
	WatchErrorHandlerWithContext WatchErrorHandlerWithContext
	// WatchListPageSize is that of the reflector.
	WatchListPageSize int64
}

// Controller runs a reflector and works its queue off.
type Controller interface {
	// RunWithContext runs until the context ends.
	RunWithContext(ctx context.Context)
	// Run runs until the channel is closed.
	Run(stopCh <-chan struct{})
	// HasSynced reports whether the first list has been worked off.
	HasSynced() bool
	// HasSyncedChecker is HasSynced to wait for.
	HasSyncedChecker() DoneChecker
	// LastSyncResourceVersion returns the resource version that was last seen.
	LastSyncResourceVersion() string
}

type controller struct {
	config    Config
	reflector *Reflector
}

// New returns a Controller that does not run yet.
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

// processOne takes one object from the queue and reports whether that is closed instead. A panic is reported; where the
// program lives on, so does the controller, with the next object.
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

// pop takes the next object, or several, from the queue.
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
