package rest

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// retryAfter decides whether the request is sent again after an attempt, the first being number 0, and how long to wait
// before.
//
// An answer is followed by another attempt when the server asks for it: 429 or 5xx with Retry-After in seconds. A
// connection that broke is followed by one when the request changes nothing. In both cases the body must be there again.
func (r *Request) retryAfter(attempt int, resp *http.Response, err error) (time.Duration, bool) {
	if attempt >= r.maxRetries || !r.body.canRewind() {
		return 0, false
	}
	if err != nil {
		return time.Second, retryable(r.verb, err)
	}
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode < http.StatusInternalServerError {
		return 0, false
	}
	seconds, ok := retryAfterSeconds(resp.Header)
	return time.Duration(seconds) * time.Second, ok
}

func retryAfterSeconds(header http.Header) (int, bool) {
	seconds, err := strconv.Atoi(header.Get("Retry-After"))
	return max(seconds, 0), err == nil
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
