package record

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/eventing"
)

// EventSink stores events. It uses the namespace of the event, and returns the errors that clients return: some are a reason to try
// again, others are not. EventSinkImpl of a generated client of core/v1 is one.
type EventSink interface {
	// Create creates an event.
	Create(event *corev1.Event) (*corev1.Event, error)
	// Update replaces an event.
	Update(event *corev1.Event) (*corev1.Event, error)
	// Patch applies a strategic merge patch to the event of the same name.
	Patch(oldEvent *corev1.Event, data []byte) (*corev1.Event, error)
}

// EventRecorder records events of one source. It is safe for concurrent use.
type EventRecorder interface {
	// Event records an event about an object, or about what a *corev1.ObjectReference refers to, in the object's namespace, or in
	// "default" if it has none. It does not wait.
	//
	// The type is Normal or Warning. The reason is one word in UpperCamelCase, for programs to tell events apart. The message is
	// for people.
	Event(object runtime.Object, eventtype, reason, message string)

	// Eventf is Event with a message as of fmt.Sprintf.
	Eventf(object runtime.Object, eventtype, reason, messageFmt string, args ...interface{})

	// AnnotatedEventf is Eventf of an event that has annotations.
	AnnotatedEventf(object runtime.Object, annotations map[string]string, eventtype, reason, messageFmt string, args ...interface{})
}

// EventRecorderLogger is a recorder whose logger can be chosen. It logs to the global logger of klog otherwise.
type EventRecorderLogger interface {
	EventRecorder

	// WithLogger returns a recorder that logs its problems to a logger. It is cheap enough to be called for each event.
	WithLogger(logger klog.Logger) EventRecorderLogger
}

// EventBroadcaster takes events from its recorders and hands them to sinks, logs and functions.
//
// The methods that start one return a watch, on which Stop ends it; what is queued by then is still handled. After Shutdown they
// return an empty watch.
type EventBroadcaster interface {
	// StartEventWatcher calls a function for each event, one after the other. The function must not change the event.
	StartEventWatcher(eventHandler func(*corev1.Event)) watch.Interface

	// StartRecordingToSink writes events to a sink.
	StartRecordingToSink(sink EventSink) watch.Interface

	// StartLogging calls a function that logs, for each event.
	StartLogging(logf func(format string, args ...interface{})) watch.Interface

	// StartStructuredLogging logs events, with a verbosity, to the logger of the broadcaster's context.
	StartStructuredLogging(verbosity klog.Level) watch.Interface

	// NewRecorder returns a recorder of events that have a source. The scheme tells the kinds of objects that do not name theirs.
	NewRecorder(scheme *runtime.Scheme, source corev1.EventSource) EventRecorderLogger

	// Shutdown ends all watches and does not wait for that. Events that are queued are still handled; a sink tries each once.
	Shutdown()
}

// DropReason says why an event was dropped.
type DropReason = eventing.DropReason

// These are the reasons. The documentation of the package says more.
const (
	NoReference          = eventing.NoReference
	InvalidType          = eventing.InvalidType
	NoWatcher            = eventing.NoWatcher
	QueueFull            = eventing.QueueFull
	Spam                 = eventing.Spam
	Rejected             = eventing.Rejected
	NamespaceTerminating = eventing.NamespaceTerminating
	RetriesExhausted     = eventing.RetriesExhausted
	ShutDown             = eventing.ShutDown
)

// Dropped is how many events were dropped for which reason.
type Dropped = eventing.Dropped

// Status is how a broadcaster is doing.
type Status = eventing.Status

// StatusOf returns the status of a broadcaster of this package, and whether it is one.
func StatusOf(eventBroadcaster EventBroadcaster) (Status, bool) {
	if b, ok := eventBroadcaster.(*broadcaster); ok {
		return b.events.Status(), true
	}
	return Status{}, false
}
