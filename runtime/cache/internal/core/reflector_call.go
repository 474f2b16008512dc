package core

import (
	"context"
	"errors"
	"sync"
	"time"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/utils/clock"
)

// grace is how long a call of the source is waited for after its context has ended. One that honours its context ends in
// that time, and then nothing is left of it; one that does not is left alone.
const grace = 250 * time.Millisecond

// errSourcePanicked stands for a source that panicked, where the program was told to live on.
var errSourcePanicked = errors.New("listing or watching panicked")

// errLeft ends a call of the source that nobody waits for any more.
var errLeft = errors.New("the reflector has ended")

// call is a call of the source, which may ignore its context. It runs in a goroutine of its own. What it hands over is
// taken between enter and exit, and no longer once the reflector has left the call alone.
type call struct {
	mu   sync.Mutex
	left bool
}

// enter reports whether what the source hands over is still wanted; if so, exit must follow.
func (c *call) enter() bool {
	c.mu.Lock()
	if c.left {
		c.mu.Unlock()
		return false
	}
	return true
}

func (c *call) exit() { c.mu.Unlock() }

// leave waits until nothing is being taken over, and refuses what comes later.
func (c *call) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = true
}

// calling calls the source and returns what it returns, or the cause of ctx where ctx ends and the source does not heed it.
// Its goroutine ends when the source returns. Real time counts here, whatever the clock of the options says: it is the
// source's goroutine that is waited for.
func calling(ctx context.Context, do func(*call) error) error {
	c, done := &call{}, make(chan error, 1)
	go func() {
		err := errSourcePanicked
		defer func() { done <- err }()
		defer utilruntime.HandleCrashWithContext(ctx)
		err = do(c)
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

// callList calls the source's StreamList.
func (r *Reflector[T]) callList(ctx context.Context, opts StreamOptions, each func(T) error) (version, token string, err error) {
	err = calling(ctx, func(c *call) error {
		list, err := r.opts.Source.StreamList(ctx, opts, func(obj T) error {
			if !c.enter() {
				return errLeft
			}
			defer c.exit()
			return each(obj)
		})
		if err == nil && c.enter() {
			defer c.exit()
			version, token = list.ResourceVersion, list.Continue
		}
		return err
	})
	return version, token, err
}

// callWatch calls the source's StreamWatch, and opened once the server has accepted the watch.
func (r *Reflector[T]) callWatch(ctx context.Context, opts StreamOptions, opened func(), each func(StreamEvent[T]) error) error {
	return calling(ctx, func(c *call) error {
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

// deadline ends something that has made no progress for some time.
type deadline struct {
	clock   clock.Clock
	timeout time.Duration
	expired func()

	mu  sync.Mutex
	at  time.Time
	met bool
}

func newDeadline(c clock.Clock, timeout time.Duration, expired func()) *deadline {
	return &deadline{clock: c, timeout: timeout, expired: expired, at: c.Now().Add(timeout)}
}

// extend notes that there was progress.
func (d *deadline) extend() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = d.clock.Now().Add(d.timeout)
}

// meet notes that all is there, and reports whether it was in time.
func (d *deadline) meet() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.met = d.clock.Now().Before(d.at)
	return d.met
}

// left is how long there still is; false once there is nothing to wait for.
func (d *deadline) left() (time.Duration, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at.Sub(d.clock.Now()), !d.met
}

// run waits for the deadline, until ctx ends.
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
