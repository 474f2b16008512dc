package cache

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
)

// asked are the lists and watches that a reflector asked for, and when.
type asked struct {
	mu    sync.Mutex
	lines []string
	at    []time.Time
}

func (a *asked) note(line string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines, a.at = append(a.lines, line), append(a.at, time.Now())
}

func (a *asked) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines, a.at = nil, nil
}

// pauses are the times between what was asked for.
func (a *asked) pauses() []time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	var pauses []time.Duration
	for i := 1; i < len(a.at); i++ {
		pauses = append(pauses, a.at[i].Sub(a.at[i-1]))
	}
	return pauses
}

// pages answers lists from a number of objects, as many at a time as are asked for.
func pages(a *asked, total int, refuse func(metav1.ListOptions) error) ListWithContextFunc {
	return func(_ context.Context, opts metav1.ListOptions) (runtime.Object, error) {
		a.note("list " + opts.ResourceVersion + " limit " + strconv.FormatInt(opts.Limit, 10) + " continue " + opts.Continue)
		if err := refuse(opts); err != nil {
			return nil, err
		}
		begin, _ := strconv.Atoi(opts.Continue)
		end := total
		list := &unstructured.UnstructuredList{}
		list.SetResourceVersion("7")
		if opts.Limit > 0 && begin+int(opts.Limit) < total {
			end = begin + int(opts.Limit)
			list.SetContinue(strconv.Itoa(end))
		}
		for i := begin; i < end; i++ {
			list.Items = append(list.Items, *widget("w" + strconv.Itoa(i)))
		}
		return list, nil
	}
}

func widget(name string) *unstructured.Unstructured {
	u := &unstructured.Unstructured{}
	u.SetGroupVersionKind(schema.GroupVersionKind{Group: "shop.example", Version: "v1", Kind: "Widget"})
	u.SetNamespace("default")
	u.SetName(name)
	u.SetResourceVersion("7")
	return u
}

// idle is a watch that tells nothing.
func idle(ctx context.Context, _ metav1.ListOptions) (watch.Interface, error) {
	w := watch.NewFake()
	context.AfterFunc(ctx, w.Stop)
	return w, nil
}

// reflecting runs a reflector in the bubble until the test ends it.
func reflecting(t *testing.T, lw *ListWatch, options ReflectorOptions, set func(*Reflector)) (Store, func()) {
	t.Helper()
	store := NewStore(MetaNamespaceKeyFunc)
	r := NewReflectorWithOptions(ToListWatcherWithWatchListSemantics(lw, plainLists{}), widget(""), store, options)
	set(r)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.RunWithContext(ctx) }()
	return store, func() { cancel(); <-done }
}

type plainLists struct{}

func (plainLists) IsWatchListSemanticsUnSupported() bool { return true }

func never(metav1.ListOptions) error { return nil }

func TestReflectorReadsPages(t *testing.T) {
	for name, test := range map[string]struct {
		size   int64
		whole  bool
		refuse func(metav1.ListOptions) error
		want   []string
	}{
		"the server's pages":    {refuse: never, want: []string{"list 0 limit 500 continue ", "list  limit 500 continue 500", "list  limit 500 continue 1000"}},
		"pages of a given size": {size: 900, refuse: never, want: []string{"list 0 limit 900 continue ", "list  limit 900 continue 900"}},
		"whole on request":      {whole: true, refuse: never, want: []string{"list 0 limit 0 continue "}},
		"an expired token": {
			refuse: func(opts metav1.ListOptions) error {
				if opts.Continue == "1000" {
					return apierrors.NewResourceExpired("the token is too old")
				}
				return nil
			},
			want: []string{"list 0 limit 500 continue ", "list  limit 500 continue 500", "list  limit 500 continue 1000", "list 0 limit 0 continue "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var a asked
				lw := &ListWatch{ListWithContextFunc: pages(&a, 1200, test.refuse), WatchFuncWithContext: idle, DisableChunking: test.whole}
				store, end := reflecting(t, lw, ReflectorOptions{}, func(r *Reflector) { r.WatchListPageSize = test.size })
				synctest.Wait()
				assert.Equal(t, test.want, a.lines)
				assert.Len(t, store.ListKeys(), 1200, "each object once")
				end()
			})
		})
	}
}

func TestReflectorPausesBetweenFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a asked
		var down atomic.Bool
		down.Store(true)
		refuse := func(metav1.ListOptions) error {
			if down.Load() {
				return apierrors.NewServiceUnavailable("down")
			}
			return nil
		}
		watching := make(chan *watch.FakeWatcher, 1)
		lw := &ListWatch{
			ListWithContextFunc: pages(&a, 1, refuse),
			WatchFuncWithContext: func(context.Context, metav1.ListOptions) (watch.Interface, error) {
				a.note("watch")
				if down.Load() {
					return nil, syscall.ECONNREFUSED
				}
				w := watch.NewFake()
				watching <- w
				return w, nil
			},
		}
		backoff := &wait.Backoff{Duration: time.Second, Factor: 2, Steps: 10, Cap: 8 * time.Second}
		_, end := reflecting(t, lw, ReflectorOptions{Backoff: backoff}, func(*Reflector) {})
		defer end()
		time.Sleep(35 * time.Second)
		synctest.Wait()
		assert.Equal(t, []time.Duration{1e9, 2e9, 4e9, 8e9, 8e9, 8e9}, a.pauses(), "twice as long each time, to the cap")

		down.Store(false)
		w := <-watching
		time.Sleep(10 * time.Minute) // of health
		a.forget()
		down.Store(true)
		w.Add(widget("w0"))
		w.Stop()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		assert.Equal(t, []time.Duration{1e9, 2e9, 4e9}, a.pauses(), "short again after health")
	})
}

