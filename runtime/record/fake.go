package record

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

	// IncludeObject adds the object's kind and version to the text.
	IncludeObject bool
}

// NewFakeRecorder returns a recorder whose channel holds that many events.
func NewFakeRecorder(bufferSize int) *FakeRecorder {
	return &FakeRecorder{Events: make(chan string, bufferSize)}
}

// Event sends "TYPE REASON MESSAGE".
func (f *FakeRecorder) Event(object runtime.Object, eventtype, reason, message string) {
	f.send(object, nil, eventtype, reason, message)
}

// Eventf sends "TYPE REASON MESSAGE".
func (f *FakeRecorder) Eventf(object runtime.Object, eventtype, reason, messageFmt string, args ...interface{}) {
	f.send(object, nil, eventtype, reason, fmt.Sprintf(messageFmt, args...))
}

// AnnotatedEventf sends "TYPE REASON MESSAGE map[KEY:VALUE]".
func (f *FakeRecorder) AnnotatedEventf(object runtime.Object, annotations map[string]string, eventtype, reason, messageFmt string, args ...interface{}) {
	f.send(object, annotations, eventtype, reason, fmt.Sprintf(messageFmt, args...))
}

// WithLogger returns the recorder, which logs nothing.
func (f *FakeRecorder) WithLogger(_ klog.Logger) EventRecorderLogger { return f }

func (f *FakeRecorder) send(object runtime.Object, annotations map[string]string, eventtype, reason, message string) {
	if f.Events == nil {
		return
	}
	text := eventtype + " " + reason + " " + message
	if f.IncludeObject && object != nil {
		kind := object.GetObjectKind().GroupVersionKind()
		text += fmt.Sprintf(" involvedObject{kind=%s,apiVersion=%s}", kind.Kind, kind.GroupVersion())
	}
	if len(annotations) > 0 {
		text += fmt.Sprintf(" %v", annotations)
	}
	f.Events <- text
}
