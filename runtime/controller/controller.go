package controller

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller/internal/gate"
	"github.com/typewright/typewright/runtime/typed"
	"github.com/typewright/typewright/runtime/workqueue"
)

// Factory is an informer factory: a generated one, or that of package dynamicinformer or metadatainformer.
type Factory interface {
	Shutdown()
}

// Func brings one object to the state that its spec asks for. Obj is a copy of the cached object that the function may change. It
// must send its requests with ctx, or with a context made from it: that is how the controller knows what it has written.
//
// An error is logged and counted, and the object is reconciled again after a pause that grows with each failure; see [Terminal].
type Func[T typed.Object] func(ctx context.Context, obj T) (Result, error)

// Result says what follows a reconcile without error.
type Result struct {
	// RequeueAfter is when to reconcile the object again, even if nothing changes; zero means not before something does.
	RequeueAfter time.Duration
}

// Terminal returns an error that no retry can mend: the object is not reconciled again before something changes.
func Terminal(err error) error {
	if err == nil {
		return nil
	}
	return &terminalError{err}
}

type terminalError struct{ error }

func (e *terminalError) Unwrap() error { return e.error }

// Options are the options of a controller. The zero value is usable.
type Options[T typed.Object] struct {
	// Name is the controller's name in logs and metrics; empty means the Go type of its objects. Queues have metrics under it.
	Name string
	// For is the informer of the objects to reconcile. Nil means that of T which the factory has.
	For cache.TypedSharedIndexInformer[T]
	// Watches are other kinds whose changes ask for a reconcile; see [Owns] and [Maps].
	Watches []Watch
	// Gone is called for an object that the cache does not contain any more, if it is set. It may be called more than once.
	Gone func(ctx context.Context, key cache.ObjectName) (Result, error)
	// Shards limits the controller to the objects that this process holds, as a member of package sharding. For should be an informer
	// with the same Shards; one of all objects works too. See the package documentation.
	Shards Shards
	// Workers is how many objects are reconciled at the same time; zero means one. An object is never with two workers.
	Workers int
	// MaxWait bounds how long an object waits for the caches after its last write; zero means a minute. A negative value turns the
	// wait off, so that a reconcile may see a state from before its own writes.
	MaxWait time.Duration
	// Grace is how long reconciles may go on after the context of Run has ended. Zero means that their context ends with it.
	Grace time.Duration
	// FairByNamespace lets the namespaces take turns.
	FairByNamespace bool
	// RateLimiter decides on the pauses after failures; nil means workqueue.DefaultTypedControllerRateLimiter.
	RateLimiter workqueue.TypedRateLimiter[cache.ObjectName]
	// Metrics makes the controller's metrics; nil means the provider of SetProvider.
	Metrics MetricsProvider
}

// Controller reconciles the objects of one kind. It is safe for concurrent use.
type Controller[T typed.Object] struct {
	reconcile Func[T]
	opts      Options[T]
	gate      *gate.Gate
	readable  func() []cache.SharedInformer // all that a reconcile may read
	metrics   metrics

	mu      sync.Mutex
	running bool
	queue   *workqueue.PriorityQueue[cache.ObjectName] // of the present or last run
	counts  Counts
	deleted map[cache.ObjectName]uint64 // with Shards: the hashes of objects that are to be told to Gone
}

// New returns a controller of the objects of type T. Its Run uses the factory's informers, which the program starts and stops.
func New[T typed.Object](factory Factory, reconcile Func[T], opts Options[T]) (*Controller[T], error) {
	kind := reflect.TypeFor[T]()
	has, ok := factory.(interface {
		Informers() []cache.SharedIndexInformer
	})
	if !ok {
		return nil, fmt.Errorf("controller of %v: a factory of type %T does not tell its informers", kind, factory)
	}
	if reconcile == nil {
		return nil, fmt.Errorf("controller of %v: the reconcile function must not be nil", kind)
	}
	if opts.Name == "" {
		opts.Name = kind.String()
	}
	for _, informer := range has.Informers() {
		if of, ok := informer.(cache.TypedSharedIndexInformer[T]); ok && opts.For == nil {
			opts.For = of
		}
	}
	if opts.For == nil {
		return nil, fmt.Errorf("controller of %v: the factory has no informer of it yet: ask for it before New, or set For", kind)
	}
	for _, watch := range opts.Watches {
		if watch.Informer == nil {
			return nil, fmt.Errorf("controller of %v: a watch has no informer", kind)
		}
	}
	opts.Workers = max(opts.Workers, 1)
	if opts.MaxWait == 0 {
		opts.MaxWait = time.Minute
	}
	c := &Controller[T]{
		reconcile: reconcile, opts: opts, metrics: newMetrics(opts.Metrics, opts.Name), deleted: map[cache.ObjectName]uint64{},
	}
	c.readable = func() []cache.SharedInformer { return addMissing(c.watched(), has.Informers()) }
	c.gate = gate.New(gate.Options{MaxWait: opts.MaxWait, Observe: c.metrics.wait, Informers: c.readable})
	return c, nil
}

