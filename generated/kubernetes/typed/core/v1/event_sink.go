package v1

import corev1 "k8s.io/api/core/v1"

// EventSinkImpl is where event recorders send events to, by way of a typed client.
type EventSinkImpl struct {
	Interface EventInterface
}

// Create creates an event in its namespace.
func (e *EventSinkImpl) Create(event *corev1.Event) (*corev1.Event, error) {
	return e.Interface.CreateWithEventNamespace(event)
}

// Update replaces an event in its namespace.
func (e *EventSinkImpl) Update(event *corev1.Event) (*corev1.Event, error) {
	return e.Interface.UpdateWithEventNamespace(event)
}

// Patch applies a strategic merge patch to an event.
func (e *EventSinkImpl) Patch(oldEvent *corev1.Event, data []byte) (*corev1.Event, error) {
	return e.Interface.PatchWithEventNamespace(oldEvent, data)
}
