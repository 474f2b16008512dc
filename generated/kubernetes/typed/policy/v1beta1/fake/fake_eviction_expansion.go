package fake

import (
	"context"

	policyv1beta1 "k8s.io/api/policy/v1beta1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	clienttesting "github.com/typewright/typewright/runtime/testing"
)

// Evict is the action create on the subresource eviction of pods. A tracker deletes nothing.
func (c *fakeEvictions) Evict(_ context.Context, eviction *policyv1beta1.Eviction) error {
	action := clienttesting.NewCreateAction(schema.GroupVersionResource{Version: "v1", Resource: "pods"}, c.Namespace(), eviction)
	action.Subresource = "eviction"
	_, err := c.Fake.Invokes(action, eviction)
	return err
}
