package metadata_test

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/metadata"
)

// A client that the server sends names, labels and owners, and nothing else of the objects.
func ExampleNewForConfig() {
	robots := schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}
	ada := &unstructured.Unstructured{}
	ada.SetGroupVersionKind(robots.GroupVersion().WithKind("Robot"))
	ada.SetNamespace("default")
	ada.SetName("ada")
	ada.SetLabels(map[string]string{"crew": "night"})
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
	robot, err := client.Resource(robots).Namespace("default").Get(context.Background(), "ada", metav1.GetOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(robot.Name, robot.Labels)
	// Output: ada map[crew:night]
}
