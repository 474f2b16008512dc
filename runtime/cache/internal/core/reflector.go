package core

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"
)

// Sink takes what a reflector sees.
type Sink[T any] interface {
	Add(obj T) error
	Update(obj T) error
	Delete(obj T) error
	// Replace makes items the whole content. The slice belongs to the sink.
	Replace(items []T, resourceVersion string) error
	// Bookmark tells that everything up to resourceVersion has been seen. It is not called after Replace, which tells that
	// itself.
	Bookmark(resourceVersion string)
	// Resync looks at everything again.
	Resync() error
}

// ReflectorOptions are the options of a Reflector.
type ReflectorOptions[T any] struct {
	Options

	// Source lists and watches; Sink takes what comes. Both are required.
	Source StreamListerWatcher[T]
	Sink   Sink[T]
	// Prepare is applied to each object of a list as it comes, so that the list as the server has sent it is never in memory
	// as a whole; nil changes nothing.
	Prepare func(T) (T, error)
	// Key returns the key of an object; without it lists are never streamed (WatchList).
	Key func(T) (string, error)
	// ShouldResync is asked before each resync; nil means yes.
	ShouldResync func() bool
	// BookmarkTimeout is how long a streamed list may take before it is given up for a plain one. Zero means 30 seconds.
	BookmarkTimeout time.Duration
	// MaxInternalErrorRetry is how long internal errors of a watch are answered with another watch; zero means with a list.
	MaxInternalErrorRetry time.Duration
	// Version is the resource version to begin at: that of what the sink holds; empty means that it holds nothing.
	Version string
}

// ReflectorObserver is told what a reflector does.
type ReflectorObserver interface {
	// Listed is told of each list: how long it took and how many objects it had.
	Listed(took time.Duration, items int)
	// Watched is told of each watch that has ended: how long it lasted, how many events it had, and whether the server
	// ended it at once.
	Watched(lasted time.Duration, events int, short bool)
	// Reached is told of each resource version.
	Reached(version string)
}

type noObserver struct{}

func (noObserver) Listed(time.Duration, int)        {}
func (noObserver) Watched(time.Duration, int, bool) {}
func (noObserver) Reached(string)                   {}

// Reflector follows a server: it lists, hands the list to its sink, watches from there and hands over each event. What
// breaks is reported and begun again.
type Reflector[T any] struct {
	opts    ReflectorOptions[T]
	backoff wait.Backoff
	fresh   wait.Backoff
	failed  time.Time
	health  health

	// open is for how long the last watch was open, paused is the last pause.
	open, paused time.Duration

	mu      sync.Mutex
	version string
	// tooOld is set after the server said that it cannot serve version.
	tooOld bool

	// internalSince is when the first internal error of a row came.
	internalSince time.Time

	// versioned is set once a list had a resource version; those of fakes have none.
	versioned bool

	// pages is set once a list came in pages though it was not asked for a certain version.
	pages bool
}

// NewReflector returns a reflector that does not run yet.
func NewReflector[T any](opts ReflectorOptions[T]) *Reflector[T] {
	opts.complete()
	if opts.BookmarkTimeout <= 0 {
		opts.BookmarkTimeout = 30 * time.Second
	}
	if opts.Prepare == nil {
		opts.Prepare = func(obj T) (T, error) { return obj, nil }
	}
	backoff := *opts.Backoff
	return &Reflector[T]{opts: opts, backoff: backoff, fresh: backoff, version: opts.Version}
}

// LastSyncVersion returns the resource version of what the sink was last told.
func (r *Reflector[T]) LastSyncVersion() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.version
}

func (r *Reflector[T]) setVersion(version string) {
	r.mu.Lock()
	r.version, r.tooOld = version, false
	r.mu.Unlock()
	r.opts.ReflectorObserver.Reached(version)
}

func (r *Reflector[T]) setTooOld() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tooOld = true
}

// listVersion is the version to list at: any at first ("0", which costs the server least), then none older than what the
// sink was told, and the very latest after the server could not serve that.
func (r *Reflector[T]) listVersion() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.tooOld:
		return ""
	case r.version == "":
		return "0"
	default:
		return r.version
	}
}

