package cache

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
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
)

// bulk is a source of long lists: all of them named by their generation, whole, in pages or streamed. A watch ends when the
// next generation is there.
type bulk struct {
	size, page int
	streams    bool

	mu         sync.Mutex
	generation int
	next       chan struct{}
}

func newBulk(size int) *bulk { return &bulk{size: size, next: make(chan struct{})} }

func (b *bulk) IsWatchListSemanticsUnSupported() bool { return !b.streams }

// turn begins the next generation, which the source is then asked for.
func (b *bulk) turn() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.generation++
	close(b.next)
	b.next = make(chan struct{})
}

func (b *bulk) at() (generation int, next chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.generation, b.next
}

// object is one of a generation: each generation has a tenth of the names of its own, and addresses that wander.
func (b *bulk) object(generation, i int) *corev1.ConfigMap {
	name := fmt.Sprintf("object-%d", i+generation*b.size/10)
	obj := configMap(name, strconv.Itoa(generation))
	obj.ResourceVersion = strconv.Itoa(100 + generation)
	obj.Annotations = map[string]string{"address": strconv.Itoa((i + 7*generation) % b.size)}
	return obj
}

func (b *bulk) StreamList(_ context.Context, opts StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	generation, _ := b.at()
	from, _ := strconv.Atoi(opts.Continue)
	to := b.size
	if b.page > 0 {
		to = min(from+b.page, b.size)
	}
	for i := from; i < to; i++ {
		if err := each(b.object(generation, i)); err != nil {
			return metav1.ListMeta{}, err
		}
	}
	list := metav1.ListMeta{ResourceVersion: strconv.Itoa(100 + generation)}
	if to < b.size {
		list.Continue = strconv.Itoa(to)
	}
	return list, nil
}

func (b *bulk) StreamWatch(ctx context.Context, opts StreamOptions, each func(StreamEvent[*corev1.ConfigMap]) error) error {
	generation, next := b.at()
	version := strconv.Itoa(100 + generation)
	if opts.SendInitialEvents != nil {
		for i := range b.size {
			if err := each(StreamEvent[*corev1.ConfigMap]{Type: watch.Added, Object: b.object(generation, i), ResourceVersion: version}); err != nil {
				return err
			}
		}
		if err := each(StreamEvent[*corev1.ConfigMap]{Type: watch.Bookmark, ResourceVersion: version, InitialEventsEnd: true}); err != nil {
			return err
		}
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-next:
		return apierrors.NewResourceExpired("a new generation")
	}
}

// untypedSource is a source as a ListerWatcher.
func (b *bulk) untypedSource() ListerWatcher {
	lw := &ListWatch{
		ListWithContextFunc: func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
			list := &corev1.ConfigMapList{}
			var err error
			list.ListMeta, err = b.StreamList(ctx, StreamOptions{ListOptions: opts}, func(obj *corev1.ConfigMap) error {
				list.Items = append(list.Items, *obj)
				return nil
			})
			return list, err
		},
		WatchFuncWithContext: func(ctx context.Context, _ metav1.ListOptions) (watch.Interface, error) {
			_, next := b.at()
			ctx, cancel := context.WithCancel(ctx)
			events := make(chan watch.Event)
			go func() {
				select {
				case <-ctx.Done():
				case <-next:
					status := apierrors.NewResourceExpired("a new generation").ErrStatus
					events <- watch.Event{Type: watch.Error, Object: &status}
				}
				cancel()
				close(events)
			}()
			return watch.NewProxyWatcher(events), nil
		},
	}
	return wholeLists{lw}
}

type wholeLists struct{ *ListWatch }

func (wholeLists) IsWatchListSemanticsUnSupported() bool { return true }

// whole says what keeps the objects of a store from being one generation, whole; nothing where they are.
func (b *bulk) whole(objects []interface{}, addresses int) string {
	generations := map[string]int{}
	for _, obj := range objects {
		generations[valueOf(obj)]++
	}
	if len(generations) != 1 || len(objects) != b.size {
		return fmt.Sprintf("objects by generation: %v of %d", generations, b.size)
	}
	if addresses != b.size {
		return fmt.Sprintf("%d addresses of %d objects", addresses, b.size)
	}
	return ""
}

