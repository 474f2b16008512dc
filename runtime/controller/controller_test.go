package controller_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/workqueue"
)

// calls counts the reconciles of each object.
type calls struct {
	mu    sync.Mutex
	count map[string]int
}

func (c *calls) add(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == nil {
		c.count = map[string]int{}
	}
	c.count[name]++
	return c.count[name]
}

func (c *calls) all() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.count)
}

func TestResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var seen calls
		c := newController(t, w, func(_ context.Context, obj *corev1.ConfigMap) (controller.Result, error) {
			obj.Data = map[string]string{"changed": "a copy"}
			n := seen.add(obj.Name)
			switch {
			case obj.Name == "again" && n < 3:
				return controller.Result{RequeueAfter: time.Hour}, nil
			case obj.Name == "fails" && n < 4:
				return controller.Result{}, errors.New("not yet")
			case obj.Name == "hopeless":
				return controller.Result{}, fmt.Errorf("it: %w", controller.Terminal(errors.New("never")))
			case obj.Name == "panics" && n < 2:
				panic("no luck")
			case obj.Name == "exits":
				runtime.Goexit()
			}
			return controller.Result{}, nil
		}, controller.Options[*corev1.ConfigMap]{Workers: 2})
		for _, name := range []string{"once", "again", "fails", "hopeless", "panics", "exits", "z"} {
			w.createParent("ns0", name)
		}
		w.start()
		run(t, c)
		time.Sleep(10 * time.Second)
		assert.Equal(t, map[string]int{"once": 1, "again": 1, "fails": 4, "hopeless": 1, "panics": 2, "exits": 1, "z": 1}, seen.all())
		time.Sleep(4 * time.Hour)
		assert.Equal(t, map[string]int{"once": 1, "again": 3, "fails": 4, "hopeless": 1, "panics": 2, "exits": 1, "z": 1}, seen.all())
		counts := c.Status().Counts
		require.Error(t, counts.LastError)
		counts.LastError, counts.LastErrorTime = nil, time.Time{}
		assert.Equal(t, controller.Counts{Success: 7, Errors: 6, Terminal: 1, Panics: 2}, counts)
		stored, _, err := w.parentInformer().GetStore().GetByKey("ns0/once")
		require.NoError(t, err)
		assert.Empty(t, stored.(*corev1.ConfigMap).Data, "the function gets a copy")
	})
}

func TestTerminalOfNoErrorIsNone(t *testing.T) { require.NoError(t, controller.Terminal(nil)) }

// TestAPanicIsAnErrorWithItsValue also checks that the error has the stack.
func TestAPanicIsAnErrorWithItsValue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c := newController(t, w, func(context.Context, *corev1.ConfigMap) (controller.Result, error) { panic("no luck") }, controller.Options[*corev1.ConfigMap]{})
		w.createParent("ns0", "a")
		w.start()
		run(t, c)
		time.Sleep(time.Second)
		panicked, ok := errors.AsType[*controller.PanicError](c.Status().Counts.LastError)
		require.True(t, ok)
		assert.Equal(t, "no luck", panicked.Value)
		assert.Contains(t, string(panicked.Stack), "TestAPanicIsAnErrorWithItsValue")
	})
}

func TestGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var gone calls
		c := newController(t, w, func(context.Context, *corev1.ConfigMap) (controller.Result, error) { return controller.Result{}, nil },
			controller.Options[*corev1.ConfigMap]{Gone: func(_ context.Context, key cache.ObjectName) (controller.Result, error) {
				gone.add(key.String())
				return controller.Result{}, nil
			}})
		w.createParent("ns0", "a")
		w.start()
		run(t, c)
		time.Sleep(time.Second)
		assert.Empty(t, gone.all())
		require.NoError(t, w.parents("ns0").Delete(t.Context(), "a", metav1.DeleteOptions{}))
		time.Sleep(time.Second)
		assert.Equal(t, map[string]int{"ns0/a": 1}, gone.all())
	})
}

// TestStopAndStartAlone stops a controller in the middle of a reconcile, while another on the same factory goes on.
func TestStopAndStartAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var one, two calls
		entered := make(chan struct{}, 1)
		c1 := newController(t, w, func(ctx context.Context, obj *corev1.ConfigMap) (controller.Result, error) {
			if one.add(obj.Name) == 1 && obj.Name == "a" {
				entered <- struct{}{}
				<-ctx.Done()
				return controller.Result{}, ctx.Err()
			}
			return controller.Result{}, nil
		}, controller.Options[*corev1.ConfigMap]{Name: "one"})
		c2 := newController(t, w, func(_ context.Context, obj *corev1.ConfigMap) (controller.Result, error) {
			two.add(obj.Name)
			return controller.Result{}, nil
		}, controller.Options[*corev1.ConfigMap]{Name: "two"})
		w.createParent("ns0", "a")
		w.start()
		stop1 := run(t, c1)
		run(t, c2)
		<-entered
		require.ErrorContains(t, c1.Run(t.Context()), "runs already")
		assert.True(t, c1.Status().Running)
		stop1()
		assert.False(t, c1.Status().Running)
		w.createParent("ns0", "b")
		time.Sleep(time.Second)
		assert.Equal(t, map[string]int{"a": 1}, one.all())
		assert.Equal(t, map[string]int{"a": 1, "b": 1}, two.all())
		handlers, _ := cache.StatusOf(w.parentInformer())
		assert.Len(t, handlers.Handlers, 1, "the handlers of the stopped one are gone")

		run(t, c1)
		time.Sleep(time.Second)
		assert.Equal(t, map[string]int{"a": 2, "b": 1}, one.all())
		assert.Equal(t, map[string]int{"a": 1, "b": 1}, two.all())
	})
}

