package v1beta1

import (
	"context"
	"fmt"

	eventsv1beta1 "k8s.io/api/events/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// EventExpansion are the methods of [EventInterface] that recorders use. They send an event to the event's namespace; the
// client must be of the same namespace or, made with "", of all of them.
type EventExpansion interface {
	// CreateWithEventNamespace creates an event in the event's namespace.
	CreateWithEventNamespace(event *eventsv1beta1.Event) (*eventsv1beta1.Event, error)
	// UpdateWithEventNamespace replaces an event in the event's namespace.
	UpdateWithEventNamespace(event *eventsv1beta1.Event) (*eventsv1beta1.Event, error)
	// PatchWithEventNamespace applies a strategic merge patch to the event of that namespace and name.
	PatchWithEventNamespace(event *eventsv1beta1.Event, data []byte) (*eventsv1beta1.Event, error)
}

// CreateWithEventNamespace implements [EventExpansion].
func (c *events) CreateWithEventNamespace(event *eventsv1beta1.Event) (*eventsv1beta1.Event, error) {
	in, err := c.in("create", event.Namespace)
	if err != nil {
		return nil, err
	}
	return in.Create(context.Background(), event, metav1.CreateOptions{})
}

// UpdateWithEventNamespace implements [EventExpansion].
func (c *events) UpdateWithEventNamespace(event *eventsv1beta1.Event) (*eventsv1beta1.Event, error) {
	in, err := c.in("update", event.Namespace)
	if err != nil {
		return nil, err
	}
	return in.Update(context.Background(), event, metav1.UpdateOptions{})
}

// PatchWithEventNamespace implements [EventExpansion].
func (c *events) PatchWithEventNamespace(event *eventsv1beta1.Event, data []byte) (*eventsv1beta1.Event, error) {
	in, err := c.in("patch", event.Namespace)
	if err != nil {
		return nil, err
	}
	return in.Patch(context.Background(), event.Name, types.StrategicMergePatchType, data, metav1.PatchOptions{})
}

// in returns a client of the namespace of an event.
func (c *events) in(verb, namespace string) (*events, error) {
	if own := c.GetNamespace(); own != "" && own != namespace {
		return nil, fmt.Errorf("cannot %s an event of namespace %q through a client of namespace %q", verb, namespace, own)
	}
	return newEvents(New(c.GetClient()), namespace), nil
}
