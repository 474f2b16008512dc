package eventing

import (
	"maps"
	"math/bits"
	"sync"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
)

// DropReason says why an event was dropped.
type DropReason string

// These are the reasons.
const (
	// NoReference: the object is nil, or has no kind and is not in the scheme.
	NoReference DropReason = "NoReference"
	// InvalidType: the type is neither Normal nor Warning.
	InvalidType DropReason = "InvalidType"
	// NoWatcher: nothing was started that receives events.
	NoWatcher DropReason = "NoWatcher"
	// QueueFull: a sink or another watcher was a whole queue behind.
	QueueFull DropReason = "QueueFull"
	// Spam: the source recorded too many events about the object.
	Spam DropReason = "Spam"
	// Rejected: the server, or the client before it, did not accept the event and never will.
	Rejected DropReason = "Rejected"
	// NamespaceTerminating: the server did not accept the event because its namespace is being deleted.
	NamespaceTerminating DropReason = "NamespaceTerminating"
	// RetriesExhausted: the sink failed too often.
	RetriesExhausted DropReason = "RetriesExhausted"
	// ShutDown: the event was recorded after the shutdown, or could not be written at once after it.
	ShutDown DropReason = "ShutDown"
)

// expected are the reasons that need nobody's attention.
func (r DropReason) expected() bool {
	return r == Spam || r == NamespaceTerminating || r == ShutDown || r == NoWatcher
}

// Dropped is how many events were dropped for which reason.
type Dropped map[DropReason]uint64

// Total returns how many events were dropped.
func (d Dropped) Total() uint64 {
	total := uint64(0)
	for _, n := range d {
		total += n
	}
	return total
}

// Status is how a broadcaster is doing.
type Status struct {
	// Recorded is how many events sinks have written, as an event or as part of one.
	Recorded uint64
	// Queued is how many events wait in the fullest queue of a sink or another watcher.
	Queued int
	// Dropped is how many events were dropped. One that two watchers missed counts twice.
	Dropped Dropped
}

// Counter counts events and logs those that are dropped: the first one of each reason, the second, the fourth and so on, each time
// with the number so far. Its zero value counts from zero.
type Counter struct {
	mu       sync.Mutex
	recorded uint64
	dropped  Dropped
	unlogged bool
}

// Record counts n events that a sink has written.
func (c *Counter) Record(n uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recorded += n
}

// Drop counts n dropped events, of which one is given, and the error that it was dropped for.
func (c *Counter) Drop(logger klog.Logger, reason DropReason, n uint64, event runtime.Object, err error) {
	if n == 0 {
		return
	}
	total, due := c.drop(reason, n)
	if !due {
		return
	}
	values := append([]any{"reason", string(reason), "count", total}, describe(event)...)
	if reason.expected() {
		logger.Info("Dropped events", append(values, "err", err)...)
		return
	}
	logger.Error(err, "Dropped events", values...)
}

// drop returns the number of dropped events, and whether that is to be logged.
func (c *Counter) drop(reason DropReason, n uint64) (uint64, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dropped == nil {
		c.dropped = Dropped{}
	}
	before := c.dropped[reason]
	c.dropped[reason] = before + n
	due := bits.Len64(before) != bits.Len64(before+n)
	c.unlogged = c.unlogged || !due
	return before + n, due
}

// LogTotal logs how many events were dropped, unless the log has said so already.
func (c *Counter) LogTotal(logger klog.Logger) {
	c.mu.Lock()
	dropped, unlogged := maps.Clone(c.dropped), c.unlogged
	c.unlogged = false
	c.mu.Unlock()
	if unlogged {
		logger.Info("Events were dropped before the shutdown", "counts", dropped)
	}
}

// Status returns what was counted.
func (c *Counter) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Status{Recorded: c.recorded, Dropped: maps.Clone(c.dropped)}
}

// describe returns what the log says about an event.
func describe(event runtime.Object) []any {
	switch e := event.(type) {
	case *corev1.Event:
		return []any{"object", klog.KRef(e.InvolvedObject.Namespace, e.InvolvedObject.Name), "kind", e.InvolvedObject.Kind, "eventReason", e.Reason, "message", e.Message}
	case *eventsv1.Event:
		return []any{"object", klog.KRef(e.Regarding.Namespace, e.Regarding.Name), "kind", e.Regarding.Kind, "eventReason", e.Reason, "message", e.Note}
	}
	return nil
}
