package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/flowcontrol"
	"github.com/typewright/typewright/runtime/internal/redact"
)

// defaultMaxRetries is the default of Request.MaxRetries.
const defaultMaxRetries = 10

// HTTPClient sends requests; *http.Client does.
type HTTPClient interface {
	Do(req *http.Request) (*http.Response, error)
}

// ResponseWrapper is a request that is ready to be sent.
type ResponseWrapper interface {
	DoRaw(context.Context) ([]byte, error)
	Stream(context.Context) (io.ReadCloser, error)
}

// RequestConstructionError reports a request that could not be built and was not sent.
type RequestConstructionError struct {
	Err error
}

// Error describes what is wrong with the request.
func (r *RequestConstructionError) Error() string {
	return "request construction error: '" + r.Err.Error() + "'"
}

// Unwrap returns Err.
func (r *RequestConstructionError) Unwrap() error { return r.Err }

// Request is built step by step and then sent. The methods that send it return the first error of the steps. A Request
// belongs to one goroutine and is sent once.
type Request struct {
	c *RESTClient

	limiter     flowcontrol.RateLimiter
	backoff     BackoffManagerWithContext
	warnings    WarningHandlerWithContext
	maxRetries  int
	contentType string
	accept      []string
	timeout     time.Duration
	bounded     bool // whether the context ends after timeout

	verb    string
	target  target
	params  url.Values
	headers http.Header
	body    body

	// retried says that an attempt without an answer, or with a 5xx, was followed by another.
	retried bool
	err     error
}

var _ ResponseWrapper = (*Request)(nil)

// NewRequest returns an empty request to the server of c.
func NewRequest(c *RESTClient) *Request {
	r := &Request{
		c:           c,
		limiter:     c.rateLimiter,
		warnings:    c.warnings,
		maxRetries:  defaultMaxRetries,
		contentType: c.content.ContentType,
		accept:      c.accept,
		target:      target{prefix: c.prefix},
		err:         c.err,
	}
	if c.newBackoff != nil {
		r.backoff = c.newBackoff()
	}
	if c.Client != nil {
		r.timeout = c.Client.Timeout
	}
	return r
}

// NewRequestWithClient returns an empty request to the paths below base and versionedAPIPath.
func NewRequestWithClient(base *url.URL, versionedAPIPath string, content ClientContentConfig, client *http.Client) *Request {
	return NewRequest(newRESTClient(base, versionedAPIPath, content, client))
}

// fail records err if it is the first error.
func (r *Request) fail(err error) *Request {
	if r.err == nil {
		r.err = err
	}
	return r
}

// Error returns the first error of the steps so far.
func (r *Request) Error() error { return r.err }

// Verb sets the HTTP method.
func (r *Request) Verb(verb string) *Request {
	r.verb = verb
	return r
}

// SetHeader replaces the values of a header.
func (r *Request) SetHeader(key string, values ...string) *Request {
	if r.headers == nil {
		r.headers = http.Header{}
	}
	r.headers.Del(key)
	for _, value := range values {
		r.headers.Add(key, value)
	}
	return r
}

// Timeout bounds the duration of the request on the server and in the client. Zero means no bound; a negative one is an
// error.
func (r *Request) Timeout(d time.Duration) *Request {
	if r.err != nil {
		return r
	}
	if d < 0 {
		return r.fail(errors.New("timeout must not be negative"))
	}
	r.timeout = d
	return r
}

// MaxRetries bounds the retries of the request. The default is ten; a negative number means none.
func (r *Request) MaxRetries(maxRetries int) *Request {
	r.maxRetries = max(maxRetries, 0)
	return r
}

// Throttle replaces the client's rate limiter for this request; nil means no limit.
func (r *Request) Throttle(limiter flowcontrol.RateLimiter) *Request {
	r.limiter = limiter
	return r
}

// BackOffWithContext sets the backoff manager, which decides how long to wait after failures; nil means no waits.
func (r *Request) BackOffWithContext(manager BackoffManagerWithContext) *Request {
	r.backoff = manager
	return r
}

// WarningHandler sets the handler of warnings in the response; nil means the process's default handler.
func (r *Request) WarningHandler(handler WarningHandler) *Request {
	r.warnings = warningHandlerOf(handler, nil)
	return r
}

