package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// Do sends the request and reads the whole answer. What goes wrong is in the Result: a request that could not be built
// as *RequestConstructionError, what the server refused as an error of api/errors, and what broke on the way as it is.
func (r *Request) Do(ctx context.Context) Result {
	ctx, cancel := r.withTimeout(ctx)
	defer cancel()
	resp, err := r.send(ctx)
	if err != nil {
		return Result{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	return r.transform(resp)
}

// DoRaw sends the request and returns the bytes of the answer. An answer other than 2xx is an error; its body comes with
// it.
func (r *Request) DoRaw(ctx context.Context) ([]byte, error) {
	ctx, cancel := r.withTimeout(ctx)
	defer cancel()
	resp, err := r.send(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := r.readAll(resp)
	if err == nil && !succeeded(resp) {
		err = r.unexpected(resp, data)
	}
	return data, err
}

// Stream sends the request and returns the body of a 2xx answer as it comes; the caller closes it.
func (r *Request) Stream(ctx context.Context) (io.ReadCloser, error) {
	resp, err := r.send(ctx)
	if err != nil {
		return nil, err
	}
	if succeeded(resp) {
		return resp.Body, nil
	}
	defer func() { _ = resp.Body.Close() }()
	if result := r.transform(resp); result.err != nil {
		return nil, result.err
	}
	return nil, fmt.Errorf("%d while accessing %v", resp.StatusCode, r.URL())
}

func (r *Request) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if r.timeout > 0 {
		return context.WithTimeout(ctx, r.timeout)
	}
	return ctx, func() {}
}

func succeeded(resp *http.Response) bool {
	return resp.StatusCode >= http.StatusOK && resp.StatusCode < http.StatusMultipleChoices
}

// readAll reads the answer's body.
func (r *Request) readAll(resp *http.Response) ([]byte, error) {
	data, err := readBody(resp)
	if err == nil {
		return data, nil
	}
	var streamError interface{ StreamID() uint32 }
	if errors.As(err, &streamError) || utilnet.IsHTTP2ConnectionLost(err) {
		return data, fmt.Errorf("the connection broke while the answer was read: %w", err)
	}
	return data, fmt.Errorf("unexpected error when reading response body. Please retry. Original error: %w", err)
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

// transform reads the answer, and finds the decoder for it, or the error that it tells of.
func (r *Request) transform(resp *http.Response) Result {
	result := Result{statusCode: resp.StatusCode, contentType: resp.Header.Get("Content-Type"), warnings: parseWarnings(resp.Header)}
	if result.body, result.err = r.readAll(resp); result.err != nil {
		return result
	}
	if result.contentType == "" {
		result.contentType = r.contentType
	}
	decoder, err := r.decoder(result.contentType)
	if err != nil {
		// An answer in a language that the client does not speak can be an error still; one that is not is for those who
		// want its bytes.
		if resp.StatusCode < http.StatusOK || resp.StatusCode > http.StatusPartialContent {
			result.err = r.unexpected(resp, result.body)
		}
		return result
	}
	result.decoder = decoder
	if resp.StatusCode < http.StatusOK || resp.StatusCode > http.StatusPartialContent {
		result.err = r.refusal(resp, result.body, decoder)
	}
	return result
}

func (r *Request) decoder(contentType string) (runtime.Decoder, error) {
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, fmt.Errorf("the answer's content type %q: %w", contentType, err)
	}
	return r.c.content.Negotiator.Decoder(mediaType, params)
}

// refusal returns the error that an answer other than 2xx tells of.
func (r *Request) refusal(resp *http.Response, data []byte, decoder runtime.Decoder) error {
	obj, _, err := decoder.Decode(data, &statusKind, nil)
	if status, ok := obj.(*metav1.Status); ok && err == nil && status.Status == metav1.StatusFailure {
		return apierrors.FromObject(status)
	}
	return r.unexpected(resp, data)
}

// quoteLimit bounds what an error quotes of an answer that is no Status.
const quoteLimit = 2048

// unexpected makes an error of an answer other than 2xx that is no Status.
func (r *Request) unexpected(resp *http.Response, data []byte) error {
	message := "unknown"
	if len(data) > 0 {
		message = string(data[:min(len(data), quoteLimit)])
		if len(data) > quoteLimit {
			message += fmt.Sprintf(" … (%d bytes in all)", len(data))
		}
	}
	seconds, _ := retryAfterSeconds(resp.Header)
	resource := schema.GroupResource{Group: r.c.content.GroupVersion.Group, Resource: r.target.resource}
	return apierrors.NewGenericServerResponse(resp.StatusCode, r.verb, resource, r.target.name, message, seconds, true)
}
