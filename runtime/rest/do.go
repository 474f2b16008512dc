package rest

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// Do sends the request and reads the whole answer. What goes wrong is in the Result: a request that could not be built
// as *RequestConstructionError, what the server refused as an error of api/errors, and what broke on the way as it is.
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
		return Result{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	result := r.transform(resp)
	r.logBody(ctx, "Response Body", result.body)
	r.warn(ctx, resp)
	r.observeResponse(ctx, len(result.body))
	return result
}

// DoRaw sends the request and returns the bytes of the answer. An answer other than 2xx is an error; the first megabytes of
// its body come with it.
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
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := r.readAll(resp)
	r.logBody(ctx, "Response Body", data)
	r.warn(ctx, resp)
	r.observeResponse(ctx, len(data))
	if err == nil && failed(resp) {
		err = r.unexpected(resp, data)
	}
	return data, err
}

// Stream sends the request and returns the body of a 2xx answer as it comes; the caller closes it. Any other answer is an
// error, as it is for Do. A connection that breaks is an error too: nothing is sent again then. The request's timeout is the server's to keep; the client's is that of its http.Client.
func (r *Request) Stream(ctx context.Context) (io.ReadCloser, error) {
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	r.logBody(ctx, "Request Body", r.body.bytes)
	resp, err := r.send(ctx, never)
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

// withTimeout bounds the attempts at a request and the waits between them; waiting for the rate limiter before the first
// does not count.
func (r *Request) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if r.timeout > 0 {
		r.bounded = true
		return context.WithTimeout(ctx, r.timeout)
	}
	return ctx, func() {}
}

// failed reports whether an answer tells of a failure. One that switches protocols does not.
func failed(resp *http.Response) bool {
	return resp.StatusCode != http.StatusSwitchingProtocols &&
		(resp.StatusCode < http.StatusOK || resp.StatusCode > http.StatusPartialContent)
}
