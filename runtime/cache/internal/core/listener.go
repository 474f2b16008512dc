package core

import (
	"context"
	"sync"
	"time"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"
)

// Handler receives the events of an informer. One goroutine calls it, with one event at a time.
type Handler[T any] interface {
	OnAdd(obj T, inInitialList bool)
	OnUpdate(old, obj T)
	// OnDelete is called with the last known state of the object. unknown is set if the deletion was not seen in a watch but
	// inferred from a list; obj may then be older than the final state. If hasObject is false, obj is not known.
	OnDelete(key string, obj T, unknown, hasObject bool)
	// OnLeft is called for an object that another process has now. It was not deleted.
	OnLeft(obj T)
}

// HandlerOptions are the options of a handler.
type HandlerOptions struct {
	// Name appears in the status and in metrics.
	Name string
	// Period is the time between two resyncs. Nil means that of the informer; zero or less means none.
	Period *time.Duration
	// Merge combines the queued events of each object into one, or into a deletion and an addition.
	Merge bool
	// Inline calls the handler in the goroutine of Run instead of in one of its own. An informer has at most one such
	// handler, which is added before it runs.
	Inline bool
	// Observer is called before each call of the handler; may be nil.
	Observer HandlerObserver
	// Logger is used for panics of the handler and for its resync period; nil means the logger of the context of Run for the
	// former and the global one for the latter.
	Logger *klog.Logger
}

// logger returns the logger for messages outside of a run.
func (o HandlerOptions) logger() klog.Logger {
	if o.Logger == nil {
		return klog.Background()
	}
	return *o.Logger
}

// HandlerObserver is called with the progress of a handler, for metrics.
type HandlerObserver interface {
	// Called is called before each call of the handler, with the time that the event was queued, and the number of events
	// that are still queued.
	Called(waited time.Duration, queued int)
}

// HandlerStatus says how far a handler is behind.
type HandlerStatus struct {
	Name string
	// Queued is the number of queued events.
	Queued int
	// Behind is the age of the event with which the handler is being called, or else of the next event in the queue; zero if
	// there is none.
	Behind time.Duration
	// Synced is set once the handler has been called with every object of the initial list.
	Synced bool
}

// Listener is a handler with its queue. While the queue is empty it has no goroutine, except for an inline handler.
type Listener[T any] struct {
	handler Handler[T]
	opts    HandlerOptions
	clock   clock.PassiveClock
	// enter reports whether the handler may be called with an object, and if so returns what is to be called afterwards; nil means
	// always.
	enter func(obj T) (leave func(), ok bool)

	// period is the time between two resyncs, zero for none, and due the time of the next one. resyncing is set if the last
	// resync included the handler. The informer's events lock guards them.
	period    time.Duration
	due       time.Time
	resyncing bool

	mu     sync.Mutex
	news   sync.Cond
	queue  notifications[T]
	closed bool
	paused bool
	// current is the time of the event with which the handler is being called; zero between calls.
	current time.Time
	// spawn calls run in a goroutine of the present run; nil if there is no run, or the handler is inline.
	spawn func()
	// ended is closed when the goroutine that calls the handler ends; nil if there is none.
	ended  chan struct{}
	synced chan struct{}
}

func newListener[T any](handler Handler[T], opts HandlerOptions, period time.Duration, c clock.PassiveClock) *Listener[T] {
	// Before the first resync, the handler also gets the unchanged objects of a list.
	l := &Listener[T]{
		handler: handler, opts: opts, clock: c,
		period: period, due: c.Now().Add(period), resyncing: true,
		queue: &everything[T]{}, synced: make(chan struct{}),
	}
	if opts.Merge {
		l.queue = &merged[T]{byKey: map[string]*pending[T]{}}
	}
	l.news.L = &l.mu
	return l
}

// Synced returns a channel that is closed once the handler has been called with every object of the initial list. It stays
// closed in later runs.
func (l *Listener[T]) Synced() <-chan struct{} { return l.synced }

// Status returns how far the handler is behind.
func (l *Listener[T]) Status() HandlerStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	status := HandlerStatus{Name: l.opts.Name, Queued: l.queue.len()}
	since := l.current
	if since.IsZero() {
		since = l.queue.since()
	}
	if !since.IsZero() {
		status.Behind = l.clock.Since(since)
	}
	select {
	case <-l.synced:
		status.Synced = true
	default:
	}
	return status
}

