package workqueue

import "time"

// GaugeMetric is a number that goes up and down.
type GaugeMetric interface {
	Inc()
	Dec()
}

// SettableGaugeMetric is a number that is set.
type SettableGaugeMetric interface {
	Set(float64)
}

// CounterMetric is a number that goes up.
type CounterMetric interface {
	Inc()
}

// SummaryMetric collects observations.
type SummaryMetric interface {
	Observe(float64)
}

// HistogramMetric counts observations.
type HistogramMetric interface {
	Observe(float64)
}

// MetricsProvider makes the metrics of queues. Durations are in seconds. A queue calls its metrics while it holds its lock, so a
// metric must not call the queue.
type MetricsProvider interface {
	// NewDepthMetric returns the metric of how many items are to be handed out.
	NewDepthMetric(name string) GaugeMetric
	// NewAddsMetric returns the metric of how often an item was queued.
	NewAddsMetric(name string) CounterMetric
	// NewLatencyMetric returns the metric of how long items were queued before a worker got them.
	NewLatencyMetric(name string) HistogramMetric
	// NewWorkDurationMetric returns the metric of how long workers had items.
	NewWorkDurationMetric(name string) HistogramMetric
	// NewUnfinishedWorkSecondsMetric returns the metric of how long workers have had the items that they have now, in sum.
	NewUnfinishedWorkSecondsMetric(name string) SettableGaugeMetric
	// NewLongestRunningProcessorSecondsMetric returns the metric of the longest time a worker has had its item.
	NewLongestRunningProcessorSecondsMetric(name string) SettableGaugeMetric
	// NewRetriesMetric returns the metric of how often AddAfter and AddRateLimited were called.
	NewRetriesMetric(name string) CounterMetric
}

// queueMetrics are the metrics of one queue, which calls them under its lock.
type queueMetrics struct {
	depth               GaugeMetric
	adds                CounterMetric
	latency, duration   HistogramMetric
	unfinished, longest SettableGaugeMetric
}

// provider returns the first that there is: the queue's own or that of SetProvider. It is nil if there is none or the queue has
// no name.
func provider(own MetricsProvider, name string) MetricsProvider {
	global := globalProvider.Load()
	switch {
	case name == "":
		return nil
	case own != nil:
		return own
	case global != nil:
		return *global
	}
	return nil
}

// newQueueMetrics returns nil for a queue without metrics.
func newQueueMetrics(own MetricsProvider, name string) *queueMetrics {
	p := provider(own, name)
	if p == nil {
		return nil
	}
	return &queueMetrics{
		depth:      p.NewDepthMetric(name),
		adds:       p.NewAddsMetric(name),
		latency:    p.NewLatencyMetric(name),
		duration:   p.NewWorkDurationMetric(name),
		unfinished: p.NewUnfinishedWorkSecondsMetric(name),
		longest:    p.NewLongestRunningProcessorSecondsMetric(name),
	}
}

func (m *queueMetrics) add() {
	m.adds.Inc()
	m.depth.Inc()
}

func (m *queueMetrics) get(latency time.Duration) {
	m.depth.Dec()
	m.latency.Observe(latency.Seconds())
}

func (m *queueMetrics) done(duration time.Duration) {
	m.duration.Observe(duration.Seconds())
}

func (m *queueMetrics) inProgress(total, longest time.Duration) {
	m.unfinished.Set(total.Seconds())
	m.longest.Set(longest.Seconds())
}

// newRetries returns the metric of retries, or nil for a queue without metrics.
func newRetries(own MetricsProvider, name string) CounterMetric {
	if p := provider(own, name); p != nil {
		return p.NewRetriesMetric(name)
	}
	return nil
}