// TestGrace has a reconcile end by itself after the context of Run has ended, and another be ended.
func TestGrace(t *testing.T) {
	for name, test := range map[string]struct {
		grace, work time.Duration
		want        error
	}{
		"none":      {0, time.Second, context.Canceled},
		"enough":    {time.Minute, time.Second, nil},
		"too short": {time.Second, time.Minute, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				got := make(chan error, 1)
				c := newController(t, w, func(ctx context.Context, _ *corev1.ConfigMap) (controller.Result, error) {
					select {
					case <-time.After(test.work):
					case <-ctx.Done():
					}
					got <- ctx.Err()
					return controller.Result{}, nil
				}, controller.Options[*corev1.ConfigMap]{Grace: test.grace})
				w.createParent("ns0", "a")
				w.start()
				stop := run(t, c)
				synctest.Wait()
				stop()
				assert.Equal(t, test.want, <-got)
			})
		})
	}
}

func TestRunSaysWhatHasNotSynced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c := newController(t, w, func(context.Context, *corev1.ConfigMap) (controller.Result, error) { return controller.Result{}, nil }, controller.Options[*corev1.ConfigMap]{})
		w.childInformer() // the function may read it
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := c.Run(ctx)
		failed, ok := errors.AsType[*cache.SyncError](err)
		require.True(t, ok, "%v", err)
		assert.Len(t, failed.Unsynced, 2)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestNewRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		nothing := func(context.Context, *corev1.ConfigMap) (controller.Result, error) { return controller.Result{}, nil }
		_, err := controller.New(w, nothing, controller.Options[*corev1.ConfigMap]{})
		require.ErrorContains(t, err, "the factory has no informer of it yet")
		w.parentInformer()
		_, err = controller.New(w, nothing, controller.Options[*corev1.ConfigMap]{})
		require.NoError(t, err, "For is found")
		_, err = controller.New[*corev1.ConfigMap](w, nil, controller.Options[*corev1.ConfigMap]{})
		require.ErrorContains(t, err, "must not be nil")
		_, err = controller.New(silent{}, nothing, controller.Options[*corev1.ConfigMap]{})
		require.ErrorContains(t, err, "does not tell its informers")
		c, err := controller.New(w, nothing, controller.Options[*corev1.ConfigMap]{Watches: []controller.Watch{{}}})
		require.ErrorContains(t, err, "a watch has no informer")
		assert.Nil(t, c)
	})
}

type silent struct{}

func (silent) Shutdown() {}

// TestPriorities has what changes overtake what the first list has brought.
func TestPriorities(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var order []string
		c := newController(t, w, func(_ context.Context, obj *corev1.ConfigMap) (controller.Result, error) {
			order = append(order, obj.Name)
			time.Sleep(time.Second)
			return controller.Result{}, nil
		}, controller.Options[*corev1.ConfigMap]{FairByNamespace: true})
		for n := range 4 {
			w.createParent("ns0", fmt.Sprintf("old%d", n))
		}
		w.start()
		stop := run(t, c)
		time.Sleep(500 * time.Millisecond)
		assert.Equal(t, map[int]int{workqueue.LowPriority: 3}, c.Status().Queue.Priorities)
		w.createParent("ns0", "new")
		time.Sleep(time.Minute)
		stop()
		require.Len(t, order, 5)
		assert.Equal(t, "new", order[1])
	})
}

