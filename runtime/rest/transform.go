package rest

import (
	"fmt"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/webpage"
)

// transform reads the answer, and finds the decoder for it, or the error that it tells of.
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
		result.decoder = decoder
		result.err, result.status = r.unexpected(resp, result.body), refusal(result.body, decoder)
	case err == nil:
		result.decoder = decoder
	case failed(resp):
		// An answer in a language that the client does not speak can be an error still; one that is not is for those who
		// want its bytes.
		result.err = r.unexpected(resp, result.body)
	}
	return result
}

// refusal returns the error that an answer other than 2xx is, nil where it is no Status.
func refusal(data []byte, decoder runtime.Decoder) error {
	if len(data) == 0 {
		return nil
	}
	// Old servers leave the version out.
	obj, _, err := decoder.Decode(data, &schema.GroupVersionKind{Version: "v1"}, nil)
	if status, ok := obj.(*metav1.Status); ok && err == nil && status.Status == metav1.StatusFailure {
		return apierrors.FromObject(status)
	}
	return nil
}

// quoteLimit bounds what an error quotes of an answer that is no Status.
const quoteLimit = 2048

// unexpected makes an error of an answer other than 2xx that is no Status. What the answer says instead stands in the causes
// of the error's details (errors.As with an APIStatus finds them): often it is a proxy's word and tells what is wrong. The
// text is client-go's, but that it calls a web page one.
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

// quoteBody is the beginning of a body, as far as it is text.
func quoteBody(data []byte, limit int) string {
	if len(data) == 0 {
		return "unknown"
	}
	quoted := data[:min(len(data), limit)]
	for cut := 0; cut < utf8.UTFMax && !utf8.Valid(quoted) && len(quoted) > 0 && len(data) > limit; cut++ {
		quoted = quoted[:len(quoted)-1] // the limit may have cut a character
	}
	if !utf8.Valid(quoted) {
		return fmt.Sprintf("unknown (%d bytes that are no text)", len(data))
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
		return nil, fmt.Errorf("the answer's content type %.256q: %w", contentType, err)
	}
	return negotiator.Decoder(mediaType, params)
}