func byAddress(obj interface{}) ([]string, error) {
	return []string{obj.(*corev1.ConfigMap).Annotations["address"]}, nil
}

// Whenever a handler is called, the store holds one list as a whole, and an index has as many addresses as there are
// objects: with the first list, and when another one follows it.
func TestAListReachesTheStoreAsAWhole(t *testing.T) {
	for name, test := range map[string]struct {
		page    int
		streams bool
		untyped bool
		alone   bool
	}{
		"whole": {}, "in pages": {page: 700}, "streamed": {streams: true}, "untyped": {untyped: true}, "one handler": {alone: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBulk(5000)
				b.page, b.streams = test.page, test.streams
				var store Indexer
				calls, problems := 0, map[string]int{}
				look := func(interface{}) {
					if calls++; calls%311 == 1 { // the first of all, and one now and then
						if problem := b.whole(store.List(), len(store.ListIndexFuncValues("address"))); problem != "" {
							problems[problem]++
						}
					}
				}
				handler := ResourceEventHandlerFuncs{
					AddFunc: look, DeleteFunc: look, UpdateFunc: func(_, obj interface{}) { look(obj) },
				}
				byAddress := Indexers{"address": byAddress}
				var runs interface{ RunWithContext(ctx context.Context) }
				switch {
				case test.alone:
					s, controller := NewInformerWithOptions(InformerOptions{ListerWatcher: b.untypedSource(), ObjectType: &corev1.ConfigMap{}, Handler: handler, Indexers: byAddress})
					store, runs = s.(Indexer), controller
				case test.untyped:
					informer := NewSharedIndexInformer(b.untypedSource(), &corev1.ConfigMap{}, 0, byAddress)
					_, err := informer.AddEventHandler(handler)
					require.NoError(t, err)
					store, runs = informer.GetIndexer(), informer
				default:
					informer := NewTypedInformer(b, SharedIndexInformerOptions{Indexers: byAddress})
					_, err := informer.AddEventHandler(handler)
					require.NoError(t, err)
					store, runs = informer.GetIndexer(), informer
				}
				runUntilCleanup(t, runs)
				pass(10 * time.Second)
				assert.Equal(t, b.size, calls)
				for range 3 {
					b.turn()
					pass(time.Minute)
				}
				assert.Equal(t, b.size+3*(b.size+b.size/10), calls, "all of a list, and what is gone")
				assert.Empty(t, problems)
			})
		})
	}
}

// A list of one namespace is a whole of its own.
func TestAListOfANamespaceReachesTheStoreAsAWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newBulk(500), newBulk(300)
		var store Store
		problems := map[string]int{}
		look := func(*corev1.ConfigMap) {
			generations := map[string]int{}
			for _, obj := range store.List() {
				generations[obj.(*corev1.ConfigMap).Namespace+" "+valueOf(obj)]++
			}
			for generation, n := range generations {
				if strings.HasPrefix(generation, "default") && n != 500 || strings.HasPrefix(generation, "other") && n != 300 {
					problems[fmt.Sprintf("%d of %s", n, generation)]++
				}
			}
		}
		informer := NewTypedInformer(twoNamespaces{a, a, b}, SharedIndexInformerOptions{})
		store = informer.GetStore()
		_, err := informer.AddTypedEventHandler(typedFuncs{AddFunc: look, UpdateFunc: func(_, obj *corev1.ConfigMap) { look(obj) }})
		require.NoError(t, err)
		runUntilCleanup(t, informer)
		pass(10 * time.Second)
		for range 3 {
			a.turn()
			pass(time.Minute)
			b.turn()
			pass(time.Minute)
		}
		assert.Empty(t, problems)
		assert.Len(t, store.List(), 800)
	})
}

// twoNamespaces is a source of two scopes.
type twoNamespaces struct {
	*bulk
	a, b *bulk
}

