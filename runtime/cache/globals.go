package cache

import "sync/atomic"

// informerNamesInUse are the names of informers in this process: two that published metrics under one name would
// overwrite each other's.
var informerNamesInUse = informerNames{inUse: map[string]struct{}{}}

// The providers that SetReflectorMetricsProvider and SetInformerMetricsProvider have set; nil before. client-go's names
// demand that they are the process's.
var (
	reflectorMetricsProvider atomic.Pointer[MetricsProvider]
	informerMetricsProvider  atomic.Pointer[InformerMetricsProvider]
)
