package jsonstream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
)

// maxValue is the size of the largest value that is read, as it is for watch events of other encodings.
const maxValue = 16 << 20

// Reader reads a stream of JSON piece by piece and looks at each byte once. What it has read since the last Discard stays
// in its buffer. It belongs to one goroutine.
type Reader struct {
	source io.Reader
	name   string
	buf    []byte
	pos    int   // how far buf has been looked at
	read   int64 // how many bytes of the stream came before buf
}

// NewReader returns a Reader of a stream, which errors call by name, such as "watch stream".
func NewReader(source io.Reader, name string) *Reader {
	return &Reader{source: source, name: name, buf: make([]byte, 0, 4<<10)}
}

// Next passes over the byte that SkipSpace returned.
func (r *Reader) Next() { r.pos++ }

// Bytes are what stands at a place; they are valid until the next Discard.
func (r *Reader) Bytes(at Span) []byte { return r.buf[at.begin:at.end] }

// Text is the content of the string that stands at a place; it is valid until the next Discard. What is no string has
// none.
func (r *Reader) Text(at Span) []byte {
	quoted := r.Bytes(at)
	if len(quoted) < 2 || quoted[0] != '"' {
		return nil
	}
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var text string
	_ = json.Unmarshal(quoted, &text) // what is broken is none that is looked for
	return []byte(text)
}

// At is where in the stream a part of the buffer begins.
func (r *Reader) At(part Span) int64 { return r.read + int64(part.begin) }

// Offset is how far the stream has been looked at.
func (r *Reader) Offset() int64 { return r.read + int64(r.pos) }

// Discard forgets what has been passed over.
func (r *Reader) Discard() {
	r.read += int64(r.pos)
	if rest := r.buf[r.pos:]; len(rest) == 0 && cap(r.buf) > 1<<20 {
		r.buf = make([]byte, 0, 4<<10) // one value was large: do not keep its room for as long as the stream lives
	} else {
		r.buf = r.buf[:copy(r.buf, rest)]
	}
	r.pos = 0
}

// fill reads more of the stream; it waits only where there is nothing to go on with.
func (r *Reader) fill() error {
	if len(r.buf) >= maxValue {
		return streaming.ErrObjectTooLarge
	}
	if len(r.buf) == cap(r.buf) {
		grown := make([]byte, len(r.buf), 2*cap(r.buf))
		copy(grown, r.buf)
		r.buf = grown
	}
	for range 100 {
		n, err := r.source.Read(r.buf[len(r.buf):cap(r.buf)])
		r.buf = r.buf[:len(r.buf)+n]
		if n > 0 {
			return nil // the error comes again
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// Unexpected is the error of the byte that was looked at last, in a place that it names.
func (r *Reader) Unexpected(where string) error {
	return fmt.Errorf("invalid character %q %s, at byte %d of the %s", r.buf[r.pos], where, r.Offset(), r.name)
}

// Broke says how far the stream was read when it broke.
func (r *Reader) Broke(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("the %s broke after %d bytes: %w", r.name, r.read+int64(len(r.buf)), err)
}
