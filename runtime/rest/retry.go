package rest

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// maxRetryAfter is how many seconds a request waits at a server's word: callers without a deadline would wait for years.
const maxRetryAfter = 300

// retry says that a request is sent again: after which wait, and why.
type retry struct {
	wait   time.Duration
	reason string
}

// retryAfter decides whether the request is sent again after an attempt, the first being number 0.
//
// An answer is followed by another attempt when the server asks for it: 429 or 5xx with Retry-After. Where it asks for more
// patience than minutes, the caller gets the answer, in whose details the time stands. A connection that
// broke is followed by one when the request changes nothing. In both cases the body must be there again.
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

// reasonOf says what the server answered, and which of its flow schemas throttled the request (KEP-1040).
func reasonOf(resp *http.Response) string {
	reason := fmt.Sprintf("the server answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	if schema := resp.Header.Get("X-Kubernetes-Pf-Flowschema-Uid"); schema != "" && resp.StatusCode == http.StatusTooManyRequests {
		reason += fmt.Sprintf(", FlowSchema UID %.256q", schema)
	}
	return reason
}

// retryable reports whether err means that a request which changes nothing can be sent again.
func retryable(verb string, err error) bool {
	return verb == http.MethodGet && brokenWatch(verb, err)
}

// brokenWatch reports whether err means that a watch can be sent again, which changes nothing whatever its verb.
func brokenWatch(_ string, err error) bool {
	return utilnet.IsConnectionReset(err) || utilnet.IsProbableEOF(err) || utilnet.IsHTTP2ConnectionLost(err)
}

// never is for requests whose callers read on by themselves: a stream is sent again by nobody else.
func never(string, error) bool { return false }

// retryAfterSeconds reads Retry-After, in seconds or as a date (RFC 9110, section 10.2.3).
func retryAfterSeconds(header http.Header) (int, bool) {
	value := header.Get("Retry-After")
	if value == "" {
		return 0, false
	}
	if seconds, err := strconv.Atoi(value); err == nil {
		return min(max(seconds, 0), math.MaxInt32), true // decades will do
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
