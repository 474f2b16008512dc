package controller_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
)

// lag is how late events are in the tests of waits.
const lag = 10 * time.Second

// TestWaits has a reconcile write once and ask to be called again a second later, while the watch is late. It checks for
// which writes the second reconcile waits.
func TestWaits(t *testing.T) {
	none := metav1.DeleteOptions{}
	for name, test := range map[string]struct {
		write   func(ctx context.Context, w *world, obj *corev1.ConfigMap) error
		fault   *apitest.Fault
		maxWait time.Duration
		want    time.Duration // between the write and the second reconcile
		counts  controller.WriteCounts
	}{
		"nothing": {
			write: func(context.Context, *world, *corev1.ConfigMap) error { return nil },
			want:  time.Second,
		},
		"create": {
			write: func(ctx context.Context, w *world, obj *corev1.ConfigMap) error {
				_, err := w.children("ns0").Create(ctx, childOf(obj), metav1.CreateOptions{})
				return err
			},
			want: lag, counts: controller.WriteCounts{Noted: 1, Held: 1},
		},
		"update of itself": {
			write: func(ctx context.Context, w *world, obj *corev1.ConfigMap) error {
				obj.Data = map[string]string{"a": "b"}
				_, err := w.parents("ns0").Update(ctx, obj, metav1.UpdateOptions{})
				return err
			},
			want: lag, counts: controller.WriteCounts{Noted: 1, Held: 1},
		},
		"an update that changes nothing": {
			write: func(ctx context.Context, w *world, obj *corev1.ConfigMap) error {
				_, err := w.parents("ns0").Update(ctx, obj, metav1.UpdateOptions{})
				return err
			},
			want: time.Second, counts: controller.WriteCounts{Noted: 1},
		},
		"patch": {
			write: func(ctx context.Context, w *world, _ *corev1.ConfigMap) error {
				_, err := w.children("ns0").Patch(ctx, "old", types.MergePatchType, []byte(`{"data":{"a":"Yg=="}}`), metav1.PatchOptions{})
				return err
			},
			want: lag, counts: controller.WriteCounts{Noted: 1, Held: 1},
		},
		"delete, whose answer has no version": {
			write: func(ctx context.Context, w *world, _ *corev1.ConfigMap) error {
				return w.children("ns0").Delete(ctx, "old", none)
			},
			want: lag, counts: controller.WriteCounts{Noted: 1, Held: 1},
		},
		"delete of what a finalizer holds": {
			write: func(ctx context.Context, w *world, _ *corev1.ConfigMap) error {
				return w.children("ns0").Delete(ctx, "held", none)
			},
			want: lag, counts: controller.WriteCounts{Noted: 1, Held: 1},
		},
		"delete of a collection": {
			write: func(ctx context.Context, w *world, _ *corev1.ConfigMap) error {
				return w.children("ns0").DeleteCollection(ctx, none, metav1.ListOptions{})
			},
			want: lag + lag, counts: controller.WriteCounts{Noted: 2, Held: 1}, // an event after the other
		},
		"create and delete": {
			write: func(ctx context.Context, w *world, obj *corev1.ConfigMap) error {
				child, err := w.children("ns0").Create(ctx, childOf(obj), metav1.CreateOptions{})
				if err != nil {
					return err
				}
				return w.children("ns0").Delete(ctx, child.Name, none)
			},
			want: lag + lag, counts: controller.WriteCounts{Noted: 2, Held: 1},
		},
		"dry runs": {
			write: func(ctx context.Context, w *world, obj *corev1.ConfigMap) error {
				if err := w.children("ns0").Delete(ctx, "old", metav1.DeleteOptions{DryRun: []string{metav1.DryRunAll}}); err != nil {
					return err
				}
				_, err := w.children("ns0").Create(ctx, childOf(obj), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
				return err
			},
			want: time.Second,
		},
		"a refused write": {
			write: func(ctx context.Context, w *world, _ *corev1.ConfigMap) error {
				_ = w.children("ns0").Delete(ctx, "unknown", none)
				return nil
			},
			want: time.Second,
		},
		"a resource that no informer follows": {
			write: func(ctx context.Context, w *world, _ *corev1.ConfigMap) error {
				return w.rest.Post().Namespace("ns0").Resource("serviceaccounts").Body([]byte(`{"metadata":{"name":"a"}}`)).
					SetHeader("Content-Type", "application/json").Do(ctx).Error()
			},
			want: time.Second, counts: controller.WriteCounts{Noted: 1, Unfollowed: map[schema.GroupResource]uint64{{Resource: "serviceaccounts"}: 1}},
		},
		"longer than MaxWait": {
			write: func(ctx context.Context, w *world, obj *corev1.ConfigMap) error {
				_, err := w.children("ns0").Create(ctx, childOf(obj), metav1.CreateOptions{})
				return err
			},
			maxWait: 3 * time.Second, want: 3 * time.Second, counts: controller.WriteCounts{Noted: 1, Held: 1, TimedOut: 1},
		},
		"a create whose answer is lost": {
			write: func(ctx context.Context, w *world, obj *corev1.ConfigMap) error {
				child := childOf(obj)
				child.Name, child.GenerateName = "named", ""
				_, err := w.children("ns0").Create(ctx, child, metav1.CreateOptions{})
				assert.Error(t, err)
				return nil
			},
			fault: &apitest.Fault{Verbs: []string{"create"}, Resource: "secrets", Do: apitest.CutBody(0)},
			want:  lag, counts: controller.WriteCounts{Noted: 1, Held: 1},
		},
		"a create that may not have reached the server": {
			write: func(ctx context.Context, w *world, obj *corev1.ConfigMap) error {
				child := childOf(obj)
				child.Name, child.GenerateName = "named", ""
				_, err := w.children("ns0").Create(ctx, child, metav1.CreateOptions{})
				assert.Error(t, err)
				return nil
			},
			fault: &apitest.Fault{Verbs: []string{"create"}, Resource: "secrets", Do: apitest.Reset()},
			want:  time.Second, counts: controller.WriteCounts{Noted: 1},
		},
	} {
		for encoding, protobuf := range map[string]bool{"JSON": false, "protobuf": true} {
			t.Run(name+" in "+encoding, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t)
					w.protobuf = protobuf
					for _, child := range []metav1.ObjectMeta{{Name: "old"}, {Name: "held", Finalizers: []string{"example.com/hold"}}} {
						_, err := w.children("ns0").Create(t.Context(), &corev1.Secret{ObjectMeta: child}, metav1.CreateOptions{})
						require.NoError(t, err)
					}
					w.createParent("ns0", "a")
					w.server.Inject(apitest.Fault{Verbs: []string{"watch"}, Do: apitest.RewriteEvents(func(_ int, event []byte) ([][]byte, bool) {
						time.Sleep(lag)
						return [][]byte{event}, true
					})})
					if test.fault != nil {
						w.server.Inject(*test.fault)
					}
					w.childInformer()
					reconciled := make(chan time.Time, 10)
					var seen calls
					c := newController(t, w, func(ctx context.Context, obj *corev1.ConfigMap) (controller.Result, error) {
						reconciled <- time.Now()
						if seen.add(obj.Name) > 1 {
							return controller.Result{}, nil
						}
						return controller.Result{RequeueAfter: time.Second}, test.write(ctx, w, obj)
					}, controller.Options[*corev1.ConfigMap]{MaxWait: test.maxWait})
					w.start()
					run(t, c)
					first := <-reconciled
					time.Sleep(1500 * time.Millisecond)
					waiting := c.Status().Waiting
					assert.Len(t, waiting, map[bool]int{true: 1}[test.want > time.Second], "%v", waiting)
					assert.Equal(t, test.want, (<-reconciled).Sub(first).Truncate(time.Second))
					counts := c.Status().Writes
					counts.LongestWait = 0
					if test.counts.Unfollowed == nil {
						test.counts.Unfollowed = map[schema.GroupResource]uint64{}
					}
					assert.Equal(t, test.counts, counts)
					assert.Zero(t, c.Status().Counts.Errors)
				})
			})
		}
	}
}

