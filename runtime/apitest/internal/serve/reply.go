package serve

import (
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
)

// sendWarnings puts the warnings into the headers, so it must run before the answer is written.
func (r *request) sendWarnings() {
	for _, text := range r.warnings {
		if header, err := utilnet.NewWarningHeader(299, "", text); err == nil {
			r.w.Header().Add("Warning", header)
		}
	}
	r.warnings = nil
}

// negotiate returns the encoder for the answer. Verbs call it before anything else, as the real server does.
func (r *request) negotiate() (encode.Encoder, error) { return encode.Negotiate(r.http, r.codec()) }

// reply writes an object in the format that the client accepts.
func (r *request) reply(code int, o *encode.Object) error {
	encoder, err := r.negotiate()
	if err != nil {
		return err
	}
	r.sendWarnings()
	return encoder.WriteObject(r.w, code, o)
}

// replyStatus writes a Status with Success.
func (r *request) replyStatus(code int, details *metav1.StatusDetails) error {
	r.sendWarnings()
	return encode.WriteStatus(r.w, r.http, code, &metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusSuccess, Details: details,
	})
}

// invalid is the error of an object that breaks rules, nil if errs is empty.
func (r *request) invalid(name string, errs ...*field.Error) error {
	if len(errs) == 0 {
		return nil
	}
	return apierrors.NewInvalid(r.resource.GroupKind(), name, errs)
}

func kindMustBe(kind, want string) *field.Error {
	return field.Invalid(field.NewPath("kind"), kind, "must be "+want)
}

// notFound is the error of a request for an object that does not exist.
func (r *request) notFound() error { return apierrors.NewNotFound(r.groupResource(), r.name) }

// conflict is the error of a change that was meant for another state of the object.
func (r *request) conflict(format string, args ...any) error {
	return apierrors.NewConflict(r.groupResource(), r.name, fmt.Errorf(format, args...))
}
