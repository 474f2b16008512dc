package flowcontrol

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/utils/clock"
)

// PassiveRateLimiter tells whether something may be done now. It never waits.
type PassiveRateLimiter interface {
	// TryAccept takes a token if there is one and reports whether there was.
	TryAccept() bool
	// Stop ends the use of the limiter. Calling it is allowed and has no effect on those of this package.
	Stop()
	// QPS is the rate at which tokens come back, per second.
	QPS() float32
}

// RateLimiter lets its callers through at a bounded rate. It is safe for concurrent use.
type RateLimiter interface {
	PassiveRateLimiter
	// Accept waits for a token.
	Accept()
	// Wait waits for a token, or until the context ends. It fails at once when the context's deadline comes before
	// the token would.
	Wait(ctx context.Context) error
}

// Clock is the time that a limiter lives by.
type Clock interface {
	// Now returns the time.
	Now() time.Time
	// Since returns how long ago a time was.
	Since(time.Time) time.Duration
	// Sleep waits.
	Sleep(time.Duration)
}

// NewTokenBucketRateLimiter lets qps callers a second through, and burst at once after a rest.
func NewTokenBucketRateLimiter(qps float32, burst int) RateLimiter {
	return NewTokenBucketRateLimiterWithClock(qps, burst, clock.RealClock{})
}

// NewTokenBucketRateLimiterWithClock is NewTokenBucketRateLimiter on a clock of the caller's, for tests.
func NewTokenBucketRateLimiterWithClock(qps float32, burst int, c Clock) RateLimiter {
	return &tokenBucket{limiter: rate.NewLimiter(rate.Limit(qps), burst), clock: c, qps: qps}
}

// NewTokenBucketPassiveRateLimiter is NewTokenBucketRateLimiter for callers that never wait.
func NewTokenBucketPassiveRateLimiter(qps float32, burst int) PassiveRateLimiter {
	return NewTokenBucketRateLimiter(qps, burst)
}

// NewTokenBucketPassiveRateLimiterWithClock is NewTokenBucketPassiveRateLimiter on a clock of the caller's.
func NewTokenBucketPassiveRateLimiterWithClock(qps float32, burst int, c clock.PassiveClock) PassiveRateLimiter {
	return &tokenBucket{limiter: rate.NewLimiter(rate.Limit(qps), burst), clock: neverSleeps{c}, qps: qps}
}

// neverSleeps makes a clock of one that only tells the time; a passive limiter never asks it to sleep.
type neverSleeps struct{ clock.PassiveClock }

func (neverSleeps) Sleep(time.Duration) {}

type tokenBucket struct {
	limiter *rate.Limiter
	clock   Clock
	qps     float32
}

func (b *tokenBucket) TryAccept() bool { return b.limiter.AllowN(b.clock.Now(), 1) }

func (b *tokenBucket) Stop() {}

func (b *tokenBucket) QPS() float32 { return b.qps }

func (b *tokenBucket) Accept() {
	now := b.clock.Now()
	b.clock.Sleep(b.limiter.ReserveN(now, 1).DelayFrom(now))
}

// Wait says in its error that it was the client's own limit that the caller waited for: nothing was sent.
func (b *tokenBucket) Wait(ctx context.Context) error {
	err := b.limiter.Wait(ctx)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("client rate limiter Wait (%v requests a second): %w", b.qps, context.Cause(ctx))
	default:
		// The limiter sees that the deadline comes first and does not wait for it.
		return fmt.Errorf("client rate limiter Wait (%v requests a second) %w: %w", b.qps, context.DeadlineExceeded, err)
	}
}

// NewFakeAlwaysRateLimiter returns a limiter that lets everybody through.
func NewFakeAlwaysRateLimiter() RateLimiter { return fakeAlways{} }

type fakeAlways struct{}

func (fakeAlways) TryAccept() bool            { return true }
func (fakeAlways) Stop()                      {}
func (fakeAlways) Accept()                    {}
func (fakeAlways) QPS() float32               { return 1 }
func (fakeAlways) Wait(context.Context) error { return nil }

// NewFakeNeverRateLimiter returns a limiter that lets nobody through: Accept waits until Stop is called.
func NewFakeNeverRateLimiter() RateLimiter { return &fakeNever{stopped: make(chan struct{})} }