// TestOthersGoOn has one object wait while others are reconciled by the only worker.
func TestOthersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for _, name := range []string{"a", "b"} {
			w.createParent("ns0", name)
		}
		w.server.Inject(apitest.Fault{Verbs: []string{"watch"}, Resource: "secrets", Do: apitest.RewriteEvents(func(_ int, event []byte) ([][]byte, bool) {
			time.Sleep(lag)
			return [][]byte{event}, true
		})})
		w.childInformer()
		var seen calls
		c := newController(t, w, func(ctx context.Context, obj *corev1.ConfigMap) (controller.Result, error) {
			if seen.add(obj.Name) == 1 && obj.Name == "a" {
				_, err := w.children("ns0").Create(ctx, childOf(obj), metav1.CreateOptions{})
				return controller.Result{RequeueAfter: time.Second}, err
			}
			return controller.Result{RequeueAfter: time.Second}, nil
		}, controller.Options[*corev1.ConfigMap]{})
		w.start()
		require.NoError(t, cache.WaitForSync(t.Context(), w.childInformer(), w.parentInformer()))
		run(t, c)
		time.Sleep(lag - time.Second)
		waiting := c.Status().Waiting
		require.Len(t, waiting, 1)
		assert.Equal(t, "ns0/a", waiting[0].Key.String())
		require.Len(t, waiting[0].Writes, 1)
		assert.Equal(t, "secrets", waiting[0].Writes[0].Resource.Resource)
		assert.Equal(t, 1, seen.all()["a"])
		assert.Greater(t, seen.all()["b"], 5)
		time.Sleep(1500 * time.Millisecond) // not when it is asked for again, a second after
		assert.Empty(t, c.Status().Waiting)
		assert.Equal(t, 2, seen.all()["a"])
	})
}

// TestARestartWaitsForTheLastRun stops a controller after its write, and starts it again.
func TestARestartWaitsForTheLastRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.createParent("ns0", "a")
		w.server.Inject(apitest.Fault{Verbs: []string{"watch"}, Do: apitest.RewriteEvents(func(_ int, event []byte) ([][]byte, bool) {
			time.Sleep(lag)
			return [][]byte{event}, true
		})})
		w.childInformer()
		c := newController(t, w, func(ctx context.Context, obj *corev1.ConfigMap) (controller.Result, error) {
			if len(w.cached("ns0")) > 0 {
				return controller.Result{}, nil
			}
			_, err := w.children("ns0").Create(ctx, childOf(obj), metav1.CreateOptions{})
			return controller.Result{RequeueAfter: time.Second}, err
		}, controller.Options[*corev1.ConfigMap]{})
		w.start()
		require.NoError(t, cache.WaitForSync(t.Context(), w.childInformer(), w.parentInformer()))
		stop := run(t, c)
		time.Sleep(3 * time.Second)
		assert.Len(t, c.Status().Waiting, 1)
		stop()
		run(t, c)
		time.Sleep(time.Minute)
		assert.Len(t, w.cached("ns0"), 1)
	})
}
