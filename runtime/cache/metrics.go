package cache

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GaugeMetric is a number that goes up and down.
type GaugeMetric interface {
	Set(float64)
}

// CounterMetric is a number that goes up.
type CounterMetric interface {
	Inc()
}

// SummaryMetric summarizes observations.
type SummaryMetric interface {
	Observe(float64)
}

// HistogramMetric counts observations in buckets.
type HistogramMetric interface {
	Observe(float64)
}

// InformerMetricsProvider makes the metrics of informers. id is the name of the informer.
type InformerMetricsProvider interface {
	// NewQueuedItemMetric returns the metric for the number of objects that are about to be stored, or in a queue.
	NewQueuedItemMetric(id InformerNameAndResource) GaugeMetric
	// NewProcessingLatencyMetric returns the metric for the seconds that it takes to process an event, a list or a resync.
	NewProcessingLatencyMetric(id InformerNameAndResource) HistogramMetric
	// NewStoreResourceVersionMetric returns the metric for the resource version of the store.
	NewStoreResourceVersionMetric(id InformerNameAndResource) GaugeMetric
}

// HandlerMetricsProvider is an InformerMetricsProvider with metrics of handlers. handler is the name of the handler.
type HandlerMetricsProvider interface {
	InformerMetricsProvider
	// NewHandlerQueueMetric returns the metric for the number of events in the queue of a handler.
	NewHandlerQueueMetric(id InformerNameAndResource, handler string) GaugeMetric
	// NewHandlerLagMetric returns the metric for the seconds from when the informer received an event until the handler is
	// called with it.
	NewHandlerLagMetric(id InformerNameAndResource, handler string) HistogramMetric
}

// MetricsProvider makes the metrics of reflectors. name is the name of the reflector, or a description of its objects.
type MetricsProvider interface {
	// NewListsMetric counts lists; those that follow the first are relists.
	NewListsMetric(name string) CounterMetric
	// NewListDurationMetric is the time in seconds that a list takes.
	NewListDurationMetric(name string) SummaryMetric
	// NewItemsInListMetric is the number of objects of a list.
	NewItemsInListMetric(name string) SummaryMetric

	// NewWatchesMetric counts watches.
	NewWatchesMetric(name string) CounterMetric
	// NewShortWatchesMetric counts watches that ended in less than a second, without an event or an error.
	NewShortWatchesMetric(name string) CounterMetric
	// NewWatchDurationMetric is the time in seconds that a watch lasts.
	NewWatchDurationMetric(name string) SummaryMetric
	// NewItemsInWatchMetric is the number of events of a watch.
	NewItemsInWatchMetric(name string) SummaryMetric

	// NewLastResourceVersionMetric is the last resource version that the reflector has received.
	NewLastResourceVersionMetric(name string) GaugeMetric
}

// InformerName names a set of informers, one a resource, in metrics. A name is unique in a process until it is released.
type InformerName struct {
	name  string
	among *informerNames // where the name is in use

	mu        sync.Mutex
	released  bool
	resources map[schema.GroupVersionResource]*atomic.Bool // false once the name is released
}

// informerNames are the names in use.
type informerNames struct {
	mu    sync.Mutex
	inUse map[string]struct{}
}

func (n *informerNames) reserve(name string) (*InformerName, error) {
	if name == "" {
		return nil, errors.New("informer name must not be empty")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, taken := n.inUse[name]; taken {
		return nil, fmt.Errorf("informer name %q is already in use", name)
	}
	n.inUse[name] = struct{}{}
	return &InformerName{name: name, among: n, resources: map[schema.GroupVersionResource]*atomic.Bool{}}, nil
}

func (n *informerNames) release(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.inUse, name)
}

func (n *informerNames) releaseAll() {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.inUse)
}

// Name returns the name; "" for nil.
func (n *InformerName) Name() string {
	if n == nil {
		return ""
	}
	return n.name
}

// Release frees the name for others, and ends the reservations of its resources. It does nothing for nil. A second call
// does nothing either, because another InformerName may have the name by then.
func (n *InformerName) Release() {
	if n == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.released {
		return
	}
	n.released = true
	for _, reserved := range n.resources {
		reserved.Store(false)
	}
	n.among.release(n.name)
}

// WithResource returns the name of the informer of one resource. Only the first call for a resource reserves it, so that
// one informer publishes metrics under the name. For nil or after Release, it reserves nothing.
func (n *InformerName) WithResource(gvr schema.GroupVersionResource) InformerNameAndResource {
	id := InformerNameAndResource{name: n.Name(), gvr: gvr}
	if n == nil {
		return id
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, taken := n.resources[gvr]; !taken && !n.released {
		id.reserved = &atomic.Bool{}
		id.reserved.Store(true)
		n.resources[gvr] = id.reserved
	}
	return id
}

// InformerNameAndResource names one informer in metrics. The zero value names none.
type InformerNameAndResource struct {
	name     string
	gvr      schema.GroupVersionResource
	reserved *atomic.Bool // nil means no
}

// Reserved reports whether the informer publishes metrics under this name: it has reserved the name and resource, and the
// name has not been released.
func (n InformerNameAndResource) Reserved() bool { return n.reserved != nil && n.reserved.Load() }

// Name returns the name of the set.
func (n InformerNameAndResource) Name() string { return n.name }

// GroupVersionResource returns the resource.
func (n InformerNameAndResource) GroupVersionResource() schema.GroupVersionResource { return n.gvr }
