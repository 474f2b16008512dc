package workqueue

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// TypedRateLimiter decides how long an item waits before it is queued again.
type TypedRateLimiter[T comparable] interface {
	// When counts a failure of the item and returns how long it is to wait.
	When(item T) time.Duration
	// Forget ends the counting of an item's failures, for it has succeeded or is given up.
	Forget(item T)
	// NumRequeues returns how many failures of the item were counted.
	NumRequeues(item T) int
}

// DefaultTypedControllerRateLimiter returns the limiter that suits most controllers: an item waits 5 ms and twice as long after
// each failure, at most 1000 s, and all items together are queued ten times a second, after a hundred at once.
func DefaultTypedControllerRateLimiter[T comparable]() TypedRateLimiter[T] {
	return NewTypedMaxOfRateLimiter(
		NewTypedItemExponentialFailureRateLimiter[T](5*time.Millisecond, 1000*time.Second),
		&TypedBucketRateLimiter[T]{Limiter: rate.NewLimiter(10, 100)},
	)
}

// DefaultTypedItemBasedRateLimiter returns a limiter that knows no total: an item waits 1 ms and twice as long after each
// failure, at most 1000 s.
func DefaultTypedItemBasedRateLimiter[T comparable]() TypedRateLimiter[T] {
	return NewTypedItemExponentialFailureRateLimiter[T](time.Millisecond, 1000*time.Second)
}

// TypedBucketRateLimiter lets all items together share a token bucket. It counts no failures.
type TypedBucketRateLimiter[T comparable] struct {
	*rate.Limiter
}

// When takes a token and returns how long the item is to wait for it.
func (r *TypedBucketRateLimiter[T]) When(T) time.Duration {
	return r.Reserve().Delay()
}

// NumRequeues returns zero.
func (r *TypedBucketRateLimiter[T]) NumRequeues(T) int { return 0 }

// Forget does nothing.
func (r *TypedBucketRateLimiter[T]) Forget(T) {}

// failures counts failures of items.
type failures[T comparable] struct {
	mu     sync.Mutex
	counts map[T]int
}

// count counts a failure and returns how many there were before.
func (f *failures[T]) count(item T) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.counts[item]
	if f.counts == nil {
		f.counts = map[T]int{}
	}
	f.counts[item] = before + 1
	return before
}

func (f *failures[T]) of(item T) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.counts[item]
}

func (f *failures[T]) forget(item T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.counts, item)
}

// TypedItemExponentialFailureRateLimiter doubles an item's delay with each failure.
type TypedItemExponentialFailureRateLimiter[T comparable] struct {
	failures            failures[T]
	baseDelay, maxDelay time.Duration
}

// NewTypedItemExponentialFailureRateLimiter returns a limiter that lets an item wait baseDelay after its first failure and twice
// as long after each other one, at most maxDelay.
func NewTypedItemExponentialFailureRateLimiter[T comparable](baseDelay, maxDelay time.Duration) TypedRateLimiter[T] {
	return &TypedItemExponentialFailureRateLimiter[T]{baseDelay: baseDelay, maxDelay: maxDelay}
}

// When counts a failure and returns the delay after it.
func (r *TypedItemExponentialFailureRateLimiter[T]) When(item T) time.Duration {
	before := r.failures.count(item)
	if r.baseDelay > r.maxDelay>>min(before, 63) {
		return r.maxDelay // shifting could overflow
	}
	return r.baseDelay << min(before, 63)
}

// NumRequeues returns how many failures of the item were counted.
func (r *TypedItemExponentialFailureRateLimiter[T]) NumRequeues(item T) int {
	return r.failures.of(item)
}

// Forget ends the counting of the item's failures.
func (r *TypedItemExponentialFailureRateLimiter[T]) Forget(item T) { r.failures.forget(item) }

// TypedItemFastSlowRateLimiter has one delay for the first failures of an item and another for those after them.
type TypedItemFastSlowRateLimiter[T comparable] struct {
	failures             failures[T]
	maxFastAttempts      int
	fastDelay, slowDelay time.Duration
}

// NewTypedItemFastSlowRateLimiter returns a limiter that lets an item wait fastDelay after each of its first maxFastAttempts
// failures, and then slowDelay.
func NewTypedItemFastSlowRateLimiter[T comparable](fastDelay, slowDelay time.Duration, maxFastAttempts int) TypedRateLimiter[T] {
	return &TypedItemFastSlowRateLimiter[T]{fastDelay: fastDelay, slowDelay: slowDelay, maxFastAttempts: maxFastAttempts}
}

// When counts a failure and returns the delay after it.
func (r *TypedItemFastSlowRateLimiter[T]) When(item T) time.Duration {
	if r.failures.count(item) < r.maxFastAttempts {
		return r.fastDelay
	}
	return r.slowDelay
}

// NumRequeues returns how many failures of the item were counted.
func (r *TypedItemFastSlowRateLimiter[T]) NumRequeues(item T) int { return r.failures.of(item) }

// Forget ends the counting of the item's failures.
func (r *TypedItemFastSlowRateLimiter[T]) Forget(item T) { r.failures.forget(item) }

// TypedMaxOfRateLimiter asks several limiters and takes the longest delay.
type TypedMaxOfRateLimiter[T comparable] struct {
	limiters []TypedRateLimiter[T]
}

// NewTypedMaxOfRateLimiter returns a limiter that takes the longest delay of several.
func NewTypedMaxOfRateLimiter[T comparable](limiters ...TypedRateLimiter[T]) TypedRateLimiter[T] {
	return &TypedMaxOfRateLimiter[T]{limiters: limiters}
}

// When returns the longest delay.
func (r *TypedMaxOfRateLimiter[T]) When(item T) time.Duration {
	var longest time.Duration
	for _, limiter := range r.limiters {
		longest = max(longest, limiter.When(item))
	}
	return longest
}

// NumRequeues returns the highest number of failures that a limiter has counted.
func (r *TypedMaxOfRateLimiter[T]) NumRequeues(item T) int {
	most := 0
	for _, limiter := range r.limiters {
		most = max(most, limiter.NumRequeues(item))
	}
	return most
}

// Forget makes all limiters forget the item.
func (r *TypedMaxOfRateLimiter[T]) Forget(item T) {
	for _, limiter := range r.limiters {
		limiter.Forget(item)
	}
}

// TypedWithMaxWaitRateLimiter bounds the delays of another limiter.
type TypedWithMaxWaitRateLimiter[T comparable] struct {
	limiter  TypedRateLimiter[T]
	maxDelay time.Duration
}

// NewTypedWithMaxWaitRateLimiter returns a limiter whose delays are those of another, but at most maxDelay.
func NewTypedWithMaxWaitRateLimiter[T comparable](limiter TypedRateLimiter[T], maxDelay time.Duration) TypedRateLimiter[T] {
	return &TypedWithMaxWaitRateLimiter[T]{limiter: limiter, maxDelay: maxDelay}
}

// When returns the other limiter's delay, but at most the bound.
func (w TypedWithMaxWaitRateLimiter[T]) When(item T) time.Duration {
	return min(w.limiter.When(item), w.maxDelay)
}

// Forget makes the other limiter forget the item.
func (w TypedWithMaxWaitRateLimiter[T]) Forget(item T) { w.limiter.Forget(item) }

// NumRequeues returns how many failures the other limiter has counted.
func (w TypedWithMaxWaitRateLimiter[T]) NumRequeues(item T) int { return w.limiter.NumRequeues(item) }
