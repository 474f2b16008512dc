package core

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/shard"
)

// Sink receives the objects that a reflector lists and watches. Resync may be called at the same time as the other
// methods; these are called one at a time.
type Sink[T any] interface {
	Add(obj T) error
	Update(obj T) error
	Delete(obj T) error
	// Replace receives the complete list and its resource version. The sink owns the slice.
	Replace(items []T, resourceVersion string) error
	// Bookmark says that the sink has received all changes up to resourceVersion. The reflector calls it after an event, but
	// not after Replace, which says the same.
	Bookmark(resourceVersion string)
	// Resync processes every object again.
	Resync() error
}

// ReflectorOptions are the options of a Reflector.
type ReflectorOptions[T any] struct {
	Options

	// Source lists and watches, and Sink receives the objects. Both are required.
	Source StreamListerWatcher[T]
	Sink   Sink[T]
	// Prepare is applied to each object of a list as it arrives, so that the untransformed list is never in memory as a
	// whole; nil changes nothing. The sink prepares the objects of watch events itself.
	Prepare func(T) (T, error)
	// Key returns the key of an object. Nil means that lists are never streamed (WatchList).
	Key func(T) (string, error)
	// ShouldResync reports whether a resync takes place when its time has come; nil means always.
	ShouldResync func() bool
	// BookmarkTimeout limits the time between two events of a streamed list. After it, the reflector lists without a
	// stream. Zero means 30 seconds.
	BookmarkTimeout time.Duration
	// MaxInternalErrorRetry is the time for which the reflector answers internal errors in a row with another watch, and
	// afterwards with a list. Zero means that it lists at once.
	MaxInternalErrorRetry time.Duration
	// shards is the sink if the reflector follows a part of the objects.
	shards shardSink[T]
	// Version is the resource version of what the sink holds already. Empty means that the sink holds nothing.
	Version string
}

// ReflectorObserver is called with what a reflector does, for metrics.
type ReflectorObserver interface {
	// Listed is called after each list that succeeded, with its duration and its number of objects.
	Listed(took time.Duration, items int)
	// Watched is called after each watch with its duration and its number of events. short is set if it ended without an
	// error in less than a second and had no events.
	Watched(lasted time.Duration, events int, short bool)
	// Reached is called with each resource version that the sink has received.
	Reached(version string)
}

type noObserver struct{}

func (noObserver) Listed(time.Duration, int)        {}
func (noObserver) Watched(time.Duration, int, bool) {}
func (noObserver) Reached(string)                   {}

// Reflector lists the objects of a server, passes the list to its sink, and then watches from the list's version and
// passes each event to the sink. It reports failures and tries again.
type Reflector[T any] struct {
	opts ReflectorOptions[T]

	health health // has its own lock

	// mu guards version and tooOld, which other goroutines read. The goroutine that runs the reflector owns the fields
	// below them.
	mu sync.Mutex
	// version is the last resource version that the sink has received.
	version string
	// tooOld is set after the server said that it cannot serve version, because it is too old or too new.
	tooOld bool

	// backoff yields the next pause; fresh is its initial state.
	backoff, fresh wait.Backoff
	// pausedAt is when the last pause began, and lastPause its length. lastOpen is for how long the last watch was open.
	pausedAt            time.Time
	lastOpen, lastPause time.Duration

	// internalSince is when internal errors of watches began; zero if there are none. Another kind of error that makes the
	// reflector list resets it.
	internalSince time.Time

	// versioned is set if the last list had a resource version. The lists of fakes may have none.
	versioned bool

	// part is what is being listed, if the reflector follows a part of the objects.
	part shard.Set
	// foreign counts objects of others that came in the current list or watch. The source may count in a goroutine of its own.
	foreign atomic.Int64

	// pages is set once the server has answered a list at version "0" in pages, so not from a watch cache.
	pages bool
}

// NewReflector returns a reflector that is not running.
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

// LastSyncVersion returns the last resource version that the sink has received, or "" if it has received none.
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

// listVersion returns the resource version for a list. The first list accepts any version ("0"), which costs the server
// least. Later lists must not be older than what the sink has received. If the server could not serve that, the next list
// asks for the latest version ("").
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

// Run lists and watches until ctx ends.
func (r *Reflector[T]) Run(ctx context.Context) {
	for ctx.Err() == nil {
		r.pauseAfter(ctx, r.ListAndWatch(ctx))
	}
}

// report calls OnError with a failure, after which the next attempt is at the time next.
func (r *Reflector[T]) report(ctx context.Context, err error, next time.Time) {
	r.opts.OnError(ctx, r.health.fail(Failure{Name: r.opts.Name, Err: err, Since: r.opts.Clock.Now(), Next: next}))
}

// recovered calls OnRecovered if failures have ended since its last call.
func (r *Reflector[T]) recovered(ctx context.Context) {
	if row := r.health.takeHealed(); row.Count > 0 {
		r.opts.OnRecovered(ctx, row)
	}
}

// Failure returns the last failure, with the time of the first one since the reflector last worked. It returns the zero
// value while the reflector works.
func (r *Reflector[T]) Failure() Failure { return r.health.failure(r.opts.Clock.Now()) }

// ListAndWatch lists once and then watches, with as many watches as it takes, until another list is needed. It returns nil
// if that is not a failure, as after the version has expired. If ctx has ended, the result says nothing.
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

// follow is ListAndWatch without the resyncs. It streams the list if the options and the server allow it.
func (r *Reflector[T]) follow(ctx context.Context) error {
	if r.opts.shards != nil {
		return r.followShards(ctx)
	}
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
			// A server that rejects streamed lists works as it should. This one accepted the request and did not finish, so
			// the server or a proxy is at fault.
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

// resyncs calls the sink's Resync in each resync period, until ctx ends. If Resync fails, it calls cancel and returns the
// error.
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

// resetBackoffAfter is the time after the beginning of a pause after which the backoff starts anew.
const resetBackoffAfter = 2 * time.Minute

// pauseAfter waits between two attempts. Before that, it reports the error of the last attempt, unless it is nil.
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

// nextPause returns the next pause of the backoff. The pauses grow from attempt to attempt. The backoff starts anew if the
// last watch was open for longer than the pause before it, so the pauses stay short while the server works most of the
// time. Short watches do not count: a server that accepts watches only to drop them gets longer and longer pauses.
func (r *Reflector[T]) nextPause(now time.Time) time.Duration {
	if r.lastOpen >= minHealthyWatch && r.lastOpen > r.lastPause || now.Sub(r.pausedAt) > resetBackoffAfter {
		r.backoff = r.fresh
	}
	r.pausedAt, r.lastOpen, r.lastPause = now, 0, r.backoff.Step()
	return r.lastPause
}
