package core

import (
	"context"
	"errors"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/utils/clock"
)

// grace is how long the reflector waits for a call of the source after its context has ended. A source that honours its
// context returns in that time. The reflector abandons a call that does not.
const grace = 250 * time.Millisecond

// errSourcePanicked is the error for a source that panicked. It occurs only with utilruntime.ReallyCrash unset; otherwise
// the panic ends the program.
var errSourcePanicked = errors.New("listing or watching panicked")

// errLeft is returned to the source of an abandoned call, so that it stops.
var errLeft = errors.New("the reflector has ended")

// endsWithContext is implemented by a source that knows whether its calls return soon after their context has ended, whatever the
// server does. Such calls need no goroutine of their own.
type endsWithContext interface{ EndsWithContext() bool }

// call is a call of the source. It runs in a goroutine of its own, because the source may ignore its context, unless the source says that
// it does not. The reflector accepts objects and events between enter and exit, until it abandons the call.
type call struct {
	mu   sync.Mutex
	left bool
}

// enter reports whether the reflector still waits for the call. If so, it locks the call, and the caller must call exit.
func (c *call) enter() bool {
	c.mu.Lock()
	if c.left {
		c.mu.Unlock()
		return false
	}
	return true
}

func (c *call) exit() { c.mu.Unlock() }

// leave abandons the call: enter returns false from now on. It waits for an exit that is outstanding.
func (c *call) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = true
}

// calling runs do, which calls the source, and returns its error. It does so in a new goroutine if the source may ignore its context: if
// ctx ends and the source does not return within grace, it abandons the call and returns the cause of ctx; the goroutine ends when the
// source returns. grace is measured in real time, not with the clock of the options, because the source runs in real time.
func (r *Reflector[T]) calling(ctx context.Context, do func(*call) error) error {
	if source, ok := r.opts.Source.(endsWithContext); ok && source.EndsWithContext() {
		return guarded(ctx, &call{}, do)
	}
	c, done := &call{}, make(chan error, 1)
	go func() {
		err := errSourcePanicked
		defer func() { done <- err }() // also if the source ends the goroutine
		err = guarded(ctx, c, do)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		c.leave()
		return context.Cause(ctx)
	}
}

// guarded runs do and reports a panic.
func guarded(ctx context.Context, c *call, do func(*call) error) (err error) {
	defer utilruntime.HandleCrashWithContext(ctx, func(context.Context, any) { err = errSourcePanicked })
	return do(c)
}

// callList calls the source's StreamList. It returns the metadata of the list.
func (r *Reflector[T]) callList(ctx context.Context, opts StreamOptions, each func(T) error) (result metav1.ListMeta, err error) {
	err = r.calling(ctx, func(c *call) error {
		list, err := r.opts.Source.StreamList(ctx, opts, func(obj T) error {
			if !c.enter() {
				return errLeft
			}
			defer c.exit()
			return each(obj)
		})
		if err == nil && c.enter() {
			defer c.exit()
			result = list
		}
		return err
	})
	return result, err
}

// callWatch calls the source's StreamWatch. It calls opened once the server has accepted the watch.
func (r *Reflector[T]) callWatch(ctx context.Context, opts StreamOptions, opened func(), each func(StreamEvent[T]) error) error {
	return r.calling(ctx, func(c *call) error {
		opts.Opened = func() {
			if c.enter() {
				defer c.exit()
				opened()
			}
		}
		return r.opts.Source.StreamWatch(ctx, opts, func(event StreamEvent[T]) error {
			if !c.enter() {
				return errLeft
			}
			defer c.exit()
			return each(event)
		})
	})
}

// deadline calls expired when there has been no progress for the length of timeout.
type deadline struct {
	clock   clock.Clock
	timeout time.Duration
	expired func()

	mu  sync.Mutex
	at  time.Time // when expired is due
	met bool
}

func newDeadline(c clock.Clock, timeout time.Duration, expired func()) *deadline {
	return &deadline{clock: c, timeout: timeout, expired: expired, at: c.Now().Add(timeout)}
}

// extend moves the deadline to a full timeout from now.
func (d *deadline) extend() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = d.clock.Now().Add(d.timeout)
}

// meet reports whether the deadline has not passed. If so, expired is not called any more.
func (d *deadline) meet() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.met = d.clock.Now().Before(d.at)
	return d.met
}

// left returns the time until the deadline, and false if it has been met.
func (d *deadline) left() (time.Duration, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at.Sub(d.clock.Now()), !d.met
}

// run waits for the deadline and calls expired if it passes. It returns then, when ctx ends, or when it finds the deadline
// met.
func (d *deadline) run(ctx context.Context) {
	timer := d.clock.NewTimer(d.timeout)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C():
		}
		left, waiting := d.left()
		switch {
		case !waiting:
			return
		case left <= 0:
			d.expired()
			return
		}
		timer.Reset(left)
	}
}
