package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/rest/internal/jsonstream"
)

// frame is an event as it stands in the stream. Its bytes are valid until the next one is read.
type frame struct {
	kind   watch.EventType
	object []byte
	at     int64 // where in the stream object begins
}

// jsonFrames cuts a stream of JSON into events, and finds type and object on the way: what the object is, is for the decoder
// to find out. Frames may stand on one line or on many, with space between them or none.
type jsonFrames struct{ *jsonstream.Reader }

func newJSONFrames(body io.Reader) jsonFrames {
	return jsonFrames{jsonstream.NewReader(body, "watch stream")}
}

// next returns the next event, io.EOF where the stream ends between two of them. Every other error says at which byte of
// the stream it happened.
func (f jsonFrames) next() (frame, error) {
	f.Discard()
	switch c, err := f.SkipSpace(); {
	case errors.Is(err, io.EOF):
		return frame{}, io.EOF
	case err != nil:
		return frame{}, f.Broke(err)
	case c != '{':
		return frame{}, f.Unexpected("at the beginning of an event")
	}
	f.Next()
	fields := fields{}
	for first := true; ; first = false {
		name, done, err := f.Field(first)
		if err != nil {
			return frame{}, err
		}
		if done {
			return f.cut(fields)
		}
		if err := f.value(&fields, name); err != nil {
			return frame{}, err
		}
	}
}

// fields are where the fields of an event stand, empty where they are missing.
type fields struct{ kind, object jsonstream.Span }

func (f jsonFrames) cut(at fields) (frame, error) {
	kind := f.Text(at.kind)
	if kind == nil {
		return frame{}, fmt.Errorf("the event that ends at byte %d of the watch stream has no type", f.Offset())
	}
	return frame{kind: kindOf(kind), object: f.Bytes(at.object), at: f.At(at.object)}, nil
}

// value reads the value of a field of an event.
func (f jsonFrames) value(at *fields, name jsonstream.Span) error {
	value, err := f.Value()
	if err != nil {
		return err
	}
	switch string(f.Text(name)) {
	case "type":
		at.kind = value
	case "object":
		at.object = value
	default:
		if !json.Valid(f.Bytes(value)) {
			return fmt.Errorf("invalid value in a field that is not known, at byte %d of the watch stream", f.At(value))
		}
	}
	return nil
}
