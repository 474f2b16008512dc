package cache

import (
	"context"
	"encoding/json"
	"errors"
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

// How often a failure that goes on is logged again: first after firstReminder, then after twice as long each time, but no
// less than every lastReminder.
const (
	firstReminder = 30 * time.Second
	lastReminder  = 30 * time.Minute
)

// calm is how long all must have been well for the next failure to be news again.
const calm = time.Minute

// patience is how long listing or watching may fail before what may go away by itself is logged as an error.
const patience = time.Minute

// failureLog logs what keeps a reflector from listing or watching: the first failure at once, another cause at once, and
// the same again at lengthening intervals; and once that it is over. One that fails again and again, and works between, is
// one that fails.
type failureLog struct {
	mu sync.Mutex
	// causes are those that have been logged, reminder is the time between the last line and the next, which is due then.
	causes   map[string]struct{}
	reminder time.Duration
	due      time.Time
	// failing is set from a line about a failure until that about its end; healed is when the last row of failures ended.
	failing bool
	healed  time.Time
}

// describes is a source that knows what it lists and watches.
type describes interface {
	// Describe returns the resource, and the namespace: empty for all or none.
	Describe() (resource, namespace string)
}

// fieldsOf are those of a line that say whom it is about.
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

// failed logs a failure, unless it is no news. It does not go through apimachinery's HandleError, which sleeps, for years
// where a test has a clock of its own (testing/synctest).
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
	if ReasonOf(f.Err).lasts() || now.Sub(f.Since) >= patience {
		logger.Error(f.Err, message, fields...)
		return
	}
	logger.Info(message, append(fields, "err", f.Err)...)
}

// isNews reports whether a failure is to be logged, and notes that it was.
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
		// Another cause says nothing of when the next line about this one is due.
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

// recovered logs that a row of failures has ended, where one of them was logged.
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

// causeOf is what an error comes down to, without what differs from attempt to attempt: ports, times, numbers.
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
