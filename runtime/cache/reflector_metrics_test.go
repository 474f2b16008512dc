package cache

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// reflectorGauges are gauges of one reflector; those of all others come to nothing.
type reflectorGauges struct {
	gauges

	of string
}

func (g *reflectorGauges) metric(name, what string) counted {
	if name != g.of {
		what = ""
	}
	return counted{gauge{&g.gauges, what}}
}

// counted is a metric of every form.
type counted struct{ gauge }

func (c counted) Inc() { c.Set(0) }

func (g *reflectorGauges) NewListsMetric(name string) CounterMetric { return g.metric(name, "lists") }

func (g *reflectorGauges) NewListDurationMetric(name string) SummaryMetric {
	return g.metric(name, "list duration")
}

func (g *reflectorGauges) NewItemsInListMetric(name string) SummaryMetric {
	return g.metric(name, "items in list")
}

func (g *reflectorGauges) NewWatchesMetric(name string) CounterMetric {
	return g.metric(name, "watches")
}

func (g *reflectorGauges) NewShortWatchesMetric(name string) CounterMetric {
	return g.metric(name, "short watches")
}

func (g *reflectorGauges) NewWatchDurationMetric(name string) SummaryMetric {
	return g.metric(name, "watch duration")
}

func (g *reflectorGauges) NewItemsInWatchMetric(name string) SummaryMetric {
	return g.metric(name, "items in watch")
}

func (g *reflectorGauges) NewLastResourceVersionMetric(name string) GaugeMetric {
	return g.metric(name, "version")
}

func TestReflectorMetrics(t *testing.T) {
	g := &reflectorGauges{of: t.Name(), gauges: gauges{values: map[string]float64{}, counts: map[string]int{}}}
	SetReflectorMetricsProvider(g)
	synctest.Test(t, func(t *testing.T) {
		var a asked
		watching := make(chan *watch.FakeWatcher, 1)
		lw := &ListWatch{
			ListWithContextFunc: pages(&a, 3, never),
			WatchFuncWithContext: func(context.Context, metav1.ListOptions) (watch.Interface, error) {
				w := watch.NewFake()
				watching <- w
				return w, nil
			},
		}
		_, end := reflecting(t, lw, ReflectorOptions{Name: g.of}, func(*Reflector) {})
		defer end()
		first := <-watching
		time.Sleep(time.Minute)
		later := widget("w0")
		later.SetResourceVersion("9")
		first.Modify(later)
		first.Stop()
		(<-watching).Stop() // at once
		synctest.Wait()

		g.mu.Lock()
		defer g.mu.Unlock()
		assert.Equal(t, 1, g.counts["lists"])
		assert.Equal(t, 2, g.counts["watches"])
		assert.Equal(t, 1, g.counts["short watches"])
		assert.InDelta(t, 3, g.values["items in list"], 0)
		assert.InDelta(t, 9, g.values["version"], 0)
		assert.Equal(t, 2, g.counts["items in watch"], strings.Join(a.lines, "; "))
	})
}
