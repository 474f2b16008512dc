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
	// Waits for the client's rate limiter longer than noticeableWait are logged at verbosity 3, and longer than longWait
	// at any verbosity.
	noticeableWait = 50 * time.Millisecond
	longWait       = time.Second
	// longWaitEvery is the shortest time between two such lines at any verbosity.
	longWaitEvery = 10 * time.Second
)

// throttle waits for the client's rate limiter. Its error says so, since nothing was sent, unless the context has ended before.
func (r *Request) throttle(ctx context.Context, reason string) error {
	if r.limiter == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
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
	if waited > longWait && r.c.waitLog.allow() {
		level = 0
	}
	logger.V(level).Info("Waited before sending request", "delay", waited, "reason", reason, "verb", r.verb, "URL", redact.URL(r.URL()))
}

// logLimit limits the log lines about long waits of a client.
type logLimit struct{ last atomic.Int64 }

func (c *logLimit) allow() bool {
	last, now := c.last.Load(), time.Now().UnixNano()
	return (last == 0 || now-last >= int64(longWaitEvery)) && c.last.CompareAndSwap(last, now)
}
