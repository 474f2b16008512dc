package watch

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
	"k8s.io/apimachinery/pkg/watch"
)

// Decoder reads events from a stream. It belongs to one goroutine, Close aside.
type Decoder struct {
	decoder  streaming.Decoder
	embedded runtime.Decoder
}

// NewDecoder returns a Decoder that reads frames with decoder, and the objects in them with embeddedDecoder.
func NewDecoder(decoder streaming.Decoder, embeddedDecoder runtime.Decoder) *Decoder {
	return &Decoder{decoder: decoder, embedded: embeddedDecoder}
}

// Decode reads the next event, or io.EOF at the end of the stream.
func (d *Decoder) Decode() (watch.EventType, runtime.Object, error) {
	return d.DecodeInto(nil)
}

// DecodeInto is Decode into an object that newObject returns, for events of its kind. ERROR events are never decoded
// into it: what they carry is a Status. A nil newObject leaves the choice of the type to the decoder.
func (d *Decoder) DecodeInto(newObject func() runtime.Object) (watch.EventType, runtime.Object, error) {
	var event metav1.WatchEvent
	if _, _, err := d.decoder.Decode(nil, &event); err != nil {
		return "", nil, err
	}
	kind := watch.EventType(event.Type)
	switch kind {
	case watch.Added, watch.Modified, watch.Deleted, watch.Error, watch.Bookmark:
	default:
		return "", nil, fmt.Errorf("got invalid watch event type: %q", event.Type)
	}
	var into runtime.Object
	if newObject != nil && kind != watch.Error {
		into = newObject()
	}
	obj, _, err := d.embedded.Decode(event.Object.Raw, nil, into)
	if err != nil {
		return "", nil, fmt.Errorf("unable to decode the object of a %s event: %w", kind, err)
	}
	return kind, obj, nil
}

// Close closes the stream; a Decode that waits for it returns.
func (d *Decoder) Close() { _ = d.decoder.Close() }

// Encoder writes events to a stream. It belongs to one goroutine.
type Encoder struct {
	encoder  streaming.Encoder
	embedded runtime.Encoder
}

// NewEncoder returns an Encoder that writes frames with encoder, and the objects in them with embeddedEncoder.
func NewEncoder(encoder streaming.Encoder, embeddedEncoder runtime.Encoder) *Encoder {
	return &Encoder{encoder: encoder, embedded: embeddedEncoder}
}

// Encode writes one event.
func (e *Encoder) Encode(event *watch.Event) error {
	data, err := runtime.Encode(e.embedded, event.Object)
	if err != nil {
		return err
	}
	return e.encoder.Encode(&metav1.WatchEvent{Type: string(event.Type), Object: runtime.RawExtension{Raw: data}})
}
