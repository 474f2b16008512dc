package events

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
)

// FakeRecorder sends events to a channel, as text, for tests.
//
// A recorder waits while the channel is full: a test that does not read it should make it as large as needed. With a nil channel,
// as in the zero value, events are discarded.
type FakeRecorder struct {
	Events chan string

	// Verbose adds the action, the kinds of both objects and the annotations to the text.
	Verbose bool
}

// NewFakeRecorder returns a recorder whose channel holds that many events.
func NewFakeRecorder(bufferSize int) *FakeRecorder {
	return &FakeRecorder{Events: make(chan string, bufferSize)}
}

// Eventf sends "TYPE REASON NOTE".
func (f *FakeRecorder) Eventf( //nolint:revive // the drop-in signature
	regarding runtime.Object, related runtime.Object, eventtype, reason, action, note string, args ...interface{},
) {
	f.AnnotatedEventf(regarding, related, nil, eventtype, reason, action, note, args...)
}

// AnnotatedEventf sends "TYPE REASON NOTE".
func (f *FakeRecorder) AnnotatedEventf( //nolint:revive // the drop-in signature
	regarding, related runtime.Object, annotations map[string]string, eventtype, reason, action, note string, args ...interface{},
) {
	if f.Events == nil {
		return
	}
	text := fmt.Sprintf(note, args...)
	if f.Verbose {
		text = action + " " + text + kindOf(regarding) + kindOf(related)
		if len(annotations) > 0 {
			text += fmt.Sprintf(" %v", annotations)
		}
	}
	f.Events <- eventtype + " " + reason + " " + text
}

// WithLogger returns the recorder, which logs nothing.
func (f *FakeRecorder) WithLogger(_ klog.Logger) EventRecorderLogger { return f }

// kindOf returns what the text says about an object that names its kind.
func kindOf(object runtime.Object) string {
	if object == nil {
		return ""
	}
	kind := object.GetObjectKind().GroupVersionKind()
	if kind.Empty() {
		return ""
	}
	return fmt.Sprintf(" {kind=%s,apiVersion=%s}", kind.Kind, kind.GroupVersion())
}
