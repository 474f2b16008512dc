package cache

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// runOnce runs an informer until stop is called, which waits for its end.
func runOnce(t *testing.T, informer SharedInformer) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { informer.RunWithContext(ctx) })
	synctest.Wait()
	return func() { cancel(); done.Wait() }
}

// client-go refuses an index after an informer has stopped; here it may run again, and its store is read meanwhile.
func TestIndexesAreAddedAtAnyTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer()
		s.put("a", "1")
		informer := NewTypedInformer(s, SharedIndexInformerOptions{})
		keys := func(index, value string) []string {
			keys, err := informer.GetIndexer().IndexKeys(index, value)
			require.NoError(t, err)
			return keys
		}
		require.NoError(t, informer.AddIndexers(Indexers{"before": byValue}))
		stop := runOnce(t, informer)
		require.NoError(t, informer.AddIndexers(Indexers{"meanwhile": byValue}))
		require.Error(t, informer.AddIndexers(Indexers{"before": byValue, "refused": byValue}))
		stop()
		require.True(t, informer.IsStopped())
		require.NoError(t, informer.AddIndexers(Indexers{"after": byValue}))
		for _, index := range []string{"before", "meanwhile", "after"} {
			assert.Equal(t, []string{"default/a"}, keys(index, "1"), index)
		}
		assert.NotContains(t, informer.GetIndexer().GetIndexers(), "refused")

		s.put("a", "2")
		stop = runOnce(t, informer)
		defer stop()
		for _, index := range []string{"before", "meanwhile", "after"} {
			assert.Equal(t, []string{"default/a"}, keys(index, "2"), index)
			assert.Empty(t, keys(index, "1"), index)
		}
	})
}

// As in client-go, handlers of an informer without a resync period get no resyncs, whatever they ask for. That is logged.
func TestResyncPeriodsOfHandlers(t *testing.T) {
	for name, test := range map[string]struct {
		informer, handler time.Duration
		running           bool // when the handler is added
		want              int  // resyncs in an hour
		logged            string
	}{
		"as the informer's":                           {informer: 10 * time.Minute, handler: -1, want: 6},
		"its own":                                     {informer: 10 * time.Minute, handler: 30 * time.Minute, want: 2},
		"its own, shorter, before it runs":            {informer: 10 * time.Minute, handler: 5 * time.Minute, want: 12},
		"no shorter ones while it runs":               {informer: 10 * time.Minute, handler: 5 * time.Minute, running: true, want: 6, logged: "less often"},
		"no shorter ones than a second":               {informer: 10 * time.Minute, handler: time.Millisecond, want: 3600, logged: "less often"},
		"none if the handler wants none":              {informer: 10 * time.Minute, handler: 0, want: 0},
		"none if the informer has no period":          {handler: 10 * time.Minute, want: 0, logged: "no resync period"},
		"none if the informer has no period and runs": {handler: 10 * time.Minute, running: true, want: 0, logged: "no resync period"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := &journal{}
				logger := j.logger()
				s := newServer()
				s.put("a", "1")
				informer := NewTypedInformer(s, SharedIndexInformerOptions{ResyncPeriod: test.informer})
				options := HandlerOptions{ResyncPeriod: &test.handler, Logger: &logger, Name: "mine"}
				if test.handler < 0 {
					options.ResyncPeriod = nil
				}
				if test.running {
					defer runOnce(t, informer)()
				}
				resyncs := 0
				_, err := informer.AddTypedEventHandler(typedFuncs{UpdateFunc: func(_, _ *corev1.ConfigMap) { resyncs++ }}, options)
				require.NoError(t, err)
				if !test.running {
					defer runOnce(t, informer)()
				}
				pass(time.Hour + time.Second/2)
				assert.Equal(t, test.want, resyncs)
				if test.logged == "" {
					assert.Empty(t, j.lines())
					return
				}
				require.Len(t, j.lines(), 1)
				assert.Contains(t, j.lines()[0], test.logged)
				assert.Contains(t, j.lines()[0], `handler="mine"`)
			})
		})
	}
}

// As in client-go, no handler can be added to a stopped informer. After Renew, which factories call when they stop an
// informer that nobody uses, one can: it first gets what the store holds, and then what has changed when the informer runs
// again.
func TestHandlersAreAddedBetweenTwoRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		s.put("a", "1")
		s.put("b", "1")
		informer := NewTypedInformer(s, SharedIndexInformerOptions{})
		runOnce(t, informer)()
		_, err := informer.AddTypedEventHandler(l)
		require.ErrorContains(t, err, "stopped")
		informer.(interface{ Renew() }).Renew()
		handle, err := informer.AddTypedEventHandler(l)
		require.NoError(t, err)
		s.put("a", "2")
		s.remove("b")
		s.put("c", "1")
		assert.False(t, handle.HasSynced())
		stop := runOnce(t, informer)
		assert.True(t, handle.HasSynced())
		events := l.take()
		require.Len(t, events, 5)
		assert.ElementsMatch(t, []string{"add a=1 true", "add b=1 true"}, events[:2])
		assert.ElementsMatch(t, []string{"update a=1→2", "delete b unknown=true", "add c=1 true"}, events[2:])
		stop()
		_, err = informer.AddTypedEventHandler(l)
		require.ErrorContains(t, err, "stopped")
	})
}
