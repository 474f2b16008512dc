package events

import (
	"fmt"
	"maps"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/internal/eventing"
	"github.com/typewright/typewright/runtime/record/util"
	"github.com/typewright/typewright/runtime/reference"
)

// maxNote is how many bytes of a note servers accept.
const maxNote = 1024

// recorder implements EventRecorderLogger and AnnotatedEventRecorder.
type recorder struct {
	events               *eventing.Broadcaster
	scheme               *runtime.Scheme
	controller, instance string
	clock                clock.PassiveClock
	logger               klog.Logger
}

// Eventf implements [EventRecorder].
func (r *recorder) Eventf( //nolint:revive // the drop-in signature
	regarding runtime.Object, related runtime.Object, eventtype, reason, action, note string, args ...interface{},
) {
	r.AnnotatedEventf(regarding, related, nil, eventtype, reason, action, note, args...)
}

// AnnotatedEventf implements [AnnotatedEventRecorder]. It counts an event without a reference or with a wrong type as dropped. One
// whose related object has no reference is recorded without it.
func (r *recorder) AnnotatedEventf( //nolint:revive // the drop-in signature
	regarding, related runtime.Object, annotations map[string]string, eventtype, reason, action, note string, args ...interface{},
) {
	event := &eventsv1.Event{
		EventTime: metav1.NewMicroTime(r.clock.Now()), ReportingController: r.controller, ReportingInstance: r.instance,
		Action: action, Reason: reason, Type: eventtype, Note: cut(fmt.Sprintf(note, args...)),
	}
	ref, err := reference.GetReference(r.scheme, regarding)
	if err != nil {
		r.events.Drop(r.logger, eventing.NoReference, 1, event, err)
		return
	}
	event.ObjectMeta = metav1.ObjectMeta{
		Name: util.GenerateEventName(ref.Name, r.events.Stamp(event.EventTime.Time)), Namespace: ref.Namespace,
		Annotations: maps.Clone(annotations),
	}
	if event.Namespace == "" {
		event.Namespace = metav1.NamespaceDefault
	}
	event.Regarding, event.Related = *ref, r.relatedTo(related)
	if !util.ValidateEventType(eventtype) {
		r.events.Drop(r.logger, eventing.InvalidType, 1, event, fmt.Errorf("the type of an event is Normal or Warning, not %q", eventtype))
		return
	}
	r.events.Publish(r.logger, event)
}

// relatedTo returns a reference to a related object, or nil.
func (r *recorder) relatedTo(related runtime.Object) *corev1.ObjectReference {
	if related == nil {
		return nil
	}
	ref, err := reference.GetReference(r.scheme, related)
	if err != nil {
		r.logger.V(4).Info("An event is recorded without its related object, to which there is no reference", "err", err)
		return nil
	}
	return ref.DeepCopy() // it may be the caller's
}

// WithLogger implements [EventRecorderLogger].
func (r *recorder) WithLogger(logger klog.Logger) EventRecorderLogger {
	with := *r
	with.logger = logger
	return &with
}

// cut shortens a note to what servers accept.
func cut(note string) string {
	if len(note) <= maxNote {
		return note
	}
	const rest = "..."
	end := maxNote - len(rest)
	for end > 0 && !utf8.RuneStart(note[end]) {
		end--
	}
	return note[:end] + rest
}
