package clusters_test

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/clusters"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
)

// factoryOf returns a factory of informers for a cluster in this process that has one robot.
func factoryOf(robot string) (f *dynamicinformer.Factory, stop func(), err error) {
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(robots.GroupVersion().WithKind("Robot"))
	obj.SetNamespace("default")
	obj.SetName(robot)
	server, err := apitest.New(apitest.Options{
		InMemory: true, Objects: []runtime.Object{obj}, Resources: []apitest.Resource{{GroupVersionKind: obj.GroupVersionKind()}},
	})
	if err != nil {
		return nil, nil, err
	}
	client, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		return nil, nil, err
	}
	return dynamicinformer.NewFactory(client, dynamicinformer.Options{}), server.Close, nil
}

func Example() {
	set := clusters.New[*dynamicinformer.Factory](context.Background(), clusters.Options{
		Removed: func(cluster string) { fmt.Println(cluster, "was removed") },
	})
	defer set.Shutdown()
	events := make(chan string)
	err := clusters.Handle(set, informerOf(robots), clusters.HandlerFuncs[*unstructured.Unstructured]{
		AddFunc: func(cluster string, robot *unstructured.Unstructured) { events <- cluster + " has " + robot.GetName() },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for cluster, robot := range map[string]string{"berlin": "ada", "tokyo": "bo"} {
		factory, stop, err := factoryOf(robot)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer stop()
		if err := set.Add(cluster, factory); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(<-events)
	fmt.Println(<-events)
	set.Remove("berlin")
	fmt.Println(set.Names())
	// Unordered output:
	// berlin has ada
	// tokyo has bo
	// berlin was removed
	// [tokyo]
	// tokyo was removed
}
