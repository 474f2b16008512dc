package rest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/metrics"
)

const (
	// noticeableWait and longWait are waits for the client's own limiter that are logged at verbosity 3, and in any case.
	noticeableWait = 50 * time.Millisecond
	longWait       = time.Second
	// longWaitEvery is how often a client complains of long waits.
	longWaitEvery = 10 * time.Second
)

// throttle waits for the rate limiter. Its error says that it was the client's own limit that the caller waited for:
// nothing was sent.
func (r *Request) throttle(ctx context.Context, reason string) error {
	if r.limiter == nil {
		return nil
	}
	begun := time.Now()
	err := r.limiter.Wait(ctx)
	waited := time.Since(begun)
	if waited > noticeableWait {
		r.logWait(klog.FromContext(ctx), waited, reason)
	}
	if metrics.Enabled(metrics.RateLimiterLatency) {
		metrics.RateLimiterLatency.Observe(ctx, r.verb, r.urlTemplate(), waited)
	}
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("client rate limiter Wait returned an error: %w", err)
	}
	return err
}

func (r *Request) logWait(logger klog.Logger, waited time.Duration, reason string) {
	level := 3
	if waited > longWait && r.c.complaints.allow() {
		level = 0
	}
	logger.V(level).Info("Waited before sending request", "delay", waited, "reason", reason, "verb", r.verb, "URL", redact.URL(r.URL()))
}

// complaints keeps a client from filling the log with what it has said already.
type complaints struct{ last atomic.Int64 }

func (c *complaints) allow() bool {
	last, now := c.last.Load(), time.Now().UnixNano()
	return (last == 0 || now-last >= int64(longWaitEvery)) && c.last.CompareAndSwap(last, now)
}
