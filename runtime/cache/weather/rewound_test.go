package weather

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
)

// A server whose backup was restored assigns the same versions again. One version of an object may then stand for two
// states, and handlers must get the second one, whether the informer runs during the restore or only afterwards.
func TestAnotherStateOfTheSameVersion(t *testing.T) {
	t.Run("during a run", func(t *testing.T) { anotherState(t, false) })
	t.Run("between two runs", func(t *testing.T) { anotherState(t, true) })
}

func anotherState(t *testing.T, between bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := apitest.Start(t, apitest.Options{Scheme: scheme(), InMemory: true})
		client := clientFor[*corev1.ConfigMap, *corev1.ConfigMapList](t, server.Config(), "configmaps", "default")
		write := func(name, value string) *corev1.ConfigMap {
			obj := named(name)
			obj.ResourceVersion, obj.Data = "", map[string]string{"value": value}
			written, err := client.Create(t.Context(), obj, metav1.CreateOptions{})
			require.NoError(t, err)
			return written
		}
		backup := server.Snapshot()
		before := write("a", "before")
		write("b", "gone for ever")

		informer := cache.NewTypedInformer(source{client, true}, cache.SharedIndexInformerOptions{ResyncPeriod: time.Hour})
		var events []string
		_, err := informer.AddTypedEventHandler(cache.TypedResourceEventHandlerFuncs[*corev1.ConfigMap]{
			AddFunc:    func(obj *corev1.ConfigMap) { events = append(events, "add "+obj.Data["value"]) },
			UpdateFunc: func(_, obj *corev1.ConfigMap) { events = append(events, "update "+obj.Data["value"]) },
		}, cache.HandlerOptions{ResyncPeriod: new(time.Duration(0))})
		require.NoError(t, err)
		stop := run(t, informer)
		time.Sleep(90 * time.Minute) // after the first resync, only handlers with resyncs get the unchanged objects of a list
		synctest.Wait()
		events = nil
		if between {
			stop()
		}

		require.NoError(t, server.Restart(apitest.RestartOptions{Restore: backup}))
		after := write("a", "after")
		require.Equal(t, before.ResourceVersion, after.ResourceVersion)
		if between {
			stop = run(t, informer)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		assert.Equal(t, []string{"update after"}, events)
		stop()
	})
}

// run runs an informer until stop is called, which waits for its end.
func run(t *testing.T, informer cache.SharedIndexInformer) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); informer.RunWithContext(ctx) }()
	return func() { cancel(); <-done }
}
