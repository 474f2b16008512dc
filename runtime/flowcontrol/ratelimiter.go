package flowcontrol

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
	"k8s.io/utils/clock"
)

// PassiveRateLimiter decides whether something may be done now. It never waits.
type PassiveRateLimiter interface {
	// TryAccept takes a token if there is one, and reports whether it did.
	TryAccept() bool
	// Stop releases the limiter. It has no effect on the token buckets of this package.
	Stop()
	// QPS returns the number of new tokens a second.
	QPS() float32
}

// RateLimiter limits the rate of its callers. It is safe for concurrent use.
type RateLimiter interface {
	PassiveRateLimiter
	// Accept waits for a token.
	Accept()
	// Wait waits for a token or the end of ctx. It fails at once if the deadline of ctx is before the token would come.
	Wait(ctx context.Context) error
}

// Clock is the clock of a limiter.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
	// Since returns the time that has passed since a time.
	Since(time.Time) time.Duration
	// Sleep waits for a duration.
	Sleep(time.Duration)
}

// NewTokenBucketRateLimiter returns a limiter of qps tokens a second that saves up to burst tokens.
func NewTokenBucketRateLimiter(qps float32, burst int) RateLimiter {
	return NewTokenBucketRateLimiterWithClock(qps, burst, clock.RealClock{})
}

// NewTokenBucketRateLimiterWithClock is NewTokenBucketRateLimiter with the caller's clock, for tests.
func NewTokenBucketRateLimiterWithClock(qps float32, burst int, c Clock) RateLimiter {
	return newTokenBucket(qps, burst, c)
}

// NewTokenBucketPassiveRateLimiter is NewTokenBucketRateLimiter for callers that never wait.
func NewTokenBucketPassiveRateLimiter(qps float32, burst int) PassiveRateLimiter {
	return NewTokenBucketRateLimiter(qps, burst)
}

// NewTokenBucketPassiveRateLimiterWithClock is NewTokenBucketPassiveRateLimiter with the caller's clock.
func NewTokenBucketPassiveRateLimiterWithClock(qps float32, burst int, c clock.PassiveClock) PassiveRateLimiter {
	return newTokenBucket(qps, burst, neverSleeps{c})
}

// neverSleeps turns a passive clock into a Clock. A passive limiter never calls Sleep.
type neverSleeps struct{ clock.PassiveClock }

func (neverSleeps) Sleep(time.Duration) {}

// tokenBucket queues its waiters, and only the first reserves a token. If every waiter reserved one, a waiter that
// gives up could not return its token, because others have reserved later ones: a thousand such waiters would leave a
// debt of a thousand tokens.
type tokenBucket struct {
	limiter *rate.Limiter
	clock   Clock
	qps     float32

	first   *semaphore.Weighted // held by the waiter that is the first
	waiting atomic.Int64        // the number of waiters behind the first
}

func newTokenBucket(qps float32, burst int, c Clock) *tokenBucket {
	return &tokenBucket{limiter: rate.NewLimiter(rate.Limit(qps), burst), clock: c, qps: qps, first: semaphore.NewWeighted(1)}
}

func (b *tokenBucket) TryAccept() bool { return b.limiter.AllowN(b.clock.Now(), 1) }

func (b *tokenBucket) Stop() {}

func (b *tokenBucket) QPS() float32 { return b.qps }

func (b *tokenBucket) Accept() {
	b.waiting.Add(1)
	_ = b.first.Acquire(context.Background(), 1) // fails only when its context ends
	b.waiting.Add(-1)
	now := b.clock.Now()
	b.clock.Sleep(b.limiter.ReserveN(now, 1).DelayFrom(now))
	b.first.Release(1)
}

// Wait returns an error that names the client's own limit: no request was sent.
func (b *tokenBucket) Wait(ctx context.Context) error {
	err := b.wait(ctx)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("client rate limiter Wait (%v requests a second): %w", b.qps, context.Cause(ctx))
	default:
		// The limiter does not wait if the deadline comes first.
		return fmt.Errorf("client rate limiter Wait (%v requests a second) %w: %w", b.qps, context.DeadlineExceeded, err)
	}
}

func (b *tokenBucket) wait(ctx context.Context) error {
	err := b.enqueue(ctx, b.waiting.Add(1))
	b.waiting.Add(-1)
	if err != nil {
		return err
	}
	defer b.first.Release(1)
	return b.limiter.Wait(ctx)
}

// enqueue waits to be the first, unless the deadline is before the token would come.
func (b *tokenBucket) enqueue(ctx context.Context, place int64) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < b.estimate(place) {
		return errors.New("would exceed the context's deadline")
	}
	return b.first.Acquire(ctx, 1)
}

// estimate returns the time until that many waiters have a token.
func (b *tokenBucket) estimate(waiting int64) time.Duration {
	missing := float64(waiting) - b.limiter.Tokens()
	if missing <= 0 || b.qps <= 0 {
		return 0
	}
	return time.Duration(missing / float64(b.qps) * float64(time.Second))
}

// NewFakeAlwaysRateLimiter returns a limiter that always has a token.
func NewFakeAlwaysRateLimiter() RateLimiter { return fakeAlways{} }

type fakeAlways struct{}

func (fakeAlways) TryAccept() bool            { return true }
func (fakeAlways) Stop()                      {}
func (fakeAlways) Accept()                    {}
func (fakeAlways) QPS() float32               { return 1 }
func (fakeAlways) Wait(context.Context) error { return nil }

// NewFakeNeverRateLimiter returns a limiter that never has a token: Accept waits until Stop, and Wait fails.
func NewFakeNeverRateLimiter() RateLimiter { return &fakeNever{stopped: make(chan struct{})} }

var errNever = errors.New("this rate limiter never lets a request through")

// fakeNever never has a token.
type fakeNever struct {
	stopped chan struct{}
	once    sync.Once
}

func (f *fakeNever) TryAccept() bool { return false }
func (f *fakeNever) Stop()           { f.once.Do(func() { close(f.stopped) }) }
func (f *fakeNever) Accept()         { <-f.stopped }
func (f *fakeNever) QPS() float32    { return 1 }

func (f *fakeNever) Wait(context.Context) error { return errNever }
