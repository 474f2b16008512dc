package leaderelection

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/typewright/typewright/runtime/internal/term"
)

// ErrNotLeading is the error of Lead when the candidate stops leading before its context ends: it could not renew the lease in time, or
// another candidate leads. The wrapped error says which.
var ErrNotLeading = errors.New("this replica leads no more")

// Lead waits until this candidate leads, calls work, and returns after work has returned. It is for programs that do nothing unless they
// lead:
//
//	return leaderelection.Lead(ctx, leaderelection.LeaderElectionConfig{Lock: lock}, controller.Run)
//
// The context of work ends with ctx, and when the candidate stops leading. The lease is renewed until work has returned, and is released
// then. So the next leader begins at once, and never while this one works.
//
// Lead returns nil if ctx ends before the candidate leads, and otherwise what work returns. If the candidate stops leading before ctx
// ends, the error is an [ErrNotLeading], joined with that of work. Most programs should exit then and be restarted.
//
// LeaseDuration, RenewDeadline and RetryPeriod default to 15 s, 10 s and 2 s. The lease is released whether or not ReleaseOnCancel is
// set. Of the callbacks only OnNewLeader is called.
func Lead(ctx context.Context, config LeaderElectionConfig, work func(ctx context.Context) error) error {
	config.LeaseDuration = cmp.Or(config.LeaseDuration, 15*time.Second)
	config.RenewDeadline = cmp.Or(config.RenewDeadline, 10*time.Second)
	config.RetryPeriod = cmp.Or(config.RetryPeriod, 2*time.Second)
	config.ReleaseOnCancel = false // renew would do it before work has returned
	config.Callbacks.OnStartedLeading = func(context.Context) {}
	config.Callbacks.OnStoppedLeading = func() {}
	le, err := NewLeaderElector(config)
	if err != nil {
		return err
	}
	if config.WatchDog != nil {
		config.WatchDog.SetLeaderElection(le)
	}
	begun, ok := le.acquire(ctx)
	if !ok {
		return nil
	}
	return le.lead(ctx, begun, work)
}

// lead calls work and renews the lease meanwhile, and then releases it. begun is when the request began that acquired the lease.
func (le *LeaderElector) lead(ctx context.Context, begun time.Time, work func(ctx context.Context) error) error {
	renewing, end := context.WithCancel(context.WithoutCancel(ctx)) // ends when work has returned
	held := term.New(renewing, le.clock, le.config.RenewDeadline, begun)
	le.leading = true
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		le.renew(renewing, held)
	}()
	defer func() {
		held.End(context.Canceled)
		end()
		<-renewed
		le.stepDown(renewing)
	}()
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	defer context.AfterFunc(held, func() { stop(context.Cause(held)) })()
	err := work(leading{working, held})
	if held.Err() == nil || ctx.Err() != nil {
		return err
	}
	lost := fmt.Errorf("%w: %w", ErrNotLeading, context.Cause(held))
	if err == nil || errors.Is(err, context.Canceled) {
		return lost
	}
	return errors.Join(lost, err)
}

// leading is the context of work. Like the context of a term, its Err checks the clock.
type leading struct {
	context.Context
	held *term.Term
}

func (l leading) Err() error {
	if err := l.Context.Err(); err != nil {
		return err
	}
	return l.held.Err()
}
