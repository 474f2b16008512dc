package rest

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/flowcontrol"
)

// maxRetryAfter bounds the seconds in Retry-After that a request waits: without a deadline a caller could wait for years.
const maxRetryAfter = 300

// retry holds how long to wait before the next attempt, and why there is one.
type retry struct {
	wait   time.Duration
	reason string
}

// retryAfter decides whether to retry after an attempt; attempts count from 0.
//
// A response is followed by a retry when the server asks for it: 429 or 5xx with Retry-After. If Retry-After is longer than
// maxRetryAfter, the caller gets the response instead, with the time in its details. A broken connection is followed by a
// retry if the request changes nothing. In both cases the body must be available again.
func (r *Request) retryAfter(attempt int, resp *http.Response, err error, broken func(verb string, err error) bool) (retry, bool) {
	if attempt >= r.maxRetries || !r.body.canRewind() {
		return retry{}, false
	}
	if err != nil {
		if !broken(r.verb, err) {
			return retry{}, false
		}
		return retry{time.Second, "the connection broke: " + err.Error()}, true
	}
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode < http.StatusInternalServerError {
		return retry{}, false
	}
	seconds, ok := retryAfterSeconds(resp.Header)
	if !ok || seconds > maxRetryAfter {
		return retry{}, false
	}
	return retry{time.Duration(seconds) * time.Second, reasonOf(resp)}, true
}

// reasonOf names the status of a response, and the flow schema that throttled the request (KEP-1040).
func reasonOf(resp *http.Response) string {
	reason := fmt.Sprintf("the server answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if schema := resp.Header.Get("X-Kubernetes-Pf-Flowschema-Uid"); schema != "" && resp.StatusCode == http.StatusTooManyRequests {
		reason += fmt.Sprintf(", FlowSchema UID %.256q", schema)
	}
	return reason
}

// retryable reports whether a request that failed with err may be retried: a GET over a connection that broke.
func retryable(verb string, err error) bool {
	return verb == http.MethodGet && brokenWatch(verb, err)
}

// brokenWatch reports whether a watch that failed with err may be retried; a watch changes nothing, whatever its verb.
func brokenWatch(_ string, err error) bool {
	return utilnet.IsConnectionReset(err) || utilnet.IsProbableEOF(err) || utilnet.IsHTTP2ConnectionLost(err)
}

// notRetryable is for streams, whose callers retry by themselves.
func notRetryable(string, error) bool { return false }

// retryAfterSeconds reads Retry-After, in seconds or as a date (RFC 9110, section 10.2.3).
func retryAfterSeconds(header http.Header) (int, bool) {
	value := header.Get("Retry-After")
	if value == "" {
		return 0, false
	}
	if seconds, err := strconv.Atoi(value); err == nil {
		return min(max(seconds, 0), math.MaxInt32), true // more would overflow
	}
	date, err := http.ParseTime(value)
	return max(int(time.Until(date).Seconds()), 0), err == nil
}

// sleep waits for d, or until the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// BackoffManagerWithContext decides how long a client waits between requests to a host that fails.
type BackoffManagerWithContext interface {
	// UpdateBackoffWithContext records an attempt: its error, or the status code of its response.
	UpdateBackoffWithContext(ctx context.Context, actualURL *url.URL, err error, responseCode int)
	// CalculateBackoffWithContext returns how long to wait before the next attempt.
	CalculateBackoffWithContext(ctx context.Context, actualURL *url.URL) time.Duration
	// SleepWithContext waits for d, or until the context ends.
	SleepWithContext(ctx context.Context, d time.Duration)
}

var (
	_ BackoffManagerWithContext = (*URLBackoff)(nil)
	_ BackoffManagerWithContext = (*NoBackoff)(nil)
)

// NoBackoff never waits.
type NoBackoff struct{}

// UpdateBackoff does nothing.
func (*NoBackoff) UpdateBackoff(*url.URL, error, int) {}

// UpdateBackoffWithContext does nothing.
func (*NoBackoff) UpdateBackoffWithContext(context.Context, *url.URL, error, int) {}

// CalculateBackoff returns zero.
func (*NoBackoff) CalculateBackoff(*url.URL) time.Duration { return 0 }

// CalculateBackoffWithContext returns zero.
func (*NoBackoff) CalculateBackoffWithContext(context.Context, *url.URL) time.Duration { return 0 }

// Sleep waits for d.
func (*NoBackoff) Sleep(d time.Duration) { time.Sleep(d) }

// SleepWithContext waits for d, or until the context ends.
func (*NoBackoff) SleepWithContext(ctx context.Context, d time.Duration) { _ = sleep(ctx, d) }

// URLBackoff waits longer and longer for each host that answers 429 or 5xx or not at all. Backoff is required.
type URLBackoff struct {
	Backoff *flowcontrol.Backoff
}

// Disable ends all waits.
func (b *URLBackoff) Disable() { b.Backoff = flowcontrol.NewBackOff(0, 0) }

// UpdateBackoff records an attempt.
func (b *URLBackoff) UpdateBackoff(actualURL *url.URL, err error, responseCode int) {
	if err != nil || responseCode == http.StatusTooManyRequests || responseCode >= http.StatusInternalServerError {
		b.Backoff.Next(hostOf(actualURL), b.Backoff.Clock.Now())
		return
	}
	b.Backoff.Reset(hostOf(actualURL))
}

// UpdateBackoffWithContext records an attempt.
func (b *URLBackoff) UpdateBackoffWithContext(_ context.Context, actualURL *url.URL, err error, responseCode int) {
	b.UpdateBackoff(actualURL, err, responseCode)
}

// CalculateBackoff returns how long to wait before the next request to the host.
func (b *URLBackoff) CalculateBackoff(actualURL *url.URL) time.Duration {
	return b.Backoff.Get(hostOf(actualURL))
}

// CalculateBackoffWithContext returns how long to wait before the next request to the host.
func (b *URLBackoff) CalculateBackoffWithContext(_ context.Context, actualURL *url.URL) time.Duration {
	return b.CalculateBackoff(actualURL)
}

// Sleep waits for d.
func (b *URLBackoff) Sleep(d time.Duration) { b.Backoff.Clock.Sleep(d) }

// SleepWithContext waits for d, or until the context ends.
func (b *URLBackoff) SleepWithContext(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := b.Backoff.Clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C():
	case <-ctx.Done():
	}
}

func hostOf(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.Host
}

// Environment variables, in seconds, that turn on backoff for all clients of a process.
const (
	envBackoffBase     = "KUBE_CLIENT_BACKOFF_BASE"
	envBackoffDuration = "KUBE_CLIENT_BACKOFF_DURATION"
)

// backoffFromEnvironment returns a function that makes a request's backoff manager, or nil if the variables are not set.
func backoffFromEnvironment() func() BackoffManagerWithContext {
	base, errBase := strconv.Atoi(os.Getenv(envBackoffBase))
	duration, errDuration := strconv.Atoi(os.Getenv(envBackoffDuration))
	if errBase != nil || errDuration != nil {
		return nil
	}
	// All requests of the client share one, so that the failure of a request delays the next ones.
	shared := &URLBackoff{Backoff: flowcontrol.NewBackOff(time.Duration(base)*time.Second, time.Duration(duration)*time.Second)}
	return func() BackoffManagerWithContext { return shared }
}
