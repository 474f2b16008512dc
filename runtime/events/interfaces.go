package events

import (
	"context"

	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/eventing"
	"github.com/typewright/typewright/runtime/record"
)

// EventRecorder records events of one controller. It is safe for concurrent use.
type EventRecorder = eventing.EventRecorder

// EventRecorderLogger is a recorder whose logger can be chosen.
type EventRecorderLogger = eventing.EventRecorderLogger

// AnnotatedEventRecorder records events with annotations. The recorders of this package do.
type AnnotatedEventRecorder = eventing.AnnotatedEventRecorder

// EventBroadcaster takes events from its recorders and hands them to a sink, to logs and to functions.
type EventBroadcaster interface {
	// StartRecordingToSink is StartRecordingToSinkWithContext that ends with a channel and logs its error.
	//
	// Deprecated: use StartRecordingToSinkWithContext.
	StartRecordingToSink(stopCh <-chan struct{})

	// StartRecordingToSinkWithContext writes events to the sink until the context ends. It returns an error if the broadcaster is
	// shut down, has no sink or writes already.
	StartRecordingToSinkWithContext(ctx context.Context) error

	// NewRecorder returns a recorder of events that a controller reports; its name is a qualified one, as of labels. The scheme
	// tells the kinds of objects that do not name theirs.
	NewRecorder(scheme *runtime.Scheme, reportingController string) EventRecorderLogger

	// StartEventWatcher calls a function for each event, one after the other, until the function that it returns is called. The
	// object is an *eventsv1.Event, which must not be changed. It returns an error after the shutdown.
	StartEventWatcher(eventHandler func(event runtime.Object)) (func(), error)

	// StartStructuredLogging is StartLogging, with a verbosity, to the global logger of klog, and logs its error.
	//
	// Deprecated: use StartLogging.
	StartStructuredLogging(verbosity klog.Level) func()

	// StartLogging logs events until the function that it returns is called. It returns an error after the shutdown.
	StartLogging(logger klog.Logger) (func(), error)

	// Shutdown ends everything that was started and does not wait for that. Events that are queued are still handled; the sink
	// tries each once.
	Shutdown()
}

// EventSink stores events. It uses the namespace of the event, and returns the errors that clients return: some are a reason to try
// again, others are not.
type EventSink interface {
	// Create creates an event.
	Create(ctx context.Context, event *eventsv1.Event) (*eventsv1.Event, error)
	// Update replaces an event.
	Update(ctx context.Context, event *eventsv1.Event) (*eventsv1.Event, error)
	// Patch applies a strategic merge patch to the event of the same name.
	Patch(ctx context.Context, oldEvent *eventsv1.Event, data []byte) (*eventsv1.Event, error)
}

// EventBroadcasterAdapter records events of whichever of the two APIs a server has.
//
// Deprecated: all servers have events.k8s.io/v1.
type EventBroadcasterAdapter interface {
	// StartRecordingToSink writes events to the server until a channel is closed or the adapter shut down.
	StartRecordingToSink(stopCh <-chan struct{})

	// NewRecorder returns a recorder of events that a controller reports, of events.k8s.io/v1 if the server has it.
	NewRecorder(name string) EventRecorderLogger

	// DeprecatedNewLegacyRecorder returns a recorder of events of core/v1.
	DeprecatedNewLegacyRecorder(name string) record.EventRecorderLogger

	// Shutdown shuts both broadcasters down.
	Shutdown()
}

// StatusOf returns the status of a broadcaster of this package, and whether it is one.
func StatusOf(eventBroadcaster EventBroadcaster) (record.Status, bool) {
	if b, ok := eventBroadcaster.(*broadcaster); ok {
		return b.events.Status(), true
	}
	return record.Status{}, false
}
