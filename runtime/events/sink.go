package events

import (
	"context"
	"fmt"
	"reflect"

	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// EventClient is what a sink needs of a client of events in a namespace.
type EventClient interface {
	Create(ctx context.Context, event *eventsv1.Event, opts metav1.CreateOptions) (*eventsv1.Event, error)
	Update(ctx context.Context, event *eventsv1.Event, opts metav1.UpdateOptions) (*eventsv1.Event, error)
	Patch(ctx context.Context, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions, subresources ...string) (*eventsv1.Event, error)
}

// EventsV1Interface is a client of events.k8s.io/v1: a value with a method Events that takes a namespace and returns an
// EventClient. It is no interface with that method, for then the method would have to return one certain type, and only the client
// of one package would fit. A sink with another value returns an error from each method.
type EventsV1Interface interface{}

// EventSinkImpl writes events by a client of events.k8s.io/v1.
type EventSinkImpl struct {
	Interface EventsV1Interface
}

// Create creates an event in its namespace.
func (e *EventSinkImpl) Create(ctx context.Context, event *eventsv1.Event) (*eventsv1.Event, error) {
	client, err := e.in("create", event.Namespace)
	if err != nil {
		return nil, err
	}
	return client.Create(ctx, event, metav1.CreateOptions{})
}

// Update replaces an event in its namespace.
func (e *EventSinkImpl) Update(ctx context.Context, event *eventsv1.Event) (*eventsv1.Event, error) {
	client, err := e.in("update", event.Namespace)
	if err != nil {
		return nil, err
	}
	return client.Update(ctx, event, metav1.UpdateOptions{})
}

// Patch applies a strategic merge patch to the event of that namespace and name.
func (e *EventSinkImpl) Patch(ctx context.Context, event *eventsv1.Event, data []byte) (*eventsv1.Event, error) {
	client, err := e.in("patch", event.Namespace)
	if err != nil {
		return nil, err
	}
	return client.Patch(ctx, event.Name, types.StrategicMergePatchType, data, metav1.PatchOptions{})
}

// in returns the client of a namespace.
func (e *EventSinkImpl) in(verb, namespace string) (EventClient, error) {
	if namespace == "" {
		return nil, fmt.Errorf("can't %s an event with empty namespace", verb)
	}
	if e.Interface != nil {
		method := reflect.ValueOf(e.Interface).MethodByName("Events")
		if method.IsValid() {
			t := method.Type()
			if t.NumIn() == 1 && t.In(0).Kind() == reflect.String && !t.IsVariadic() && t.NumOut() == 1 {
				if client, ok := reflect.TypeAssert[EventClient](method.Call([]reflect.Value{reflect.ValueOf(namespace)})[0]); ok {
					return client, nil
				}
			}
		}
	}
	return nil, fmt.Errorf("%T is not a client of events.k8s.io/v1: it has no method Events(namespace string) that returns a client of events", e.Interface)
}
