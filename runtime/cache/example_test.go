package cache_test

import (
	"context"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/cache"
	framework "github.com/typewright/typewright/runtime/cache/testing"
)

func pod(name, node string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}, Spec: corev1.PodSpec{NodeName: node}}
}

// An informer keeps a store and calls handlers. Programs get it from a generated factory; here it follows a source that the
// example fills.
func ExampleNewSharedIndexInformer() {
	source := framework.NewFakeControllerSource()
	defer source.Shutdown()
	source.Add(pod("web", "node-1"))

	informer := cache.NewSharedIndexInformer(source, &corev1.Pod{}, 0, cache.Indexers{
		"node": func(obj interface{}) ([]string, error) { return []string{obj.(*corev1.Pod).Spec.NodeName}, nil },
	})
	handle, err := informer.AddEventHandler(cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(obj interface{}, _ bool) { fmt.Println("added", obj.(*corev1.Pod).Name) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { informer.RunWithContext(ctx) })
	cache.WaitFor(ctx, "", handle.HasSyncedChecker())

	onNode, err := informer.GetIndexer().ByIndex("node", "node-1")
	fmt.Println(len(onNode), err)
	cancel()
	running.Wait()
	// Output:
	// added web
	// 1 <nil>
}

func ExampleNewIndexer() {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	_ = indexer.Add(pod("web", "node-1"))
	keys, _ := indexer.IndexKeys(cache.NamespaceIndex, "default")
	fmt.Println(keys)
	// Output: [default/web]
}
