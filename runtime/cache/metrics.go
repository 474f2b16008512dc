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
