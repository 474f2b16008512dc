package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"golang.org/x/net/http2"
	utilnet "k8s.io/apimachinery/pkg/util/net"
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
	resp, err := r.send(ctx)
	if err != nil {
		return Result{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	result := r.transform(resp)
	r.observeResponse(ctx, len(result.body))
	return result
}

// DoRaw sends the request and returns the bytes of the answer. An answer other than 2xx is an error; its body comes with
// it.
func (r *Request) DoRaw(ctx context.Context) ([]byte, error) {
	defer r.observeLatency(ctx)()
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := r.withTimeout(ctx)
	defer cancel()
	resp, err := r.send(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := readAll(resp)
	r.observeResponse(ctx, len(data))
	if err == nil && failed(resp) {
		err = r.unexpected(resp, data)
	}
	return data, err
}

// Stream sends the request and returns the body of a 2xx answer as it comes; the caller closes it. Any other answer is an
// error, as it is for Do. The request's timeout is the server's to keep; the client's is that of its http.Client.
func (r *Request) Stream(ctx context.Context) (io.ReadCloser, error) {
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	resp, err := r.send(ctx)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusOK && resp.StatusCode < http.StatusMultipleChoices {
		return resp.Body, nil
	}
	defer func() { _ = resp.Body.Close() }()
	if result := r.transform(resp); result.err != nil {
		return nil, result.err
	}
	return nil, fmt.Errorf("%d while accessing %v", resp.StatusCode, r.URL().Redacted())
}

// withTimeout bounds the attempts at a request and the waits between them; waiting for the rate limiter before the first
// does not count.
func (r *Request) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if r.timeout > 0 {
		return context.WithTimeout(ctx, r.timeout)
	}
	return ctx, func() {}
}

// failed reports whether an answer tells of a failure. One that switches protocols does not.
func failed(resp *http.Response) bool {
	return resp.StatusCode != http.StatusSwitchingProtocols &&
		(resp.StatusCode < http.StatusOK || resp.StatusCode > http.StatusPartialContent)
}

// readAll reads the answer's body.
func readAll(resp *http.Response) ([]byte, error) {
	data, err := readBody(resp)
	if err != nil {
		err = brokenBody(err)
	}
	return data, err
}

// brokenBody is the error of an answer whose body broke off.
func brokenBody(err error) error {
	if _, ok := errors.AsType[http2.StreamError](err); ok || utilnet.IsHTTP2ConnectionLost(err) {
		return fmt.Errorf("stream error when reading response body, may be caused by closed connection. Please retry. Original error: %w", err)
	}
	return fmt.Errorf("unexpected error when reading response body. Please retry. Original error: %w", err)
}

// readBody reads into a buffer of the size that the server announced, and no more than a sane one of those.
func readBody(resp *http.Response) ([]byte, error) {
	const believable = 64 << 20
	size := resp.ContentLength
	if size <= 0 || size > believable {
		return io.ReadAll(resp.Body)
	}
	data := make([]byte, size)
	n, err := io.ReadFull(resp.Body, data)
	return data[:n], err
}
