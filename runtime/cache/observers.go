package cache

import (
	"strconv"
	"sync"
	"time"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// reflectorMetrics publishes the metrics of a reflector.
type reflectorMetrics struct {
	lists, watches, shortWatches                           CounterMetric
	listDuration, itemsInList, watchDuration, itemsInWatch SummaryMetric
	lastResourceVersion                                    GaugeMetric
}

// newReflectorMetrics returns nil if no provider is set.
func newReflectorMetrics(name string) core.ReflectorObserver {
	provider := reflectorMetricsProvider.Load()
	if provider == nil || *provider == nil {
		return nil
	}
	p := *provider
	return &reflectorMetrics{
		lists:               p.NewListsMetric(name),
		listDuration:        p.NewListDurationMetric(name),
		itemsInList:         p.NewItemsInListMetric(name),
		watches:             p.NewWatchesMetric(name),
		shortWatches:        p.NewShortWatchesMetric(name),
		watchDuration:       p.NewWatchDurationMetric(name),
		itemsInWatch:        p.NewItemsInWatchMetric(name),
		lastResourceVersion: p.NewLastResourceVersionMetric(name),
	}
}

func (m *reflectorMetrics) Listed(took time.Duration, items int) {
	m.lists.Inc()
	m.listDuration.Observe(took.Seconds())
	m.itemsInList.Observe(float64(items))
}

func (m *reflectorMetrics) Watched(lasted time.Duration, events int, short bool) {
	m.watches.Inc()
	if short {
		m.shortWatches.Inc()
	}
	m.watchDuration.Observe(lasted.Seconds())
	m.itemsInWatch.Observe(float64(events))
}

func (m *reflectorMetrics) Reached(version string) { setVersion(m.lastResourceVersion, version) }

// setVersion publishes a resource version if it is a number.
func setVersion(gauge GaugeMetric, version string) {
	if n, err := strconv.ParseUint(version, 10, 64); err == nil {
		gauge.Set(float64(n))
	}
}

// versionMetric publishes the resource version of a store. A nil *versionMetric publishes nothing.
type versionMetric struct {
	mu    sync.Mutex
	gauge GaugeMetric
}

// newVersionMetric returns nil if there is no provider.
func newVersionMetric(identifier InformerNameAndResource, provider InformerMetricsProvider) *versionMetric {
	if provider = providerFor(identifier, provider); provider == nil {
		return nil
	}
	return &versionMetric{gauge: provider.NewStoreResourceVersionMetric(identifier)}
}

// publish publishes the resource version of a store. It reads the version with the lock held, so that an older version
// does not overwrite a newer one.
func (m *versionMetric) publish(store interface{ Version() string }) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	setVersion(m.gauge, store.Version())
}

// informerObserver publishes the metrics of an informer and passes its objects to a mutation detector. Each field may be
// nil.
type informerObserver[T any] struct {
	queued   GaugeMetric
	latency  HistogramMetric
	version  GaugeMetric
	detector MutationDetector
}

// newInformerObserver returns nil if there is neither a provider nor a mutation detector.
func newInformerObserver[T any](identifier InformerNameAndResource, provider InformerMetricsProvider, detector MutationDetector) core.InformerObserver[T] {
	o := &informerObserver[T]{detector: detector}
	if _, off := o.detector.(noMutationDetector); off {
		o.detector = nil
	}
	if provider = providerFor(identifier, provider); provider != nil {
		o.queued = provider.NewQueuedItemMetric(identifier)
		o.latency = provider.NewProcessingLatencyMetric(identifier)
		o.version = provider.NewStoreResourceVersionMetric(identifier)
	}
	if provider == nil && o.detector == nil {
		return nil
	}
	return o
}

// queueMetrics returns an observer that publishes only the metrics of a queue: its length, and how long objects take to
// process.
func queueMetrics(identifier InformerNameAndResource, provider InformerMetricsProvider) *informerObserver[interface{}] {
	o := &informerObserver[interface{}]{}
	if provider = providerFor(identifier, provider); provider != nil {
		o.queued = provider.NewQueuedItemMetric(identifier)
		o.latency = provider.NewProcessingLatencyMetric(identifier)
	}
	return o
}

// providerFor returns the metrics provider of an informer: the given one, or that of SetInformerMetricsProvider. It returns
// nil if there is none or if the identifier has not reserved a name.
func providerFor(identifier InformerNameAndResource, given InformerMetricsProvider) InformerMetricsProvider {
	if !identifier.Reserved() {
		return nil
	}
	if given != nil {
		return given
	}
	if provider := informerMetricsProvider.Load(); provider != nil {
		return *provider
	}
	return nil
}

func (o *informerObserver[T]) Queued(n int) {
	if o.queued != nil {
		o.queued.Set(float64(n))
	}
}

func (o *informerObserver[T]) Processed(took time.Duration) {
	if o.latency != nil {
		o.latency.Observe(took.Seconds())
	}
}

func (o *informerObserver[T]) Reached(version string) {
	if o.version != nil {
		setVersion(o.version, version)
	}
}

func (o *informerObserver[T]) Stored(obj T) {
	if o.detector != nil {
		o.detector.AddObject(obj)
	}
}

// handlerObserver publishes the metrics of a handler.
type handlerObserver struct {
	queued GaugeMetric
	lag    HistogramMetric
}

// newHandlerObserver returns nil if there is no provider or if it has no metrics of handlers.
func newHandlerObserver(identifier InformerNameAndResource, given InformerMetricsProvider, handler string) core.HandlerObserver {
	provider, ok := providerFor(identifier, given).(HandlerMetricsProvider)
	if !ok {
		return nil
	}
	return &handlerObserver{
		queued: provider.NewHandlerQueueMetric(identifier, handler),
		lag:    provider.NewHandlerLagMetric(identifier, handler),
	}
}

func (o *handlerObserver) Called(waited time.Duration, queued int) {
	o.queued.Set(float64(queued))
	o.lag.Observe(waited.Seconds())
}
