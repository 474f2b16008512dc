package cache

import "sync/atomic"

// informerNamesInUse holds the names of the informers in this process. Two informers with the same name would overwrite
// each other's metrics.
var informerNamesInUse = informerNames{inUse: map[string]struct{}{}}

// The providers that SetReflectorMetricsProvider and SetInformerMetricsProvider have set; nil before. These functions are
// client-go's and set them for the whole process.
var (
	reflectorMetricsProvider atomic.Pointer[MetricsProvider]
	informerMetricsProvider  atomic.Pointer[InformerMetricsProvider]
)
