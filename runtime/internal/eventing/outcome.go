package eventing

import (
	"errors"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/typewright/typewright/runtime/rest"
)

// MaxTries is how often an event is written before it is dropped.
const MaxTries = 12

// Judge says what follows from an error of a sink: the event is dropped for a reason, or, if the reason is empty, written again
// later. That is so if the server was not reached, did not answer as an API server does, or said that it cannot do it now. A limit
// on events that names no time to come back is a refusal: writing again would keep other events waiting.
func Judge(err error) DropReason {
	if _, malformed := errors.AsType[*rest.RequestConstructionError](err); malformed {
		return Rejected
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return ""
	}
	if apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause) {
		return NamespaceTerminating
	}
	if apierrors.IsServiceUnavailable(err) || apierrors.IsServerTimeout(err) || apierrors.IsTimeout(err) {
		return ""
	}
	if _, later := apierrors.SuggestsClientDelay(err); later && apierrors.IsTooManyRequests(err) {
		return ""
	}
	return Rejected
}

// IsNotFound reports whether a server answered that there is no such event.
func IsNotFound(err error) bool {
	var status apierrors.APIStatus
	return errors.As(err, &status) && status.Status().Code == http.StatusNotFound
}
