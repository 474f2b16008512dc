package workqueue

import (
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// TypedInterface is a queue; see the package comment for what it promises. All methods are safe for concurrent use.
type TypedInterface[T comparable] interface {
	// Add queues an item unless it is queued already. If a worker has the item, it is queued when the worker is done.
	Add(item T)
	// Len returns how many items can be handed out now. The number may be out of date when it is returned.
	Len() int
	// Get waits for an item. The caller must call Done with it. If shutdown is true there is no item and the caller should end.
	Get() (item T, shutdown bool)
	// Done says that the caller is done with an item that Get returned to it.
	Done(item T)
	// ShutDown makes the queue refuse new items and lets Get return shutdown when nothing is queued.
	ShutDown()
	// ShutDownWithDrain is ShutDown that returns when no worker has an item.
	ShutDownWithDrain()
	// ShuttingDown reports whether the queue was shut down.
	ShuttingDown() bool
}

// TypedQueueConfig configures a queue. The zero value is usable.
type TypedQueueConfig[T comparable] struct {
	// Name is the queue's name in metrics. A queue without a name has no metrics.
	Name string
	// MetricsProvider makes the queue's metrics; nil means the one of SetProvider.
	MetricsProvider MetricsProvider
	// Clock is for tests; nil means the real one.
	Clock clock.WithTicker
	// Queue keeps the items that can be handed out; nil means first in, first out.
	Queue Queue[T]
}

// sample is the number of items of which a queue without metrics measures one. Reading the clock for each would cost as much as the
// rest of Add.
const sample = 16

// updatePeriod is how often the metrics of work in progress are set.
const updatePeriod = 500 * time.Millisecond

// NewTyped returns a queue.
func NewTyped[T comparable]() *Typed[T] {
	return NewTypedWithConfig(TypedQueueConfig[T]{})
}

// NewTypedWithConfig returns a queue.
func NewTypedWithConfig[T comparable](config TypedQueueConfig[T]) *Typed[T] {
	return newQueueWithConfig(config, updatePeriod)
}

func newQueueWithConfig[T comparable](config TypedQueueConfig[T], period time.Duration) *Typed[T] {
	if config.Queue != nil {
		return newTyped(config, &foreign[T]{queue: config.Queue, added: map[T]*added{}}, period)
	}
	q := newTyped(config, newFIFO[T](), period)
	if q.metrics == nil {
		q.every = sample
	}
	return q
}

func newTyped[T comparable](config TypedQueueConfig[T], items order[T], period time.Duration) *Typed[T] {
	q := &Typed[T]{
		stopwatch:  newStopwatch(config.Clock),
		queued:     items,
		processing: map[T]work{},
		metrics:    newQueueMetrics(config.MetricsProvider, config.Name),
		every:      1,
		stop:       make(chan struct{}),
	}
	q.ready.L, q.idle.L = &q.mu, &q.mu
	if q.metrics != nil {
		q.running.Go(func() { q.updateMetrics(period) })
	}
	return q
}

// Typed is a queue. Make one with NewTyped or NewTypedWithConfig.
type Typed[t comparable] struct {
	mu sync.Mutex
	// ready is signalled when an item can be handed out, idle when no worker has an item; both when the queue shuts down.
	ready, idle sync.Cond

	// queued holds what can be handed out, processing what workers have. No item is in both.
	queued     order[t]
	processing map[t]work

	shuttingDown, drain bool
	counts              counts

	*stopwatch
	metrics *queueMetrics
	every   uint64 // is 1 if all items are measured

	running sync.WaitGroup
	stop    chan struct{}
}

// work is an item that a worker has.
type work struct {
	got time.Duration // when; zero if it is not measured
	// again says that the item was added meanwhile, and next how.
	again bool
	next  added
}

// added is when and with which priority an item was added. The time is zero if it is not measured.
type added struct {
	at       time.Duration
	priority int
}

// stopwatch measures times since shortly before it was made, which is cheaper than to ask for the time of day. They are never
// zero.
type stopwatch struct {
	clock clock.WithTicker
	born  time.Time
}

func newStopwatch(c clock.WithTicker) *stopwatch {
	if c == nil {
		c = clock.RealClock{}
	}
	return &stopwatch{c, c.Now().Add(-1)}
}

func (s *stopwatch) now() time.Duration { return s.clock.Since(s.born) }

// Add queues an item; see TypedInterface.
func (q *Typed[T]) Add(item T) {
	q.add(item, 0)
}

// add queues an item. If it is queued already, it keeps the higher priority.
func (q *Typed[T]) add(item T, priority int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.shuttingDown {
		q.counts.dropped++
		return
	}
	if w, found := q.working(item); found {
		if w.again {
			w.next.priority = max(w.next.priority, priority)
			q.processing[item] = w
			return
		}
		w.again, w.next = true, added{q.measure(), priority}
		q.processing[item] = w
	} else {
		how := q.queued.add(item, priority)
		if how == nil {
			return
		}
		how.at = q.measure()
		q.ready.Signal()
	}
	q.counts.adds++
	if q.metrics != nil {
		q.metrics.add()
	}
}

// measure returns the time if the item that is added now is to be measured, and else zero.
func (q *Typed[T]) measure() time.Duration {
	if q.counts.adds%q.every != 0 {
		return 0
	}
	return q.now()
}

// working returns since when a worker has had the item, if one has.
func (q *Typed[T]) working(item T) (w work, found bool) {
	if len(q.processing) > 0 {
		w, found = q.processing[item]
	}
	return w, found
}

// Len returns how many items can be handed out; see TypedInterface.
func (q *Typed[T]) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.queued.len()
}

