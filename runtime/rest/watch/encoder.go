package watch

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
	"k8s.io/apimachinery/pkg/watch"
)

// Encoder writes events to a stream. It belongs to one goroutine.
type Encoder struct {
	encoder  streaming.Encoder
	embedded runtime.Encoder
}

// NewEncoder returns an Encoder that writes frames with encoder, and the objects in them with embeddedEncoder.
func NewEncoder(encoder streaming.Encoder, embeddedEncoder runtime.Encoder) *Encoder {
	return &Encoder{encoder: encoder, embedded: embeddedEncoder}
}

// Encode writes one event. It fails where the object cannot be encoded, or the stream not written.
func (e *Encoder) Encode(event *watch.Event) error {
	data, err := runtime.Encode(e.embedded, event.Object)
	if err != nil {
		return err
	}
	return e.encoder.Encode(&metav1.WatchEvent{Type: string(event.Type), Object: runtime.RawExtension{Raw: data}})
}
