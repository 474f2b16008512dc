package record_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/record"
)

// A program gives StartRecordingToSink the EventSinkImpl of a generated client of core/v1. In this example a function
// receives the events instead.
func ExampleNewBroadcaster() {
	scheme := runtime.NewScheme()
	_ = corev1.AddToScheme(scheme)
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	told := make(chan string)
	broadcaster.StartEventWatcher(func(event *corev1.Event) {
		told <- fmt.Sprintf("%s %s/%s: %s: %s", event.Type, event.InvolvedObject.Kind, event.InvolvedObject.Name, event.Reason, event.Message)
	})

	recorder := broadcaster.NewRecorder(scheme, corev1.EventSource{Component: "my-controller"})
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-0"}}
	recorder.Eventf(pod, corev1.EventTypeNormal, "Started", "started after %d tries", 2)
	recorder.Event(nil, corev1.EventTypeNormal, "Started", "about nothing")

	fmt.Println(<-told)
	status, _ := record.StatusOf(broadcaster)
	fmt.Println("dropped:", status.Dropped)
	// Output:
	// Normal Pod/web-0: Started: started after 2 tries
	// dropped: map[NoReference:1]
}

func ExampleNewFakeRecorder() {
	recorder := record.NewFakeRecorder(10)
	recorder.Event(&corev1.Pod{}, corev1.EventTypeWarning, "Failed", "the image is not there")
	fmt.Println(<-recorder.Events)
	// Output: Warning Failed the image is not there
}
