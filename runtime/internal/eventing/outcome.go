package eventing

import (
	"context"
	"errors"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/klog/v2"

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

// AfterFailure returns the reason to drop an event after so many tries, the last of which failed with err; see [Judge]. If there is
// none, it waits for the pause before the next try. The end of ctx is a reason, too.
func AfterFailure(ctx context.Context, err error, tries int, pause time.Duration) DropReason {
	if reason := Judge(err); reason != "" {
		return reason
	}
	if tries >= MaxTries {
		return RetriesExhausted
	}
	if ctx.Err() == nil {
		klog.FromContext(ctx).Error(err, "Failed to write an event, it will be written again", "tries", tries)
		timer := time.NewTimer(pause)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
	if ctx.Err() != nil {
		return ShutDown
	}
	return ""
}
