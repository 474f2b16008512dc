package cache

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// reflectorGauges is a MetricsProvider that keeps every value by the names of its reflector and its metric.
type reflectorGauges struct{ *gauges }

func (g reflectorGauges) metric(name, what string) gauge { return gauge{g.gauges, name + ": " + what} }

func (g reflectorGauges) NewListsMetric(name string) CounterMetric { return g.metric(name, "lists") }

func (g reflectorGauges) NewListDurationMetric(name string) SummaryMetric {
	return g.metric(name, "list duration")
}

func (g reflectorGauges) NewItemsInListMetric(name string) SummaryMetric {
	return g.metric(name, "items in list")
}

func (g reflectorGauges) NewWatchesMetric(name string) CounterMetric {
	return g.metric(name, "watches")
}

func (g reflectorGauges) NewShortWatchesMetric(name string) CounterMetric {
	return g.metric(name, "short watches")
}

func (g reflectorGauges) NewWatchDurationMetric(name string) SummaryMetric {
	return g.metric(name, "watch duration")
}

func (g reflectorGauges) NewItemsInWatchMetric(name string) SummaryMetric {
	return g.metric(name, "items in watch")
}

func (g reflectorGauges) NewLastResourceVersionMetric(name string) GaugeMetric {
	return g.metric(name, "version")
}

// setReflectorMetrics makes g the process's provider, until the test ends.
func setReflectorMetrics(t *testing.T, g MetricsProvider) {
	t.Helper()
	require.Nil(t, reflectorMetricsProvider.Load(), "another test has left a provider")
	t.Cleanup(func() { reflectorMetricsProvider.Store(nil) })
	SetReflectorMetricsProvider(g)
}

func TestReflectorMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := reflectorGauges{newGauges()}
		setReflectorMetrics(t, g)
		SetReflectorMetricsProvider(reflectorGauges{newGauges()}) // too late
		var a requestLog
		items := pages(&a, 3, allowAll)
		watching := make(chan *watch.FakeWatcher, 1)
		lw := &ListWatch{
			ListWithContextFunc: func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
				time.Sleep(3 * time.Second)
				return items(ctx, opts)
			},
			WatchFuncWithContext: func(context.Context, metav1.ListOptions) (watch.Interface, error) {
				w := watch.NewFake()
				watching <- w
				return w, nil
			},
		}
		_, end := runReflector(t, lw, ReflectorOptions{Name: "widgets"}, func(*Reflector) {})
		defer end()
		first := <-watching
		time.Sleep(time.Minute)
		later := widget("w0")
		later.SetResourceVersion("9")
		first.Modify(later)
		first.Stop()
		(<-watching).Stop() // at once
		synctest.Wait()

		assert.Equal(t, map[string][]float64{
			"widgets: lists":          {1},
			"widgets: list duration":  {3},
			"widgets: items in list":  {3},
			"widgets: watches":        {1, 1},
			"widgets: short watches":  {1},
			"widgets: watch duration": {60, 0},
			"widgets: items in watch": {1, 0},
			"widgets: version":        {7, 9},
		}, g.values)
	})
}

// All reflectors of an informer publish their metrics under the description of the informer.
func TestReflectorMetricsOfAnInformer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := reflectorGauges{newGauges()}
		setReflectorMetrics(t, g)
		s := newServer()
		s.put("a", "1")
		informer := NewTypedInformer(s, SharedIndexInformerOptions{ObjectDescription: "config maps"})
		runUntilCleanup(t, informer)
		time.Sleep(time.Minute)
		s.cut(apierrors.NewResourceExpired("too old"))
		time.Sleep(time.Minute)
		assert.Equal(t, []float64{1, 1}, g.recorded("config maps: lists"), "a list and a relist")
		assert.Equal(t, []float64{1, 1}, g.recorded("config maps: items in list"))
		assert.NotEmpty(t, g.recorded("config maps: watch duration"))
	})
}
