package cache

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// reports collects the panics that were reported.
type reports struct {
	mu     sync.Mutex
	panics []string
}

func (r *reports) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	panics := r.panics
	r.panics = nil
	return panics
}

// continueAfterPanics lets the program continue after panics until the test ends, and collects what is reported.
func continueAfterPanics(t *testing.T) *reports {
	t.Helper()
	crash, handlers := utilruntime.ReallyCrash, utilruntime.PanicHandlers
	t.Cleanup(func() { utilruntime.ReallyCrash, utilruntime.PanicHandlers = crash, handlers })
	r := &reports{}
	utilruntime.ReallyCrash = false
	utilruntime.PanicHandlers = []func(context.Context, any){func(_ context.Context, what any) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.panics = append(r.panics, fmt.Sprint(what))
	}}
	return r
}

// panicIfBad panics if the value of an object is "bad".
func panicIfBad(obj *corev1.ConfigMap) {
	if obj.Data["value"] == "bad" {
		panic(obj.Name + " is bad")
	}
}

type typedFuncs = TypedResourceEventHandlerFuncs[*corev1.ConfigMap]

// A panic of a handler is reported. If the program continues after panics, the handler gets the next event, and other
// handlers get every event.
func TestPanicsOfHandlers(t *testing.T) {
	for name, test := range map[string]struct {
		handler func(l *log) TypedResourceEventHandler[*corev1.ConfigMap]
		want    []string
	}{
		"in OnAdd": {
			func(l *log) TypedResourceEventHandler[*corev1.ConfigMap] {
				return typedFuncs{
					AddFunc:    func(obj *corev1.ConfigMap) { panicIfBad(obj); l.OnAdd(obj, false) },
					UpdateFunc: l.OnUpdate, DeleteFunc: l.OnDelete,
				}
			},
			[]string{"add good=1 false", "update a=bad→2", "delete a unknown=false", "add b=1 false"},
		},
		"in OnUpdate": {
			func(l *log) TypedResourceEventHandler[*corev1.ConfigMap] {
				return typedFuncs{
					AddFunc:    func(obj *corev1.ConfigMap) { l.OnAdd(obj, false) },
					UpdateFunc: func(old, obj *corev1.ConfigMap) { panicIfBad(old); l.OnUpdate(old, obj) }, DeleteFunc: l.OnDelete,
				}
			},
			[]string{"add good=1 false", "add a=bad false", "delete a unknown=false", "add b=1 false"},
		},
		"in OnDelete": {
			func(l *log) TypedResourceEventHandler[*corev1.ConfigMap] {
				return typedFuncs{
					AddFunc: func(obj *corev1.ConfigMap) { l.OnAdd(obj, false) }, UpdateFunc: l.OnUpdate,
					DeleteFunc: func(DeletedObject[*corev1.ConfigMap]) { panic("a is bad") },
				}
			},
			[]string{"add good=1 false", "add a=bad false", "update a=bad→2", "add b=1 false"},
		},
		"in a filter": {
			func(l *log) TypedResourceEventHandler[*corev1.ConfigMap] {
				return TypedFilteringResourceEventHandler[*corev1.ConfigMap]{
					FilterFunc: func(obj *corev1.ConfigMap) bool {
						if obj.Name == "a" && obj.Data["value"] == "bad" {
							panic("a is bad")
						}
						return true
					},
					Handler: typedFuncs{
						AddFunc: func(obj *corev1.ConfigMap) { l.OnAdd(obj, false) }, UpdateFunc: l.OnUpdate, DeleteFunc: l.OnDelete,
					},
				}
			},
			[]string{"add good=1 false", "delete a unknown=false", "add b=1 false"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			reported := continueAfterPanics(t)
			synctest.Test(t, func(t *testing.T) {
				s, l, other := newServer(), &log{}, &log{}
				informer := running(t, s, test.handler(l))
				_, err := informer.AddTypedEventHandler(other)
				require.NoError(t, err)
				synctest.Wait()
				for _, change := range []func(){
					func() { s.put("good", "1") }, func() { s.put("a", "bad") }, func() { s.put("a", "2") },
					func() { s.remove("a") }, func() { s.put("b", "1") },
				} {
					change()
					pass(2 * time.Second)
				}
				assert.Contains(t, reported.take(), "a is bad")
				assert.Equal(t, test.want, l.take())
				assert.Equal(t, []string{"add good=1 false", "add a=bad false", "update a=bad→2", "delete a unknown=false", "add b=1 false"}, other.take())
				assert.ElementsMatch(t, []string{"default/good", "default/b"}, informer.GetStore().ListKeys())
			})
		})
	}
}

