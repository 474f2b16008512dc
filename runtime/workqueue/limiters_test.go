package workqueue

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"golang.org/x/time/rate"
)

func delays(limiter TypedRateLimiter[string], n int) []time.Duration {
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = limiter.When("a")
	}
	return all
}

func TestLimiters(t *testing.T) {
	exponential := func(base, most time.Duration) TypedRateLimiter[string] {
		return NewTypedItemExponentialFailureRateLimiter[string](base, most)
	}
	for name, test := range map[string]struct {
		limiter TypedRateLimiter[string]
		want    []time.Duration
	}{
		"exponential":       {exponential(1, 5), []time.Duration{1, 2, 4, 5, 5}},
		"base over most":    {exponential(9, 5), []time.Duration{5, 5}},
		"no base":           {exponential(0, 5), []time.Duration{0, 0}},
		"fast and slow":     {NewTypedItemFastSlowRateLimiter[string](1, 9, 2), []time.Duration{1, 1, 9, 9}},
		"max":               {NewTypedMaxOfRateLimiter(exponential(1, 5), NewTypedItemFastSlowRateLimiter[string](3, 4, 3)), []time.Duration{3, 3, 4, 5}},
		"max of none":       {NewTypedMaxOfRateLimiter[string](), []time.Duration{0}},
		"bounded":           {NewTypedWithMaxWaitRateLimiter(exponential(1, 9), 3), []time.Duration{1, 2, 3, 3}},
		"controller":        {DefaultTypedControllerRateLimiter[string](), []time.Duration{5 * time.Millisecond, 10 * time.Millisecond}},
		"item based":        {DefaultTypedItemBasedRateLimiter[string](), []time.Duration{time.Millisecond, 2 * time.Millisecond}},
		"bounded, negative": {NewTypedWithMaxWaitRateLimiter(exponential(1, 9), -1), []time.Duration{-1}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, delays(test.limiter, len(test.want)))
			assert.Zero(t, test.limiter.NumRequeues("b"))
			if name != "max of none" {
				assert.Equal(t, len(test.want), test.limiter.NumRequeues("a"))
			}
			test.limiter.Forget("a")
			assert.Zero(t, test.limiter.NumRequeues("a"))
			assert.Equal(t, test.want[0], test.limiter.When("a"))
		})
	}
}

func TestExponentialNeverOverflows(t *testing.T) {
	for _, base := range []time.Duration{1, 3, time.Second, math.MaxInt64} {
		limiter := NewTypedItemExponentialFailureRateLimiter[string](base, math.MaxInt64)
		before := time.Duration(0)
		for range 200 {
			delay := limiter.When("a")
			assert.GreaterOrEqual(t, delay, before)
			before = delay
		}
		assert.Equal(t, time.Duration(math.MaxInt64), before)
	}
}

func TestBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := &TypedBucketRateLimiter[string]{rate.NewLimiter(1, 2)}
		assert.Equal(t, []time.Duration{0, 0, time.Second, 2 * time.Second}, delays(limiter, 4))
		assert.Zero(t, limiter.NumRequeues("a"))
		limiter.Forget("a")
	})
}
