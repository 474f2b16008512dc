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
	array  []byte
	buf    []byte // what has been read since the last Discard: a part of array, which ends where that ends in capacity
	pos    int    // how far buf has been looked at
	read   int64  // how many bytes of the stream came before buf
	small  [idleBuffer]byte
	last   int // the size of the last value, for which there will be room at once when the next does not fit into small
}

const (
	// idleBuffer is the size of the buffer while the stream is silent between two values, as most watches are most of the time.
	idleBuffer = 512
	// minBuffer is the least size of the buffer for a value that does not fit into the small one.
	minBuffer = 4 << 10
	// maxIdle is the largest buffer that is kept between values: one value was large, and the stream may live long.
	maxIdle = 1 << 20
)

// NewReader returns a Reader of a stream, which errors call by name, such as "watch stream".
func NewReader(source io.Reader, name string) *Reader {
	return &Reader{source: source, name: name}
}

// Next passes over the byte that SkipSpace returned.
func (r *Reader) Next() { r.pos++ }

// Bytes are what stands at a place; they are valid until the Reader reads on.
func (r *Reader) Bytes(at Span) []byte { return r.buf[at.begin:at.end] }

// Text is the content of the string that stands at a place; it is valid until the Reader reads on. What is no string has
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

// Discard forgets what has been passed over. It moves nothing: a value may be a byte long, and what follows it megabytes.
func (r *Reader) Discard() {
	r.read += int64(r.pos)
	r.last = min(r.pos, maxIdle)
	r.buf = r.buf[r.pos:]
	r.pos = 0
}

// fill reads more of the stream; it waits only where there is nothing to go on with.
func (r *Reader) fill() error {
	switch {
	case len(r.buf) >= maxValue:
		return streaming.ErrObjectTooLarge
	case len(r.buf) == 0:
		r.moveTo(r.small[:])
	default:
		r.makeRoom()
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

// makeRoom makes room behind what the buffer holds. It moves no more than was discarded, or read, since it moved something
// last, so that what a stream costs grows with its length and no faster.
func (r *Reader) makeRoom() {
	discarded := len(r.array) - cap(r.buf)
	switch {
	case len(r.array) > maxIdle && len(r.buf) <= len(r.array)/4, len(r.buf) == cap(r.buf) && discarded < len(r.buf):
		r.moveTo(make([]byte, min(max(minBuffer, 2*len(r.buf), r.last+idleBuffer), maxValue)))
	case discarded > 0 && discarded >= len(r.buf):
		r.moveTo(r.array)
	}
}

func (r *Reader) moveTo(array []byte) {
	r.array, r.buf = array, array[:copy(array, r.buf)]
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