func (s twoNamespaces) Scopes() []Scope[*corev1.ConfigMap] {
	in := func(namespace string, source StreamListerWatcher[*corev1.ConfigMap]) Scope[*corev1.ConfigMap] {
		return Scope[*corev1.ConfigMap]{Name: namespace, Source: source, Contains: func(key string) bool { return strings.HasPrefix(key, namespace+"/") }}
	}
	return []Scope[*corev1.ConfigMap]{in("default", s.a), in("other", moved{s.b})}
}

// moved is a source whose objects are in another namespace.
type moved struct{ *bulk }

func (m moved) StreamList(ctx context.Context, opts StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	return m.bulk.StreamList(ctx, opts, func(obj *corev1.ConfigMap) error {
		obj.Namespace = "other"
		return each(obj)
	})
}

// Events of different objects come in the server's order, none is left out, and at each call the store is at least as far
// as the event.
func TestEventsComeInTheOrderOfTheServer(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, dice := newServer(), rand.New(rand.NewPCG(seed, 0))
				informer := NewTypedInformer(s, SharedIndexInformerOptions{ResyncPeriod: time.Hour})
				handlers := []*versions{{}, {pause: time.Millisecond}, {pause: 30 * time.Millisecond}}
				for _, h := range handlers {
					_, err := informer.AddTypedEventHandler(h)
					require.NoError(t, err)
				}
				runUntilCleanup(t, informer)
				synctest.Wait()
				exists := map[string]bool{}
				for range 500 {
					name := string(rune('a' + dice.IntN(10)))
					switch {
					case exists[name] && dice.IntN(3) == 0:
						s.remove(name)
						exists[name] = false
					default:
						s.put(name, "x")
						exists[name] = true
					}
					if dice.IntN(20) == 0 {
						time.Sleep(time.Millisecond)
					}
				}
				pass(time.Minute)
				var want []int
				for version := 2; version <= 501; version++ {
					want = append(want, version)
				}
				for _, h := range handlers {
					assert.Equal(t, want, h.told)
				}
			})
		})
	}
}

// versions is a handler that writes down the versions that it is told of.
type versions struct {
	pause time.Duration
	told  []int
}

func (v *versions) note(obj *corev1.ConfigMap) {
	time.Sleep(v.pause)
	version, _ := strconv.Atoi(obj.ResourceVersion)
	v.told = append(v.told, version)
}

func (v *versions) OnAdd(obj *corev1.ConfigMap, _ bool)           { v.note(obj) }
func (v *versions) OnUpdate(_, obj *corev1.ConfigMap)             { v.note(obj) }
func (v *versions) OnDelete(obj DeletedObject[*corev1.ConfigMap]) { v.note(obj.OptionalObj) }

// What a list lacks is told first, and then what it has, in its order.
func TestAListIsToldInItsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, l := newBulk(20), &log{}
		running(t, b, l)
		synctest.Wait()
		first := l.take()
		assert.Equal(t, "add object-0=0 true", first[0])
		assert.Equal(t, "add object-19=0 true", first[19])
		b.turn()
		pass(time.Minute)
		second := l.take()
		slices.Sort(second[:2])
		assert.Equal(t, []string{"delete object-0 unknown=true", "delete object-1 unknown=true", "update object-2=0→1"}, second[:3])
		assert.Equal(t, "add object-21=1 false", second[21])
	})
}

// A transform that cannot take the last state of an object does not keep it in the store.
func TestADeletionSurvivesItsTransform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		informer := NewTypedInformer(s, SharedIndexInformerOptions{})
		broken := false
		require.NoError(t, informer.SetTransform(func(obj interface{}) (interface{}, error) {
			if broken {
				return nil, assert.AnError
			}
			return obj, nil
		}))
		_, err := informer.AddTypedEventHandler(l)
		require.NoError(t, err)
		runUntilCleanup(t, informer)
		synctest.Wait()
		s.put("a", "1")
		synctest.Wait()
		broken = true
		s.remove("a")
		synctest.Wait()
		assert.Equal(t, []string{"add a=1 false", "delete a unknown=true"}, l.take())
		assert.Empty(t, informer.GetStore().ListKeys())
	})
}
