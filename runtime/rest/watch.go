package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/codec/scan"
	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/unreadable"
	"github.com/typewright/typewright/runtime/internal/webpage"
	restwatch "github.com/typewright/typewright/runtime/rest/watch"
)

// Watch sends the request as a watch. The returned channel delivers events until the stream ends, the context ends or Stop
// is called; an error in the stream is a last event of type ERROR. A slow reader loses no events: the server waits.
//
// If the connection breaks before the server answers, Watch returns an empty watch, and the caller watches again as after
// any watch that ended.
func (r *Request) Watch(ctx context.Context) (watch.Interface, error) {
	decoder, err := r.openWatch(ctx, scan.Options{})
	switch {
	case errors.Is(err, io.EOF) || err != nil && brokenWatch(r.verb, err):
		return watch.NewEmptyWatch(), nil
	case err != nil:
		return nil, err
	}
	reporter := apierrors.NewClientErrorReporter(http.StatusInternalServerError, r.verb, "ClientWatchDecoding")
	return watch.NewStreamWatcherWithLogger(klog.FromContext(ctx), eofOnLoss{decoder}, reporter), nil
}

// WatchConsumer receives the events of [Request.WatchInto]. Its functions are called in the goroutine of WatchInto. Only
// Each is required.
type WatchConsumer struct {
	// NewObject returns the object to decode the object of an event, or a bookmark, into. For objects of another kind, and
	// if NewObject is nil, the decoder chooses the type.
	NewObject func() runtime.Object
	// NewBookmark returns the object to decode a bookmark into, if that is not an object of NewObject. It is for types that do not
	// have all fields of metadata. It is optional.
	NewBookmark func() runtime.Object
	// Opened is called once the server has accepted the watch, before any event. It may be nil.
	Opened func()
	// Each is called for every event in the order of the stream. An error of Each ends the watch.
	Each func(watch.EventType, runtime.Object) error
	// Decoding says how objects are decoded that go into a cache. Decoders that were not generated do not know it: the caller has to
	// remove managed fields then. It is optional.
	Decoding scan.Options
	// Keep, if it is not nil, reports whether the object of an event is wanted. Of one in JSON that is not, only the metadata are read, and
	// Omitted is called with its resource version in place of Each. Objects in other encodings are passed on.
	Keep    func(uid, namespace string) bool
	Omitted func(version string) error
}

// WatchInto sends the request as a watch and passes the events to a consumer until the watch ends. It returns nil if the
// server ended the stream cleanly, the error of Each, the cause of ctx, the Status of an ERROR event as an error, or what
// broke the stream. Errors of decoding have a method DecodeError() bool.
func (r *Request) WatchInto(ctx context.Context, consumer WatchConsumer) error {
	decoder, err := r.openWatch(ctx, consumer.Decoding)
	if err != nil {
		return watchEnd(ctx, err)
	}
	defer decoder.Close()
	if consumer.Opened != nil {
		consumer.Opened()
	}
	omits, version := omitter{keep: consumer.Keep}, ""
	if consumer.Keep != nil {
		decoder.Omit = func(object []byte) (omitted bool) {
			version, omitted = omits.omits(object)
			return omitted
		}
	}
	for {
		kind, obj, err := decoder.DecodeEvent(consumer.newObject)
		if err != nil {
			return watchEnd(ctx, err)
		}
		if obj == nil {
			if err := consumer.Omitted(version); err != nil {
				return err
			}
			continue
		}
		if kind == watch.Error {
			return apierrors.FromObject(obj)
		}
		if err := consumer.Each(kind, obj); err != nil {
			return err
		}
	}
}

// newObject returns the object to decode an event of a kind into; nil leaves the type to the decoder.
func (c WatchConsumer) newObject(kind watch.EventType) runtime.Object {
	switch {
	case kind == watch.Bookmark && c.NewBookmark != nil:
		return c.NewBookmark()
	case c.NewObject != nil:
		return c.NewObject()
	}
	return nil
}

