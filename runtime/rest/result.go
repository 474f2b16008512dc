package rest

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/http2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/webpage"
)

// Result is the response to a request, or an error.
type Result struct {
	body        []byte
	contentType string
	statusCode  int
	warnings    []utilnet.WarningHeader
	err         error // of the request, or made from the code of the response
	status      error // made from a Status in the response
	decoder     runtime.Decoder
}

// Raw returns the body of the response, which the caller may change. Its error is made from the code of the response: a Status
// in the body is left to the caller, or see Error.
func (r Result) Raw() ([]byte, error) { return r.body, r.err }

// Get decodes the response into a new object of its kind.
func (r Result) Get() (runtime.Object, error) {
	if r.err != nil {
		return nil, r.Error()
	}
	if r.decoder == nil {
		return nil, r.noDecoder()
	}
	obj, _, err := r.decoder.Decode(r.body, nil, nil)
	if err != nil {
		return nil, err
	}
	return obj, statusError(obj)
}

// Into decodes the response into obj. If the response is a Status of a failure, Into returns it as an error and does not
// change obj. If obj is a list, a response that is not a list of its kind is an error: decoding it would say that there are no
// objects.
func (r Result) Into(obj runtime.Object) error {
	if r.err != nil {
		return r.Error()
	}
	if r.decoder == nil {
		return r.noDecoder()
	}
	if len(r.body) == 0 {
		return errors.New("0-length response with status code: " + strconv.Itoa(r.statusCode) + " and content type: " + r.contentType)
	}
	out, _, err := r.decoder.Decode(r.body, nil, obj)
	switch {
	case err != nil:
		return err
	case out == obj:
		return checkList(obj, r.body)
	case meta.IsListType(obj):
		return wrongKind(out, obj)
	default:
		return statusError(out)
	}
}

// noDecoder is the error of a response in an encoding that the client has no decoder for.
func (r Result) noDecoder() error {
	return webpage.Explain(errors.New("serializer for "+r.contentType+" doesn't exist"), r.contentType, r.body)
}

// statusError returns obj as an error if it is a Status of a failure.
func statusError(obj runtime.Object) error {
	if status, ok := obj.(*metav1.Status); ok && status.Status != metav1.StatusSuccess {
		return apierrors.FromObject(status)
	}
	return nil
}

// StatusCode stores the HTTP status code, zero without a response.
func (r Result) StatusCode(statusCode *int) Result {
	*statusCode = r.statusCode
	return r
}

// ContentType stores the Content-Type of the response.
func (r Result) ContentType(contentType *string) Result {
	*contentType = r.contentType
	return r
}

// WasCreated stores whether the server created an object: whether it answered 201.
func (r Result) WasCreated(wasCreated *bool) Result {
	*wasCreated = r.statusCode == http.StatusCreated
	return r
}

// Warnings returns the warnings in the response.
func (r Result) Warnings() []utilnet.WarningHeader { return r.warnings }

// Error returns why the request failed, or nil.
func (r Result) Error() error {
	if r.status != nil {
		return r.status
	}
	return r.err
}

const (
	// maxErrorBody bounds what is read of a response with an error code: a Status has a few kilobytes.
	maxErrorBody = 4 << 20
	// maxPreallocated is the largest Content-Length for which memory is allocated before the bytes arrive.
	maxPreallocated = 8 << 20
)

// ResponseTooLargeError reports a response that is larger than [Config.MaxResponseBytes].
type ResponseTooLargeError struct {
	// Limit is the largest allowed size in bytes.
	Limit int64
}

// Error names the limit and the remedy.
func (e *ResponseTooLargeError) Error() string {
	return fmt.Sprintf("the answer is larger than %d bytes: ask for a list in pages (ListOptions.Limit), or set MaxResponseBytes of rest.Config", e.Limit)
}

// readAll reads the body of a response up to the client's limit, or the first megabytes of one with an error code.
func (r *Request) readAll(resp *http.Response) ([]byte, error) {
	if r.verb == http.MethodHead {
		return nil, nil // its Content-Length is that of the response to GET
	}
	if failed(resp) {
		return readResult(io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)))
	}
	limit := r.responseLimit()
	switch size := resp.ContentLength; {
	case limit > 0 && size > limit:
		return nil, &ResponseTooLargeError{limit}
	case 0 < size && size <= maxPreallocated:
		data := make([]byte, size)
		n, err := io.ReadFull(resp.Body, data)
		return readResult(data[:n], err)
	case limit < 0:
		return readResult(io.ReadAll(resp.Body))
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if int64(len(data)) > limit {
		return nil, &ResponseTooLargeError{limit}
	}
	return readResult(data, err)
}

