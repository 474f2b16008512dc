package cache

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	framework "github.com/typewright/typewright/runtime/cache/testing"
)

// newSource returns a source that is shut down with the test.
func newSource(t *testing.T, objects ...*corev1.ConfigMap) *framework.FakeControllerSource {
	t.Helper()
	source := framework.NewFakeControllerSource()
	t.Cleanup(source.Shutdown)
	for _, obj := range objects {
		source.Add(obj)
	}
	return source
}

// pass lets time pass in a bubble and then waits until all goroutines are blocked.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestNewInformerWithOptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l untypedLog
		g := newGauges()
		source := newSource(t, configMap("a", "1"), configMap("b", "1"))
		store, controller := NewInformerWithOptions(InformerOptions{
			ListerWatcher: source, ObjectType: &corev1.ConfigMap{}, Handler: &l, ResyncPeriod: time.Minute,
			Indexers: Indexers{"value": byValue},
			Transform: func(obj interface{}) (interface{}, error) {
				obj.(*corev1.ConfigMap).Data["value"] += "!"
				return obj, nil
			},
			Identifier: named(t), InformerMetricsProvider: g,
		})
		assert.False(t, controller.HasSynced())
		assert.Empty(t, controller.LastSyncResourceVersion())
		runUntilCleanup(t, controller)
		require.True(t, WaitFor(t.Context(), "", controller.HasSyncedChecker()))
		synctest.Wait() // the reflector notes the version of a list after the list has been taken over
		assert.True(t, controller.HasSynced())
		assert.ElementsMatch(t, []string{"add 1! true", "add 1! true"}, l.take())
		assert.Equal(t, "2", controller.LastSyncResourceVersion())

		source.Modify(configMap("a", "2"))
		source.Add(configMap("c", "1"))
		synctest.Wait()
		source.Delete(configMap("b", "1"))
		synctest.Wait()
		assert.Equal(t, []string{"update 1!→2!", "add 1! false", "delete 1!"}, l.take())
		found, err := store.(Indexer).ByIndex("value", "2!")
		require.NoError(t, err)
		assert.Len(t, found, 1)
		assert.Equal(t, "5", controller.LastSyncResourceVersion())
		assert.Equal(t, "5", store.LastStoreSyncResourceVersion())

		source.DeleteDropWatch(configMap("c", "1"))
		source.ResetWatch()
		pass(30 * time.Second)
		assert.Contains(t, l.take(), "delete unknown default/c")
		assert.Equal(t, []string{"default/a"}, store.ListKeys())
		pass(time.Minute)
		assert.Contains(t, l.take(), "update 2!→2!", "a resync transforms nothing again")

		assert.InDelta(t, 6, g.last("version"), 0)
		assert.Contains(t, g.recorded("queued"), 2.0)
		assert.InDelta(t, 0, g.last("queued"), 0)
		assert.GreaterOrEqual(t, len(g.recorded("latency")), 6)
	})
}

func TestNewInformerWithRequiredOptionsOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, controller := NewInformerWithOptions(InformerOptions{
			ListerWatcher: newSource(t, configMap("a", "1")), ObjectType: &corev1.ConfigMap{}, Handler: ResourceEventHandlerFuncs{},
		})
		stop, ended := make(chan struct{}), make(chan struct{})
		go func() { defer close(ended); controller.Run(stop) }()
		require.True(t, WaitForCacheSync(stop, controller.HasSynced))
		assert.Equal(t, []string{"default/a"}, store.ListKeys())
		close(stop)
		<-ended
	})
}