// WarningHandlerWithContext is WarningHandler with the request's context.
func (r *Request) WarningHandlerWithContext(handler WarningHandlerWithContext) *Request {
	r.warnings = handler
	return r
}

// acceptProtobuf is shared by requests and never changed.
var acceptProtobuf = []string{runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON}

// UseProtobufAsDefault makes this request use protobuf unless the client's configuration names a content type.
func (r *Request) UseProtobufAsDefault() *Request {
	if r.c.contentTypeDefaulted && r.c.content.AcceptContentTypes == "" {
		r.contentType = runtime.ContentTypeProtobuf
		r.accept = acceptProtobuf
	}
	return r
}

// UseProtobufAsDefaultIfPreferred is UseProtobufAsDefault if prefersProtobuf is set, else nothing.
func (r *Request) UseProtobufAsDefaultIfPreferred(prefersProtobuf bool) *Request {
	if prefersProtobuf {
		return r.UseProtobufAsDefault()
	}
	return r
}

// Do sends the request and reads the whole response. The Result holds any error: *RequestConstructionError for a request that
// could not be built, an error of api/errors for one that the server refused, network errors as they are.
func (r *Request) Do(ctx context.Context) Result {
	defer r.observeLatency(ctx)()
	if err := r.ready(ctx); err != nil {
		return Result{err: err}
	}
	ctx, cancel := r.withTimeout(ctx)
	defer cancel()
	r.logBody(ctx, "Request Body", r.body.bytes)
	resp, err := r.send(ctx, retryable)
	if err != nil {
		r.reportWrites(ctx, nil, nil, err)
		return Result{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	result := r.transform(resp)
	r.reportWrites(ctx, resp, result.body, nil)
	r.logBody(ctx, "Response Body", result.body)
	r.warn(ctx, resp)
	r.observeResponse(ctx, len(result.body))
	return result
}

// DoRaw sends the request and returns the body of the response. A response other than 2xx is an error; DoRaw returns the
// first megabytes of its body beside it.
func (r *Request) DoRaw(ctx context.Context) ([]byte, error) {
	defer r.observeLatency(ctx)()
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := r.withTimeout(ctx)
	defer cancel()
	r.logBody(ctx, "Request Body", r.body.bytes)
	resp, err := r.send(ctx, retryable)
	if err != nil {
		r.reportWrites(ctx, nil, nil, err)
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := r.readAll(resp)
	r.reportWrites(ctx, resp, data, nil)
	r.logBody(ctx, "Response Body", data)
	r.warn(ctx, resp)
	r.observeResponse(ctx, len(data))
	if err == nil && failed(resp) {
		err = r.unexpected(resp, data)
	}
	return data, err
}

// Stream sends the request and returns the body of a 2xx response, which the caller reads and closes. Any other response is
// an error, as for Do. Stream does not retry when a connection breaks. Only the server applies the request's timeout; on
// the client's side the timeout of its http.Client applies.
func (r *Request) Stream(ctx context.Context) (io.ReadCloser, error) {
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	r.logBody(ctx, "Request Body", r.body.bytes)
	resp, err := r.send(ctx, notRetryable)
	r.reportWrites(ctx, resp, nil, err) // before the caller reads the answer: an object in it is not known yet
	if err != nil {
		return nil, err
	}
	r.warn(ctx, resp)
	if resp.StatusCode >= http.StatusOK && resp.StatusCode < http.StatusMultipleChoices {
		return resp.Body, nil
	}
	defer func() { _ = resp.Body.Close() }()
	if err := r.transform(resp).Error(); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%d while accessing %v", resp.StatusCode, redact.URL(r.URL()))
}

// withTimeout bounds all attempts and the waits between them, without the first wait for the rate limiter.
func (r *Request) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if r.timeout > 0 {
		r.bounded = true
		return context.WithTimeout(ctx, r.timeout)
	}
	return ctx, func() {}
}

// failed reports whether a response has an error code. Switching protocols is not one.
func failed(resp *http.Response) bool {
	return resp.StatusCode != http.StatusSwitchingProtocols &&
		(resp.StatusCode < http.StatusOK || resp.StatusCode > http.StatusPartialContent)
}
