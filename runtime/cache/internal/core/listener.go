package core

import (
	"context"
	"sync"
	"time"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// Handler is told what happens. It is called by one goroutine, with one event at a time.
type Handler[T any] interface {
	OnAdd(obj T, inInitialList bool)
	OnUpdate(old, obj T)
	// OnDelete gets the last known state; unknown is set where the deletion was noticed and not seen, and hasObject is
	// not where no state is known.
	OnDelete(key string, obj T, unknown, hasObject bool)
}

type notificationKind uint8

const (
	added notificationKind = iota
	updated
	deleted
	caughtUp
)

// notification is one event for a handler.
type notification[T any] struct {
	kind notificationKind
	// initial is set on additions of the first list, again on updates of an object that has not changed.
	initial, again     bool
	unknown, hasObject bool
	key                string
	old, obj           T
}

// Listener is a handler with its queue.
type Listener[T any] struct {
	handler Handler[T]

	// period and due are the handler's resyncs; resyncing is set while one of them goes on. The informer's events lock
	// guards them.
	period    time.Duration
	due       time.Time
	resyncing bool

	mu     sync.Mutex
	news   sync.Cond
	queue  ring[notification[T]]
	closed bool
	synced chan struct{}
}

func newListener[T any](handler Handler[T], period time.Duration, now time.Time) *Listener[T] {
	// Until a resync decides who is due, a list that brings nothing new is told to everybody.
	l := &Listener[T]{handler: handler, period: period, due: now.Add(period), resyncing: true, synced: make(chan struct{})}
	l.news.L = &l.mu
	return l
}

// Synced is closed once the handler has been called with everything that was there at the beginning.
func (l *Listener[T]) Synced() <-chan struct{} { return l.synced }

func (l *Listener[T]) push(n notification[T]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.queue.push(n)
	l.news.Signal()
}

// close ends the queue; what is in it is dropped.
func (l *Listener[T]) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.queue = ring[notification[T]]{}
	l.news.Broadcast()
}

func (l *Listener[T]) next() (n notification[T], ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.queue.len() == 0 && !l.closed {
		l.news.Wait()
	}
	if l.closed {
		return n, false
	}
	return l.queue.pop(), true
}

// run calls the handler until the queue is closed.
func (l *Listener[T]) run(ctx context.Context) {
	for {
		n, ok := l.next()
		if !ok {
			return
		}
		l.call(ctx, n)
	}
}

// call calls the handler once. A panic is reported; where the program lives on, so does the handler, with the next event.
func (l *Listener[T]) call(ctx context.Context, n notification[T]) {
	defer utilruntime.HandleCrashWithContext(ctx)
	switch n.kind {
	case added:
		l.handler.OnAdd(n.obj, n.initial)
	case updated:
		l.handler.OnUpdate(n.old, n.obj)
	case deleted:
		l.handler.OnDelete(n.key, n.obj, n.unknown, n.hasObject)
	case caughtUp:
		close(l.synced)
	}
}
