package watch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/watch"
)

// maxFrame is the size of the largest event that is read, as it is for other encodings.
const maxFrame = 16 << 20

// frame is an event as it stands in the stream. Its bytes are valid until the next one is read.
type frame struct {
	kind   watch.EventType
	object []byte
	at     int64 // where in the stream object begins
}

// jsonFrames cuts a stream of JSON into events. It looks at each byte once, and finds type and object on the way: what the
// object is, is for the decoder to find out. Frames may stand on one line or on many, with space between them or none.
type jsonFrames struct {
	body io.ReadCloser
	buf  []byte
	pos  int   // how far buf has been looked at
	read int64 // how many bytes of the stream came before buf
}

func newJSONFrames(body io.ReadCloser) *jsonFrames {
	return &jsonFrames{body: body, buf: make([]byte, 0, 4<<10)}
}

// next returns the next event, io.EOF where the stream ends between two of them. Every other error says at which byte of
// the stream it happened.
func (f *jsonFrames) next() (frame, error) {
	f.discard()
	switch c, err := f.skipSpace(); {
	case err != nil && f.pos == len(f.buf) && errors.Is(err, io.EOF):
		return frame{}, io.EOF
	case err != nil:
		return frame{}, f.broke(err)
	case c != '{':
		return frame{}, f.unexpected("at the beginning of an event")
	}
	f.pos++
	fields := fields{}
	for first := true; ; first = false {
		done, err := f.field(&fields, first)
		if err != nil {
			return frame{}, err
		}
		if done {
			return f.cut(fields)
		}
	}
}

// fields are where the fields of an event stand, empty where they are missing.
type fields struct{ kind, object span }

func (f *jsonFrames) cut(at fields) (frame, error) {
	kind := f.buf[at.kind.begin:at.kind.end]
	if len(kind) < 2 || kind[0] != '"' {
		return frame{}, fmt.Errorf("the event that ends at byte %d of the watch stream has no type", f.offset())
	}
	return frame{kind: kindOf(f.text(at.kind)), object: f.buf[at.object.begin:at.object.end], at: f.read + int64(at.object.begin)}, nil
}

// field reads a field of an event, or its end.
func (f *jsonFrames) field(at *fields, first bool) (done bool, err error) {
	c, err := f.skipSpace()
	if err != nil {
		return false, f.broke(err)
	}
	switch {
	case c == '}':
		f.pos++
		return true, nil
	case c == ',' && !first:
		f.pos++
		if c, err = f.skipSpace(); err != nil {
			return false, f.broke(err)
		}
	case !first:
		return false, f.unexpected("after a field of an event")
	}
	if c != '"' {
		return false, f.unexpected("where the name of a field was expected")
	}
	name, err := f.value()
	if err != nil {
		return false, err
	}
	if c, err = f.skipSpace(); err != nil {
		return false, f.broke(err)
	}
	if c != ':' {
		return false, f.unexpected("after the name of a field")
	}
	f.pos++
	if _, err = f.skipSpace(); err != nil {
		return false, f.broke(err)
	}
	value, err := f.value()
	if err != nil {
		return false, err
	}
	switch string(f.text(name)) {
	case "type":
		at.kind = value
	case "object":
		at.object = value
	default:
		if !json.Valid(f.buf[value.begin:value.end]) {
			f.pos = value.begin
			return false, f.unexpected("in a field that is not known")
		}
	}
	return false, nil
}

// text is the content of a string in the buffer.
func (f *jsonFrames) text(at span) []byte {
	quoted := f.buf[at.begin:at.end]
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var text string
	_ = json.Unmarshal(quoted, &text) // what is no string is none that is looked for
	return []byte(text)
}
