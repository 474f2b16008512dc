package dynamicinformer_test

import (
	"context"
	"fmt"
	"net/http"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/dynamic/dynamiclister"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var robots = schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}

func robot(namespace, name string) *unstructured.Unstructured {
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(robots.GroupVersion().WithKind("Robot"))
	obj.SetNamespace(namespace)
	obj.SetName(name)
	obj.SetLabels(map[string]string{"name": name})
	return obj
}

func connect(t *testing.T, objects ...runtime.Object) dynamic.Interface {
	t.Helper()
	server := apitest.Start(t, apitest.Options{
		Resources: []apitest.Resource{{GroupVersionKind: robots.GroupVersion().WithKind("Robot"), Status: true}},
		Objects:   objects,
	})
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	config := server.Config()
	config.WrapTransport = func(http.RoundTripper) http.RoundTripper { return transport }
	client, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	return client
}

func TestInformerFollowsTheServer(t *testing.T) {
	client := connect(t, robot("hall", "a"), robot("yard", "a"))
	ctx, cancel := context.WithCancel(t.Context())
	factory := dynamicinformer.NewDynamicSharedInformerFactory(client, 0)
	defer factory.Shutdown()
	defer cancel()
	informer := factory.ForResource(robots)
	events := make(chan string, 10)
	typed, ok := informer.Informer().(cache.TypedSharedIndexInformer[*unstructured.Unstructured])
	require.True(t, ok)
	_, err := typed.AddTypedEventHandler(cache.TypedResourceEventHandlerFuncs[*unstructured.Unstructured]{
		AddFunc:    func(obj *unstructured.Unstructured) { events <- "add " + obj.GetNamespace() + "/" + obj.GetName() },
		UpdateFunc: func(_, obj *unstructured.Unstructured) { events <- "update " + obj.GetName() },
		DeleteFunc: func(cache.DeletedObject[*unstructured.Unstructured]) { events <- "delete" },
	})
	require.NoError(t, err)
	factory.Start(ctx.Done())
	assert.Equal(t, map[schema.GroupVersionResource]bool{robots: true}, factory.WaitForCacheSync(ctx.Done()))
	assert.ElementsMatch(t, []string{"add hall/a", "add yard/a"}, []string{<-events, <-events})

	created, err := client.Resource(robots).Namespace("hall").Create(ctx, robot("hall", "b"), metav1.CreateOptions{})
	require.NoError(t, err)
	assert.Equal(t, "add hall/b", <-events)
	created.SetAnnotations(map[string]string{"x": "y"})
	_, err = client.Resource(robots).Namespace("hall").Update(ctx, created, metav1.UpdateOptions{})
	require.NoError(t, err)
	assert.Equal(t, "update b", <-events)

	lister := informer.Lister()
	all, err := lister.List(labels.Everything())
	require.NoError(t, err)
	assert.Len(t, all, 3)
	inHall, err := lister.ByNamespace("hall").List(labels.SelectorFromSet(labels.Set{"name": "b"}))
	require.NoError(t, err)
	require.Len(t, inHall, 1)
	one, err := lister.ByNamespace("yard").Get("a")
	require.NoError(t, err)
	assert.Equal(t, "yard", one.(*unstructured.Unstructured).GetNamespace())
	nothing, err := lister.ByNamespace("yard").Get("b")
	assert.True(t, apierrors.IsNotFound(err))
	assert.Nil(t, nothing)

	require.NoError(t, client.Resource(robots).Namespace("hall").Delete(ctx, "b", metav1.DeleteOptions{}))
	assert.Equal(t, "delete", <-events)
}

func TestDynamicLister(t *testing.T) {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	require.NoError(t, indexer.Add(robot("hall", "a")))
	require.NoError(t, indexer.Add(robot("yard", "b")))
	lister := dynamiclister.New(indexer, robots)
	all, err := lister.List(labels.Everything())
	require.NoError(t, err)
	assert.Len(t, all, 2)
	one, err := lister.Namespace("hall").Get("a")
	require.NoError(t, err)
	assert.Equal(t, "a", one.GetName())
	_, err = lister.Get("a")
	assert.EqualError(t, err, `robots.fleet.example.com "a" not found`)

	shim := dynamiclister.NewRuntimeObjectShim(lister)
	objs, err := shim.List(labels.Everything())
	require.NoError(t, err)
	assert.Len(t, objs, 2)
	objs, err = shim.ByNamespace("hall").List(labels.Everything())
	require.NoError(t, err)
	assert.Len(t, objs, 1)
	obj, err := shim.Get("nothing")
	assert.Error(t, err)
	assert.Nil(t, obj)
}

func TestFactoryOptions(t *testing.T) {
	client := connect(t, robot("hall", "a"), robot("hall", "b"), robot("yard", "a"))
	ctx, cancel := context.WithCancel(t.Context())
	factory := dynamicinformer.NewFactory(client, dynamicinformer.Options{
		DefaultResync:    time.Hour,
		Namespace:        "hall",
		TweakListOptions: func(opts *metav1.ListOptions) { opts.LabelSelector = "name=a" },
		Transform: func(obj any) (any, error) {
			obj.(*unstructured.Unstructured).SetLabels(nil)
			return obj, nil
		},
		AutoStart: true,
	})
	defer factory.Shutdown()
	defer cancel()
	factory.StartWithContext(ctx)
	informer := factory.ForResource(robots).Informer()
	assert.True(t, factory.WaitForCacheSyncWithContext(ctx)[robots])
	assert.Equal(t, []string{"hall/a"}, informer.GetStore().ListKeys())
	assert.Empty(t, informer.GetStore().List()[0].(*unstructured.Unstructured).GetLabels())
}

func TestFilteredFactoryThatNeverStarted(t *testing.T) {
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(connect(t), 0, "hall", nil)
	factory.ForResource(robots)
	assert.Empty(t, factory.WaitForCacheSync(t.Context().Done()))
	factory.Shutdown()
}

// goroutinesOfCache counts the goroutines of informers.
func goroutinesOfCache() (n int) {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:goruntime.Stack(stacks, true)]
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		if strings.Contains(stack, "runtime/cache/internal/core.") {
			n++
		}
	}
	return n
}

