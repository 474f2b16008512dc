package cache

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/url"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// FailureReason is what kind of failure keeps an informer from listing or watching.
type FailureReason string

// The kinds of failure.
const (
	// ReasonUnauthorized means that the server does not know who asks.
	ReasonUnauthorized FailureReason = "Unauthorized"
	// ReasonForbidden means that whoever asks may not list or watch.
	ReasonForbidden FailureReason = "Forbidden"
	// ReasonNotFound means that the server does not know the resource, whose definition may be missing.
	ReasonNotFound FailureReason = "NotFound"
	// ReasonThrottled means that the server has too much to do.
	ReasonThrottled FailureReason = "Throttled"
	// ReasonExpired means that the server no longer has, or does not have yet, the version that it was asked for.
	ReasonExpired FailureReason = "Expired"
	// ReasonDeadline means that an answer took too long.
	ReasonDeadline FailureReason = "Deadline"
	// ReasonServer means that the server failed.
	ReasonServer FailureReason = "Server"
	// ReasonConnection means that the server could not be reached, or that the connection broke.
	ReasonConnection FailureReason = "Connection"
	// ReasonDecode means that the server's answer could not be read.
	ReasonDecode FailureReason = "Decode"
	// ReasonUnknown means none of these.
	ReasonUnknown FailureReason = "Unknown"
)

// lasts reports whether failures of a kind do not go away by themselves.
func (r FailureReason) lasts() bool {
	switch r {
	case ReasonUnauthorized, ReasonForbidden, ReasonNotFound, ReasonDecode, ReasonUnknown:
		return true
	default:
		return false
	}
}

// ReasonOf returns what kind of failure an error is.
func ReasonOf(err error) FailureReason {
	for _, kind := range []struct {
		is     func(error) bool
		reason FailureReason
	}{
		{apierrors.IsUnauthorized, ReasonUnauthorized},
		{apierrors.IsForbidden, ReasonForbidden},
		{apierrors.IsNotFound, ReasonNotFound},
		{apierrors.IsTooManyRequests, ReasonThrottled},
		{apierrors.IsResourceExpired, ReasonExpired},
		{apierrors.IsGone, ReasonExpired},
		{isDecode, ReasonDecode},
		{apierrors.IsTimeout, ReasonDeadline},
		{apierrors.IsServerTimeout, ReasonDeadline},
		{isDeadline, ReasonDeadline},
		{apierrors.IsInternalError, ReasonServer},
		{apierrors.IsServiceUnavailable, ReasonServer},
		{isConnection, ReasonConnection},
	} {
		if kind.is(err) {
			return kind.reason
		}
	}
	return ReasonUnknown
}

func isDeadline(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || utilnet.IsTimeout(err)
}

func isConnection(err error) bool {
	var network net.Error
	var request *url.Error
	var short *VeryShortWatchError
	return utilnet.IsConnectionRefused(err) || utilnet.IsConnectionReset(err) || utilnet.IsHTTP2ConnectionLost(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &network) || errors.As(err, &request) || errors.As(err, &short)
}

// clientWatchDecoding is the cause in the Status that the channel of a watch ends with where the stream could not be read.
const clientWatchDecoding metav1.CauseType = "ClientWatchDecoding"

func isDecode(err error) bool {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	var decoder interface{ DecodeError() bool }
	var unexpected *apierrors.UnexpectedObjectError
	if errors.As(err, &syntax) || errors.As(err, &mismatch) || errors.As(err, &decoder) || errors.As(err, &unexpected) ||
		apierrors.HasStatusCause(err, clientWatchDecoding) {
		return true
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		if runtime.IsNotRegisteredError(e) || runtime.IsMissingKind(e) || runtime.IsMissingVersion(e) || runtime.IsStrictDecodingError(e) {
			return true
		}
	}
	return false
}
