// Package term has the time for which a lease allows work, for packages leaderelection and sharding.
package term

import (
	"context"
	"errors"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// ErrDeadline is the cause of the end of a term that was not extended in time.
var ErrDeadline = errors.New("the lease was not renewed before the deadline")

// Term is the context of what the holder of a lease does. It is done when the parent is, when the lease is lost, or a certain time
// after the last renewal. Err asks the clock, so that in a process that was stopped it does not depend on which goroutine runs first.
type Term struct {
	context.Context
	cancel   context.CancelCauseFunc
	clock    clock.Clock
	duration time.Duration

	mu    sync.Mutex
	until time.Time
	timer *time.Timer
}

// New returns a term that ends so long after it began.
func New(parent context.Context, c clock.Clock, duration time.Duration, begun time.Time) *Term {
	ctx, cancel := context.WithCancelCause(parent)
	t := &Term{Context: ctx, cancel: cancel, clock: c, duration: duration, until: begun.Add(duration)}
	t.mu.Lock() // the timer may fire before it is noted
	defer t.mu.Unlock()
	t.timer = time.AfterFunc(t.until.Sub(c.Now()), t.expire)
	return t
}

// Extend says that the lease was renewed by a request that began at that time. A term that has ended stays so.
func (t *Term) Extend(begun time.Time) {
	if t.Err() != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.until = begun.Add(t.duration)
	t.timer.Reset(t.until.Sub(t.clock.Now()))
}

// Err is nil as long as the holder may work.
func (t *Term) Err() error {
	if err := t.Context.Err(); err != nil {
		return err
	}
	if t.Rest() <= 0 {
		t.End(ErrDeadline)
	}
	return t.Context.Err()
}

// Rest is how long the holder may still work.
func (t *Term) Rest() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.until.Sub(t.clock.Now())
}

// expire ends the term, or sets the timer again if it was extended just now.
func (t *Term) expire() {
	if t.Err() == nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.timer.Reset(t.until.Sub(t.clock.Now()))
	}
}

// End ends the term, for a cause that context.Cause tells.
func (t *Term) End(cause error) {
	t.mu.Lock()
	t.timer.Stop()
	t.mu.Unlock()
	t.cancel(cause)
}
