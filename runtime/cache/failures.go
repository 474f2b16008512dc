package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// FailureReason is the kind of a failure to list or watch.
type FailureReason string

// VeryShortWatchError is the error for a watch that ended in less than a second and had no events.
type VeryShortWatchError struct {
	// Name is the name of the reflector.
	Name string
}

// Error returns client-go's message, with the name of the reflector.
func (e *VeryShortWatchError) Error() string {
	return "very short watch: " + e.Name + ": Unexpected watch close - watch lasted less than a second and no items received"
}

// The kinds of failure.
const (
	// ReasonUnauthorized means that the server does not accept the credentials.
	ReasonUnauthorized FailureReason = "Unauthorized"
	// ReasonForbidden means that the user may not list or watch the resource.
	ReasonForbidden FailureReason = "Forbidden"
	// ReasonNotFound means that the server does not know the resource, whose definition may be missing.
	ReasonNotFound FailureReason = "NotFound"
	// ReasonThrottled means that the server has too many requests.
	ReasonThrottled FailureReason = "Throttled"
	// ReasonExpired means that the server no longer has the requested resource version.
	ReasonExpired FailureReason = "Expired"
	// ReasonDeadline means that a response took too long, or that the requested resource version is too new.
	ReasonDeadline FailureReason = "Deadline"
	// ReasonServer means that the server failed.
	ReasonServer FailureReason = "Server"
	// ReasonConnection means that the server could not be reached, or that the connection broke.
	ReasonConnection FailureReason = "Connection"
	// ReasonDecode means that the server's response could not be decoded.
	ReasonDecode FailureReason = "Decode"
	// ReasonUnknown means any other failure.
	ReasonUnknown FailureReason = "Unknown"
)

// isPersistent reports whether failures of this kind are unlikely to go away by themselves.
func (r FailureReason) isPersistent() bool {
	switch r {
	case ReasonUnauthorized, ReasonForbidden, ReasonNotFound, ReasonDecode, ReasonUnknown:
		return true
	default:
		return false
	}
}

// ReasonOf returns the kind of failure that an error is. It returns ReasonUnknown for nil.
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

// clientWatchDecoding is the cause in the Status of the last event of a watch whose stream could not be decoded.
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

// A failure that goes on is logged again after firstReminder, and then after twice as long each time, up to lastReminder.
const (
	firstReminder = 30 * time.Second
	lastReminder  = 30 * time.Minute
)

// calm is how long a reflector must have worked before its next failure is logged at once, whatever was logged before.
const calm = time.Minute

// patience is how long a failure that may go away by itself must last before it is logged as an error.
const patience = time.Minute

// failureLog logs the failures of a reflector: the first one and each new cause at once, the same causes at growing
// intervals, and once that the reflector works again. A reflector that works for less than calm between failures does not
// start the intervals anew. failureLog is safe for concurrent use.
type failureLog struct {
	mu sync.Mutex
	// causes holds the causes that have been logged. The next known cause is logged at due; reminder is the interval before
	// it.
	causes   map[string]struct{}
	reminder time.Duration
	due      time.Time
	// failing is set if a failure was logged but not its end. healed is when the last row of failures ended.
	failing bool
	healed  time.Time
}

// describes is a source that knows what it lists and watches.
type describes interface {
	// Describe returns the resource and the namespace, each of which may be empty.
	Describe() (resource, namespace string)
}

// fieldsOf returns the fields of a log line that identify the reflector.
func fieldsOf(name string, source any) []any {
	fields := []any{"reflector", name}
	known, ok := source.(describes)
	if !ok {
		return fields
	}
	resource, namespace := known.Describe()
	if resource != "" {
		fields = append(fields, "resource", resource)
	}
	if namespace != "" {
		fields = append(fields, "namespace", namespace)
	}
	return fields
}

// failed logs a failure if it is time to. It does not use apimachinery's HandleError, which limits its rate by sleeping:
// in a test with testing/synctest, it may sleep for years.
func (l *failureLog) failed(ctx context.Context, source any, f core.Failure) {
	now := time.Now()
	if !l.isNews(causeOf(f.Err), now) {
		return
	}
	fields := append(fieldsOf(f.Name, source), "reason", ReasonOf(f.Err), "since", f.Since.Format(time.RFC3339), "failures", f.Count)
	if f.Next.After(now) {
		fields = append(fields, "nextAttemptIn", f.Next.Sub(now).Round(100*time.Millisecond).String())
	}
	const message = "List or watch failed and will be tried again"
	logger := klog.FromContext(ctx)
	if ReasonOf(f.Err).isPersistent() || now.Sub(f.Since) >= patience {
		logger.Error(f.Err, message, fields...)
		return
	}
	logger.Info(message, append(fields, "err", f.Err)...)
}

// isNews reports whether a failure with this cause is due to be logged, and records that it is.
func (l *failureLog) isNews(cause string, now time.Time) bool {
	const enough = 100
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.failing && now.Sub(l.healed) >= calm {
		l.causes, l.reminder = nil, 0
	}
	_, known := l.causes[cause]
	switch {
	case l.reminder == 0:
		l.causes, l.reminder = map[string]struct{}{}, firstReminder
	case !known && len(l.causes) < enough:
		// A new cause does not change when the next known one is due.
		l.causes[cause], l.failing = struct{}{}, true
		return true
	case now.Before(l.due):
		return false
	default:
		l.reminder = min(2*l.reminder, lastReminder)
	}
	l.causes[cause], l.failing = struct{}{}, true
	l.due = now.Add(l.reminder)
	return true
}

// recovered logs that a row of failures has ended, if one of them was logged.
func (l *failureLog) recovered(ctx context.Context, source any, row core.Failure) {
	l.mu.Lock()
	logged := l.failing
	l.failing, l.healed = false, time.Now()
	l.mu.Unlock()
	if logged {
		klog.FromContext(ctx).Info("List and watch work again",
			append(fieldsOf(row.Name, source), "failingSince", row.Since.Format(time.RFC3339), "failures", row.Count)...)
	}
}

// causeOf returns the reason of an error and the message of its innermost error, without digits, because ports, times and
// other numbers may differ in each attempt.
func causeOf(err error) string {
	root := err
	for next := errors.Unwrap(root); next != nil; next = errors.Unwrap(root) {
		root = next
	}
	return string(ReasonOf(err)) + ": " + strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, root.Error())
}

// failureError returns a failure as an error, or nil for the zero value.
func failureError(f core.Failure) error {
	if f.Count == 0 {
		return nil
	}
	return &FailureError{Reason: ReasonOf(f.Err), Since: f.Since, Failures: f.Count, Err: f.Err}
}

// FailureError says why an informer cannot list or watch.
type FailureError struct {
	Reason FailureReason
	// Since is the time of the first failure since the informer last worked, and Failures the number of failures since
	// then. Err is the last one.
	Since    time.Time
	Failures int
	Err      error
}

// Error returns a message with all fields.
func (e *FailureError) Error() string {
	return fmt.Sprintf("%s since %s (%d failures): %v", e.Reason, e.Since.Format(time.RFC3339), e.Failures, e.Err)
}

// Unwrap returns the last failure.
func (e *FailureError) Unwrap() error { return e.Err }
