package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// writeJSON answers with a document.
func writeJSON(w http.ResponseWriter, code int, document any) error {
	data, err := json.Marshal(document)
	if err != nil {
		return err
	}
	writeBytes(w, code, mediaJSON, append(data, '\n'))
	return nil
}

func writeBytes(w http.ResponseWriter, code int, mediaType string, data []byte) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", "no-cache, private")
	w.WriteHeader(code)
	_, _ = w.Write(data) // a client that has gone has no use for the error
}

// writeError answers with the Status of an error.
func writeError(w http.ResponseWriter, _ *http.Request, err error) {
	if errors.Is(err, errPage{}) {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	status := statusOf(err)
	if status.Details != nil && status.Details.RetryAfterSeconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(status.Details.RetryAfterSeconds)))
	}
	_ = writeJSON(w, int(status.Code), status)
}

// statusOf is what an error says to clients. One without a Status is the server's own fault.
func statusOf(err error) metav1.Status {
	status := metav1.Status{Status: metav1.StatusFailure, Code: http.StatusInternalServerError, Message: err.Error()}
	var described apierrors.APIStatus
	if errors.As(err, &described) {
		status = described.Status()
	}
	status.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
	return status
}

// generic is what the router of the real server says where a request does not get to the API.
func generic(code int32, reason metav1.StatusReason, message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: code, Reason: reason, Message: message, Details: &metav1.StatusDetails{},
	}}
}

// sendWarnings puts the warnings into the headers, where they must be before the answer.
func (r *request) sendWarnings() {
	for _, text := range r.warnings {
		if header, err := utilnet.NewWarningHeader(299, "", text); err == nil {
			r.w.Header().Add("Warning", header)
		}
	}
	r.warnings = nil
}

// reply answers with an object, in the form that the client asks for.
func (r *request) reply(code int, o *Object) error {
	as, err := r.negotiate()
	if err != nil {
		return err
	}
	r.sendWarnings()
	return as.object(code, o)
}

// replyStatus answers that all went well.
func (r *request) replyStatus(code int, details *metav1.StatusDetails) error {
	r.sendWarnings()
	return writeJSON(r.w, code, metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusSuccess, Details: details,
	})
}

// invalid is the error of an object of the resource that breaks rules; nil where it breaks none.
func (r *request) invalid(name string, errs ...*field.Error) error {
	if len(errs) == 0 {
		return nil
	}
	return apierrors.NewInvalid(r.resource.GroupKind(), name, errs)
}

func kindMustBe(kind, want string) *field.Error {
	return field.Invalid(field.NewPath("kind"), kind, "must be "+want)
}

// notFound is the error of an object that is not there.
func (r *request) notFound() error { return apierrors.NewNotFound(r.groupResource(), r.name) }

// conflict is the error of an object that is not as the client thinks.
func (r *request) conflict(format string, args ...any) error {
	return apierrors.NewConflict(r.groupResource(), r.name, fmt.Errorf(format, args...))
}

// namespaces is the resource whose objects hold those of others.
var namespaces = schema.GroupResource{Resource: "namespaces"}

func isNamespaces(r *kinds.Resource) bool { return r.GroupResource() == namespaces }
