package fake

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	clienttesting "github.com/typewright/typewright/runtime/testing"
	"github.com/typewright/typewright/runtime/testing/typedfake"
)

// Finalize is the action create, as it has always been in fakes, on the subresource finalize.
func (c *fakeNamespaces) Finalize(_ context.Context, namespace *corev1.Namespace, _ metav1.UpdateOptions) (*corev1.Namespace, error) {
	action := clienttesting.NewRootCreateAction(c.Resource(), namespace)
	action.Subresource = "finalize"
	return typedfake.Invoke(c.Fake.Fake, action, namespace)
}
