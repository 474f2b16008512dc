package record

import (
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/internal/eventing"
	"github.com/typewright/typewright/runtime/record/util"
	"github.com/typewright/typewright/runtime/reference"
)

// recorder implements EventRecorderLogger.
type recorder struct {
	events *eventing.Broadcaster
	scheme *runtime.Scheme
	source corev1.EventSource
	clock  clock.PassiveClock
	logger klog.Logger
}

// Event implements [EventRecorder].
func (r *recorder) Event(object runtime.Object, eventtype, reason, message string) {
	r.record(object, nil, eventtype, reason, message)
}

// Eventf implements [EventRecorder].
func (r *recorder) Eventf(object runtime.Object, eventtype, reason, messageFmt string, args ...interface{}) {
	r.record(object, nil, eventtype, reason, fmt.Sprintf(messageFmt, args...))
}

// AnnotatedEventf implements [EventRecorder].
func (r *recorder) AnnotatedEventf(object runtime.Object, annotations map[string]string, eventtype, reason, messageFmt string, args ...interface{}) {
	r.record(object, annotations, eventtype, reason, fmt.Sprintf(messageFmt, args...))
}

// WithLogger implements [EventRecorderLogger].
func (r *recorder) WithLogger(logger klog.Logger) EventRecorderLogger {
	with := *r
	with.logger = logger
	return &with
}

// record publishes an event, or counts it as dropped.
func (r *recorder) record(object runtime.Object, annotations map[string]string, eventtype, reason, message string) {
	event := &corev1.Event{Type: eventtype, Reason: reason, Message: message}
	ref, err := reference.GetReference(r.scheme, object)
	if err != nil {
		r.events.Drop(r.logger, NoReference, 1, event, err)
		return
	}
	now := metav1.NewTime(r.clock.Now())
	event.ObjectMeta = metav1.ObjectMeta{
		Name: util.GenerateEventName(ref.Name, r.events.Stamp(now.Time)), Namespace: ref.Namespace, Annotations: maps.Clone(annotations),
	}
	if event.Namespace == "" {
		event.Namespace = metav1.NamespaceDefault
	}
	event.InvolvedObject, event.Count, event.FirstTimestamp, event.LastTimestamp = *ref, 1, now, now
	event.Source, event.ReportingController, event.ReportingInstance = r.source, r.source.Component, r.source.Host
	if !util.ValidateEventType(eventtype) {
		r.events.Drop(r.logger, InvalidType, 1, event, fmt.Errorf("the type of an event is Normal or Warning, not %q", eventtype))
		return
	}
	r.events.Publish(r.logger, event)
}

// EventRecorderAdapter records events of core/v1 by the interface of recorders of events.k8s.io/v1. It leaves out what core/v1 has
// no use for: the related object and the action.
type EventRecorderAdapter struct {
	recorder EventRecorderLogger
}

// NewEventRecorderAdapter returns an adapter of a recorder.
func NewEventRecorderAdapter(recorder EventRecorderLogger) *EventRecorderAdapter {
	return &EventRecorderAdapter{recorder: recorder}
}

// Eventf records an event.
func (a *EventRecorderAdapter) Eventf(regarding, _ runtime.Object, eventtype, reason, _, note string, args ...interface{}) { //nolint:revive // the drop-in signature
	a.recorder.Eventf(regarding, eventtype, reason, note, args...)
}

// AnnotatedEventf records an event that has annotations.
func (a *EventRecorderAdapter) AnnotatedEventf( //nolint:revive // the drop-in signature
	regarding, _ runtime.Object, annotations map[string]string, eventtype, reason, _, note string, args ...interface{},
) {
	a.recorder.AnnotatedEventf(regarding, annotations, eventtype, reason, note, args...)
}

// WithLogger returns an adapter that logs to a logger.
func (a *EventRecorderAdapter) WithLogger(logger klog.Logger) eventing.EventRecorderLogger {
	return &EventRecorderAdapter{recorder: a.recorder.WithLogger(logger)}
}
