package dynamic_test

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/dynamic"
)

// A client of any resource, without Go types of its objects.
func ExampleNewForConfig() {
	robots := schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}
	kind := robots.GroupVersion().WithKind("Robot")
	server, err := apitest.New(apitest.Options{Resources: []apitest.Resource{{GroupVersionKind: kind}}, InMemory: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	robot := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"model": "carrier-2"}}}
	robot.SetGroupVersionKind(kind)
	robot.SetName("ada")
	ctx, inDefault := context.Background(), client.Resource(robots).Namespace("default")
	if _, err := inDefault.Create(ctx, robot, metav1.CreateOptions{}); err != nil {
		fmt.Println(err)
		return
	}
	list, err := inDefault.List(ctx, metav1.ListOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, robot := range list.Items {
		model, _, err := unstructured.NestedString(robot.Object, "spec", "model")
		fmt.Println(robot.GetName(), model, err)
	}
	// Output: ada carrier-2 <nil>
}
