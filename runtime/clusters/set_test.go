package clusters_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/clusters"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	robots = schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}
	halls  = schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "halls"}
)

type (
	object  = *unstructured.Unstructured
	factory = *dynamicinformer.Factory
)

// informerOf returns what Handle needs for a resource.
func informerOf(resource schema.GroupVersionResource) func(factory) cache.TypedSharedIndexInformer[object] {
	return func(f factory) cache.TypedSharedIndexInformer[object] {
		informer, ok := f.ForResource(resource).Informer().(cache.TypedSharedIndexInformer[object])
		if !ok {
			panic("the informers of dynamicinformer are not typed")
		}
		return informer
	}
}

// region is a cluster of a test. While it is down its requests fail.
type region struct {
	client dynamic.Interface
	down   atomic.Bool
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func newRegion(t *testing.T) *region {
	t.Helper()
	server := apitest.Start(t, apitest.Options{InMemory: true, Resources: []apitest.Resource{
		{GroupVersionKind: robots.GroupVersion().WithKind("Robot")}, {GroupVersionKind: halls.GroupVersion().WithKind("Hall")},
	}})
	r := &region{}
	config := server.Config()
	config.QPS = -1
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			if r.down.Load() {
				return nil, errors.New("connection refused by a test")
			}
			return next.RoundTrip(req)
		})
	})
	client, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	r.client = client
	return r
}

func (r *region) factory() factory {
	return dynamicinformer.NewFactory(r.client, dynamicinformer.Options{})
}

func (r *region) create(t *testing.T, resource schema.GroupVersionResource, name string) {
	t.Helper()
	kind := map[schema.GroupVersionResource]string{robots: "Robot", halls: "Hall"}[resource]
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(resource.GroupVersion().WithKind(kind))
	obj.SetName(name)
	_, err := r.client.Resource(resource).Namespace("default").Create(t.Context(), obj, metav1.CreateOptions{})
	require.NoError(t, err)
}

// events records what a handler received, in order for each cluster.
type events struct {
	mu       sync.Mutex
	received map[string][]string
}

func (e *events) record(cluster, what string, obj object) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.received == nil {
		e.received = map[string][]string{}
	}
	e.received[cluster] = append(e.received[cluster], what+" "+obj.GetName())
}

func (e *events) of(cluster string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.received[cluster]
}

func (e *events) handler() clusters.HandlerFuncs[object] {
	return clusters.HandlerFuncs[object]{
		AddFunc:    func(cluster string, obj object) { e.record(cluster, "add", obj) },
		UpdateFunc: func(cluster string, _, obj object) { e.record(cluster, "update", obj) },
		DeleteFunc: func(cluster string, obj cache.DeletedObject[object]) { e.record(cluster, "delete", obj.OptionalObj) },
	}
}

// quiet is a context whose logger discards what clusters that are down cause.
func quiet(t *testing.T) context.Context { return klog.NewContext(t.Context(), logr.Discard()) }

// One handler receives the objects of all clusters, also of clusters that are added later, and another kind that is added
// later.
func TestOneHandlerForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := quiet(t)
		set := clusters.New[factory](ctx, clusters.Options{})
		defer set.Shutdown()
		berlin, tokyo := newRegion(t), newRegion(t)
		berlin.create(t, robots, "ada")
		require.NoError(t, set.Add("berlin", berlin.factory()))
		var robotsTold, hallsTold events
		require.NoError(t, clusters.Handle(set, informerOf(robots), robotsTold.handler()))
		require.NoError(t, set.Add("tokyo", tokyo.factory()))
		require.NoError(t, set.WaitForSync(ctx, "berlin"))
		require.NoError(t, set.WaitForSync(ctx, "tokyo"))
		tokyo.create(t, robots, "ada")
		tokyo.create(t, halls, "north")
		require.NoError(t, tokyo.client.Resource(robots).Namespace("default").Delete(ctx, "ada", metav1.DeleteOptions{}))
		require.NoError(t, clusters.Handle(set, informerOf(halls), hallsTold.handler()))
		time.Sleep(time.Second)
		assert.Equal(t, []string{"add ada"}, robotsTold.of("berlin"))
		assert.Equal(t, []string{"add ada", "delete ada"}, robotsTold.of("tokyo"))
		assert.Equal(t, []string{"add north"}, hallsTold.of("tokyo"))
		assert.Empty(t, hallsTold.of("berlin"))
		assert.Equal(t, []clusters.Status{{Cluster: "berlin", Synced: true, Objects: 1}, {Cluster: "tokyo", Synced: true, Objects: 1}}, set.Status())
		f, ok := set.Get("berlin")
		require.True(t, ok)
		_, err := f.ForResource(robots).Lister().ByNamespace("default").Get("ada")
		assert.NoError(t, err)
	})
}

