package fake_test

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/dynamic/fake"
)

// A dynamic client that stores what it is given. It must know the kind of list of each resource that is listed.
func ExampleNewSimpleDynamicClientWithCustomListKinds() {
	robots := schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}
	ada := &unstructured.Unstructured{}
	ada.SetGroupVersionKind(robots.GroupVersion().WithKind("Robot"))
	ada.SetNamespace("default")
	ada.SetName("ada")
	client := fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(),
		map[schema.GroupVersionResource]string{robots: "RobotList"}, ada)
	list, err := client.Resource(robots).Namespace("default").List(context.Background(), metav1.ListOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(list.Items[0].GetName(), client.Actions()[0].GetVerb())
	// Output: ada list
}
