package workqueue

import (
	"math"
	"sync"
	"time"

	"k8s.io/klog/v2"
	"k8s.io/utils/clock"
)

// TypedDelayingInterface is a queue to which items can be added later.
type TypedDelayingInterface[T comparable] interface {
	TypedInterface[T]
	// AddAfter adds an item after some time, or at once if the time is not positive. An item that waits already is added once,
	// at the earlier of the times. Add leaves what waits alone.
	AddAfter(item T, duration time.Duration)
}

// TypedDelayingQueueConfig configures a delaying queue. The zero value is usable.
type TypedDelayingQueueConfig[T comparable] struct {
	// Logger is not used, for there is nothing to log.
	Logger *klog.Logger
	// Name is the queue's name in metrics. A queue without a name has no metrics.
	Name string
	// MetricsProvider makes the queue's metrics; nil means the one of SetProvider.
	MetricsProvider MetricsProvider
	// Clock is for tests; nil means the real one.
	Clock clock.WithTicker
	// Queue is what items are added to; nil means a new queue.
	Queue TypedInterface[T]
}

// NewTypedDelayingQueue returns a delaying queue without metrics.
func NewTypedDelayingQueue[T comparable]() TypedDelayingInterface[T] {
	return NewTypedDelayingQueueWithConfig(TypedDelayingQueueConfig[T]{})
}

// NewTypedDelayingQueueWithConfig returns a delaying queue.
func NewTypedDelayingQueueWithConfig[T comparable](config TypedDelayingQueueConfig[T]) TypedDelayingInterface[T] {
	if config.Queue == nil {
		config.Queue = NewTypedWithConfig(TypedQueueConfig[T]{Name: config.Name, MetricsProvider: config.MetricsProvider, Clock: config.Clock})
	}
	add := func(item T, _ int) { config.Queue.Add(item) }
	return &delaying[T]{
		TypedInterface: config.Queue,
		waiting:        newWaiting(config.Clock, newRetries(config.MetricsProvider, config.Name), add),
	}
}

// delaying is a queue with a waiting room.
type delaying[T comparable] struct {
	TypedInterface[T]
	waiting *waiting[T]
}

func (q *delaying[T]) AddAfter(item T, duration time.Duration) {
	if q.ShuttingDown() {
		q.Add(item) // which counts it as dropped
		return
	}
	q.waiting.add(item, 0, duration)
}

func (q *delaying[T]) ShutDown() {
	q.waiting.close()
	q.TypedInterface.ShutDown()
}

func (q *delaying[T]) ShutDownWithDrain() {
	q.waiting.close()
	q.TypedInterface.ShutDownWithDrain()
}

// waiting keeps items until their time has come. It has a goroutine from the first item that is to wait until it is closed.
type waiting[T comparable] struct {
	*stopwatch
	retries CounterMetric
	// release is called with each item, and with its priority, when its time has come.
	release func(item T, priority int)

	mu      sync.Mutex
	items   map[T]ref
	all     calendar[T]
	timer   clock.Timer
	closed  bool
	counted uint64 // calls of add
	dropped uint64
	leaving int // items that are out of the calendar and perhaps not yet released
	stop    chan struct{}
}

func newWaiting[T comparable](c clock.WithTicker, retries CounterMetric, release func(T, int)) *waiting[T] {
	return &waiting[T]{stopwatch: newStopwatch(c), retries: retries, release: release, items: map[T]ref{}, stop: make(chan struct{})}
}

// add releases an item after some time. An item that waits already keeps the earlier time and the higher priority.
func (w *waiting[T]) add(item T, priority int, after time.Duration) {
	if w.retries != nil {
		w.retries.Inc()
	}
	w.mu.Lock()
	w.counted++
	if after <= 0 {
		w.mu.Unlock()
		w.release(item, priority)
		return
	}
	defer w.mu.Unlock()
	if w.closed {
		w.dropped++
		return
	}
	at := w.now() + after
	if at < after { // overflow: a time that never comes
		at = math.MaxInt64
	}
	where, waits := w.items[item]
	if !waits {
		where = w.all.add(appointment[T]{item: item, priority: priority}, at)
		w.items[item] = where
	} else if !w.all.move(where, priority, at) {
		return
	}
	if w.all.isFirst(where) {
		w.arm(after)
	}
}

// arm sets the timer. It is set by the caller of add, so that a fake clock which goes on after add fires it.
func (w *waiting[T]) arm(after time.Duration) {
	if w.timer != nil {
		w.timer.Reset(after)
		return
	}
	w.timer = w.clock.NewTimer(after)
	go w.run(w.timer)
}

// run releases items until the waiting room is closed.
func (w *waiting[T]) run(timer clock.Timer) {
	defer timer.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-timer.C():
		}
		for _, a := range w.due() {
			w.release(a.item, a.priority)
		}
		w.mu.Lock()
		w.leaving = 0
		w.mu.Unlock()
	}
}

// due takes out the items whose time has come, and sets the timer for the next one.
func (w *waiting[T]) due() []appointment[T] {
	w.mu.Lock()
	defer w.mu.Unlock()
	var due []appointment[T]
	defer func() { w.leaving = len(due) }()
	for w.all.len() > 0 && !w.closed {
		at := w.all.first()
		if at <= w.now() {
			a := w.all.take()
			delete(w.items, a.item)
			due = append(due, a)
			continue
		}
		w.timer.Reset(at - w.now())
		if at > w.now() { // else a fake clock has gone on before the timer was set
			break
		}
	}
	return due
}

// close ends the goroutine and drops what waits.
func (w *waiting[T]) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.closed = true
	w.dropped += uint64(w.all.len()) //nolint:gosec // not negative
	w.all, w.items = calendar[T]{}, nil
	close(w.stop)
}
