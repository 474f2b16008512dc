package typed_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

func podIn(namespace, name, version string) *corev1.Pod {
	pod := managedPod(name, version)
	pod.Namespace = namespace
	return pod
}

func TestInformerOfSeveralNamespaces(t *testing.T) {
	var paths sync.Map
	server := &recorder{answer: func(w http.ResponseWriter, req *http.Request) {
		paths.Store(req.URL.Path, true)
		namespace := strings.Split(req.URL.Path, "/")[4]
		if req.URL.Query().Get("watch") == "true" {
			watching(true, event(watch.Added, podIn(namespace, "late", "11")))(w, req)
			return
		}
		answering(podList("10", podIn(namespace, "a", "1")))(w, req)
	}}
	client := typed.NewClient(podOptions(t, server, ""))
	informer := typed.NewInformer[*corev1.Pod](
		func() typed.ListWatcher[*corev1.PodList] { return client },
		typed.InformerOptions{Client: cannotStreamLists{}, SharedOptions: typed.SharedOptions{
			Namespaces: []string{"red", "blue", "red"}, FollowOptions: cache.FollowOptions{DropManagedFields: true},
		}},
	)
	run(t, informer)
	require.NoError(t, cache.WaitForResourceVersion(t.Context(), informer, "11"))
	assert.ElementsMatch(t, []string{"red/a", "blue/a", "red/late", "blue/late"}, informer.GetStore().ListKeys())
	for _, obj := range informer.GetStore().List() {
		assert.Empty(t, obj.(*corev1.Pod).ManagedFields)
	}
	paths.Range(func(path, _ any) bool {
		assert.Contains(t, []any{"/api/v1/namespaces/red/pods", "/api/v1/namespaces/blue/pods"}, path)
		return true
	})
}

func TestOtherClientsAreFilteredByNamespace(t *testing.T) {
	pods := newPlainPods(podIn("red", "a", "1"), podIn("green", "a", "2"))
	factory := newPodFactory(pods)
	factory.Options.Namespaces = []string{"red"}
	factory.Options.DropManagedFields = true
	factory.Options.PageSize = 7
	factory.Options.SetListOptions(map[metav1.Object]func(*metav1.ListOptions){&corev1.Pod{}: func(o *metav1.ListOptions) { o.LabelSelector = "mine" }})
	ctx, cancel := context.WithCancel(t.Context())
	informer := factory.pods()
	factory.StartWithContext(ctx)
	require.NoError(t, factory.WaitForCacheSyncWithContext(ctx).AsError())
	pods.watcher.Modify(podIn("green", "a", "11"))
	require.NoError(t, cache.WaitForResourceVersion(ctx, informer, "11"), "the version of an event that is left out counts")
	assert.Equal(t, []string{"red/a"}, informer.GetStore().ListKeys())
	assert.Empty(t, informer.GetStore().List()[0].(*corev1.Pod).ManagedFields)
	assert.EqualValues(t, 7, pods.seen()[0].Limit)
	for _, opts := range pods.seen() {
		assert.Equal(t, "mine", opts.LabelSelector)
	}
	cancel()
	factory.Shutdown()
}

func TestFactoryCountsUsers(t *testing.T) {
	factory := newPodFactory(newPlainPods(managedPod("a", "1")))
	ctx, cancel := context.WithCancel(t.Context())
	informer := factory.pods()
	first, err := factory.Use(informer)
	require.NoError(t, err)
	factory.StartWithContext(ctx)
	second, err := factory.Use(informer)
	require.NoError(t, err)
	require.NoError(t, factory.WaitForCacheSyncWithContext(ctx).AsError())

	first()
	first()
	assert.False(t, informer.IsStopped(), "one user is left")
	second()
	assert.True(t, informer.IsStopped())
	factory.StartWithContext(ctx)
	assert.True(t, informer.IsStopped(), "no user is left")
	assert.Empty(t, factory.WaitForCacheSyncWithContext(ctx).Synced)

	late := make(chan string, 10)
	handle, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: func(obj any) { late <- obj.(*corev1.Pod).Name }})
	require.NoError(t, err, "a handler may be added before the next use")
	third, err := factory.Use(informer)
	require.NoError(t, err)
	require.NoError(t, factory.WaitForCacheSyncWithContext(ctx).AsError())
	assert.False(t, informer.IsStopped())
	require.True(t, cache.WaitFor(ctx, "", handle.HasSyncedChecker()))
	assert.Equal(t, "a", <-late)
	_, err = factory.Use(newPodFactory(newPlainPods()).pods())
	require.ErrorIs(t, err, typed.ErrNotOfThisSet)
	cancel()
	factory.Shutdown()
	third()
}

func TestFollows(t *testing.T) {
	pods := corev1.SchemeGroupVersion.WithResource("pods")
	inAll := typed.NewClient(podOptions(t, &recorder{}, ""))
	client := func() typed.ListWatcher[*corev1.PodList] { return inAll }
	limited := typed.NewInformer[*corev1.Pod](client, typed.InformerOptions{Resource: pods, SharedOptions: typed.SharedOptions{Namespaces: []string{"a", "b"}}})
	for namespace, want := range map[string]bool{"a": true, "b": true, "c": false} {
		assert.Equal(t, want, cache.Follows(limited, pods.GroupResource(), namespace), namespace)
	}
	assert.False(t, cache.Follows(limited, schema.GroupResource{Group: "metrics.k8s.io", Resource: "pods"}, "a"))
	nameless := typed.NewInformer[*corev1.Pod](client, typed.InformerOptions{})
	assert.False(t, cache.Follows(nameless, pods.GroupResource(), "a"))
}
