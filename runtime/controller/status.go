package controller

import (
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/workqueue"
)

// Status is how a controller is doing.
type Status struct {
	Name string
	// Running is set while Run is called.
	Running bool
	// Queue is the status of the queue of the present or the last run.
	Queue workqueue.Status
	// Counts are since the controller was made.
	Counts Counts
	// Waiting are the objects that were asked for and wait until the caches have what their last reconcile has written, the longest
	// first.
	Waiting []Waiting
	// Writes says what the clients of reconciles have written.
	Writes WriteCounts
}

// Counts count reconciles by their results.
type Counts struct {
	// Success includes those with RequeueAfter, Errors those that ended with a terminal error or a panic.
	Success, Errors uint64
	// Terminal and Panics count those among Errors.
	Terminal, Panics uint64
	// NotHeld counts keys that were dropped because the process did not hold their object; see Options.Shards.
	NotHeld uint64
	// LastError is the last error of a reconcile, and LastErrorTime its time.
	LastError     error
	LastErrorTime time.Time
}

// Waiting is an object that waits for the caches.
type Waiting struct {
	Key cache.ObjectName
	// Since is when it was asked for, Deadline when it is reconciled whatever the caches have seen.
	Since, Deadline time.Time
	// Writes are what the caches have not seen, in no particular order.
	Writes []rest.Write
}

// WriteCounts count what reconciles have written, and the waits for it.
type WriteCounts struct {
	// Noted is the number of writes.
	Noted uint64
	// Unfollowed is the number of writes to resources that no informer of the factory follows. Nobody waits for them.
	Unfollowed map[schema.GroupResource]uint64
	// Incomparable is the number of comparisons that failed since a version is not a number. Nobody waits for such a version.
	Incomparable uint64
	// Held is how often an object had to wait, LongestWait the longest wait, and TimedOut how often an object was reconciled at its
	// deadline although the caches had not seen its writes.
	Held, TimedOut uint64
	LongestWait    time.Duration
}

// Status returns how the controller is doing.
func (c *Controller[T]) Status() Status {
	c.mu.Lock()
	status := Status{Name: c.opts.Name, Running: c.running, Counts: c.counts}
	queue := c.queue
	c.mu.Unlock()
	if queue != nil {
		status.Queue = queue.Status()
	}
	waiting, writes := c.gate.Waiting()
	for _, w := range waiting {
		status.Waiting = append(status.Waiting, Waiting(w))
	}
	status.Writes = WriteCounts(writes)
	return status
}

// count counts a reconcile.
func (c *Controller[T]) count(result string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.counts.Success++
		return
	}
	c.counts.Errors++
	c.counts.LastError, c.counts.LastErrorTime = err, time.Now()
	switch result {
	case ResultTerminal:
		c.counts.Terminal++
	case ResultPanic:
		c.counts.Panics++
	}
}