// push queues events in their order. It omits updates of unchanged objects unless the handler's resync is due. The caller
// holds the informer's events lock.
func (l *Listener[T]) push(events ...*notification[T]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	for _, n := range events {
		if !n.again || l.resyncing {
			l.queue.push(n)
		}
	}
	l.wake()
}

// wake has the queue emptied, if it is not empty. The caller holds mu.
func (l *Listener[T]) wake() {
	if l.opts.Inline {
		l.news.Signal()
		return
	}
	if l.spawn != nil && l.ended == nil && l.queue.len() > 0 {
		l.ended = make(chan struct{})
		l.spawn()
	}
}

// close stops the calls for good and drops the queue. The channel is closed once a call in progress, if any, has returned.
func (l *Listener[T]) close() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.queue = &everything[T]{}
	l.news.Broadcast()
	if l.ended != nil {
		return l.ended
	}
	ended := make(chan struct{})
	close(ended)
	return ended
}

// pause stops the calls. The queued events remain for another run.
func (l *Listener[T]) pause() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paused, l.spawn = true, nil
	l.news.Broadcast()
}

// start begins a run: the handler is called for what is queued, and what will be, each time in a goroutine of calls until the queue is
// empty.
func (l *Listener[T]) start(ctx context.Context, calls *sync.WaitGroup) {
	l.mu.Lock()
	defer l.mu.Unlock()
	ctx = l.logsTo(ctx)
	l.paused = false
	l.spawn = func() { calls.Go(func() { l.run(ctx) }) }
	l.wake()
}

// startInline begins a run in which the caller calls run.
func (l *Listener[T]) startInline() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paused, l.ended = false, make(chan struct{})
}

// logsTo is the context of the handler's calls.
func (l *Listener[T]) logsTo(ctx context.Context) context.Context {
	if l.opts.Logger == nil {
		return ctx
	}
	return klog.NewContext(ctx, *l.opts.Logger)
}

// next returns the next event. It returns nil if the listener is closed or paused, or if the queue is empty and the handler is not
// inline: an event that comes later has another goroutine then.
func (l *Listener[T]) next() *notification[T] {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current = time.Time{}
	for !l.closed && !l.paused {
		if n := l.queue.pop(); n != nil {
			l.current = n.at
			return n
		}
		if !l.opts.Inline {
			break
		}
		l.news.Wait()
	}
	l.finish()
	return nil
}

// finish notes that the goroutine ends which calls the handler. The caller holds mu.
func (l *Listener[T]) finish() {
	if l.ended != nil {
		close(l.ended)
		l.ended = nil
	}
}

// run calls the handler until next returns nil.
func (l *Listener[T]) run(ctx context.Context) {
	orderly := false
	defer func() {
		if !orderly { // the handler has ended the goroutine
			l.mu.Lock()
			defer l.mu.Unlock()
			l.finish()
			l.wake()
		}
	}()
	for n := l.next(); n != nil; n = l.next() {
		if !l.call(ctx, n) {
			l.recover(ctx)
		}
	}
	orderly = true
}

// recover waits after a panic, so that a handler that panics at every event does not fill the log as fast as events come.
func (l *Listener[T]) recover(ctx context.Context) {
	timer := time.NewTimer(afterPanic)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// call calls the handler once and reports whether it returned without a panic. It reports a panic. With
// utilruntime.ReallyCrash unset, the handler then goes on with the next event.
func (l *Listener[T]) call(ctx context.Context, n *notification[T]) (returned bool) {
	defer utilruntime.HandleCrashWithContext(ctx)
	if l.opts.Observer != nil {
		l.mu.Lock()
		queued := l.queue.len()
		l.mu.Unlock()
		l.opts.Observer.Called(l.clock.Since(n.at), queued)
	}
	if l.enter != nil && !n.isMark() && n.kind != left {
		leave, ok := l.enter(n.obj)
		if !ok {
			return true // it was lost, and leaves
		}
		defer leave()
	}
	switch n.kind {
	case added:
		l.handler.OnAdd(n.obj, n.initial)
	case updated:
		l.handler.OnUpdate(n.old, n.obj)
	case deleted:
		l.handler.OnDelete(n.key, n.obj, n.unknown, n.hasObject)
	case left:
		l.handler.OnLeft(n.obj)
	case caughtUp:
		l.catchUp()
	case handedOver:
		n.handOver.finish(l)
	}
	return true
}

// catchUp closes synced.
func (l *Listener[T]) catchUp() {
	select {
	case <-l.synced: // closed in an earlier run
	default:
		close(l.synced)
	}
}
