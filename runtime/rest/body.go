package rest

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// body is the body of a request. Bytes can be sent again; a stream only if it is an io.Seeker.
type body struct {
	bytes  []byte
	stream io.Reader
	// start is the first position of a stream that can seek.
	start int64
	sent  bool
}

// Body sets the body of the request: bytes as they are, the content of a reader, the content of the file that a string
// names, or an object, encoded in the client's content type. A nil pointer to an object means no body. A reader that is an
// io.Seeker is read from its current position for each attempt; a request with any other reader is not retried. Other types,
// and failures to read or encode, are errors.
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
	data, ok := r.c.encodeJSON(encoder, obj)
	if !ok {
		if data, err = runtime.Encode(encoder, obj); err != nil {
			return r.fail(err)
		}
	}
	r.body = body{bytes: data}
	return r.SetHeader("Content-Type", r.contentType)
}

// JSONEncoder is an optional interface of a NegotiatedSerializer. EncodeJSON returns an object as a JSON document of a kind, byte for
// byte as apimachinery's serializer writes it, but faster and without a change of the object. It returns false if it cannot encode
// the object; the serializer does it then. The serializers of generated clients implement it.
type JSONEncoder interface {
	EncodeJSON(obj runtime.Object, kind schema.GroupVersionKind) ([]byte, bool)
}

// encodeJSON encodes an object with the client's JSONEncoder. It returns false if there is none, or if encoder is not apimachinery's
// for plain JSON, which finds the kind and converts nothing.
func (c *RESTClient) encodeJSON(encoder runtime.Encoder, obj runtime.Object) ([]byte, bool) {
	versioned, ok := encoder.(runtime.WithVersionEncoder)
	if c.encoder == nil || !ok || !isPlainJSON(versioned.Encoder) {
		return nil, false
	}
	kinds, _, err := versioned.ObjectKinds(obj)
	if err != nil {
		return nil, false
	}
	kind := kinds[0]
	if versioned.Version != nil {
		if preferred, ok := versioned.Version.KindForGroupVersionKinds(kinds); ok {
			kind = preferred
		}
	}
	return c.encoder.EncodeJSON(obj, kind)
}

// open returns a reader at the beginning of the body, or nil if there is no body.
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
		return b.stream, nil // net/http knows their length, and never closes them
	}
	// NopCloser keeps net/http from closing the stream, which the next attempt needs.
	return io.NopCloser(b.stream), nil
}

// canRewind reports whether the body can be sent again.
func (b *body) canRewind() bool {
	_, seeks := b.stream.(io.Seeker)
	return b.stream == nil || seeks
}
