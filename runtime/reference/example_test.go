package reference_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/reference"
)

// The scheme has the kind of an object whose TypeMeta is empty.
func ExampleGetReference() {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		fmt.Println(err)
		return
	}
	ref, err := reference.GetReference(scheme, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", UID: "1"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ref.APIVersion, ref.Kind, ref.Namespace, ref.Name)
	// Output: v1 Pod shop web
}
