package metadatainformer_test

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/metadata"
	"github.com/typewright/typewright/runtime/metadata/metadatainformer"
)

// An informer that keeps names, labels and owners, and nothing else of the objects.
func ExampleNewSharedInformerFactory() {
	robots := schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}
	ada := &unstructured.Unstructured{}
	ada.SetGroupVersionKind(robots.GroupVersion().WithKind("Robot"))
	ada.SetNamespace("default")
	ada.SetName("ada")
	server, err := apitest.New(apitest.Options{
		Resources: []apitest.Resource{{GroupVersionKind: ada.GroupVersionKind()}}, Objects: []runtime.Object{ada}, InMemory: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client, err := metadata.NewForConfig(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	factory := metadatainformer.NewSharedInformerFactory(client, 0)
	informer := factory.ForResource(robots)
	informer.Informer()
	factory.Start(ctx.Done())
	defer func() { cancel(); factory.Shutdown() }()
	factory.WaitForCacheSync(ctx.Done())
	robot, err := informer.Lister().ByNamespace("default").Get("ada")
	fmt.Printf("%T %v\n", robot, err)
	// Output: *v1.PartialObjectMetadata <nil>
}