// A panic of a transform is reported and counts as an error: a list fails and is asked for again, a single object is left
// out.
func TestPanicsOfTransforms(t *testing.T) {
	reported := continueAfterPanics(t)
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		s.put("a", "bad")
		informer := NewTypedInformer(s, SharedIndexInformerOptions{})
		require.NoError(t, informer.SetTransform(func(obj interface{}) (interface{}, error) {
			panicIfBad(obj.(*corev1.ConfigMap))
			return obj, nil
		}))
		_, err := informer.AddTypedEventHandler(l)
		require.NoError(t, err)
		runUntilCleanup(t, informer)
		time.Sleep(10 * time.Second)
		assert.Contains(t, reported.take(), "a is bad")
		status, _ := StatusOf(informer)
		require.ErrorContains(t, status.Err, "the transform panicked")
		assert.False(t, status.Synced)

		s.put("a", "1")
		time.Sleep(time.Minute)
		assert.True(t, informer.HasSynced())
		s.put("b", "bad")
		s.put("c", "1")
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"b is bad"}, reported.take())
		assert.Equal(t, []string{"add a=1 true", "add c=1 false"}, l.take())
		s.put("b", "1")
		synctest.Wait()
		assert.Equal(t, []string{"add b=1 false"}, l.take())
	})
}

// A panic of an index function is reported, too. The object is stored but not indexed, handlers get it and the next one, and
// the version of the store advances.
func TestPanicsOfIndexFunctions(t *testing.T) {
	reported := continueAfterPanics(t)
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		s.put("a", "bad")
		informer := NewTypedInformer(s, SharedIndexInformerOptions{Indexers: TypedIndexersToIndexers(TypedIndexers[*corev1.ConfigMap]{
			"value": func(obj *corev1.ConfigMap) ([]string, error) {
				panicIfBad(obj)
				return []string{obj.Data["value"]}, nil
			},
		})})
		_, err := informer.AddTypedEventHandler(l)
		require.NoError(t, err)
		runUntilCleanup(t, informer)
		synctest.Wait()
		assert.Equal(t, []string{"a is bad"}, reported.take())
		assert.True(t, informer.HasSynced(), "the panic does not keep the informer from syncing")

		s.put("b", "1")
		synctest.Wait()
		assert.Equal(t, []string{"add a=bad true", "add b=1 false"}, l.take())
		assert.Equal(t, "3", informer.GetStore().LastStoreSyncResourceVersion())
		keys, err := informer.GetIndexer().IndexKeys("value", "1")
		require.NoError(t, err)
		assert.Equal(t, []string{"default/b"}, keys)
		s.put("a", "1")
		synctest.Wait()
		keys, err = informer.GetIndexer().IndexKeys("value", "1")
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"default/a", "default/b"}, keys)
	})
}

// A source may panic, too.
func TestPanicsOfSources(t *testing.T) {
	reported := continueAfterPanics(t)
	synctest.Test(t, func(t *testing.T) {
		s := &panicking{server: newServer()}
		s.put("a", "1")
		informer := running(t, s, &log{})
		time.Sleep(time.Minute)
		assert.True(t, informer.HasSynced())
		assert.Equal(t, []string{"the first list"}, reported.take())
	})
}

// panicking is a server whose first list panics.
type panicking struct {
	*server

	once sync.Once
}

