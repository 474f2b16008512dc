package workqueue

import (
	"math"
	"slices"
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
	items   map[T]*appointment[T]
	heap    appointments[T]
	last    uint64 // number of the last appointment
	timer   clock.Timer
	closed  bool
	counted uint64 // calls of add
	dropped uint64
	leaving int // items that are out of the heap and perhaps not yet released
	stop    chan struct{}
}

// appointment is an item that waits.
type appointment[T comparable] struct {
	item     T
	priority int
	index    int // in the heap
}

func newWaiting[T comparable](c clock.WithTicker, retries CounterMetric, release func(T, int)) *waiting[T] {
	return &waiting[T]{stopwatch: newStopwatch(c), retries: retries, release: release, items: map[T]*appointment[T]{}, stop: make(chan struct{})}
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
	a := w.items[item]
	if a == nil {
		w.last++
		a = &appointment[T]{item: item, priority: priority}
		w.items[item] = a
		w.heap.push(slot[T]{at, w.last, a})
	} else {
		a.priority = max(a.priority, priority)
		if at >= w.heap[a.index].at {
			return
		}
		w.heap[a.index].at = at
		w.heap.up(a.index)
	}
	if a.index == 0 {
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
func (w *waiting[T]) due() []*appointment[T] {
	w.mu.Lock()
	defer w.mu.Unlock()
	var due []*appointment[T]
	defer func() { w.leaving = len(due) }()
	for len(w.heap) > 0 && !w.closed {
		after := w.heap[0].at - w.now()
		if after <= 0 {
			a := w.heap.pop()
			delete(w.items, a.item)
			due = append(due, a)
			continue
		}
		w.timer.Reset(after)
		if w.heap[0].at > w.now() { // else a fake clock has gone on before the timer was set
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
	w.dropped += uint64(len(w.heap))
	w.heap, w.items = nil, nil
	close(w.stop)
}

// appointments is a heap: the earliest first. What is compared is in the slice, so that comparing does not follow pointers.
type appointments[T comparable] []slot[T]

type slot[T comparable] struct {
	at     time.Duration
	number uint64 // appointments for the same time are kept in the order in which they were made
	*appointment[T]
}

func (h appointments[T]) less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].number < h[j].number
}

// push adds an appointment. A heap that is full is doubled: append adds a quarter to a long one, and so copies each slot five times on
// the way to a million, where this copies it twice.
func (h *appointments[T]) push(s slot[T]) {
	s.index = len(*h)
	if len(*h) == cap(*h) {
		*h = slices.Grow(*h, max(len(*h), 8))
	}
	*h = append(*h, s)
	h.up(s.index)
}

// up moves an appointment to its place, if it is earlier than where it is.
func (h appointments[T]) up(i int) {
	for i > 0 && h.less(i, (i-1)/2) {
		h.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
}

// pop takes out the earliest.
func (h *appointments[T]) pop() *appointment[T] {
	all := *h
	last := len(all) - 1
	all.swap(0, last)
	earliest := all[last].appointment
	all[last] = slot[T]{}
	all = all[:last]
	*h = all
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if all.less(child, least) {
				least = child
			}
		}
		if least == i {
			return earliest
		}
		all.swap(i, least)
		i = least
	}
}

func (h appointments[T]) swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
