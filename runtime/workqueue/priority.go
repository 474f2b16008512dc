package workqueue

import (
	"time"

	"k8s.io/utils/clock"
)

// LowPriority is the priority of what need not be done soon: objects of an informer's initial list, and resyncs.
const LowPriority = -100

// PriorityQueueOptions are options of a PriorityQueue. The zero value is usable.
type PriorityQueueOptions[T comparable] struct {
	// Name is the queue's name in metrics. A queue without a name has no metrics.
	Name string
	// MetricsProvider makes the queue's metrics; nil means the one of SetProvider.
	MetricsProvider MetricsProvider
	// Clock is for tests; nil means the real one.
	Clock clock.WithTicker
	// RateLimiter is for AddRateLimited; nil means DefaultTypedControllerRateLimiter.
	RateLimiter TypedRateLimiter[T]
	// FairBy makes the queue fair: of the items of one priority, those for which it returns different names, such as their
	// namespaces, take turns. It is called under the queue's lock and must always return the same for an item.
	FairBy func(item T) string
}

// AddOptions say how an item is added to a PriorityQueue.
type AddOptions struct {
	// Priority of the item; higher is sooner. An item that is queued already keeps the higher of its priorities.
	Priority int
	// After is how long the item waits before it is queued.
	After time.Duration
	// RateLimited lets the item wait for as long as the rate limiter says, if that is longer than After.
	RateLimited bool
}

// PriorityQueue is a rate-limiting queue with priorities. Items of the highest priority are handed out first, for however long
// those of a lower one have waited. An item that is being processed is handed out again with the priority with which it was added
// meanwhile. A program should have few different priorities.
type PriorityQueue[T comparable] struct {
	queue   *Typed[T]
	waiting *waiting[T]
	limiter TypedRateLimiter[T]
}

// NewPriorityQueue returns a queue with priorities.
func NewPriorityQueue[T comparable](options PriorityQueueOptions[T]) *PriorityQueue[T] {
	config := TypedQueueConfig[T]{Name: options.Name, MetricsProvider: options.MetricsProvider, Clock: options.Clock}
	q := &PriorityQueue[T]{
		queue:   newTyped(config, newLevels(options.FairBy), updatePeriod),
		limiter: options.RateLimiter,
	}
	if q.limiter == nil {
		q.limiter = DefaultTypedControllerRateLimiter[T]()
	}
	q.waiting = newWaiting(options.Clock, newRetries(options.MetricsProvider, options.Name), q.queue.add)
	return q
}

// AddWithOptions adds items.
func (q *PriorityQueue[T]) AddWithOptions(options AddOptions, items ...T) {
	for _, item := range items {
		after := options.After
		if options.RateLimited {
			after = max(after, q.limiter.When(item))
		}
		if after <= 0 && !options.RateLimited {
			q.queue.add(item, options.Priority)
			continue
		}
		q.addAfter(item, options.Priority, after)
	}
}

func (q *PriorityQueue[T]) addAfter(item T, priority int, after time.Duration) {
	if q.queue.ShuttingDown() {
		q.queue.add(item, priority) // which counts it as dropped
		return
	}
	q.waiting.add(item, priority, after)
}

// GetWithPriority is Get that also returns the priority with which the item was queued, for adding it again with that priority.
func (q *PriorityQueue[T]) GetWithPriority() (item T, priority int, shutdown bool) {
	return q.queue.get()
}

// Add adds an item with priority zero.
func (q *PriorityQueue[T]) Add(item T) { q.queue.add(item, 0) }

// AddAfter adds an item with priority zero after some time; see TypedDelayingInterface.
func (q *PriorityQueue[T]) AddAfter(item T, duration time.Duration) {
	q.addAfter(item, 0, duration)
}

// AddRateLimited adds an item with priority zero after the time that the rate limiter says.
func (q *PriorityQueue[T]) AddRateLimited(item T) { q.AddAfter(item, q.limiter.When(item)) }

// Forget ends the rate limiter's counting of the item's failures.
func (q *PriorityQueue[T]) Forget(item T) { q.limiter.Forget(item) }

// NumRequeues returns how many failures of the item the rate limiter has counted.
func (q *PriorityQueue[T]) NumRequeues(item T) int { return q.limiter.NumRequeues(item) }

// Get waits for the first item of the highest priority; see TypedInterface.
func (q *PriorityQueue[T]) Get() (item T, shutdown bool) { return q.queue.Get() }

// Done says that a worker is done with an item.
func (q *PriorityQueue[T]) Done(item T) { q.queue.Done(item) }

// Len returns how many items can be handed out.
func (q *PriorityQueue[T]) Len() int { return q.queue.Len() }

// ShuttingDown reports whether the queue was shut down.
func (q *PriorityQueue[T]) ShuttingDown() bool { return q.queue.ShuttingDown() }

// ShutDown makes the queue refuse new items and drops what waits; see the package comment.
func (q *PriorityQueue[T]) ShutDown() {
	q.waiting.close()
	q.queue.ShutDown()
}

// ShutDownWithDrain is ShutDown that returns when no worker has an item.
func (q *PriorityQueue[T]) ShutDownWithDrain() {
	q.waiting.close()
	q.queue.ShutDownWithDrain()
}