// responseLimit is how large a response may be that is held in memory as a whole; a negative number means no limit.
func (r *Request) responseLimit() int64 {
	if r.c.maxResponse == 0 {
		return DefaultMaxResponseBytes
	}
	return r.c.maxResponse
}

// readResult explains an error of reading a body.
func readResult(data []byte, err error) ([]byte, error) {
	if err != nil {
		err = brokenBody(err)
	}
	return data, err
}

// brokenBody is the error of a body that ended early.
func brokenBody(err error) error {
	if _, ok := errors.AsType[http2.StreamError](err); ok || utilnet.IsHTTP2ConnectionLost(err) {
		return fmt.Errorf("stream error when reading response body, may be caused by closed connection. Please retry. Original error: %w", err)
	}
	return fmt.Errorf("unexpected error when reading response body. Please retry. Original error: %w", err)
}

// transform reads a response, and finds its decoder or its error.
func (r *Request) transform(resp *http.Response) Result {
	result := Result{statusCode: resp.StatusCode, contentType: resp.Header.Get("Content-Type"), warnings: parseWarnings(resp.Header)}
	if result.body, result.err = r.readAll(resp); result.err != nil {
		return result
	}
	if result.contentType == "" {
		result.contentType = r.contentType
	}
	decoder, err := r.c.decoders.get(result.contentType, r.c.content.Negotiator)
	switch {
	case err == nil && failed(resp):
		result.decoder, result.status = decoder, decodeFailure(result.body, decoder)
		quoted := result.body
		if result.status != nil {
			quoted = nil
		}
		result.err = r.unexpected(resp, quoted)
	case err == nil:
		result.decoder = decoder
	case failed(resp):
		// Without a decoder a response with an error code is still an error. Any other is left to callers of Raw.
		result.err = r.unexpected(resp, result.body)
	}
	return result
}

// decodeFailure returns the error in a response other than 2xx, nil if it is not a Status.
func decodeFailure(data []byte, decoder runtime.Decoder) error {
	if len(data) == 0 || decoder == nil { // a negotiator may have none
		return nil
	}
	// Old servers omit the version.
	obj, _, err := decoder.Decode(data, &schema.GroupVersionKind{Version: "v1"}, nil)
	if status, ok := obj.(*metav1.Status); ok && err == nil && status.Status == metav1.StatusFailure {
		return apierrors.FromObject(status)
	}
	return nil
}

// quoteLimit bounds what an error quotes of a response that is not a Status, in bytes.
const quoteLimit = 2048

// unexpected makes an error of a response other than 2xx that is not a Status. The body, which often comes from a proxy and
// tells what is wrong, stands in the causes of the error's details (errors.As with an APIStatus finds them). The text is
// client-go's, but also says when the response is a web page.
func (r *Request) unexpected(resp *http.Response, data []byte) error {
	seconds, _ := retryAfterSeconds(resp.Header)
	var resource schema.GroupResource
	if r.target.resource != "" {
		resource = schema.GroupResource{Group: r.c.content.GroupVersion.Group, Resource: r.target.resource}
	}
	message := quoteBody(data, quoteLimit)
	if location := resp.Header.Get("Location"); location != "" && resp.StatusCode < http.StatusBadRequest {
		message = fmt.Sprintf("redirected to %.256q: %s", location, message)
	}
	err := apierrors.NewGenericServerResponse(resp.StatusCode, r.verb, resource, r.target.name, message, seconds, true)
	if webpage.Is(resp.Header.Get("Content-Type"), data) {
		err.ErrStatus.Message += " (" + webpage.Hint + ")"
	}
	return err
}

// quoteBody returns the beginning of a body that is text.
func quoteBody(data []byte, limit int) string {
	if len(data) == 0 {
		return "unknown"
	}
	quoted := data[:min(len(data), limit)]
	for cut := 0; cut < utf8.UTFMax && !utf8.Valid(quoted) && len(quoted) > 0 && len(data) > limit; cut++ {
		quoted = quoted[:len(quoted)-1] // the limit may have cut a character
	}
	if !utf8.Valid(quoted) {
		return fmt.Sprintf("unknown (%d bytes that are not text)", len(data))
	}
	if len(data) > limit {
		return fmt.Sprintf("%s … (%d bytes in all)", quoted, len(data))
	}
	return strings.TrimSpace(string(quoted))
}

// decoderFor returns the decoder for a Content-Type.
func decoderFor(contentType string, negotiator runtime.ClientNegotiator) (runtime.Decoder, error) {
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, fmt.Errorf("the content type of the response, %.256q: %w", contentType, err)
	}
	return negotiator.Decoder(mediaType, params)
}