// addMissing adds those of a factory's informers that are not among some.
func addMissing(some []cache.SharedInformer, factory []cache.SharedIndexInformer) []cache.SharedInformer {
	for _, informer := range factory {
		if !slices.Contains(some, cache.SharedInformer(informer)) {
			some = append(some, informer)
		}
	}
	return some
}

// watched returns those whose changes ask for a reconcile.
func (c *Controller[T]) watched() []cache.SharedInformer {
	all := []cache.SharedInformer{c.opts.For}
	for _, watch := range c.opts.Watches {
		all = append(all, watch.Informer)
	}
	return all
}

var errRunning = errors.New("the controller runs already")

// Run waits until all informers of the factory have synced, reconciles until ctx ends, and waits for the reconciles in progress; see
// Grace. It starts and stops no informers. When it returns, its handlers are removed and none of its goroutines is left. It may be
// called again: every object is then reconciled again, and what the last run has written is still waited for.
//
// Run returns nil after it has reconciled. Its error says why it has not: the informers have not synced ([*cache.SyncError]), a
// handler could not be added, or the controller runs already.
func (c *Controller[T]) Run(ctx context.Context) error {
	queue, err := c.begin()
	if err != nil {
		return err
	}
	defer c.end(queue)
	ctx = klog.NewContext(ctx, klog.FromContext(ctx).WithValues("controller", c.opts.Name))
	remove, err := c.addHandlers(queue)
	defer remove()
	defer c.followShards(queue)()
	if err != nil {
		return err
	}
	if err := c.sync(ctx); err != nil {
		return fmt.Errorf("controller %s: %w", c.opts.Name, err)
	}
	work, cancel := c.workContext(ctx)
	defer cancel()
	var running sync.WaitGroup
	for range c.opts.Workers {
		running.Go(func() { c.work(work, ctx, queue, &running) })
	}
	c.gate.Run(ctx, func(key cache.ObjectName, priority int) {
		queue.AddWithOptions(workqueue.AddOptions{Priority: priority}, key)
	})
	queue.ShutDown()
	running.Wait()
	return nil
}

// sync waits for all informers that a reconcile may read.
func (c *Controller[T]) sync(ctx context.Context) error {
	informers := c.readable()
	checkers := make([]cache.DoneChecker, len(informers))
	for i, informer := range informers {
		checkers[i] = informer.HasSyncedChecker()
	}
	if cache.WaitFor(ctx, "the caches of controller "+c.opts.Name, checkers...) {
		return nil
	}
	return cache.WaitForSync(ctx, informers...) // which says why
}

// workContext returns the context of reconciles, which ends when the time of Grace is over after the end of ctx.
func (c *Controller[T]) workContext(ctx context.Context) (work context.Context, cancel func()) {
	if c.opts.Grace <= 0 {
		return context.WithCancel(ctx)
	}
	work, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(c.opts.Grace, end) })
	return work, func() { stop(); end() }
}

// begin makes the queue of a run.
func (c *Controller[T]) begin() (*workqueue.PriorityQueue[cache.ObjectName], error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running {
		return nil, fmt.Errorf("controller %s: %w", c.opts.Name, errRunning)
	}
	options := workqueue.PriorityQueueOptions[cache.ObjectName]{Name: c.opts.Name, RateLimiter: c.opts.RateLimiter}
	if c.opts.FairByNamespace {
		options.FairBy = func(key cache.ObjectName) string { return key.Namespace }
	}
	c.running, c.queue = true, workqueue.NewPriorityQueue(options)
	c.gate.Begin()
	return c.queue, nil
}

func (c *Controller[T]) end(queue *workqueue.PriorityQueue[cache.ObjectName]) {
	queue.ShutDown()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = false
}
