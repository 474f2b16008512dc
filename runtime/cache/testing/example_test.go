package framework_test

import (
	"context"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/cache"
	framework "github.com/typewright/typewright/runtime/cache/testing"
)

// The source stands for a server: the example changes its objects and cuts the watch, and the informer follows.
func ExampleFakeControllerSource() {
	source := framework.NewFakeControllerSource()
	defer source.Shutdown()
	source.Add(podOn("node-1"))
	informer := cache.NewSharedInformer(source, &corev1.Pod{}, 0)
	nodes := make(chan string, 10)
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(obj any) { nodes <- obj.(*corev1.Pod).Spec.NodeName },
		UpdateFunc: func(_, obj any) { nodes <- obj.(*corev1.Pod).Spec.NodeName },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { informer.RunWithContext(ctx) })
	fmt.Println("added on", <-nodes)
	source.ModifyDropWatch(podOn("node-2")) // changes the object, and no watch learns of it
	source.ResetWatch()
	fmt.Println("moved to", <-nodes)
	cancel()
	running.Wait()
	// Output:
	// added on node-1
	// moved to node-2
}

func podOn(node string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"}, Spec: corev1.PodSpec{NodeName: node}}
}
