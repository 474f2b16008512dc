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

// SetReflectorMetricsProvider sets the provider for reflectors that are made afterwards, including those of informers. Only
// the first call has an effect.
func SetReflectorMetricsProvider(metricsProvider MetricsProvider) {
	reflectorMetricsProvider.CompareAndSwap(nil, &metricsProvider)
}

// SetInformerMetricsProvider sets what makes the metrics of the informers that are made from then on and have a name.
// Only the first call has an effect.
func SetInformerMetricsProvider(metricsProvider InformerMetricsProvider) {
	informerMetricsProvider.CompareAndSwap(nil, &metricsProvider)
}

// ResetInformerNamesForTesting frees all names. For tests.
func ResetInformerNamesForTesting() {
	informerNamesInUse.releaseAll()
}

// NewInformerName reserves a name until Release is called. It fails if the name is empty or in use.
func NewInformerName(name string) (*InformerName, error) {
	return informerNamesInUse.reserve(name)
}