// An informer for which nothing happens has one goroutine, and one more if a round tripper of the program may ignore the end of the
// context. Its handlers have none.
func TestIdleInformersHaveOneGoroutine(t *testing.T) {
	for name, test := range map[string]struct {
		wrap func(http.RoundTripper) http.RoundTripper
		want int
	}{
		"as it is":                     {nil, 1},
		"a round tripper of a program": {func(rt http.RoundTripper) http.RoundTripper { return struct{ http.RoundTripper }{rt} }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			server := apitest.Start(t, apitest.Options{
				Resources: []apitest.Resource{{GroupVersionKind: robots.GroupVersion().WithKind("Robot")}}, Objects: []runtime.Object{robot("hall", "a")},
			})
			config := server.Config()
			config.Transport, config.WrapTransport = nil, test.wrap
			client, err := dynamic.NewForConfig(config)
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(t.Context())
			factory := dynamicinformer.NewFactory(client, dynamicinformer.Options{})
			defer factory.Shutdown()
			defer cancel()
			informer := factory.ForResource(robots).Informer()
			var added atomic.Int64
			for range 3 {
				_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: func(any) { added.Add(1) }})
				require.NoError(t, err)
			}
			factory.StartWithContext(ctx)
			require.Eventually(t, func() bool { return added.Load() == 3 && goroutinesOfCache() == test.want }, time.Minute, 10*time.Millisecond)
			created, err := client.Resource(robots).Namespace("hall").Create(ctx, robot("hall", "b"), metav1.CreateOptions{})
			require.NoError(t, err, created)
			require.Eventually(t, func() bool { return added.Load() == 6 && goroutinesOfCache() == test.want }, time.Minute, 10*time.Millisecond)
		})
	}
}

func ExampleNewDynamicSharedInformerFactory() {
	server, err := apitest.New(apitest.Options{
		Resources: []apitest.Resource{{GroupVersionKind: robots.GroupVersion().WithKind("Robot")}},
		Objects:   []runtime.Object{robot("hall", "r2")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	config := server.Config()
	config.WrapTransport = func(http.RoundTripper) http.RoundTripper { return transport }
	client := dynamic.NewForConfigOrDie(config)

	ctx, cancel := context.WithCancel(context.Background())
	factory := dynamicinformer.NewDynamicSharedInformerFactory(client, 0)
	lister := factory.ForResource(robots).Lister()
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	_, err = lister.ByNamespace("hall").Get("r2")
	fmt.Println(err)
	cancel()
	factory.Shutdown()
	// Output: <nil>
}
