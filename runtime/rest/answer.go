package rest

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"golang.org/x/net/http2"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

const (
	// maxErrorBody is how much is read of an answer that tells of a failure: it is a Status of a few kilobytes, or a page.
	maxErrorBody = 4 << 20
	// believable is the largest size that is believed before the bytes are there: memory is taken for it at once.
	believable = 8 << 20
)

// ResponseTooLargeError is the error of an answer that is larger than the client's configuration allows; see
// [Config.MaxResponseBytes].
type ResponseTooLargeError struct {
	// Limit is what was allowed, in bytes.
	Limit int64
}

// Error names the limit, and what to do.
func (e *ResponseTooLargeError) Error() string {
	return fmt.Sprintf("the answer is larger than %d bytes: ask for a list in pages (ListOptions.Limit), or set MaxResponseBytes of rest.Config", e.Limit)
}

// readAll reads the answer's body as far as the client's limit allows. Of one that tells of a failure it reads the
// beginning.
func (r *Request) readAll(resp *http.Response) ([]byte, error) {
	if r.verb == http.MethodHead {
		return nil, nil // its length is that of what GET would answer
	}
	if failed(resp) {
		return whole(io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)))
	}
	limit := r.c.maxResponse
	if limit == 0 {
		limit = DefaultMaxResponseBytes
	}
	switch size := resp.ContentLength; {
	case limit > 0 && size > limit:
		return nil, &ResponseTooLargeError{limit}
	case 0 < size && size <= believable:
		data := make([]byte, size)
		n, err := io.ReadFull(resp.Body, data)
		return whole(data[:n], err)
	case limit < 0:
		return whole(io.ReadAll(resp.Body))
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if int64(len(data)) > limit {
		return nil, &ResponseTooLargeError{limit}
	}
	return whole(data, err)
}

// whole says that an answer broke off, where it did.
func whole(data []byte, err error) ([]byte, error) {
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
