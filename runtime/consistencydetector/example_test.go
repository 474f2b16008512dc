package consistencydetector_test

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/consistencydetector"
)

// A stream has brought what a list of the same version has. If it had not, the check would panic.
func ExampleCheckDataConsistency() {
	pod := corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web", UID: "1"}}
	list := func(_ context.Context, options metav1.ListOptions) (*corev1.PodList, error) {
		fmt.Println("lists version", options.ResourceVersion, options.ResourceVersionMatch)
		return &corev1.PodList{Items: []corev1.Pod{pod}}, nil
	}
	streamed := func() []*corev1.Pod { return []*corev1.Pod{&pod} }
	consistencydetector.CheckDataConsistency(context.Background(), "pods", "7", list, nil, metav1.ListOptions{}, streamed)
	// Output: lists version 7 Exact
}
