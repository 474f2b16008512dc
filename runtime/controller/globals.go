package controller

import "sync/atomic"

// globalProvider is what SetProvider was given first.
var globalProvider atomic.Pointer[MetricsProvider]

// SetProvider sets the metrics provider of controllers that are made later and have none of their own. Only the first call has an
// effect.
func SetProvider(provider MetricsProvider) { globalProvider.CompareAndSwap(nil, &provider) }
