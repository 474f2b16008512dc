package workqueue

import "k8s.io/utils/clock"

// TypedRateLimitingInterface is a queue that can let a rate limiter decide when an item is added again. Call Forget when an item
// has succeeded or is given up, or the limiter counts its failures for ever.
type TypedRateLimitingInterface[T comparable] interface {
	TypedDelayingInterface[T]
	// AddRateLimited adds an item after the time that the rate limiter says.
	AddRateLimited(item T)
	// Forget ends the rate limiter's counting of the item's failures. Done is to be called all the same.
	Forget(item T)
	// NumRequeues returns how many failures of the item the rate limiter has counted.
	NumRequeues(item T) int
}

// TypedRateLimitingQueueConfig configures a rate-limiting queue. The zero value is usable.
type TypedRateLimitingQueueConfig[T comparable] struct {
	// Name is the queue's name in metrics. A queue without a name has no metrics.
	Name string
	// MetricsProvider makes the queue's metrics; nil means the one of SetProvider.
	MetricsProvider MetricsProvider
	// Clock is for tests; nil means the real one.
	Clock clock.WithTicker
	// DelayingQueue is what items are added to; nil means a new queue.
	DelayingQueue TypedDelayingInterface[T]
}

// NewTypedRateLimitingQueue returns a rate-limiting queue without metrics.
func NewTypedRateLimitingQueue[T comparable](rateLimiter TypedRateLimiter[T]) TypedRateLimitingInterface[T] {
	return NewTypedRateLimitingQueueWithConfig(rateLimiter, TypedRateLimitingQueueConfig[T]{})
}

// NewTypedRateLimitingQueueWithConfig returns a rate-limiting queue.
func NewTypedRateLimitingQueueWithConfig[T comparable](rateLimiter TypedRateLimiter[T], config TypedRateLimitingQueueConfig[T]) TypedRateLimitingInterface[T] {
	if config.DelayingQueue == nil {
		config.DelayingQueue = NewTypedDelayingQueueWithConfig(TypedDelayingQueueConfig[T]{Name: config.Name, MetricsProvider: config.MetricsProvider, Clock: config.Clock})
	}
	return &rateLimiting[T]{TypedDelayingInterface: config.DelayingQueue, limiter: rateLimiter}
}

// rateLimiting is a delaying queue with a rate limiter.
type rateLimiting[T comparable] struct {
	TypedDelayingInterface[T]
	limiter TypedRateLimiter[T]
}

func (q *rateLimiting[T]) AddRateLimited(item T)  { q.AddAfter(item, q.limiter.When(item)) }
func (q *rateLimiting[T]) Forget(item T)          { q.limiter.Forget(item) }
func (q *rateLimiting[T]) NumRequeues(item T) int { return q.limiter.NumRequeues(item) }