// A cluster that is down delays no other cluster. Its status has the error, and its handlers receive everything once it is
// up.
func TestDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := quiet(t)
		set := clusters.New[factory](ctx, clusters.Options{})
		defer set.Shutdown()
		var received events
		require.NoError(t, clusters.Handle(set, informerOf(robots), received.handler()))
		up, down := newRegion(t), newRegion(t)
		down.create(t, robots, "bo")
		down.down.Store(true)
		require.NoError(t, set.Add("down", down.factory()))
		require.NoError(t, set.Add("up", up.factory()))
		require.NoError(t, set.WaitForSync(ctx, "up"))
		soon, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		err := set.WaitForSync(soon, "down")
		require.ErrorContains(t, err, `cluster "down": caches did not sync: context deadline exceeded`)
		assert.ErrorContains(t, err, "connection refused by a test")
		status := set.Status()
		assert.False(t, status[0].Synced)
		assert.ErrorContains(t, status[0].Err, "connection refused by a test")
		assert.Equal(t, clusters.Status{Cluster: "up", Synced: true}, status[1])
		down.down.Store(false)
		require.NoError(t, set.WaitForSync(ctx, "down"))
		synctest.Wait()
		assert.Equal(t, []string{"add bo"}, received.of("down"))
		assert.ErrorContains(t, set.WaitForSync(ctx, "nowhere"), "the set has no cluster of this name")
	})
}

// A cluster that is removed, while it syncs or later, ends its informers, and no event of it comes afterwards. Its name may be taken
// again then.
func TestRemove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var removed []string
		set := clusters.New[factory](quiet(t), clusters.Options{Removed: func(cluster string) { removed = append(removed, cluster) }})
		defer set.Shutdown()
		var received events
		require.NoError(t, clusters.Handle(set, informerOf(robots), received.handler()))
		first, second := newRegion(t), newRegion(t)
		first.down.Store(true)
		f := first.factory()
		require.NoError(t, set.Add("here", f))
		time.Sleep(time.Minute)
		assert.ErrorIs(t, set.Add("here", second.factory()), clusters.ErrExists)
		assert.True(t, set.Remove("here"), "while it syncs")
		assert.True(t, f.ForResource(robots).Informer().IsStopped())
		assert.Equal(t, []string{"here"}, removed)
		assert.False(t, set.Remove("here"))
		first.down.Store(false)
		first.create(t, robots, "of-the-first")
		require.NoError(t, set.Add("here", second.factory()))
		second.create(t, robots, "of-the-second")
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"add of-the-second"}, received.of("here"))
		assert.True(t, set.Remove("here"))
		second.create(t, robots, "too-late")
		time.Sleep(time.Minute)
		assert.Equal(t, []string{"add of-the-second"}, received.of("here"))
		assert.Empty(t, set.Names())
		_, ok := set.Get("here")
		assert.False(t, ok)
	})
}

// Remove waits for the handler, and Removed comes after its last event.
func TestRemoveWaitsForHandlers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inHandler, after atomic.Bool
		set := clusters.New[factory](quiet(t), clusters.Options{Removed: func(string) { after.Store(!inHandler.Load()) }})
		defer set.Shutdown()
		require.NoError(t, clusters.Handle(set, informerOf(robots), clusters.HandlerFuncs[object]{AddFunc: func(string, object) {
			inHandler.Store(true)
			time.Sleep(time.Minute)
			inHandler.Store(false)
		}}))
		here := newRegion(t)
		here.create(t, robots, "ada")
		require.NoError(t, set.Add("here", here.factory()))
		time.Sleep(time.Second)
		require.True(t, inHandler.Load())
		set.Remove("here")
		assert.True(t, after.Load())
	})
}

// After Shutdown the set takes nothing in, and a handler of a stopped informer is refused with the name of the cluster.
func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(quiet(t))
		set := clusters.New[factory](ctx, clusters.Options{})
		here := newRegion(t)
		require.NoError(t, clusters.Handle(set, informerOf(robots), clusters.HandlerFuncs[object]{}))
		require.NoError(t, set.Add("here", here.factory()))
		require.NoError(t, set.WaitForSync(ctx, "here"))
		cancel()
		synctest.Wait()
		err := clusters.Handle(set, informerOf(robots), clusters.HandlerFuncs[object]{})
		assert.ErrorContains(t, err, `add a handler for cluster "here"`)
		set.Shutdown()
		assert.Empty(t, set.Names())
		assert.ErrorIs(t, set.Add("here", here.factory()), clusters.ErrShutdown)
	})
}

// Clusters are added, removed and read from many goroutines. In the end the clusters that were added last are there, and
// nothing else runs.
func TestRaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running sync.Map
		set := clusters.New[factory](quiet(t), clusters.Options{Removed: func(cluster string) { running.Delete(cluster) }})
		here := newRegion(t)
		here.create(t, robots, "ada")
		var racing sync.WaitGroup
		for n := range 8 {
			racing.Go(func() {
				for round := range 10 {
					name := fmt.Sprintf("cluster-%d", (n+round)%4)
					switch (n + round) % 3 {
					case 0:
						set.Remove(name)
					default:
						err := set.Add(name, here.factory())
						assert.True(t, err == nil || errors.Is(err, clusters.ErrExists), err)
					}
					if n == 0 && round == 5 {
						assert.NoError(t, clusters.Handle(set, informerOf(robots), clusters.HandlerFuncs[object]{
							AddFunc: func(cluster string, _ object) { running.Store(cluster, true) },
						}))
					}
					set.Status()
				}
			})
		}
		racing.Wait()
		time.Sleep(time.Minute)
		var handled []string
		running.Range(func(cluster, _ any) bool {
			handled = append(handled, cluster.(string))
			return true
		})
		assert.ElementsMatch(t, set.Names(), handled)
		set.Shutdown()
		running.Range(func(cluster, _ any) bool { return assert.Fail(t, "not removed", cluster) })
	})
}
