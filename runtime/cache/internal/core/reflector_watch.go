package core

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/watch"
)

// watch watches from the last version that the sink has received, with any number of watches in a row, until another list
// is needed or ctx ends.
func (r *Reflector[T]) watch(ctx context.Context) error {
	for ctx.Err() == nil {
		from := r.LastSyncVersion()
		accepted, err := r.watchOnce(ctx)
		again, err := r.afterWatch(ctx, accepted, err)
		if !again || from == "" {
			// A watch without a version begins with all objects in no order. None of their versions is one to watch from.
			return err
		}
	}
	return nil
}

// watchOnce makes one watch, and reports whether the server accepted it.
func (r *Reflector[T]) watchOnce(ctx context.Context) (accepted bool, _ error) {
	begun, events := r.opts.Clock.Now(), 0
	version := r.LastSyncVersion()
	// A watch without a certain version begins with additions of all objects, in no order. So the version of an event says
	// how far the watch has come only after an event of another kind.
	certain := version != "" && version != "0"
	follow := r.beginWatch(ctx)
	err := r.callWatch(ctx, r.watchOptions(version), follow.opened, func(event StreamEvent[T]) error {
		events++
		certain = certain || event.Type != watch.Added
		return r.handle(ctx, event, certain)
	})
	follow.end()
	lasted := r.opts.Clock.Since(begun)
	short := err == nil && events == 0 && lasted < time.Second && ctx.Err() == nil
	if short {
		err = r.opts.ShortWatch
	}
	r.opts.ReflectorObserver.Watched(lasted, events, short)
	return follow.accepted, err
}

// currentWatch is the watch in progress. It tells the reflector's health when the watch opens, lasts and ends.
type currentWatch[T any] struct {
	r        *Reflector[T]
	ctx      context.Context
	cancel   context.CancelFunc
	healing  sync.WaitGroup
	accepted bool
}

// beginWatch returns a watch that is not opened yet. The caller calls end afterwards.
func (r *Reflector[T]) beginWatch(ctx context.Context) *currentWatch[T] {
	f := &currentWatch[T]{r: r}
	f.ctx, f.cancel = context.WithCancel(ctx) //nolint:gosec // end calls it
	return f
}

// opened records that the server has accepted the watch. If there have been failures, they end when the watch has lasted
// for minHealthyWatch.
func (f *currentWatch[T]) opened() {
	f.accepted = true
	if f.r.health.watching(f.r.opts.Clock.Now()) {
		f.healing.Go(f.healLater)
	}
}

// healLater ends the row of failures after minHealthyWatch, unless the watch ends before.
func (f *currentWatch[T]) healLater() {
	timer := f.r.opts.Clock.NewTimer(minHealthyWatch)
	defer timer.Stop()
	select {
	case <-f.ctx.Done():
	case <-timer.C():
		f.r.health.recover()
		f.r.recovered(f.ctx)
	}
}

// end records that the watch has ended.
func (f *currentWatch[T]) end() {
	f.cancel()
	f.healing.Wait()
	f.r.lastOpen = f.r.health.watched(f.r.opts.Clock.Now())
}

// FollowError is a failure after a successful list: of a watch that the server had accepted, or of a resync.
type FollowError struct{ Err error }

// Error returns the message of Err.
func (e *FollowError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *FollowError) Unwrap() error { return e.Err }

// afterWatch decides what follows a watch that ended with err. If again is true, the next watch continues where this one
// ended; afterWatch has paused already if the watch had failed. If again is false, a list follows, and afterWatch returns
// the error that ListAndWatch returns.
func (r *Reflector[T]) afterWatch(ctx context.Context, accepted bool, err error) (again bool, _ error) {
	switch {
	case ctx.Err() != nil:
		return false, nil //nolint:nilerr // the end of the context is what ended the watch
	case err == nil:
		return true, nil
	case expired(err):
		// It is usual for a version to expire, so this is not a failure. The next list still accepts this version, which
		// costs the server less than the latest.
		return false, nil
	case utilnet.IsConnectionRefused(err), utilnet.IsConnectionReset(err), utilnet.IsProbableEOF(err), utilnet.IsTimeout(err),
		errors.Is(err, io.ErrUnexpectedEOF), // in the middle of an event
		apierrors.IsTooManyRequests(err), r.retriesInternal(err):
		r.pauseAfter(ctx, fmt.Errorf("failed to watch %s: %w", r.opts.Name, err))
		return true, nil
	}
	err = fmt.Errorf("failed to watch %s: %w", r.opts.Name, err)
	if accepted {
		err = &FollowError{err}
	}
	return false, err
}

// retriesInternal reports whether err is an internal error after which another watch may continue. An event that cannot be
// decoded is such an error too. So MaxInternalErrorRetry limits the time, or the reflector would request a bad event for
// ever.
func (r *Reflector[T]) retriesInternal(err error) bool {
	if !apierrors.IsInternalError(err) {
		r.internalSince = time.Time{}
		return false
	}
	now := r.opts.Clock.Now()
	if r.internalSince.IsZero() {
		r.internalSince = now
	}
	return now.Sub(r.internalSince) < r.opts.MaxInternalErrorRetry
}

// watchOptions returns the options of a watch from a version.
func (r *Reflector[T]) watchOptions(version string) StreamOptions {
	// The random part keeps clients from reconnecting all at once.
	timeout := int64(r.opts.MinWatchTimeout.Seconds() * (1 + rand.Float64())) //nolint:gosec // spreading load needs no secrecy
	opts := r.opts.decoding(metav1.ListOptions{ResourceVersion: version, TimeoutSeconds: &timeout, AllowWatchBookmarks: true})
	if r.opts.shards != nil {
		r.selects(&opts, r.opts.shards.toWatch())
	}
	return opts
}

// handle passes one event to the sink. If the sink fails, handle reports that and goes on, so that one bad object does not
// stop the others. If certain is set, the sink has received everything up to the version of the event.
func (r *Reflector[T]) handle(ctx context.Context, event StreamEvent[T], certain bool) error {
	var err error
	switch event.Type {
	case watch.Added:
		err = r.opts.Sink.Add(event.Object)
	case watch.Modified:
		err = r.opts.Sink.Update(event.Object)
	case watch.Deleted:
		err = r.opts.Sink.Delete(event.Object)
	case watch.Bookmark:
	case watch.Error:
		return errors.New("an ERROR event came as an object")
	default:
		return fmt.Errorf("unknown watch event %q", event.Type)
	}
	if err != nil {
		err = fmt.Errorf("unable to take over a %s event: %w", event.Type, err)
		r.opts.OnError(ctx, Failure{Name: r.opts.Name, Err: err, Since: r.opts.Clock.Now(), Count: 1})
	}
	if r.health.recover() {
		r.recovered(ctx)
	}
	if certain {
		r.setVersion(event.ResourceVersion)
		r.opts.Sink.Bookmark(event.ResourceVersion)
	}
	return nil
}