// Get waits for an item; see TypedInterface.
func (q *Typed[T]) Get() (item T, shutdown bool) {
	item, _, shutdown = q.get()
	return item, shutdown
}

// get is Get that tells the priority with which the item was queued.
func (q *Typed[T]) get() (item T, priority int, shutdown bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.queued.len() == 0 {
		if q.shuttingDown {
			return item, 0, true
		}
		q.ready.Wait()
	}
	item, how := q.queued.pop()
	var got time.Duration
	if how.at > 0 {
		got = q.now()
		q.counts.latency.observe(got - how.at)
	}
	if q.metrics != nil {
		q.metrics.get(got - how.at)
	}
	q.processing[item] = work{got: got}
	return item, how.priority, false
}

// Done says that a worker is done with an item. It does nothing for an item that no worker has.
func (q *Typed[T]) Done(item T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	w, found := q.working(item)
	if !found {
		return
	}
	if q.metrics != nil && w.got > 0 {
		q.metrics.done(q.now() - w.got)
	}
	delete(q.processing, item)
	if w.again {
		if how := q.queued.add(item, w.next.priority); how != nil {
			how.at = w.next.at
		}
		q.ready.Signal()
	}
	if len(q.processing) == 0 {
		q.idle.Broadcast()
	}
}

// ShutDown makes the queue refuse new items; see the package comment.
func (q *Typed[T]) ShutDown() {
	q.mu.Lock()
	q.drain = false
	q.shutDown()
	q.mu.Unlock()
	q.running.Wait()
}

// ShutDownWithDrain is ShutDown that returns when no worker has an item, or after a call of ShutDown. It does not wait for items
// that no worker has taken yet, so it returns even if all workers have ended.
func (q *Typed[T]) ShutDownWithDrain() {
	q.mu.Lock()
	q.drain = true
	q.shutDown()
	for len(q.processing) > 0 && q.drain {
		q.idle.Wait()
	}
	q.mu.Unlock()
	q.running.Wait()
}

func (q *Typed[T]) shutDown() {
	if !q.shuttingDown {
		q.shuttingDown = true
		close(q.stop)
	}
	q.ready.Broadcast()
	q.idle.Broadcast()
}

// ShuttingDown reports whether the queue was shut down.
func (q *Typed[T]) ShuttingDown() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.shuttingDown
}

// updateMetrics sets the metrics of work in progress until the queue shuts down.
func (q *Typed[T]) updateMetrics(period time.Duration) {
	ticker := q.clock.NewTicker(period)
	defer ticker.Stop()
	for {
		select {
		case <-q.stop:
			return
		case <-ticker.C():
		}
		q.mu.Lock()
		if !q.shuttingDown {
			q.metrics.inProgress(q.workInProgress())
		}
		q.mu.Unlock()
	}
}

// workInProgress returns for how long workers have had their items: all of them together, and the longest.
func (q *Typed[T]) workInProgress() (total, longest time.Duration) {
	now := q.now()
	for _, w := range q.processing {
		if w.got == 0 {
			continue
		}
		total += now - w.got
		longest = max(longest, now-w.got)
	}
	return total, longest
}
