package core

import (
	"context"
	"sync"
	"time"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"
)

// Handler is told what happens. It is called by one goroutine, with one event at a time.
type Handler[T any] interface {
	OnAdd(obj T, inInitialList bool)
	OnUpdate(old, obj T)
	// OnDelete gets the last known state; unknown is set where the deletion was noticed and not seen, and hasObject is
	// not where no state is known.
	OnDelete(key string, obj T, unknown, hasObject bool)
}

// HandlerOptions are the options of a handler.
type HandlerOptions struct {
	// Name is for status and metrics.
	Name string
	// Period is the time between two resyncs: nil for that of the informer, zero for none.
	Period *time.Duration
	// Merge keeps at most what is left to tell of each object, in place of every event.
	Merge bool
	// Inline calls the handler in the goroutine that runs the informer, in place of one of its own. An informer has at most
	// one such handler, added before it runs.
	Inline bool
	// Observer is told of each call; may be nil.
	Observer HandlerObserver
	// Logger is for the handler's trouble; nil means that of the informer's context.
	Logger *klog.Logger
}

// logger is for what goes wrong before there is a context.
func (o HandlerOptions) logger() klog.Logger {
	if o.Logger == nil {
		return klog.Background()
	}
	return *o.Logger
}

// HandlerObserver is told of the calls of a handler.
type HandlerObserver interface {
	// Called is told of each call before it: for how long the event had waited, and how many events wait still.
	Called(waited time.Duration, queued int)
}

// HandlerStatus is how far a handler is behind.
type HandlerStatus struct {
	Name string
	// Queued is how many events it has not been called with.
	Queued int
	// Behind is for how long the next of them has waited, or the call in progress has lasted and its event waited.
	Behind time.Duration
	// Synced is set once it has been called with everything that was there at the beginning.
	Synced bool
}

// Listener is a handler with its queue.
type Listener[T any] struct {
	handler Handler[T]
	opts    HandlerOptions
	clock   clock.PassiveClock

	// period and due are the handler's resyncs; resyncing is set while one of them goes on. The informer's events lock
	// guards them.
	period    time.Duration
	due       time.Time
	resyncing bool

	mu     sync.Mutex
	news   sync.Cond
	queue  notifications[T]
	closed bool
	paused bool
	// current is when the event happened that the handler is being called with.
	current time.Time
	// ended is closed when the goroutine has ended that calls the handler; nil while there is none.
	ended  chan struct{}
	synced chan struct{}
}

func newListener[T any](handler Handler[T], opts HandlerOptions, period time.Duration, c clock.PassiveClock) *Listener[T] {
	// Until a resync decides who is due, a list that brings nothing new is told to everybody.
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

// Synced is closed once the handler has been called with everything that was there at the beginning.
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

// push queues events, in their order. An object that only came again is for a handler whose resync is due; the informer's
// events lock is held.
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
	l.news.Signal()
}

// close ends the queue; what is in it is dropped. The channel is closed once the handler is called no more.
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

// pause ends the calls; what is in the queue waits for another run.
func (l *Listener[T]) pause() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paused = true
	l.news.Broadcast()
}

// start prepares a run.
func (l *Listener[T]) start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paused, l.ended = false, make(chan struct{})
}

// next waits for the next event; nil where the handler is to be called no more.
func (l *Listener[T]) next() *notification[T] {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current = time.Time{}
	for {
		if l.closed || l.paused {
			return nil
		}
		if n := l.queue.pop(); n != nil {
			l.current = n.at
			return n
		}
		l.news.Wait()
	}
}

// run calls the handler until the queue is closed or paused.
func (l *Listener[T]) run(ctx context.Context) {
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		close(l.ended)
		l.ended = nil
	}()
	if l.opts.Logger != nil {
		ctx = klog.NewContext(ctx, *l.opts.Logger)
	}
	for n := l.next(); n != nil; n = l.next() {
		if !l.call(ctx, n) {
			l.recover(ctx)
		}
	}
}

// recover waits after a panic: a handler that panics at every event is not called, and its panics are not logged, as fast
// as events come.
func (l *Listener[T]) recover(ctx context.Context) {
	timer := time.NewTimer(afterPanic)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// call calls the handler once, and reports whether it returned. A panic is reported; where the program lives on, so does the
// handler, with the next event.
func (l *Listener[T]) call(ctx context.Context, n *notification[T]) (returned bool) {
	defer utilruntime.HandleCrashWithContext(ctx)
	if l.opts.Observer != nil {
		l.mu.Lock()
		queued := l.queue.len()
		l.mu.Unlock()
		l.opts.Observer.Called(l.clock.Since(n.at), queued)
	}
	switch n.kind {
	case added:
		l.handler.OnAdd(n.obj, n.initial)
	case updated:
		l.handler.OnUpdate(n.old, n.obj)
	case deleted:
		l.handler.OnDelete(n.key, n.obj, n.unknown, n.hasObject)
	case caughtUp:
		l.catchUp()
	}
	return true
}

// catchUp notes that the handler has been called with everything that was there at the beginning.
func (l *Listener[T]) catchUp() {
	select {
	case <-l.synced: // a run that came after another
	default:
		close(l.synced)
	}
}
