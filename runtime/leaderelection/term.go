package leaderelection

import (
	"context"
	"errors"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// errLost and errDeadline are the causes of a term's end.
var (
	errLost     = errors.New("another candidate leads")
	errDeadline = errors.New("the lease was not renewed before the deadline")
)

// term is the context of a leader's work. It is done when the parent is, when the lease is lost, or a certain time after the last
// renewal. Err asks the clock, so that in a process that was stopped it does not depend on which goroutine runs first.
type term struct {
	context.Context
	cancel   context.CancelCauseFunc
	clock    clock.Clock
	duration time.Duration

	mu    sync.Mutex
	until time.Time
	timer *time.Timer
}

// newTerm returns a term that ends so long after it began.
func newTerm(parent context.Context, c clock.Clock, duration time.Duration, begun time.Time) *term {
	ctx, cancel := context.WithCancelCause(parent)
	t := &term{Context: ctx, cancel: cancel, clock: c, duration: duration, until: begun.Add(duration)}
	t.mu.Lock() // the timer may fire before it is noted
	defer t.mu.Unlock()
	t.timer = time.AfterFunc(t.until.Sub(c.Now()), t.expire)
	return t
}

// extend says that the lease was renewed by a request that began at that time. A term that has ended stays so.
func (t *term) extend(begun time.Time) {
	if t.Err() != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.until = begun.Add(t.duration)
	t.timer.Reset(t.until.Sub(t.clock.Now()))
}

// Err is nil as long as the leader may work.
func (t *term) Err() error {
	if err := t.Context.Err(); err != nil {
		return err
	}
	if t.rest() <= 0 {
		t.end(errDeadline)
	}
	return t.Context.Err()
}

// rest is how long the leader may still work.
func (t *term) rest() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.until.Sub(t.clock.Now())
}

// expire ends the term, or sets the timer again if it was extended just now.
func (t *term) expire() {
	if t.Err() == nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.timer.Reset(t.until.Sub(t.clock.Now()))
	}
}

func (t *term) end(cause error) {
	t.mu.Lock()
	t.timer.Stop()
	t.mu.Unlock()
	t.cancel(cause)
}
