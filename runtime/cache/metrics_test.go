package cache

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// gauges is an InformerMetricsProvider that keeps every value of each metric.
type gauges struct {
	mu     sync.Mutex
	values map[string][]float64
}

func newGauges() *gauges { return &gauges{values: map[string][]float64{}} }

// recorded returns the values of a metric, the oldest first.
func (g *gauges) recorded(name string) []float64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.values[name]
}

// last returns the last value of a metric, -1 if there is none.
func (g *gauges) last(name string) float64 {
	values := g.recorded(name)
	if len(values) == 0 {
		return -1
	}
	return values[len(values)-1]
}

type gauge struct {
	g    *gauges
	name string
}

func (m gauge) Set(v float64) {
	m.g.mu.Lock()
	defer m.g.mu.Unlock()
	m.g.values[m.name] = append(m.g.values[m.name], v)
}
func (m gauge) Observe(v float64) { m.Set(v) }
func (m gauge) Inc()              { m.Set(1) }

func (g *gauges) NewQueuedItemMetric(InformerNameAndResource) GaugeMetric { return gauge{g, "queued"} }

func (g *gauges) NewProcessingLatencyMetric(InformerNameAndResource) HistogramMetric {
	return gauge{g, "latency"}
}

func (g *gauges) NewStoreResourceVersionMetric(InformerNameAndResource) GaugeMetric {
	return gauge{g, "version"}
}

func (g *gauges) NewHandlerQueueMetric(_ InformerNameAndResource, handler string) GaugeMetric {
	return gauge{g, "handler queue of " + handler}
}

func (g *gauges) NewHandlerLagMetric(_ InformerNameAndResource, handler string) HistogramMetric {
	return gauge{g, "lag of " + handler}
}

// named reserves a name for an informer of config maps until the test ends.
func named(t *testing.T) InformerNameAndResource {
	t.Helper()
	name, err := NewInformerName(t.Name())
	require.NoError(t, err)
	t.Cleanup(name.Release)
	return name.WithResource(schema.GroupVersionResource{Version: "v1", Resource: "configmaps"})
}

// setInformerMetrics makes g the process's provider, until the test ends.
func setInformerMetrics(t *testing.T, g InformerMetricsProvider) {
	t.Helper()
	require.Nil(t, informerMetricsProvider.Load(), "another test has left a provider")
	t.Cleanup(func() { informerMetricsProvider.Store(nil) })
	SetInformerMetricsProvider(g)
}

func TestInformerMetrics(t *testing.T) {
	ofTheProcess, ofTheInformer := newGauges(), newGauges()
	setInformerMetrics(t, ofTheProcess)
	SetInformerMetricsProvider(newGauges()) // too late
	for what, test := range map[string]struct {
		given InformerMetricsProvider
		want  *gauges
	}{
		"of the process":  {nil, ofTheProcess},
		"of the informer": {ofTheInformer, ofTheInformer},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, g := newServer(), test.want
				informer := NewTypedInformer(s, SharedIndexInformerOptions{Identifier: named(t), InformerMetricsProvider: test.given})
				slow := TypedResourceEventHandlerFuncs[*corev1.ConfigMap]{AddFunc: func(*corev1.ConfigMap) { time.Sleep(time.Second) }}
				_, err := informer.AddTypedEventHandler(slow, HandlerOptions{Name: "slow"})
				require.NoError(t, err)
				runUntilCleanup(t, informer)
				synctest.Wait()
				s.put("a", "1")
				s.put("b", "1")
				s.put("c", "1")
				time.Sleep(time.Minute)

				assert.InDelta(t, 4, g.last("version"), 0)
				assert.Contains(t, g.recorded("queued"), 1.0)
				assert.InDelta(t, 0, g.last("queued"), 0)
				assert.Len(t, g.recorded("latency"), 3, "one for each object")
				assert.Equal(t, []float64{0, 0, 1, 2}, g.recorded("lag of slow"), "of the end of the list, and three objects")
				assert.InDelta(t, 0, g.last("handler queue of slow"), 0)
			})
		})
	}
}

// An informer without a name of its own must not overwrite the metrics of another.
func TestInformersWithoutANamePublishNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGauges()
		setInformerMetrics(t, g)
		s := newServer()
		s.put("a", "1")
		running(t, s, &log{})
		synctest.Wait()
		assert.Empty(t, g.values)
	})
}
