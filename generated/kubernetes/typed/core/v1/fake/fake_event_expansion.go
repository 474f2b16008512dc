package fake

import (
	"cmp"
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	clienttesting "github.com/typewright/typewright/runtime/testing"
	"github.com/typewright/typewright/runtime/testing/typedfake"
)

// The methods below act in the client's namespace or, where that is "", in the event's.

// CreateWithEventNamespace is CreateWithEventNamespaceWithContext.
//
// Deprecated: use the method with a context.
func (c *fakeEvents) CreateWithEventNamespace(event *corev1.Event) (*corev1.Event, error) {
	return c.CreateWithEventNamespaceWithContext(context.Background(), event)
}

// CreateWithEventNamespaceWithContext is the action create.
func (c *fakeEvents) CreateWithEventNamespaceWithContext(_ context.Context, event *corev1.Event) (*corev1.Event, error) {
	namespace := cmp.Or(c.Namespace(), event.Namespace)
	return typedfake.Invoke(c.Fake.Fake, clienttesting.NewCreateAction(c.Resource(), namespace, event), event)
}

// UpdateWithEventNamespace is UpdateWithEventNamespaceWithContext.
//
// Deprecated: use the method with a context.
func (c *fakeEvents) UpdateWithEventNamespace(event *corev1.Event) (*corev1.Event, error) {
	return c.UpdateWithEventNamespaceWithContext(context.Background(), event)
}

// UpdateWithEventNamespaceWithContext is the action update.
func (c *fakeEvents) UpdateWithEventNamespaceWithContext(_ context.Context, event *corev1.Event) (*corev1.Event, error) {
	namespace := cmp.Or(c.Namespace(), event.Namespace)
	return typedfake.Invoke(c.Fake.Fake, clienttesting.NewUpdateAction(c.Resource(), namespace, event), event)
}

// PatchWithEventNamespace is PatchWithEventNamespaceWithContext.
//
// Deprecated: use the method with a context.
func (c *fakeEvents) PatchWithEventNamespace(event *corev1.Event, data []byte) (*corev1.Event, error) {
	return c.PatchWithEventNamespaceWithContext(context.Background(), event, data)
}

// PatchWithEventNamespaceWithContext is a strategic merge patch.
func (c *fakeEvents) PatchWithEventNamespaceWithContext(_ context.Context, event *corev1.Event, data []byte) (*corev1.Event, error) {
	namespace := cmp.Or(c.Namespace(), event.Namespace)
	action := clienttesting.NewPatchAction(c.Resource(), namespace, event.Name, types.StrategicMergePatchType, data)
	return typedfake.Invoke(c.Fake.Fake, action, event)
}

// Search is SearchWithContext.
//
// Deprecated: use the method with a context.
func (c *fakeEvents) Search(scheme *runtime.Scheme, objOrRef runtime.Object) (*corev1.EventList, error) {
	return c.SearchWithContext(context.Background(), scheme, objOrRef)
}

// SearchWithContext is the action list, of all events in the client's namespace or, where that is "", in "default".
func (c *fakeEvents) SearchWithContext(context.Context, *runtime.Scheme, runtime.Object) (*corev1.EventList, error) {
	namespace := cmp.Or(c.Namespace(), metav1.NamespaceDefault)
	action := clienttesting.NewListAction(c.Resource(), c.Kind(), namespace, metav1.ListOptions{})
	return typedfake.Invoke(c.Fake.Fake, action, &corev1.EventList{})
}

// GetFieldSelector is the generic action get-field-selector, and returns a selector of everything.
func (c *fakeEvents) GetFieldSelector(_, _, _, _ *string) fields.Selector {
	action := clienttesting.GenericActionImpl{}
	action.Verb, action.Resource = "get-field-selector", c.Resource()
	_, _ = c.Fake.Invokes(action, nil) // there is no way to fail
	return fields.Everything()
}
