package controller_test

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
)

func Example() {
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
	client, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	// With generated code: factory := externalversions.NewSharedInformerFactory(client, 0), and *v1.Robot instead of
	// *unstructured.Unstructured.
	factory := dynamicinformer.NewFactory(client, dynamicinformer.Options{})
	factory.ForResource(robots)
	reconcile := func(ctx context.Context, robot *unstructured.Unstructured) (controller.Result, error) {
		if robot.GetAnnotations()["greeted"] != "" {
			fmt.Println(robot.GetName(), "was greeted")
			cancel()
			return controller.Result{}, nil
		}
		robot.SetAnnotations(map[string]string{"greeted": "yes"})
		_, err := client.Resource(robots).Namespace(robot.GetNamespace()).Update(ctx, robot, metav1.UpdateOptions{})
		return controller.Result{}, err
	}
	c, err := controller.New(factory, reconcile, controller.Options[*unstructured.Unstructured]{Name: "greeter"})
	if err != nil {
		fmt.Println(err)
		return
	}
	factory.StartWithContext(ctx)
	if err := c.Run(ctx); err != nil {
		fmt.Println(err)
	}
	factory.Shutdown()
	// Output: ada was greeted
}
