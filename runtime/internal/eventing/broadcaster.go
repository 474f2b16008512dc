package eventing

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"
)

// QueueLength is how many events wait for a watcher before more are dropped.
const QueueLength = 1000

// ErrStopped is the error for a watcher that comes after the shutdown.
var ErrStopped = errors.New("the event broadcaster is shut down")

// Broadcaster hands each event to each watcher, in order, and waits for none. Its zero value has no watchers.
type Broadcaster struct {
	Counter

	mu       sync.Mutex
	watchers []*watcher
	stopped  bool
	stamp    int64 // that was given out last
}

// Stamp returns a time in nanoseconds, for the name of an event: later than all before, so that events about one object have different
// names even if the clock stands still between them.
func (b *Broadcaster) Stamp(now time.Time) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stamp = max(b.stamp+1, now.UnixNano())
	return b.stamp
}

// Publish hands an event to all watchers. Watchers get the same object, which nobody may change.
func (b *Broadcaster) Publish(logger klog.Logger, event runtime.Object) {
	reason, times := b.publish(event)
	b.Drop(logger, reason, times, event, nil) // without the lock: a logger may be anything
}

// publish returns how many watchers did not get the event, and why.
func (b *Broadcaster) publish(event runtime.Object) (DropReason, uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped {
		return ShutDown, 1
	}
	if len(b.watchers) == 0 {
		return NoWatcher, 1
	}
	full := uint64(0)
	for _, w := range b.watchers {
		select {
		case w.events <- watch.Event{Type: watch.Added, Object: event}:
		default:
			full++
		}
	}
	return QueueFull, full
}

// Watch returns a watch of what is published from now on. Its channel holds QueueLength events. It is closed by Stop and by
// Shutdown; what it holds can still be read.
func (b *Broadcaster) Watch() (watch.Interface, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped {
		return nil, ErrStopped
	}
	w := &watcher{broadcaster: b, events: make(chan watch.Event, QueueLength)}
	b.watchers = append(b.watchers, w)
	return w, nil
}

// Handle watches and calls a function for each event, one after the other, until the watch is stopped and its queue is empty. Then
// it calls done.
func (b *Broadcaster) Handle(ctx context.Context, handle func(runtime.Object), done func()) (watch.Interface, error) {
	w, err := b.Watch()
	if err != nil {
		return nil, err
	}
	go func() {
		defer done()
		for event := range w.ResultChan() {
			handleOne(ctx, handle, event.Object)
		}
	}()
	return w, nil
}

func handleOne(ctx context.Context, handle func(runtime.Object), event runtime.Object) {
	defer utilruntime.HandleCrashWithContext(ctx)
	handle(event)
}

// Shutdown closes the channels of all watchers. It may be called more than once.
func (b *Broadcaster) Shutdown(logger klog.Logger) {
	b.mu.Lock()
	for _, w := range b.watchers {
		close(w.events)
	}
	b.watchers, b.stopped = nil, true
	b.mu.Unlock()
	b.LogTotal(logger)
}

// Status returns how the broadcaster is doing.
func (b *Broadcaster) Status() Status {
	status := b.Counter.Status()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.watchers {
		status.Queued = max(status.Queued, len(w.events))
	}
	return status
}

// watcher is one who gets events.
type watcher struct {
	broadcaster *Broadcaster
	events      chan watch.Event
}

// ResultChan returns the channel of events.
func (w *watcher) ResultChan() <-chan watch.Event { return w.events }

// Stop ends the watch. It may be called more than once.
func (w *watcher) Stop() {
	b := w.broadcaster
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.watchers, w); i >= 0 {
		b.watchers = slices.Delete(b.watchers, i, i+1)
		close(w.events)
	}
}