// watchEnd returns the error of a stream that ended: the cause of the context rather than its consequences, and nil for EOF.
func watchEnd(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

// openWatch sends the request and returns the events, which the caller closes.
func (r *Request) openWatch(ctx context.Context, decoding scan.Options) (*watchStream, error) {
	// Watches do not wait for the rate limiter: opening them is cheap, and a throttled controller still has to see changes.
	if err := r.check(); err != nil {
		return nil, err
	}
	r.logBody(ctx, "Request Body", r.body.bytes)
	resp, err := r.send(ctx, brokenWatch)
	if err != nil {
		return nil, err
	}
	r.warn(ctx, resp)
	if resp.StatusCode == http.StatusOK {
		body := &streamBody{ReadCloser: resp.Body}
		resp.Body = body
		decoder, err := r.watchDecoder(resp, decoding)
		if err != nil {
			_ = resp.Body.Close()
			return nil, unreadable.Mark(err)
		}
		return &watchStream{decoder, body}, nil
	}
	defer func() { _ = resp.Body.Close() }()
	if err := r.transform(resp).Error(); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("for request %s, got status: %v", redact.URL(r.URL()), resp.StatusCode)
}

func (r *Request) watchDecoder(resp *http.Response, decoding scan.Options) (*restwatch.Decoder, error) {
	contentType := resp.Header.Get("Content-Type")
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil && contentType != "" { // an empty one means the client's content type, as for client-go
		return nil, fmt.Errorf("the watch's content type %.256q: %w", contentType, err)
	}
	if mediaType == runtime.ContentTypeCBORSequence {
		mediaType = runtime.ContentTypeCBOR // serializers are registered under this one
	}
	objectDecoder, frameSerializer, framer, err := r.c.content.Negotiator.StreamDecoder(mediaType, params)
	if err != nil {
		return nil, webpage.Explain(err, contentType, nil)
	}
	if (mediaType == runtime.ContentTypeJSON || mediaType == "") && framer == runtime.Framer(json.Framer) {
		objects := r.c.decoders.cached(contentType, objectDecoder)
		if pieces, ok := objects.(pieceDecoder); ok {
			objects = pieces.With(decoding)
		}
		return restwatch.NewJSONDecoder(resp.Body, objects), nil
	}
	frames := &frameReader{body: resp.Body}
	frames.ReadCloser = framer.NewFrameReader(&countingReader{ReadCloser: resp.Body, read: &frames.read})
	return restwatch.NewDecoder(streaming.NewDecoder(frames, frameSerializer), objectDecoder), nil
}

// watchStream is a watch that the server has accepted.
type watchStream struct {
	*restwatch.Decoder

	body *streamBody
}

// DecodeEvent is the decoder's, but marks errors of decoding. A broken connection is not one of them.
func (s *watchStream) DecodeEvent(newObject func(watch.EventType) runtime.Object) (watch.EventType, runtime.Object, error) {
	kind, obj, err := s.Decoder.DecodeEvent(newObject)
	if err != nil && !s.body.broken && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		err = unreadable.Mark(err)
	}
	return kind, obj, err
}

// streamBody is the body of a watch or list that records whether the connection broke.
type streamBody struct {
	io.ReadCloser

	broken bool
}

func (b *streamBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.broken = b.broken || err != nil && !errors.Is(err, io.EOF)
	return n, err
}

// eofOnLoss ends a stream as client-go does: a lost connection closes the channel without an ERROR event, and the caller
// watches again from the last version that it saw.
type eofOnLoss struct{ *watchStream }

func (q eofOnLoss) Decode() (watch.EventType, runtime.Object, error) {
	kind, obj, err := q.watchStream.Decode()
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		if utilnet.IsProbableEOF(cause) || utilnet.IsTimeout(cause) {
			return "", nil, cause
		}
	}
	return kind, obj, err
}

// frameReader reads frames of encodings other than JSON, and adds the position to errors other than EOF.
type frameReader struct {
	io.ReadCloser

	body io.Closer
	read int64
}

func (f *frameReader) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	switch {
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, io.ErrShortBuffer), errors.Is(err, context.Canceled):
		return n, err
	case utilnet.IsProbableEOF(err), utilnet.IsTimeout(err):
		return n, err
	default:
		return n, fmt.Errorf("the watch stream broke within its first %d bytes: %w", f.read, err)
	}
}

// Close closes the connection rather than read the rest of an endless answer.
func (f *frameReader) Close() error { return f.body.Close() }

type countingReader struct {
	io.ReadCloser

	read *int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	*c.read += int64(n)
	return n, err
}
