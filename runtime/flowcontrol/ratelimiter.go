package flowcontrol

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
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
	return newTokenBucket(qps, burst, c)
}

// NewTokenBucketPassiveRateLimiter is NewTokenBucketRateLimiter for callers that never wait.
func NewTokenBucketPassiveRateLimiter(qps float32, burst int) PassiveRateLimiter {
	return NewTokenBucketRateLimiter(qps, burst)
}

// NewTokenBucketPassiveRateLimiterWithClock is NewTokenBucketPassiveRateLimiter on a clock of the caller's.
func NewTokenBucketPassiveRateLimiterWithClock(qps float32, burst int, c clock.PassiveClock) PassiveRateLimiter {
	return newTokenBucket(qps, burst, neverSleeps{c})
}

// neverSleeps makes a clock of one that only tells the time; a passive limiter never asks it to sleep.
type neverSleeps struct{ clock.PassiveClock }

func (neverSleeps) Sleep(time.Duration) {}

// tokenBucket has those who wait stand in a line, of whom the first alone reserves a token. Where each reserved one, a token
// that somebody no longer waits for could not be given back, as others had reserved later ones: a thousand waiters that give
// up would leave a debt of a thousand tokens.
type tokenBucket struct {
	limiter *rate.Limiter
	clock   Clock
	qps     float32

	first   chan struct{} // has room for the one who is at the head of the line
	waiting atomic.Int64  // how many stand behind
}

func newTokenBucket(qps float32, burst int, c Clock) *tokenBucket {
	return &tokenBucket{limiter: rate.NewLimiter(rate.Limit(qps), burst), clock: c, qps: qps, first: make(chan struct{}, 1)}
}

func (b *tokenBucket) TryAccept() bool { return b.limiter.AllowN(b.clock.Now(), 1) }

func (b *tokenBucket) Stop() {}

func (b *tokenBucket) QPS() float32 { return b.qps }

func (b *tokenBucket) Accept() {
	b.waiting.Add(1)
	b.first <- struct{}{}
	b.waiting.Add(-1)
	now := b.clock.Now()
	b.clock.Sleep(b.limiter.ReserveN(now, 1).DelayFrom(now))
	<-b.first
}

// Wait says in its error that it was the client's own limit that the caller waited for: nothing was sent.
func (b *tokenBucket) Wait(ctx context.Context) error {
	err := b.wait(ctx)
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

func (b *tokenBucket) wait(ctx context.Context) error {
	err := b.standInLine(ctx, b.waiting.Add(1))
	b.waiting.Add(-1)
	if err != nil {
		return err
	}
	defer func() { <-b.first }()
	return b.limiter.Wait(ctx)
}

// standInLine waits to be the first, unless the deadline comes before the token would.
func (b *tokenBucket) standInLine(ctx context.Context, place int64) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < b.estimate(place) {
		return errors.New("would exceed the context's deadline")
	}
	select {
	case b.first <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// estimate is how long it takes until so many of those who wait have a token.
func (b *tokenBucket) estimate(waiting int64) time.Duration {
	missing := float64(waiting) - b.limiter.Tokens()
	if missing <= 0 || b.qps <= 0 {
		return 0
	}
	return time.Duration(missing / float64(b.qps) * float64(time.Second))
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
