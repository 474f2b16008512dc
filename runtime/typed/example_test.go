package typed_test

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

// All reads a list of any size page by page, with any client that can list.
func ExampleAll() {
	client := &pager{pages: func(_ int, opts metav1.ListOptions) (*corev1.PodList, error) {
		if opts.Continue == "" {
			return page("next", "web-0", "web-1"), nil
		}
		return page("", "web-2"), nil
	}}
	for pod, err := range typed.All[*corev1.Pod](context.Background(), client, metav1.ListOptions{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(pod.Name)
	}
	// Output:
	// web-0
	// web-1
	// web-2
}

func ExampleLister() {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	_ = indexer.Add(newPod("shop", "web"))
	lister := typed.NewNamespaceLister(typed.NewLister[*corev1.Pod](indexer, corev1.Resource("pod")), "shop")

	for pod := range lister.All(nil) {
		fmt.Println(pod.Name)
	}
	_, err := lister.Get("db")
	fmt.Println(err)
	// Output:
	// web
	// pod "db" not found
}
