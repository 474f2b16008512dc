package events_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/events"
)

// A program gives NewBroadcaster the client of events.k8s.io/v1 and starts to write. In this example a function receives the
// events instead.
func ExampleNewBroadcaster() {
	scheme := runtime.NewScheme()
	_ = corev1.AddToScheme(scheme)
	broadcaster := events.NewBroadcaster(&events.EventSinkImpl{Interface: nil})
	defer broadcaster.Shutdown()
	told := make(chan string)
	_, _ = broadcaster.StartEventWatcher(func(obj runtime.Object) {
		if event, ok := obj.(*eventsv1.Event); ok {
			told <- fmt.Sprintf("%s %s: %s: %s", event.Regarding.Kind, event.Regarding.Name, event.Action, event.Note)
		}
	})

	recorder := broadcaster.NewRecorder(scheme, "example.com/scheduler")
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-0"}}
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "node-1"}}
	recorder.Eventf(pod, node, corev1.EventTypeNormal, "Bound", "Binding", "bound to %s", node.Name)
	fmt.Println(<-told)
	// Output: Pod web-0: Binding: bound to node-1
}

func ExampleGetFieldSelector() {
	selector, _ := events.GetFieldSelector(eventsv1.SchemeGroupVersion, corev1.SchemeGroupVersion.WithKind("Pod"), "web-0", "")
	fmt.Println(selector)
	// Output: regarding.apiVersion=v1,regarding.kind=Pod,regarding.name=web-0
}
