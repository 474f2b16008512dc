package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
	"k8s.io/apimachinery/pkg/watch"
)

// Decoder reads events from a stream. It belongs to one goroutine, Close aside.
type Decoder struct {
	// Omit, if it is not nil, is asked with the object of each event, other than bookmarks and errors, whether to leave it undecoded. Decode
	// and DecodeInto then return the type of the event and no object.
	Omit func(object []byte) bool

	next     func() (event, error)
	close    func() error
	embedded runtime.Decoder
}

// event is an event whose object has not been decoded.
type event struct {
	kind   watch.EventType
	object []byte
	at     int64 // where in the stream object begins; negative where nobody knows
	shared bool  // whether the next event takes the bytes of object
}

// NewDecoder returns a Decoder that reads frames with decoder, and the objects in them with embeddedDecoder.
func NewDecoder(decoder streaming.Decoder, embeddedDecoder runtime.Decoder) *Decoder {
	next := func() (event, error) {
		var frame metav1.WatchEvent
		if _, _, err := decoder.Decode(nil, &frame); err != nil {
			return event{}, err
		}
		return event{kind: watch.EventType(frame.Type), object: frame.Object.Raw, at: -1}, nil
	}
	return &Decoder{next: next, close: decoder.Close, embedded: embeddedDecoder}
}

// NewJSONDecoder returns a Decoder of the events of a JSON stream. It finds them in one pass over the stream, where
// NewDecoder needs one to find an event and another to find what is in it, and its errors say at which byte of the stream
// something was wrong. It closes body.
func NewJSONDecoder(body io.ReadCloser, embeddedDecoder runtime.Decoder) *Decoder {
	frames := newJSONFrames(body)
	next := func() (event, error) {
		frame, err := frames.next()
		return event{kind: frame.kind, object: frame.object, at: frame.at, shared: true}, err
	}
	return &Decoder{next: next, close: body.Close, embedded: embeddedDecoder}
}

// kinds are the types of events that there are.
var kinds = []watch.EventType{watch.Added, watch.Modified, watch.Deleted, watch.Bookmark, watch.Error}

// kindOf avoids a string for each event.
func kindOf(text []byte) watch.EventType {
	for _, kind := range kinds {
		if string(text) == string(kind) {
			return kind
		}
	}
	return watch.EventType(text)
}

// Decode reads the next event, or io.EOF at the end of the stream.
func (d *Decoder) Decode() (watch.EventType, runtime.Object, error) {
	return d.DecodeEvent(func(watch.EventType) runtime.Object { return nil })
}

// DecodeEvent is Decode into the object that newObject returns for the type of the event. A nil object leaves the choice of the type to
// the decoder. ERROR events are never decoded into it: what they carry is a Status.
func (d *Decoder) DecodeEvent(newObject func(watch.EventType) runtime.Object) (watch.EventType, runtime.Object, error) {
	event, err := d.next()
	if err != nil {
		return "", nil, err
	}
	if !slices.Contains(kinds, event.kind) {
		return "", nil, fmt.Errorf("got invalid watch event type: %.256q", event.kind)
	}
	if d.Omit != nil && event.kind != watch.Bookmark && event.kind != watch.Error && d.Omit(event.object) {
		return event.kind, nil, nil
	}
	var into runtime.Object
	if event.kind != watch.Error {
		into = newObject(event.kind)
	}
	obj, _, err := d.embedded.Decode(event.object, nil, into)
	if err != nil {
		return "", nil, event.undecodable(err)
	}
	if unknown, ok := obj.(*runtime.Unknown); ok && event.shared {
		unknown.Raw = slices.Clone(unknown.Raw) // it is the one type that keeps the bytes it was decoded from
	}
	return event.kind, obj, nil
}

// undecodable says which object it is that cannot be decoded, and where in the stream its JSON goes wrong, if that is it.
func (e *event) undecodable(err error) error {
	if e.at < 0 {
		return fmt.Errorf("unable to decode the object of a %s event: %w", e.kind, err)
	}
	at := e.at
	if syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(e.object, new(any))); ok {
		at += max(syntax.Offset-1, 0)
	}
	return fmt.Errorf("unable to decode the object of a %s event, at byte %d of the watch stream: %w", e.kind, at, err)
}

// Close closes the stream; a Decode that waits for it returns.
func (d *Decoder) Close() { _ = d.close() }

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
