package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/flowcontrol"
)

// defaultMaxRetries is how often a request is sent again when the server asks for it.
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

// RequestConstructionError reports a request that could not be built; nothing was sent.
type RequestConstructionError struct {
	Err error
}

// Error says what was wrong.
func (r *RequestConstructionError) Error() string {
	return "request construction error: '" + r.Err.Error() + "'"
}

// Unwrap returns what was wrong.
func (r *RequestConstructionError) Unwrap() error { return r.Err }

// Request is built step by step and then sent. The first thing that is wrong with it is remembered, and returned by
// whatever sends it. A Request belongs to one goroutine and is sent once.
type Request struct {
	c *RESTClient

	limiter     flowcontrol.RateLimiter
	backoff     BackoffManagerWithContext
	warnings    WarningHandlerWithContext
	maxRetries  int
	contentType string
	accept      []string
	timeout     time.Duration
	bounded     bool // whether the context that it is sent with ends with timeout

	verb    string
	target  target
	params  url.Values
	headers http.Header
	body    body

	err error
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

// fail remembers what is wrong, unless something was wrong before.
func (r *Request) fail(err error) *Request {
	if r.err == nil {
		r.err = err
	}
	return r
}

// Error returns the first thing that was wrong with the request so far.
func (r *Request) Error() error { return r.err }

// Verb sets the HTTP method.
func (r *Request) Verb(verb string) *Request {
	r.verb = verb
	return r
}

// SetHeader sets a header to the values, in place of those it had.
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

// Timeout tells the server and the client how long the request may take. Negative is wrong, zero means no bound.
func (r *Request) Timeout(d time.Duration) *Request {
	if d < 0 {
		return r.fail(errors.New("timeout must not be negative"))
	}
	r.timeout = d
	return r
}

// MaxRetries sets how often the request is sent again when the server asks for it; a negative number means never. The
// default is ten.
func (r *Request) MaxRetries(maxRetries int) *Request {
	r.maxRetries = max(maxRetries, 0)
	return r
}

// Throttle makes the request wait for limiter instead of the client's; nil means not to wait.
func (r *Request) Throttle(limiter flowcontrol.RateLimiter) *Request {
	r.limiter = limiter
	return r
}

// BackOffWithContext sets who decides how long to wait after failures; nil means nobody.
func (r *Request) BackOffWithContext(manager BackoffManagerWithContext) *Request {
	r.backoff = manager
	return r
}

// WarningHandler sets who is told of the server's warnings; nil means the process's default handler.
func (r *Request) WarningHandler(handler WarningHandler) *Request {
	r.warnings = warningHandlerOf(handler, nil)
	return r
}

// WarningHandlerWithContext is WarningHandler with the request's context.
func (r *Request) WarningHandlerWithContext(handler WarningHandlerWithContext) *Request {
	r.warnings = handler
	return r
}

// acceptProtobuf is shared by requests, and never changed.
var acceptProtobuf = []string{runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON}

// UseProtobufAsDefault speaks protobuf in this request where the client's configuration names no content type.
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