// What a server gave is weighed against the pause before it.
func TestReflectorPausesNoLongerThanTheServerWasThere(t *testing.T) {
	for name, test := range map[string]struct {
		open time.Duration
		want []time.Duration
	}{
		"watches dropped at once":         {open: 0, want: []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9}},
		"watches dropped soon":            {open: 4 * time.Second, want: []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9}},
		"a server that keeps coming back": {open: 20 * time.Second, want: []time.Duration{1e9, 1e9, 1e9, 1e9, 1e9}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var began []time.Time
				lw := &ListWatch{
					ListWithContextFunc: pages(&asked{}, 1, never),
					WatchFuncWithContext: func(context.Context, metav1.ListOptions) (watch.Interface, error) {
						began = append(began, time.Now())
						w := watch.NewFake()
						time.AfterFunc(test.open, func() { w.Error(&apierrors.NewTooManyRequests("busy", 0).ErrStatus); w.Stop() })
						return w, nil
					},
				}
				backoff := &wait.Backoff{Duration: time.Second, Factor: 2, Steps: 10, Cap: 30 * time.Second}
				_, end := reflecting(t, lw, ReflectorOptions{Backoff: backoff}, func(*Reflector) {})
				time.Sleep(3 * time.Minute)
				end()
				var pauses []time.Duration
				for i, at := range began[1:] {
					pauses = append(pauses, at.Sub(began[i])-test.open)
				}
				assert.Equal(t, test.want, pauses[:len(test.want)])
			})
		})
	}
}

func TestReflectorKeepsWatchingThroughInternalErrors(t *testing.T) {
	for name, test := range map[string]struct {
		retry time.Duration
		lists int
	}{
		"with a list by default":       {lists: 2},
		"with a watch, for as long as": {retry: time.Minute, lists: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var a asked
				var failed atomic.Bool
				lw := &ListWatch{
					ListWithContextFunc: pages(&a, 1, never),
					WatchFuncWithContext: func(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
						if failed.CompareAndSwap(false, true) {
							return nil, apierrors.NewInternalError(errors.New("etcd has no leader"))
						}
						return idle(ctx, opts)
					},
				}
				_, end := reflecting(t, lw, ReflectorOptions{}, func(r *Reflector) { r.MaxInternalErrorRetryDuration = test.retry })
				time.Sleep(10 * time.Second)
				synctest.Wait()
				end()
				assert.Len(t, a.lines, test.lists)
			})
		})
	}
}

// What no one compiled in is followed like everything else; objects of another kind are not taken for it.
func TestReflectorFollowsWhatIsNotCompiledIn(t *testing.T) {
	metadata := func(name string) *metav1.PartialObjectMetadata {
		return &metav1.PartialObjectMetadata{
			TypeMeta:   metav1.TypeMeta{APIVersion: "shop.example/v1", Kind: "Widget"},
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, ResourceVersion: "8"},
		}
	}
	other := widget("other")
	other.SetKind("Gadget")
	for name, test := range map[string]struct {
		expected, first, second, stranger runtime.Object
		list                              runtime.Object
	}{
		"unstructured": {
			expected: widget(""), first: widget("a"), second: widget("b"), stranger: other,
			list: &unstructured.UnstructuredList{Object: map[string]any{"metadata": map[string]any{"resourceVersion": "7"}}, Items: []unstructured.Unstructured{*widget("a")}},
		},
		"metadata": {
			expected: &metav1.PartialObjectMetadata{}, first: metadata("a"), second: metadata("b"), stranger: other,
			list: &metav1.PartialObjectMetadataList{ListMeta: metav1.ListMeta{ResourceVersion: "7"}, Items: []metav1.PartialObjectMetadata{*metadata("a")}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := watch.NewFake()
				lw := &ListWatch{
					ListWithContextFunc:  func(context.Context, metav1.ListOptions) (runtime.Object, error) { return test.list, nil },
					WatchFuncWithContext: func(context.Context, metav1.ListOptions) (watch.Interface, error) { return w, nil },
				}
				store := NewStore(MetaNamespaceKeyFunc)
				r := NewNamedReflector(name, ToListWatcherWithWatchListSemantics(lw, plainLists{}), test.expected, store, 0)
				assert.Equal(t, name, r.Name())
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan struct{})
				go func() { defer close(done); r.RunWithContext(ctx) }()
				w.Add(test.stranger)
				w.Add(test.second)
				synctest.Wait()
				assert.ElementsMatch(t, []string{"default/a", "default/b"}, store.ListKeys())
				w.Delete(test.first)
				synctest.Wait()
				assert.ElementsMatch(t, []string{"default/b"}, store.ListKeys())
				cancel()
				<-done
			})
		})
	}
}