// Run follows the server until ctx ends.
func (r *Reflector[T]) Run(ctx context.Context) {
	for ctx.Err() == nil {
		r.pauseAfter(ctx, r.ListAndWatch(ctx))
	}
}

// report tells of a failure, after which the next attempt is at a time.
func (r *Reflector[T]) report(ctx context.Context, err error, next time.Time) {
	r.opts.OnError(ctx, r.health.fail(Failure{Name: r.opts.Name, Err: err, Since: r.opts.Clock.Now(), Next: next}))
}

// recovered tells of a row of failures that has ended.
func (r *Reflector[T]) recovered(ctx context.Context) {
	if row := r.health.takeHealed(); row.Count > 0 {
		r.opts.OnRecovered(ctx, row)
	}
}

// Failure returns what has been wrong, and since when; the zero value while nothing is.
func (r *Reflector[T]) Failure() Failure { return r.health.failure(r.opts.Clock.Now()) }

// ListAndWatch lists once and watches until that needs another list, which is no error, or something breaks.
func (r *Reflector[T]) ListAndWatch(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var resyncs sync.WaitGroup
	defer resyncs.Wait()
	defer cancel()
	resyncErr := make(chan error, 1)
	resyncs.Go(func() { resyncErr <- r.resyncs(ctx, cancel) })

	err := r.follow(ctx)
	if ctx.Err() == nil {
		return err
	}
	select {
	case e := <-resyncErr:
		return errors.Join(err, e)
	default:
		return err
	}
}

func (r *Reflector[T]) follow(ctx context.Context) error {
	if r.opts.StreamList && r.opts.Key != nil && r.opts.Server.streamsLists(r.opts.Clock.Now()) {
		err := r.streamList(ctx)
		if !errors.Is(err, errNoStreamedLists) && !errors.Is(err, errNotThisTime) {
			return err
		}
		now := r.opts.Clock.Now()
		if errors.Is(err, errNoStreamedLists) {
			r.opts.Server.hasNoStreamedLists(now)
		}
		if errors.Is(err, errStreamEnded) || errors.Is(err, errNoBookmark) {
			// A server that says that it does not stream lists is in order; this one, or what is between, is not.
			r.report(ctx, fmt.Errorf("failed to stream the list of %s, which is asked for as a whole: %w", r.opts.Name, err), now)
		}
		klog.FromContext(ctx).V(2).Info("The list could not be streamed and is asked for as a whole",
			"reflector", r.opts.Name, "err", err)
	}
	if err := r.list(ctx); err != nil {
		return err
	}
	return r.watch(ctx)
}

// resyncs has the sink look at everything again from time to time. A sink that fails ends everything.
func (r *Reflector[T]) resyncs(ctx context.Context, cancel context.CancelFunc) error {
	if r.opts.ResyncPeriod <= 0 {
		return nil
	}
	timer := r.opts.Clock.NewTimer(r.opts.ResyncPeriod)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C():
			timer.Reset(r.opts.ResyncPeriod)
		}
		if r.opts.ShouldResync != nil && !r.opts.ShouldResync() {
			continue
		}
		if err := r.opts.Sink.Resync(); err != nil {
			cancel()
			return &FollowError{fmt.Errorf("resync: %w", err)}
		}
	}
}

// healthy is how long after a failure the next one counts as the first again.
const healthy = 2 * time.Minute

// pauseAfter waits between two attempts, and tells before it of the failure of the last, nil where there was none.
func (r *Reflector[T]) pauseAfter(ctx context.Context, err error) {
	now := r.opts.Clock.Now()
	pause := r.nextPause(now)
	r.recovered(ctx)
	if err != nil && ctx.Err() == nil {
		r.report(ctx, err, now.Add(pause))
	}
	timer := r.opts.Clock.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C():
	}
}

// nextPause is the longer the more attempts failed one after the other. What the last attempt gave is weighed against the
// pause before it: a server that keeps coming back is not waited for longer than it was there, and one that takes watches
// only to drop them is left alone for longer each time.
func (r *Reflector[T]) nextPause(now time.Time) time.Duration {
	if r.open >= settled && r.open > r.paused || now.Sub(r.failed) > healthy {
		r.backoff = r.fresh
	}
	r.failed, r.open, r.paused = now, 0, r.backoff.Step()
	return r.paused
}