// A panic of the handler, which the controller calls itself, is reported. If the program continues after panics, the next
// object is handled without a pause.
func TestPanicsInAController(t *testing.T) {
	var handled []string
	newInformer := func(t *testing.T) (Store, Controller) {
		t.Helper()
		source := newSource(t, configMap("a", "bad"))
		return NewInformerWithOptions(InformerOptions{
			ListerWatcher: source, ObjectType: &corev1.ConfigMap{},
			Handler: ResourceEventHandlerFuncs{
				AddFunc: func(obj interface{}) {
					handled = append(handled, obj.(*corev1.ConfigMap).Name)
					if len(handled) == 1 {
						source.Add(configMap("b", "1"))
					}
					panicIfBad(obj.(*corev1.ConfigMap))
				},
			},
		})
	}
	t.Run("the program ends", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, controller := newInformer(t)
			assert.PanicsWithValue(t, "a is bad", func() { controller.RunWithContext(t.Context()) })
		})
	})
	t.Run("the program continues", func(t *testing.T) {
		handled = nil
		reported := continueAfterPanics(t)
		synctest.Test(t, func(t *testing.T) {
			store, controller := newInformer(t)
			runUntilCleanup(t, controller)
			pass(2 * time.Second)
			assert.Equal(t, []string{"a is bad"}, reported.take())
			assert.True(t, controller.HasSynced())
			assert.Equal(t, []string{"a", "b"}, handled)
			assert.ElementsMatch(t, []string{"default/a", "default/b"}, store.ListKeys())
		})
	})
}

// newConfig is a Config over a queue of its own.
func newConfig(lw ListerWatcher, process ProcessFunc) *Config {
	return &Config{
		Queue: NewDeltaFIFOWithOptions(DeltaFIFOOptions{EmitDeltaTypeReplaced: true}), ListerWatcher: lw, Process: process,
		ObjectType: &corev1.ConfigMap{},
	}
}

func TestControllerProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		var processed []string
		config := newConfig(newSource(t, configMap("once", "1")), func(obj interface{}, initial bool) error {
			newest := obj.(Deltas).Newest().Object.(*corev1.ConfigMap)
			processed = append(processed, newest.Name)
			assert.True(t, initial)
			if len(processed) < 3 {
				return ErrRequeue{Err: errors.New("not yet")}
			}
			return errors.New("never mind")
		})
		controller := New(config)
		ctx, cancel := context.WithCancel(j.logging(t.Context()))
		ended := make(chan struct{})
		go func() { defer close(ended); controller.RunWithContext(ctx) }()
		pass(time.Minute)
		assert.Equal(t, []string{"once", "once", "once"}, processed)
		assert.True(t, controller.HasSynced())
		assert.Len(t, j.lines("An object could not be processed"), 3)
		assert.Len(t, j.lines("not yet"), 2)
		cancel()
		<-ended
		assert.Error(t, config.Queue.Add(nil), "the queue has no key for it")
		_, err := config.Queue.Pop(nil)
		require.ErrorIs(t, err, ErrFIFOClosed, "the controller closes its queue")
	})
}

func TestControllerSettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a requestLog
		down := true
		items := pages(&a, 3, func(metav1.ListOptions) error {
			if down {
				return apierrors.NewServiceUnavailable("down")
			}
			return nil
		})
		var timeouts []int64
		lw := ToListWatcherWithWatchListSemantics(&ListWatch{
			ListWithContextFunc: items,
			WatchFuncWithContext: func(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
				timeouts = append(timeouts, *opts.TimeoutSeconds)
				return idle(ctx, opts)
			},
		}, plainLists{})
		var failures []string
		resyncs := 0
		config := newConfig(lw, func(interface{}, bool) error { return nil })
		config.ObjectType, config.ObjectDescription = widget(""), "widgets"
		config.WatchListPageSize, config.MinWatchTimeout = 2, time.Hour
		config.FullResyncPeriod = 5 * time.Minute
		config.ShouldResync = func() bool { resyncs++; return true }
		config.WatchErrorHandler = func(r *Reflector, err error) { failures = append(failures, r.TypeDescription()+": "+err.Error()) }
		runUntilCleanup(t, New(config))
		pass(10 * time.Second)
		down = false
		a.clear()
		pass(11 * time.Minute)
		require.NotEmpty(t, failures)
		assert.True(t, strings.HasPrefix(failures[0], "widgets: failed to list widgets"), failures[0])
		assert.Equal(t, []string{"list 0 limit 2 continue ", "list  limit 2 continue 2"}, a.lines)
		require.Len(t, timeouts, 1)
		assert.GreaterOrEqual(t, timeouts[0], int64(3600))
		assert.LessOrEqual(t, timeouts[0], int64(7200))
		assert.Equal(t, 2, resyncs)
	})
}

func TestControllersErrorHandlerWithContextWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lw := &ListWatch{
			ListFunc:  func(metav1.ListOptions) (runtime.Object, error) { return nil, apierrors.NewServiceUnavailable("down") },
			WatchFunc: func(metav1.ListOptions) (watch.Interface, error) { return nil, apierrors.NewServiceUnavailable("down") },
		}
		config := newConfig(lw, func(interface{}, bool) error { return nil })
		failures := 0
		config.WatchErrorHandler = func(*Reflector, error) { t.Error("called although there is a handler with a context") }
		config.WatchErrorHandlerWithContext = func(_ context.Context, r *Reflector, err error) {
			failures++
			assert.Equal(t, "*v1.ConfigMap", r.Name())
			assert.Empty(t, r.LastSyncResourceVersion())
			assert.True(t, apierrors.IsServiceUnavailable(err))
		}
		runUntilCleanup(t, New(config))
		pass(time.Second)
		assert.Positive(t, failures)
	})
}

// LastSyncResourceVersion may be called while a controller or a reflector begins to run.
func TestLastSyncResourceVersionWhileItBegins(t *testing.T) {
	controller := New(newConfig(newSource(t, configMap("a", "1")), func(interface{}, bool) error { return nil }))
	runUntilCleanup(t, controller)
	reflector := NewReflector(newSource(t, configMap("a", "1")), &corev1.ConfigMap{}, NewStore(MetaNamespaceKeyFunc), 0)
	runUntilCleanup(t, reflector)
	for controller.LastSyncResourceVersion() != "1" || reflector.LastSyncResourceVersion() != "1" {
		time.Sleep(time.Millisecond)
	}
}

func TestDeprecatedConstructors(t *testing.T) {
	stamp := func(obj interface{}) (interface{}, error) {
		obj.(*corev1.ConfigMap).Data["value"] += "!"
		return obj, nil
	}
	for name, test := range map[string]struct {
		make  func(lw ListerWatcher, h ResourceEventHandler) (Store, Controller)
		value string
	}{
		"NewInformer": {func(lw ListerWatcher, h ResourceEventHandler) (Store, Controller) {
			return NewInformer(lw, &corev1.ConfigMap{}, 0, h)
		}, "1"},
		"NewIndexerInformer": {func(lw ListerWatcher, h ResourceEventHandler) (Store, Controller) {
			return NewIndexerInformer(lw, &corev1.ConfigMap{}, 0, h, Indexers{"value": byValue})
		}, "1"},
		"NewTransformingInformer": {func(lw ListerWatcher, h ResourceEventHandler) (Store, Controller) {
			return NewTransformingInformer(lw, &corev1.ConfigMap{}, 0, h, stamp)
		}, "1!"},
		"NewTransformingIndexerInformer": {func(lw ListerWatcher, h ResourceEventHandler) (Store, Controller) {
			return NewTransformingIndexerInformer(lw, &corev1.ConfigMap{}, 0, h, Indexers{"value": byValue}, stamp)
		}, "1!"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var l untypedLog
				store, controller := test.make(newSource(t, configMap("a", "1")), &l)
				runUntilCleanup(t, controller)
				synctest.Wait()
				require.True(t, controller.HasSynced())
				assert.Equal(t, []string{"add " + test.value + " true"}, l.take())
				if indexer, ok := store.(Indexer); ok && len(indexer.GetIndexers()) > 0 {
					keys, err := indexer.IndexKeys("value", test.value)
					require.NoError(t, err)
					assert.Equal(t, []string{"default/a"}, keys)
				}
			})
		})
	}
}
