package flowcontrol

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	testclock "k8s.io/utils/clock/testing"
)

func TestTokenBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := NewTokenBucketRateLimiter(2, 3)
		begun := time.Now()
		for range 3 {
			assert.True(t, limiter.TryAccept())
		}
		assert.False(t, limiter.TryAccept())
		limiter.Accept()
		assert.Equal(t, 500*time.Millisecond, time.Since(begun))
		require.NoError(t, limiter.Wait(t.Context()))
		assert.Equal(t, time.Second, time.Since(begun))

		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		err := limiter.Wait(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "client rate limiter Wait")
		assert.InDelta(t, 2, limiter.QPS(), 0)
	})
}

// A waiter that gives up returns its reservation: the next waiter waits as if there had been no other.
func TestWaitersThatGiveUpLeaveNoDebt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := NewTokenBucketRateLimiter(1, 1)
		require.True(t, limiter.TryAccept())
		ctx, giveUp := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 1000 {
			all.Go(func() { assert.ErrorIs(t, limiter.Wait(ctx), context.Canceled) })
		}
		synctest.Wait()
		giveUp()
		all.Wait()
		begun := time.Now()
		require.NoError(t, limiter.Wait(t.Context()))
		assert.LessOrEqual(t, time.Since(begun), time.Second)
	})
}

// A waiter whose deadline is before its turn gets an error at once.
func TestAWaiterWhoseDeadlineIsTooEarlyFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := NewTokenBucketRateLimiter(1, 1)
		require.True(t, limiter.TryAccept())
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() { assert.NoError(t, limiter.Wait(t.Context())) })
			synctest.Wait()
		}
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		require.ErrorIs(t, limiter.Wait(ctx), context.DeadlineExceeded)
		assert.Zero(t, time.Since(begun), "the sixth would wait for six seconds")
		ctx, cancel = context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		require.NoError(t, limiter.Wait(ctx))
		assert.InDelta(t, 6, time.Since(begun).Seconds(), 0.01)
		all.Wait()
	})
}

func TestFakes(t *testing.T) {
	assert.True(t, NewFakeAlwaysRateLimiter().TryAccept())
	never := NewFakeNeverRateLimiter()
	assert.False(t, never.TryAccept())
	require.Error(t, never.Wait(t.Context()))
	var accepted sync.WaitGroup
	accepted.Go(never.Accept)
	never.Stop()
	never.Stop()
	accepted.Wait()
}

func TestBackoff(t *testing.T) {
	clock := testclock.NewFakeClock(time.Now())
	b := NewFakeBackOff(time.Second, 5*time.Second, clock)
	for _, want := range []int{1, 2, 4, 5, 5} {
		b.Next("a", clock.Now())
		assert.Equal(t, time.Duration(want)*time.Second, b.Get("a"))
	}
	assert.Zero(t, b.Get("b"))
	assert.True(t, b.IsInBackOffSinceUpdate("a", clock.Now()))
	clock.Step(11 * time.Second)
	assert.False(t, b.IsInBackOffSinceUpdate("a", clock.Now()), "it has expired")
	b.GC()
	assert.Zero(t, b.Get("a"))
	b.Next("a", clock.Now())
	assert.Equal(t, time.Second, b.Get("a"), "anew")
	b.Reset("a")
	assert.Zero(t, b.Get("a"))
}
