package metadatalister_test

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/metadata/metadatalister"
)

// A lister reads an indexer, mostly that of an informer of package metadatainformer.
func ExampleNew() {
	robots := schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	for name, crew := range map[string]string{"ada": "night", "bo": "day"} {
		robot := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Name: name, Labels: map[string]string{"crew": crew},
		}}
		if err := indexer.Add(robot); err != nil {
			fmt.Println(err)
			return
		}
	}
	found, err := metadatalister.New(indexer, robots).List(labels.SelectorFromSet(labels.Set{"crew": "night"}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(found), found[0].Name)
	// Output: 1 ada
}
