package term_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/internal/term"
)

// skewed is a clock that is ahead of the timers.
type skewed struct {
	clock.RealClock
	by time.Duration
}

func (s *skewed) Now() time.Time { return time.Now().Add(s.by) }

// After the process was stopped for a while, Err reports the end of the term before any timer has fired.
func TestErrAsksTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := &skewed{}
		work := term.New(t.Context(), clock, 10*time.Second, clock.Now())
		assert.NoError(t, work.Err())
		clock.by = 11 * time.Second // the process slept, and its timers with it
		assert.ErrorIs(t, work.Err(), context.Canceled)
		assert.Equal(t, term.ErrDeadline, context.Cause(work))
		<-work.Done()
		work.Extend(clock.Now())
		assert.Error(t, work.Err())
	})
}

func TestTermEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := &skewed{}
		begun := clock.Now()
		work := term.New(t.Context(), clock, 10*time.Second, begun)
		child, cancel := context.WithCancel(work)
		defer cancel()
		time.Sleep(9 * time.Second)
		work.Extend(clock.Now())
		<-child.Done()
		assert.Equal(t, 19*time.Second, time.Since(begun))
		assert.Equal(t, term.ErrDeadline, context.Cause(child))

		assert.Error(t, term.New(t.Context(), clock, time.Second, begun).Err(), "it was over before it began")
	})
}
