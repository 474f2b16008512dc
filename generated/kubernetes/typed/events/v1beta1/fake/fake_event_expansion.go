package fake

import (
	eventsv1beta1 "k8s.io/api/events/v1beta1"
	"k8s.io/apimachinery/pkg/types"

	clienttesting "github.com/typewright/typewright/runtime/testing"
	"github.com/typewright/typewright/runtime/testing/typedfake"
)

// CreateWithEventNamespace is the action create, in the client's namespace.
func (c *fakeEvents) CreateWithEventNamespace(event *eventsv1beta1.Event) (*eventsv1beta1.Event, error) {
	return typedfake.Invoke(c.Fake.Fake, clienttesting.NewCreateAction(c.Resource(), c.Namespace(), event), event)
}

// UpdateWithEventNamespace is the action update, in the client's namespace.
func (c *fakeEvents) UpdateWithEventNamespace(event *eventsv1beta1.Event) (*eventsv1beta1.Event, error) {
	return typedfake.Invoke(c.Fake.Fake, clienttesting.NewUpdateAction(c.Resource(), c.Namespace(), event), event)
}

// PatchWithEventNamespace is a strategic merge patch, in the client's namespace.
func (c *fakeEvents) PatchWithEventNamespace(event *eventsv1beta1.Event, data []byte) (*eventsv1beta1.Event, error) {
	action := clienttesting.NewPatchAction(c.Resource(), c.Namespace(), event.Name, types.StrategicMergePatchType, data)
	return typedfake.Invoke(c.Fake.Fake, action, event)
}
