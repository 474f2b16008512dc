package workqueue

import (
	"math/bits"
	"time"
)

// Status is how a queue is doing.
type Status struct {
	// Queued is how many items can be handed out, Processing how many workers have, Waiting how many wait for their time.
	Queued, Processing, Waiting int
	// Priorities is how many of the queued items have which priority; nil if there are none.
	Priorities map[int]int
	// Adds is how often an item was queued, Retries how often AddAfter or AddRateLimited was called, Dropped how many items were
	// added after the shut down or waited at that time.
	Adds, Retries, Dropped uint64
	// Latency is how long items were queued before a worker got them. A queue without metrics measures one item in sixteen, a
	// PriorityQueue each.
	Latency Latency
	// LongestRunning is for how long the slowest worker has had its item, of those that are measured.
	LongestRunning time.Duration
	ShuttingDown   bool
}

// Latency sums up durations.
type Latency struct {
	// Count is the number of durations.
	Count uint64
	// Mean and Max are of all durations. P50 and P99 are bounds that so many percent do not exceed; they are at most twice too
	// high.
	Mean, Max, P50, P99 time.Duration
}

// StatusOf returns the status of a queue of this package, and whether it is one. Of a queue that is made of a program's own, it
// tells what is known.
func StatusOf[T comparable](queue TypedInterface[T]) (Status, bool) {
	switch q := queue.(type) {
	case *Typed[T]:
		return q.Status(), true
	case *PriorityQueue[T]:
		return q.Status(), true
	case *delaying[T]:
		status, _ := StatusOf(q.TypedInterface)
		q.waiting.tell(&status)
		return status, true
	case *rateLimiting[T]:
		return StatusOf[T](q.TypedDelayingInterface)
	}
	return Status{}, false
}

// Status returns how the queue is doing.
func (q *Typed[T]) Status() Status {
	q.mu.Lock()
	defer q.mu.Unlock()
	_, longest := q.workInProgress()
	return Status{
		Queued: q.queued.len(), Processing: len(q.processing), Priorities: q.queued.depths(),
		Adds: q.counts.adds, Dropped: q.counts.dropped, Latency: q.counts.latency.latency(),
		LongestRunning: longest, ShuttingDown: q.shuttingDown,
	}
}

// Status returns how the queue is doing.
func (q *PriorityQueue[T]) Status() Status {
	status := q.queue.Status()
	q.waiting.tell(&status)
	return status
}

func (w *waiting[T]) tell(status *Status) {
	w.mu.Lock()
	defer w.mu.Unlock()
	status.Waiting = w.all.len() + w.leaving
	status.Retries = w.counted
	status.Dropped += w.dropped
}

// counts are numbers of a queue's life.
type counts struct {
	adds, dropped uint64
	latency       histogram
}

// histogram counts durations by the number of their bits.
type histogram struct {
	buckets [64]uint64
	count   uint64
	sum     time.Duration
	max     time.Duration
}

func (h *histogram) observe(d time.Duration) {
	d = max(d, 0) // a clock may be set back
	h.buckets[bits.Len64(uint64(d))]++
	h.count++
	h.sum += d
	h.max = max(h.max, d)
}

func (h *histogram) latency() Latency {
	if h.count == 0 {
		return Latency{}
	}
	return Latency{
		Count: h.count, Mean: h.sum / time.Duration(h.count), Max: h.max, //nolint:gosec // fits
		P50: h.quantile(50), P99: h.quantile(99),
	}
}

// quantile is an upper bound of so many percent of the durations.
func (h *histogram) quantile(percent uint64) time.Duration {
	rest := (h.count*percent + 99) / 100
	for i, n := range h.buckets {
		if n >= rest {
			return min(time.Duration(uint64(1)<<i-1), h.max)
		}
		rest -= n
	}
	return h.max
}
