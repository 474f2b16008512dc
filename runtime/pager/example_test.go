package pager_test

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/pager"
)

// listPods stands for the List method of a typed client.
func listPods(_ context.Context, opts metav1.ListOptions) (runtime.Object, error) {
	list := &corev1.PodList{}
	name, next := "b", ""
	if opts.Continue == "" {
		name, next = "a", "the rest"
	}
	list.Items, list.Continue = []corev1.Pod{{ObjectMeta: metav1.ObjectMeta{Name: name}}}, next
	return list, nil
}

func ExampleListPager_EachListItem() {
	err := pager.New(listPods).EachListItem(context.Background(), metav1.ListOptions{}, func(obj runtime.Object) error {
		fmt.Println(obj.(*corev1.Pod).Name)
		return nil
	})
	fmt.Println(err)
	// Output:
	// a
	// b
	// <nil>
}
