package testing_test

import (
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/testing"
)

var pods = corev1.SchemeGroupVersion.WithResource("pods")

// A fake client, such as the one of fake.NewClientset, has a field Fake. The reactors are called in order, the first one
// that handles the action answers, and every action is recorded.
func ExampleFake_PrependReactor() {
	var client testing.Fake
	client.AddReactor("*", "*", func(testing.Action) (bool, runtime.Object, error) { return true, &corev1.Pod{}, nil })
	client.PrependReactor("delete", "pods", func(testing.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("the test forbids it")
	})
	_, err := client.Invokes(testing.NewGetAction(pods, "default", "web"), &corev1.Pod{})
	fmt.Println(err)
	_, err = client.Invokes(testing.NewDeleteAction(pods, "default", "web"), &corev1.Pod{})
	fmt.Println(err)
	for _, action := range client.Actions() {
		fmt.Println(action.GetVerb(), action.GetResource().Resource)
	}
	// Output:
	// <nil>
	// the test forbids it
	// get pods
	// delete pods
}

// A tracker stores objects, and ObjectReaction makes it the answer to all actions. A fake client that stores what it is given consists
// of these two.
func ExampleObjectReaction() {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		fmt.Println(err)
		return
	}
	tracker := testing.NewObjectTracker(scheme, serializer.NewCodecFactory(scheme).UniversalDecoder())
	var client testing.Fake
	client.AddReactor("*", "*", testing.ObjectReaction(tracker))
	web := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"}}
	if _, err := client.Invokes(testing.NewCreateAction(pods, "default", web), nil); err != nil {
		fmt.Println(err)
		return
	}
	found, err := client.Invokes(testing.NewGetAction(pods, "default", "web"), nil)
	fmt.Println(found.(*corev1.Pod).Name, err)
	_, err = client.Invokes(testing.NewGetAction(pods, "default", "db"), nil)
	fmt.Println(err)
	// Output:
	// web <nil>
	// pods "db" not found
}
