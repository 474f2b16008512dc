package controller

import (
	"time"

	"github.com/typewright/typewright/runtime/workqueue"
)

// MetricsProvider makes the metrics of controllers. The names in the comments are those that controller-runtime's users know; the
// queue of a controller has metrics of its own, see workqueue.MetricsProvider. A metric must not call the controller.
type MetricsProvider interface {
	// NewReconcileMetric returns the metric of reconciles by result and duration: controller_runtime_reconcile_total and
	// controller_runtime_reconcile_time_seconds.
	NewReconcileMetric(controller string) ReconcileMetric
	// NewActiveWorkersMetric returns the metric of reconciles in progress: controller_runtime_active_workers.
	NewActiveWorkersMetric(controller string) workqueue.GaugeMetric
	// NewCacheWaitMetric returns the metric of waits for the caches to see what a reconcile has written:
	// controller_cache_wait_seconds, by result.
	NewCacheWaitMetric(controller string) ReconcileMetric
}

// ReconcileMetric observes durations by result. The results of reconciles are the constants of this package, those of waits "seen"
// and "timeout".
type ReconcileMetric interface {
	Observe(result string, seconds float64)
}

// metrics are the metrics of a controller. The zero value does nothing.
type metrics struct {
	reconciles, waits ReconcileMetric
	active            workqueue.GaugeMetric
}

func newMetrics(own MetricsProvider, name string) metrics {
	provider := own
	if global := globalProvider.Load(); provider == nil && global != nil {
		provider = *global
	}
	if provider == nil {
		return metrics{}
	}
	return metrics{
		reconciles: provider.NewReconcileMetric(name), waits: provider.NewCacheWaitMetric(name), active: provider.NewActiveWorkersMetric(name),
	}
}

func (m metrics) reconciled(result string, duration time.Duration) {
	if m.reconciles != nil {
		m.reconciles.Observe(result, duration.Seconds())
	}
}

func (m metrics) wait(waited time.Duration, timedOut bool) {
	if m.waits == nil {
		return
	}
	result := "seen"
	if timedOut {
		result = "timeout"
	}
	m.waits.Observe(result, waited.Seconds())
}

// working counts reconciles in progress up or down.
func (m metrics) working(change int) {
	switch {
	case m.active == nil:
	case change > 0:
		m.active.Inc()
	default:
		m.active.Dec()
	}
}
