package listers_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/listers"
)

// A lister reads from the indexer of an informer.
func ExampleNewNamespaced() {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	if err := indexer.Add(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"}}); err != nil {
		fmt.Println(err)
		return
	}
	pods := listers.New[*corev1.Pod](indexer, corev1.Resource("pods"))
	web, err := listers.NewNamespaced(pods, "default").Get("web")
	fmt.Println(web.Name, err)
	_, err = listers.NewNamespaced(pods, "other").Get("web")
	fmt.Println(err)
	// Output:
	// web <nil>
	// pods "web" not found
}