func (s *panicking) StreamList(ctx context.Context, opts StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	s.once.Do(func() { panic("the first list") })
	return s.server.StreamList(ctx, opts, each)
}

// Panics of a handler are logged by the logger of its options.
func TestPanicsGoToTheHandlersLogger(t *testing.T) {
	crash := utilruntime.ReallyCrash
	t.Cleanup(func() { utilruntime.ReallyCrash = crash })
	utilruntime.ReallyCrash = false
	synctest.Test(t, func(t *testing.T) {
		var j journal
		logger := j.logger()
		s := newServer()
		s.put("a", "bad")
		informer := NewTypedInformer(s, SharedIndexInformerOptions{})
		_, err := informer.AddTypedEventHandler(typedFuncs{AddFunc: panicIfBad}, HandlerOptions{Logger: &logger})
		require.NoError(t, err)
		runUntilCleanup(t, informer)
		synctest.Wait()
		assert.NotEmpty(t, j.lines("a is bad"))
	})
}

// By default a panic ends the program, even while another handler hangs.
func TestAPanicEndsTheProgram(t *testing.T) {
	const variable = "TYPEWRIGHT_TEST_PANIC"
	if where := os.Getenv(variable); where != "" {
		panicIn(t, where)
		return
	}
	for _, where := range []string{"a handler", "an index function", "a transform", "a source"} {
		t.Run("of "+where, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			program := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAPanicEndsTheProgram$")
			program.Env = append(os.Environ(), variable+"="+where)
			output, err := program.CombinedOutput()
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit)
			assert.Equal(t, 2, exit.ExitCode(), "the exit code of a panic: %s", output)
			assert.Contains(t, string(output), "Observed a panic")
			assert.Contains(t, string(output), "a is bad")
		})
	}
}

// panicIn runs an informer of which one part panics and a handler never returns.
func panicIn(t *testing.T, where string) {
	t.Helper()
	panics := func(here string) {
		if here == where {
			panic("a is bad")
		}
	}
	s := newServer()
	s.put("a", "1")
	stuck := make(chan struct{})
	informer := NewTypedInformer(hookedServer{s, func() { panics("a source") }}, SharedIndexInformerOptions{
		Indexers: TypedIndexersToIndexers(TypedIndexers[*corev1.ConfigMap]{"b": func(obj *corev1.ConfigMap) ([]string, error) {
			if obj.Name == "b" {
				panics("an index function")
			}
			return nil, nil
		}}),
	})
	require.NoError(t, informer.SetTransform(func(obj interface{}) (interface{}, error) { panics("a transform"); return obj, nil }))
	_, err := informer.AddTypedEventHandler(typedFuncs{AddFunc: func(*corev1.ConfigMap) { close(stuck); select {} }})
	require.NoError(t, err)
	_, err = informer.AddTypedEventHandler(typedFuncs{AddFunc: func(*corev1.ConfigMap) { panics("a handler") }})
	require.NoError(t, err)
	go func() {
		<-stuck
		s.put("b", "1") // once the other handler hangs
	}()
	informer.RunWithContext(t.Context())
}

// hookedServer calls a function before each list.
type hookedServer struct {
	*server

	beforeList func()
}

func (s hookedServer) StreamList(ctx context.Context, opts StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	s.beforeList()
	return s.server.StreamList(ctx, opts, each)
}

// A handler that panics at every event is called once a second, not as fast as events come.
func TestPanicsOfHandlersAreThrottled(t *testing.T) {
	reported := continueAfterPanics(t)
	synctest.Test(t, func(t *testing.T) {
		s, other := newServer(), &log{}
		for i := range 100 {
			s.put(fmt.Sprint("object-", i), "bad")
		}
		informer := running(t, s, typedFuncs{AddFunc: panicIfBad})
		_, err := informer.AddTypedEventHandler(other)
		require.NoError(t, err)
		time.Sleep(10*time.Second + time.Millisecond)
		synctest.Wait()
		assert.Len(t, reported.take(), 11)
		assert.Len(t, other.take(), 100, "other handlers are not delayed")
	})
}
