package dynamiclister_test

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/dynamic/dynamiclister"
)

// A lister reads an indexer, mostly that of an informer of package dynamicinformer.
func ExampleNew() {
	robots := schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	ada := &unstructured.Unstructured{}
	ada.SetNamespace("default")
	ada.SetName("ada")
	if err := indexer.Add(ada); err != nil {
		fmt.Println(err)
		return
	}
	lister := dynamiclister.New(indexer, robots).Namespace("default")
	robot, err := lister.Get("ada")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = lister.Get("bo")
	fmt.Println(robot.GetName(), err)
	// Output: ada robots.fleet.example.com "bo" not found
}
