package workqueue

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// meter is every metric, and provides itself.
type meter struct {
	mu     sync.Mutex
	values map[string]float64
}

type metric struct {
	*meter
	name string
}

func (m metric) change(by float64, set bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if set {
		m.values[m.name] = by
	} else {
		m.values[m.name] += by
	}
}

func (m metric) Inc()              { m.change(1, false) }
func (m metric) Dec()              { m.change(-1, false) }
func (m metric) Set(v float64)     { m.change(v, true) }
func (m metric) Observe(v float64) { m.change(v, false) }

func (m *meter) NewDepthMetric(string) GaugeMetric            { return metric{m, "depth"} }
func (m *meter) NewAddsMetric(string) CounterMetric           { return metric{m, "adds"} }
func (m *meter) NewLatencyMetric(string) HistogramMetric      { return metric{m, "latency"} }
func (m *meter) NewWorkDurationMetric(string) HistogramMetric { return metric{m, "duration"} }
func (m *meter) NewRetriesMetric(string) CounterMetric        { return metric{m, "retries"} }
func (m *meter) NewUnfinishedWorkSecondsMetric(string) SettableGaugeMetric {
	return metric{m, "unfinished"}
}

func (m *meter) NewLongestRunningProcessorSecondsMetric(string) SettableGaugeMetric {
	return metric{m, "longest"}
}

func TestMetricsOfAQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &meter{values: map[string]float64{}}
		queue := NewTypedRateLimitingQueueWithConfig(DefaultTypedItemBasedRateLimiter[string](), TypedRateLimitingQueueConfig[string]{Name: "robots", MetricsProvider: m})
		queue.Add("a")
		queue.Add("b")
		queue.Add("b")
		time.Sleep(time.Second)
		_, _ = queue.Get()
		queue.Add("a")
		queue.AddRateLimited("c")
		time.Sleep(2100 * time.Millisecond)
		_, _ = queue.Get()
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, map[string]float64{
			"adds": 4, "depth": 2, "latency": 1 + 3.1, "retries": 1, "longest": 3, "unfinished": 3 + 0.9,
		}, m.values)
		queue.Done("b")
		assert.InDelta(t, 1, m.values["duration"], 1e-9)
		queue.ShutDown()
	})
}

// Without a name or a provider there are no metrics, and no goroutine that updates them.
func TestNoMetrics(t *testing.T) {
	m := &meter{values: map[string]float64{}}
	unnamed := NewTypedWithConfig(TypedQueueConfig[string]{MetricsProvider: m})
	unnamed.Add("a")
	named := NewNamed("robots")
	named.Add("a")
	assert.Empty(t, m.values)
	assert.Nil(t, unnamed.metrics)
	assert.Nil(t, named.metrics)
}
