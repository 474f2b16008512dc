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

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/unreadable"
	"github.com/typewright/typewright/runtime/internal/webpage"
	restwatch "github.com/typewright/typewright/runtime/rest/watch"
)

// Watch sends the request as a watch. Events come from the returned channel until the stream ends, the context ends or
// Stop is called; an error in the stream is a last event of type ERROR. A slow reader loses no events: the server waits.
//
// A server that cannot be reached at all because the connection broke looks like an empty watch: the caller tries again
// as after any watch that ended.
func (r *Request) Watch(ctx context.Context) (watch.Interface, error) {
	decoder, err := r.openWatch(ctx)
	switch {
	case errors.Is(err, io.EOF) || err != nil && brokenWatch(r.verb, err):
		return watch.NewEmptyWatch(), nil
	case err != nil:
		return nil, err
	}
	reporter := apierrors.NewClientErrorReporter(http.StatusInternalServerError, r.verb, "ClientWatchDecoding")
	return watch.NewStreamWatcherWithLogger(klog.FromContext(ctx), quietly{decoder}, reporter), nil
}

// WatchConsumer takes the events of [Request.WatchInto]. Its functions are called in the goroutine that called that, and
// only Each is required.
type WatchConsumer struct {
	// NewObject returns what the object of an event, bookmarks included, is decoded into; an object of another kind comes as
	// the type that the decoder knows it by. Nil leaves the choice to the decoder.
	NewObject func() runtime.Object
	// Opened, where it is set, is called once the server has accepted the watch, before any event.
	Opened func()
	// Each is called for every event in the order of the stream. Its error ends the watch.
	Each func(watch.EventType, runtime.Object) error
}

// WatchInto sends the request as a watch and hands the events to a consumer. It returns nil when the server ended the
// stream cleanly, the error of the consumer if that ended it, the cause of ctx if that ended, the server's Status as an
// error if an ERROR event did, and else what broke: what cannot be decoded is an error with a method DecodeError() bool.
func (r *Request) WatchInto(ctx context.Context, consumer WatchConsumer) error {
	decoder, err := r.openWatch(ctx)
	if err != nil {
		return watchEnd(ctx, err)
	}
	defer decoder.Close()
	if consumer.Opened != nil {
		consumer.Opened()
	}
	for {
		kind, obj, err := decoder.DecodeInto(consumer.NewObject)
		if err != nil {
			return watchEnd(ctx, err)
		}
		if kind == watch.Error {
			return apierrors.FromObject(obj)
		}
		if err := consumer.Each(kind, obj); err != nil {
			return err
		}
	}
}

// watchEnd tells how a stream ended: the context's end wins over what it caused, and the end of the stream is no error.
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

// openWatch sends the request and returns the events of a good answer; whoever gets them closes them.
func (r *Request) openWatch(ctx context.Context) (*watchStream, error) {
	// Watches do not wait for the rate limiter: what they cost is not their beginning, and a controller that is throttled
	// must not lose sight of the world too.
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
		decoder, err := r.watchDecoder(resp)
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

func (r *Request) watchDecoder(resp *http.Response) (*restwatch.Decoder, error) {
	contentType := resp.Header.Get("Content-Type")
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil && contentType != "" { // without one it is what the client speaks first, as for client-go
		return nil, fmt.Errorf("the watch's content type %.256q: %w", contentType, err)
	}
	if mediaType == runtime.ContentTypeCBORSequence {
		mediaType = runtime.ContentTypeCBOR // serializers know the one for the other
	}
	objectDecoder, frameSerializer, framer, err := r.c.content.Negotiator.StreamDecoder(mediaType, params)
	if err != nil {
		return nil, webpage.Explain(err, contentType, nil)
	}
	if (mediaType == runtime.ContentTypeJSON || mediaType == "") && framer == runtime.Framer(json.Framer) {
		return restwatch.NewJSONDecoder(resp.Body, r.c.decoders.learned(contentType, objectDecoder)), nil
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

// DecodeInto is that of the decoder, and marks the errors of what cannot be decoded. What breaks off is none of them.
func (s *watchStream) DecodeInto(newObject func() runtime.Object) (watch.EventType, runtime.Object, error) {
	kind, obj, err := s.Decoder.DecodeInto(newObject)
	if err != nil && !s.body.broken && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		err = unreadable.Mark(err)
	}
	return kind, obj, err
}

// streamBody is the body of a watch or list, which remembers whether it broke.
type streamBody struct {
	io.ReadCloser

	broken bool
}

func (b *streamBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.broken = b.broken || err != nil && !errors.Is(err, io.EOF)
	return n, err
}

// quietly ends a stream for a channel as client-go does: a connection that is lost, in the middle of an event or between
// two, closes the channel without an event, and the caller watches on from what it saw last.
type quietly struct{ *watchStream }

func (q quietly) Decode() (watch.EventType, runtime.Object, error) {
	kind, obj, err := q.watchStream.Decode()
	for cause := err; cause != nil; cause = errors.Unwrap(cause) {
		if utilnet.IsProbableEOF(cause) || utilnet.IsTimeout(cause) {
			return "", nil, cause
		}
	}
	return kind, obj, err
}
