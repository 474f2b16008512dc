// Package eventing is what the two event APIs, runtime/record and runtime/events, have in common: the interfaces of recorders, a
// broadcaster that never waits for its watchers, the counting of what is dropped, and the rule for errors of a sink.
package eventing

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
)

// EventRecorder records events of events.k8s.io/v1.
type EventRecorder interface {
	// Eventf records an event about an object, or about what a *corev1.ObjectReference refers to. It does not wait.
	//
	// Related is another object that the action concerns, or nil. The type is Normal or Warning. The reason is one word in
	// UpperCamelCase that tells programs why the event was recorded, the action another that tells what the controller did. The
	// note and its arguments are text for people, as of fmt.Sprintf.
	Eventf(regarding runtime.Object, related runtime.Object, eventtype, reason, action, note string, args ...interface{})
}

// AnnotatedEventRecorder records events with annotations.
type AnnotatedEventRecorder interface {
	// AnnotatedEventf is Eventf of an event that has annotations.
	AnnotatedEventf(regarding runtime.Object, related runtime.Object, annotations map[string]string, eventtype, reason, action, note string, args ...interface{})
}

// EventRecorderLogger is a recorder whose logger can be chosen.
type EventRecorderLogger interface {
	EventRecorder

	// WithLogger returns a recorder that logs its problems to a logger. It is cheap enough to be called for each event.
	WithLogger(logger klog.Logger) EventRecorderLogger
}
