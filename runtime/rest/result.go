package rest

import (
	"errors"
	"net/http"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/webpage"
)

// Result is the answer to a request, or the error that took its place.
type Result struct {
	body        []byte
	contentType string
	statusCode  int
	warnings    []utilnet.WarningHeader
	err         error // what the request, or the code of the answer, tells
	status      error // what the answer tells itself, where it tells of a failure
	decoder     runtime.Decoder
}

// Raw returns the bytes of the answer; they belong to the caller.
func (r Result) Raw() ([]byte, error) { return r.body, r.Error() }

// Get decodes the answer into an object of the kind that it names.
func (r Result) Get() (runtime.Object, error) {
	if r.err != nil {
		return nil, r.Error()
	}
	if r.decoder == nil {
		return nil, r.foreign()
	}
	obj, _, err := r.decoder.Decode(r.body, nil, nil)
	if err != nil {
		return nil, err
	}
	return obj, statusError(obj)
}

// Into decodes the answer into obj. An answer that is a failed Status instead is an error; obj is not changed then.
func (r Result) Into(obj runtime.Object) error {
	if r.err != nil {
		return r.Error()
	}
	if r.decoder == nil {
		return r.foreign()
	}
	if len(r.body) == 0 {
		return errors.New("0-length response with status code: " + strconv.Itoa(r.statusCode) + " and content type: " + r.contentType)
	}
	out, _, err := r.decoder.Decode(r.body, nil, obj)
	if err != nil || out == obj {
		return err
	}
	return statusError(out)
}

// foreign is the error of an answer that there is no decoder for.
func (r Result) foreign() error {
	return webpage.Explain(errors.New("serializer for "+r.contentType+" doesn't exist"), r.contentType, r.body)
}

// statusError returns the error that obj tells of, nil where it is none.
func statusError(obj runtime.Object) error {
	if status, ok := obj.(*metav1.Status); ok && status.Status != metav1.StatusSuccess {
		return apierrors.FromObject(status)
	}
	return nil
}

// StatusCode stores the HTTP status, zero where there was no answer.
func (r Result) StatusCode(statusCode *int) Result {
	*statusCode = r.statusCode
	return r
}

// ContentType stores the media type of the answer.
func (r Result) ContentType(contentType *string) Result {
	*contentType = r.contentType
	return r
}

// WasCreated stores whether the server made a new object: whether it answered 201.
func (r Result) WasCreated(wasCreated *bool) Result {
	*wasCreated = r.statusCode == http.StatusCreated
	return r
}

// Warnings returns what the server warned of.
func (r Result) Warnings() []utilnet.WarningHeader { return r.warnings }

// Error returns why there is no answer, nil where there is one.
func (r Result) Error() error {
	if r.status != nil {
		return r.status
	}
	return r.err
}
