package leaderelection

import "sync/atomic"

// globalProvider is what SetProvider was given first.
var globalProvider atomic.Pointer[MetricsProvider]

// SetProvider sets the metrics provider of electors that are made later. Only the first call has an effect.
func SetProvider(metricsProvider MetricsProvider) {
	globalProvider.CompareAndSwap(nil, &metricsProvider)
}