// TestOwners checks that a child leads to its owner, which is found in the cache, and a mapped object to the keys that the
// function returns.
func TestOwners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var seen calls
		c := newController(t, w, func(_ context.Context, obj *corev1.ConfigMap) (controller.Result, error) {
			seen.add(obj.Name)
			return controller.Result{}, nil
		}, controller.Options[*corev1.ConfigMap]{Watches: []controller.Watch{
			controller.Owns(w.childInformer()),
			controller.Maps(w.childInformer(), func(child *corev1.Secret) []cache.ObjectName {
				if name := child.Annotations["also"]; name != "" {
					return []cache.ObjectName{{Namespace: child.Namespace, Name: name}}
				}
				return nil
			}),
		}})
		w.createParent("ns0", "a")
		w.createParent("ns0", "b")
		w.start()
		run(t, c)
		time.Sleep(time.Second)
		require.Equal(t, map[string]int{"a": 1, "b": 1}, seen.all())
		owner, err := w.parents("ns0").Get(t.Context(), "a", metav1.GetOptions{})
		require.NoError(t, err)
		create := func(child *corev1.Secret) *corev1.Secret {
			child, err := w.children("ns0").Create(t.Context(), child, metav1.CreateOptions{})
			require.NoError(t, err)
			time.Sleep(time.Second)
			return child
		}
		child := create(childOf(owner))
		assert.Equal(t, map[string]int{"a": 2, "b": 1}, seen.all())
		stranger := childOf(owner)
		stranger.OwnerReferences[0].UID = "another"
		create(stranger)
		create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "orphan"}})
		assert.Equal(t, map[string]int{"a": 2, "b": 1}, seen.all())
		create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "mapped", Annotations: map[string]string{"also": "b"}}})
		assert.Equal(t, map[string]int{"a": 2, "b": 2}, seen.all())

		child.OwnerReferences = nil
		_, err = w.children("ns0").Update(t.Context(), child, metav1.UpdateOptions{})
		require.NoError(t, err)
		time.Sleep(time.Second)
		assert.Equal(t, map[string]int{"a": 3, "b": 2}, seen.all(), "the former owner is reconciled too")
	})
}

// TestUntyped has a controller of unstructured objects on a dynamic factory.
func TestUntyped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		robots := schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}
		server := apitest.Start(t, apitest.Options{InMemory: true, Resources: []apitest.Resource{{GroupVersionKind: robots.GroupVersion().WithKind("Robot"), ClusterScoped: true}}})
		server.Inject(apitest.Fault{Verbs: []string{"watch"}, Do: apitest.RewriteEvents(func(_ int, event []byte) ([][]byte, bool) {
			time.Sleep(time.Second)
			return [][]byte{event}, true
		})})
		client, err := dynamic.NewForConfig(server.Config())
		require.NoError(t, err)
		factory := dynamicinformer.NewFactory(client, dynamicinformer.Options{})
		factory.ForResource(robots)
		versions := make(chan string, 10)
		c, err := controller.New(factory, func(ctx context.Context, obj *unstructured.Unstructured) (controller.Result, error) {
			versions <- obj.GetResourceVersion()
			obj.SetLabels(map[string]string{"at": strconv.FormatInt(time.Now().Unix(), 10)})
			obj, err := client.Resource(robots).Update(ctx, obj, metav1.UpdateOptions{})
			if err != nil {
				return controller.Result{}, err
			}
			versions <- obj.GetResourceVersion()
			return controller.Result{RequeueAfter: time.Millisecond}, nil
		}, controller.Options[*unstructured.Unstructured]{})
		require.NoError(t, err)
		robot := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "fleet.example.com/v1", "kind": "Robot", "metadata": map[string]any{"name": "ada"}}}
		_, err = client.Resource(robots).Create(t.Context(), robot, metav1.CreateOptions{})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		factory.StartWithContext(ctx)
		stop := run(t, c)
		<-versions
		for range 3 {
			wrote := <-versions
			assert.Equal(t, wrote, <-versions, "a reconcile begins with what the last one has written")
		}
		stop()
		cancel()
		factory.Shutdown()
	})
}

// observed is a metrics provider.
type observed struct{ calls }

func (o *observed) NewReconcileMetric(name string) controller.ReconcileMetric {
	return resultMetric{o, name + " reconcile "}
}

func (o *observed) NewCacheWaitMetric(name string) controller.ReconcileMetric {
	return resultMetric{o, name + " wait "}
}

func (o *observed) NewActiveWorkersMetric(string) workqueue.GaugeMetric { return gauge{o} }

type resultMetric struct {
	o      *observed
	prefix string
}

func (m resultMetric) Observe(result string, _ float64) { m.o.add(m.prefix + result) }

type gauge struct{ o *observed }

func (g gauge) Inc() { g.o.add("begun") }
func (g gauge) Dec() { g.o.add("ended") }

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		metrics := &observed{}
		w.server.Inject(apitest.Fault{Verbs: []string{"watch"}, When: func(*http.Request) bool { return true }, Do: apitest.RewriteEvents(func(_ int, event []byte) ([][]byte, bool) {
			time.Sleep(time.Second)
			return [][]byte{event}, true
		})})
		var seen calls
		c := newController(t, w, func(ctx context.Context, obj *corev1.ConfigMap) (controller.Result, error) {
			if seen.add(obj.Name) > 1 {
				return controller.Result{}, errors.New("no")
			}
			_, err := w.children("ns0").Create(ctx, childOf(obj), metav1.CreateOptions{})
			return controller.Result{RequeueAfter: time.Millisecond}, err
		}, controller.Options[*corev1.ConfigMap]{Name: "parents", Metrics: metrics})
		w.childInformer()
		w.createParent("ns0", "a")
		w.start()
		stop := run(t, c)
		time.Sleep(10 * time.Second)
		stop()
		counts := metrics.all()
		assert.Equal(t, counts["begun"], counts["ended"])
		assert.Equal(t, 1, counts["parents reconcile requeue_after"])
		assert.Equal(t, 1, counts["parents wait seen"])
		assert.Positive(t, counts["parents reconcile error"])
	})
}
