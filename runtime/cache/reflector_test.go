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

// requestLog records the lists and watches that a reflector asks for, and when.
type requestLog struct {
	mu    sync.Mutex
	lines []string
	times []time.Time
}

func (a *requestLog) add(line string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines, a.times = append(a.lines, line), append(a.times, time.Now())
}

func (a *requestLog) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines, a.times = nil, nil
}

// pauses returns the times between requests.
func (a *requestLog) pauses() []time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	var pauses []time.Duration
	for i := 1; i < len(a.times); i++ {
		pauses = append(pauses, a.times[i].Sub(a.times[i-1]))
	}
	return pauses
}

// pages answers lists of total objects, in pages of the size that is asked for. It first notes the request and returns the
// error of refuse, if any.
func pages(a *requestLog, total int, refuse func(metav1.ListOptions) error) ListWithContextFunc {
	return func(_ context.Context, opts metav1.ListOptions) (runtime.Object, error) {
		a.add("list " + opts.ResourceVersion + " limit " + strconv.FormatInt(opts.Limit, 10) + " continue " + opts.Continue)
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

// idle opens a watch without events.
func idle(ctx context.Context, _ metav1.ListOptions) (watch.Interface, error) {
	w := watch.NewFake()
	context.AfterFunc(ctx, w.Stop)
	return w, nil
}

// runReflector runs a reflector in the background and returns its store and a function that ends it.
func runReflector(t *testing.T, lw *ListWatch, options ReflectorOptions, set func(*Reflector)) (Store, func()) {
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

// allowAll refuses no list.
func allowAll(metav1.ListOptions) error { return nil }

func TestReflectorReadsPages(t *testing.T) {
	for name, test := range map[string]struct {
		size   int64
		whole  bool
		refuse func(metav1.ListOptions) error
		want   []string
	}{
		"the server's pages":            {refuse: allowAll, want: []string{"list 0 limit 500 continue ", "list  limit 500 continue 500", "list  limit 500 continue 1000"}},
		"pages of a given size":         {size: 900, refuse: allowAll, want: []string{"list 0 limit 900 continue ", "list  limit 900 continue 900"}},
		"no pages with DisableChunking": {whole: true, refuse: allowAll, want: []string{"list 0 limit 0 continue "}},
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
				var a requestLog
				lw := &ListWatch{ListWithContextFunc: pages(&a, 1200, test.refuse), WatchFuncWithContext: idle, DisableChunking: test.whole}
				store, end := runReflector(t, lw, ReflectorOptions{}, func(r *Reflector) { r.WatchListPageSize = test.size })
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
		var a requestLog
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
				a.add("watch")
				if down.Load() {
					return nil, syscall.ECONNREFUSED
				}
				w := watch.NewFake()
				watching <- w
				return w, nil
			},
		}
		backoff := &wait.Backoff{Duration: time.Second, Factor: 2, Steps: 10, Cap: 8 * time.Second}
		_, end := runReflector(t, lw, ReflectorOptions{Backoff: backoff}, func(*Reflector) {})
		defer end()
		time.Sleep(35 * time.Second)
		synctest.Wait()
		assert.Equal(t, []time.Duration{1e9, 2e9, 4e9, 8e9, 8e9, 8e9}, a.pauses(), "twice as long each time, to the cap")

		down.Store(false)
		w := <-watching
		time.Sleep(10 * time.Minute) // the watch stays open
		a.clear()
		down.Store(true)
		w.Add(widget("w0"))
		w.Stop()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		assert.Equal(t, []time.Duration{1e9, 2e9, 4e9}, a.pauses(), "short again after a long watch")
	})
}

// The backoff starts anew only after a watch that was open for five seconds and for longer than the last pause.
func TestOnlyLongWatchesStartTheBackoffAnew(t *testing.T) {
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
					ListWithContextFunc: pages(&requestLog{}, 1, allowAll),
					WatchFuncWithContext: func(context.Context, metav1.ListOptions) (watch.Interface, error) {
						began = append(began, time.Now())
						w := watch.NewFake()
						time.AfterFunc(test.open, func() { w.Error(&apierrors.NewTooManyRequests("busy", 0).ErrStatus); w.Stop() })
						return w, nil
					},
				}
				backoff := &wait.Backoff{Duration: time.Second, Factor: 2, Steps: 10, Cap: 30 * time.Second}
				_, end := runReflector(t, lw, ReflectorOptions{Backoff: backoff}, func(*Reflector) {})
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
		"with a list by default":                          {lists: 2},
		"with a watch, for MaxInternalErrorRetryDuration": {retry: time.Minute, lists: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var a requestLog
				var failed atomic.Bool
				lw := &ListWatch{
					ListWithContextFunc: pages(&a, 1, allowAll),
					WatchFuncWithContext: func(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
						if failed.CompareAndSwap(false, true) {
							return nil, apierrors.NewInternalError(errors.New("etcd has no leader"))
						}
						return idle(ctx, opts)
					},
				}
				_, end := runReflector(t, lw, ReflectorOptions{}, func(r *Reflector) { r.MaxInternalErrorRetryDuration = test.retry })
				time.Sleep(10 * time.Second)
				synctest.Wait()
				end()
				assert.Len(t, a.lines, test.lists)
			})
		})
	}
}

// Kinds without Go types are followed like others; objects of another kind are left out.
func TestReflectorFollowsKindsWithoutGoTypes(t *testing.T) {
	metadata := func(name string) *metav1.PartialObjectMetadata {
		return &metav1.PartialObjectMetadata{
			TypeMeta:   metav1.TypeMeta{APIVersion: "shop.example/v1", Kind: "Widget"},
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, ResourceVersion: "8"},
		}
	}
	other := widget("other")
	other.SetKind("Gadget")
	for name, test := range map[string]struct {
		expected, first, second, otherKind runtime.Object
		list                               runtime.Object
	}{
		"unstructured": {
			expected: widget(""), first: widget("a"), second: widget("b"), otherKind: other,
			list: &unstructured.UnstructuredList{Object: map[string]any{"metadata": map[string]any{"resourceVersion": "7"}}, Items: []unstructured.Unstructured{*widget("a")}},
		},
		"metadata": {
			expected: &metav1.PartialObjectMetadata{}, first: metadata("a"), second: metadata("b"), otherKind: other,
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
				w.Add(test.otherKind)
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
