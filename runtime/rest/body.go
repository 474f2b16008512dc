package rest

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
)

// body is what a request carries. Bytes can be sent again; a stream only if it can be rewound.
type body struct {
	bytes  []byte
	stream io.Reader
	// start is where a stream that can be rewound began.
	start int64
	sent  bool
}

// Body sets what the request carries: bytes as they are, a reader's content, the content of the file that a string
// names, or an object, encoded in the client's content type. A nil pointer to an object carries nothing. A reader that is
// an io.Seeker is read from where it stands, again for each attempt; a request with any other reader is sent once.
// Anything else, and what cannot be read or encoded, is wrong.
func (r *Request) Body(obj interface{}) *Request {
	if r.err != nil {
		return r
	}
	switch t := obj.(type) {
	case string:
		data, err := os.ReadFile(t)
		if err != nil {
			return r.fail(err)
		}
		r.body = body{bytes: data}
	case []byte:
		r.body = body{bytes: t}
	case *bytes.Buffer:
		r.body = body{bytes: append([]byte{}, t.Bytes()...)}
	case io.Reader:
		r.body = body{stream: t}
		if seeker, ok := t.(io.Seeker); ok {
			r.body.start, _ = seeker.Seek(0, io.SeekCurrent)
		}
	case runtime.Object:
		if reflect.ValueOf(t).IsNil() {
			return r
		}
		return r.encode(t)
	default:
		return r.fail(fmt.Errorf("unknown type used for body: %T", obj))
	}
	return r
}

func (r *Request) encode(obj runtime.Object) *Request {
	encoder, err := r.c.content.Negotiator.Encoder(r.contentType, nil)
	if err != nil {
		return r.fail(err)
	}
	data, err := runtime.Encode(encoder, obj)
	if err != nil {
		return r.fail(err)
	}
	r.body = body{bytes: data}
	return r.SetHeader("Content-Type", r.contentType)
}

// open returns a reader at the beginning of the body, nil where there is none.
func (b *body) open() (io.Reader, error) {
	if b.bytes != nil {
		return bytes.NewReader(b.bytes), nil
	}
	if b.stream == nil {
		return nil, nil
	}
	if b.sent {
		seeker, ok := b.stream.(io.Seeker)
		if !ok {
			return nil, fmt.Errorf("the body, a %T, cannot be sent again: it cannot be rewound", b.stream)
		}
		if _, err := seeker.Seek(b.start, io.SeekStart); err != nil {
			return nil, fmt.Errorf("rewind the body to send it again: %w", err)
		}
	}
	b.sent = true
	switch b.stream.(type) {
	case *bytes.Reader, *strings.Reader:
		return b.stream, nil // net/http knows how long they are, and never closes them
	}
	// A stream that net/http could close would not be there for the next attempt.
	return io.NopCloser(b.stream), nil
}

// canRewind reports whether the body can be sent again.
func (b *body) canRewind() bool {
	_, seeks := b.stream.(io.Seeker)
	return b.stream == nil || seeks
}
