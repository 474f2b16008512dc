package cache

// GaugeMetric is a number that goes up and down.
type GaugeMetric interface {
	Set(float64)
}

// CounterMetric is a number that goes up.
type CounterMetric interface {
	Inc()
}

// SummaryMetric sums observations up.
type SummaryMetric interface {
	Observe(float64)
}

// HistogramMetric counts observations by size.
type HistogramMetric interface {
	Observe(float64)
}

// InformerMetricsProvider makes the metrics of informers, by the name that each was given.
type InformerMetricsProvider interface {
	// NewQueuedItemMetric counts the objects in the queue.
	NewQueuedItemMetric(id InformerNameAndResource) GaugeMetric
	// NewProcessingLatencyMetric is the time in seconds that it takes to bring the store up to date with one object.
	NewProcessingLatencyMetric(id InformerNameAndResource) HistogramMetric
	// NewStoreResourceVersionMetric is the resource version that the store has seen.
	NewStoreResourceVersionMetric(id InformerNameAndResource) GaugeMetric
}

// HandlerMetricsProvider is an InformerMetricsProvider that also measures how far handlers are behind.
type HandlerMetricsProvider interface {
	InformerMetricsProvider
	// NewHandlerQueueMetric counts the events that a handler has not been called with.
	NewHandlerQueueMetric(id InformerNameAndResource, handler string) GaugeMetric
	// NewHandlerLagMetric is the time in seconds from when the informer saw an event until the handler is called with it.
	NewHandlerLagMetric(id InformerNameAndResource, handler string) HistogramMetric
}

// MetricsProvider makes the metrics of reflectors, by name: that of ReflectorOptions, or what describes the objects.
type MetricsProvider interface {
	// NewListsMetric counts lists; those that follow the first are relists.
	NewListsMetric(name string) CounterMetric
	// NewListDurationMetric is the time in seconds that a list takes.
	NewListDurationMetric(name string) SummaryMetric
	// NewItemsInListMetric is the number of objects of a list.
	NewItemsInListMetric(name string) SummaryMetric

	// NewWatchesMetric counts watches.
	NewWatchesMetric(name string) CounterMetric
	// NewShortWatchesMetric counts watches that the server ended at once.
	NewShortWatchesMetric(name string) CounterMetric
	// NewWatchDurationMetric is the time in seconds that a watch lasts.
	NewWatchDurationMetric(name string) SummaryMetric
	// NewItemsInWatchMetric is the number of events of a watch.
	NewItemsInWatchMetric(name string) SummaryMetric

	// NewLastResourceVersionMetric is the resource version that was last seen.
	NewLastResourceVersionMetric(name string) GaugeMetric
}

// SetReflectorMetricsProvider sets what makes the metrics of the reflectors that are made from then on, those of
// informers included. Only the first call has an effect.
func SetReflectorMetricsProvider(metricsProvider MetricsProvider) {
	reflectorMetricsProvider.CompareAndSwap(nil, &metricsProvider)
}

// SetInformerMetricsProvider sets what makes the metrics of the informers that are made from then on and have a name.
// Only the first call has an effect.
func SetInformerMetricsProvider(metricsProvider InformerMetricsProvider) {
	informerMetricsProvider.CompareAndSwap(nil, &metricsProvider)
}
