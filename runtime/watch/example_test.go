package watch_test

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
	toolswatch "github.com/typewright/typewright/runtime/watch"
)

// A program gives Until the version of an object that it has read, and the Watch of a client.
func ExampleUntil() {
	source := &cache.ListWatch{WatchFunc: func(metav1.ListOptions) (watch.Interface, error) {
		w := watch.NewFakeWithChanSize(1, false)
		w.Modify(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{ResourceVersion: "6"}, Status: corev1.PodStatus{Phase: corev1.PodRunning}})
		return w, nil
	}}
	event, err := toolswatch.Until(context.Background(), "5", source, func(event watch.Event) (bool, error) {
		pod, ok := event.Object.(*corev1.Pod)
		if !ok {
			return false, fmt.Errorf("a watch of pods told of a %T", event.Object)
		}
		return pod.Status.Phase == corev1.PodRunning, nil
	})
	fmt.Println(event.Type, err)
	// Output: MODIFIED <nil>
}
