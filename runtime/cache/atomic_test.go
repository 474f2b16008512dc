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

// generationSource is a source of long lists, which it answers as a whole, in pages or as a stream. Each generation has
// another list, and a watch expires when the next generation begins.
type generationSource struct {
	size, page int
	streams    bool

	mu         sync.Mutex
	generation int
	next       chan struct{}
}

func newGenerationSource(size int) *generationSource {
	return &generationSource{size: size, next: make(chan struct{})}
}

func (b *generationSource) IsWatchListSemanticsUnSupported() bool { return !b.streams }

// nextGeneration begins the next generation and lets all watches expire.
func (b *generationSource) nextGeneration() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.generation++
	close(b.next)
	b.next = make(chan struct{})
}

func (b *generationSource) current() (generation int, next chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.generation, b.next
}

// object returns the i-th object of a generation. From one generation to the next a tenth of the names are new, and the
// addresses move to other objects.
func (b *generationSource) object(generation, i int) *corev1.ConfigMap {
	name := fmt.Sprintf("object-%d", i+generation*b.size/10)
	obj := configMap(name, strconv.Itoa(generation))
	obj.ResourceVersion = strconv.Itoa(100 + generation)
	obj.Annotations = map[string]string{"address": strconv.Itoa((i + 7*generation) % b.size)}
	return obj
}

func (b *generationSource) StreamList(_ context.Context, opts StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	generation, _ := b.current()
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

func (b *generationSource) StreamWatch(ctx context.Context, opts StreamOptions, each func(StreamEvent[*corev1.ConfigMap]) error) error {
	generation, next := b.current()
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

// untypedSource returns the source as a ListerWatcher.
func (b *generationSource) untypedSource() ListerWatcher {
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
			_, next := b.current()
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

// whyIncomplete says why the objects of a store are not one complete generation; "" means that they are.
func (b *generationSource) whyIncomplete(objects []interface{}, addresses int) string {
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

// Whenever a handler is called, the store holds exactly one list and the index has one address for each object, after the
// first list and after each later one.
func TestAListReachesTheStoreAsAWhole(t *testing.T) {
	for name, test := range map[string]struct {
		page       int
		streams    bool
		untyped    bool
		oneHandler bool
	}{
		"whole": {}, "in pages": {page: 700}, "streamed": {streams: true}, "untyped": {untyped: true}, "one handler": {oneHandler: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newGenerationSource(5000)
				b.page, b.streams = test.page, test.streams
				var store Indexer
				calls, problems := 0, map[string]int{}
				check := func(interface{}) {
					if calls++; calls%311 == 1 { // the first call and a few of the others
						if problem := b.whyIncomplete(store.List(), len(store.ListIndexFuncValues("address"))); problem != "" {
							problems[problem]++
						}
					}
				}
				handler := ResourceEventHandlerFuncs{
					AddFunc: check, DeleteFunc: check, UpdateFunc: func(_, obj interface{}) { check(obj) },
				}
				byAddress := Indexers{"address": byAddress}
				var runs interface{ RunWithContext(ctx context.Context) }
				switch {
				case test.oneHandler:
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
					b.nextGeneration()
					pass(time.Minute)
				}
				assert.Equal(t, b.size+3*(b.size+b.size/10), calls, "the first list, and for each later one its objects and its deletions")
				assert.Empty(t, problems)
			})
		})
	}
}

// The list of one namespace replaces the objects of that namespace as a whole.
func TestAListOfANamespaceReachesTheStoreAsAWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newGenerationSource(500), newGenerationSource(300)
		var store Store
		problems := map[string]int{}
		check := func(*corev1.ConfigMap) {
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
		_, err := informer.AddTypedEventHandler(typedFuncs{AddFunc: check, UpdateFunc: func(_, obj *corev1.ConfigMap) { check(obj) }})
		require.NoError(t, err)
		runUntilCleanup(t, informer)
		pass(10 * time.Second)
		for range 3 {
			a.nextGeneration()
			pass(time.Minute)
			b.nextGeneration()
			pass(time.Minute)
		}
		assert.Empty(t, problems)
		assert.Len(t, store.List(), 800)
	})
}

// twoNamespaces is a source that has a scope for each of two namespaces.
type twoNamespaces struct {
	*generationSource
	a, b *generationSource
}

func (s twoNamespaces) Scopes() []Scope[*corev1.ConfigMap] {
	in := func(namespace string, source StreamListerWatcher[*corev1.ConfigMap]) Scope[*corev1.ConfigMap] {
		return Scope[*corev1.ConfigMap]{Name: namespace, Source: source, Contains: func(key string) bool { return strings.HasPrefix(key, namespace+"/") }}
	}
	return []Scope[*corev1.ConfigMap]{in("default", s.a), in("other", inOtherNamespace{s.b})}
}

// inOtherNamespace is a source whose objects are in the namespace "other".
type inOtherNamespace struct{ *generationSource }

func (m inOtherNamespace) StreamList(ctx context.Context, opts StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	return m.generationSource.StreamList(ctx, opts, func(obj *corev1.ConfigMap) error {
		obj.Namespace = "other"
		return each(obj)
	})
}

// Events of different objects reach handlers in the server's order, and none is left out.
func TestEventsComeInTheOrderOfTheServer(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, dice := newServer(), rand.New(rand.NewPCG(seed, 0))
				informer := NewTypedInformer(s, SharedIndexInformerOptions{ResyncPeriod: time.Hour})
				handlers := []*versionRecorder{{}, {pause: time.Millisecond}, {pause: 30 * time.Millisecond}}
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
					assert.Equal(t, want, h.versions)
				}
			})
		})
	}
}

// versionRecorder is a handler that records the resource version of each event.
type versionRecorder struct {
	pause    time.Duration
	versions []int
}

func (v *versionRecorder) add(obj *corev1.ConfigMap) {
	time.Sleep(v.pause)
	version, _ := strconv.Atoi(obj.ResourceVersion)
	v.versions = append(v.versions, version)
}

func (v *versionRecorder) OnAdd(obj *corev1.ConfigMap, _ bool)           { v.add(obj) }
func (v *versionRecorder) OnUpdate(_, obj *corev1.ConfigMap)             { v.add(obj) }
func (v *versionRecorder) OnDelete(obj DeletedObject[*corev1.ConfigMap]) { v.add(obj.OptionalObj) }

// Handlers get the deletions of a list first, and then its objects in the order of the list.
func TestHandlersGetAListInItsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, l := newGenerationSource(20), &log{}
		running(t, b, l)
		synctest.Wait()
		first := l.take()
		assert.Equal(t, "add object-0=0 true", first[0])
		assert.Equal(t, "add object-19=0 true", first[19])
		b.nextGeneration()
		pass(time.Minute)
		second := l.take()
		slices.Sort(second[:2])
		assert.Equal(t, []string{"delete object-0 unknown=true", "delete object-1 unknown=true", "update object-2=0→1"}, second[:3])
		assert.Equal(t, "add object-21=1 false", second[21])
	})
}

// A deleted object leaves the store even if the transform fails on its last state.
func TestAFailingTransformDoesNotPreventADeletion(t *testing.T) {
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
