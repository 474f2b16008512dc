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

// watch follows the server from the version that the sink was told, through any number of watches, until only another
// list will do.
func (r *Reflector[T]) watch(ctx context.Context) error {
	for ctx.Err() == nil {
		from := r.LastSyncVersion()
		accepted, err := r.watchOnce(ctx)
		again, err := r.afterWatch(ctx, accepted, err)
		if !again || from == "" {
			// A watch from no version begins with what there is, in no order: there is no going on from one of its events.
			return err
		}
	}
	return nil
}

// watchOnce follows the server through one watch, and reports whether the server had accepted it.
func (r *Reflector[T]) watchOnce(ctx context.Context) (accepted bool, _ error) {
	begun, events := r.opts.Clock.Now(), 0
	version := r.LastSyncVersion()
	// A watch from no certain version begins with everything there is, in no order: until something else comes than
	// additions, what their versions say is not how far the watch has come.
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

// following is a watch in progress.
type following[T any] struct {
	r        *Reflector[T]
	ctx      context.Context
	cancel   context.CancelFunc
	settling sync.WaitGroup
	accepted bool
}

func (r *Reflector[T]) beginWatch(ctx context.Context) *following[T] {
	f := &following[T]{r: r}
	f.ctx, f.cancel = context.WithCancel(ctx) //nolint:gosec // end calls it
	return f
}

// opened notes that the server has accepted the watch. After a failure, one that then lasts means that all is well again.
func (f *following[T]) opened() {
	f.accepted = true
	if f.r.health.watching(f.r.opts.Clock.Now()) {
		f.settling.Go(f.settle)
	}
}

func (f *following[T]) settle() {
	timer := f.r.opts.Clock.NewTimer(settled)
	defer timer.Stop()
	select {
	case <-f.ctx.Done():
	case <-timer.C():
		f.r.health.recover()
		f.r.recovered(f.ctx)
	}
}

// end notes that the watch has ended.
func (f *following[T]) end() {
	f.cancel()
	f.settling.Wait()
	f.r.open = f.r.health.watched(f.r.opts.Clock.Now())
}

// FollowError is a failure of what follows a list: of a watch that the server had accepted, or of a resync.
type FollowError struct{ Err error }

// Error is that of Err.
func (e *FollowError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *FollowError) Unwrap() error { return e.Err }

// afterWatch decides what follows a watch that ended: another one from where it was, after a pause if something broke,
// or a list.
func (r *Reflector[T]) afterWatch(ctx context.Context, accepted bool, err error) (again bool, _ error) {
	switch {
	case ctx.Err() != nil:
		return false, nil //nolint:nilerr // the end of the context is what ended the watch
	case err == nil:
		return true, nil
	case expired(err):
		// Not a failure but the usual way for a version to grow old: the list follows at once. It may be served from the
		// same version still, which costs the server less than the latest.
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

// retriesInternal reports whether an internal error of the server is worth another watch from where this one was. What a
// decoder cannot read looks like one too, so without a bound a single bad event would be asked for again for ever.
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

func (r *Reflector[T]) watchOptions(version string) StreamOptions {
	// Up to twice the least time, so that not all clients come back at once.
	timeout := int64(r.opts.MinWatchTimeout.Seconds() * (1 + rand.Float64())) //nolint:gosec // spreading load needs no secrecy
	return StreamOptions{
		ListOptions: metav1.ListOptions{
			ResourceVersion:     version,
			TimeoutSeconds:      &timeout,
			AllowWatchBookmarks: true,
		},
		DropManagedFields: r.opts.DropManagedFields,
	}
}

// handle hands one event to the sink. An object that the sink cannot take is reported and left out: the next one may be
// in order.
//
// The version of the event is how far everything has been seen only where certain says so.
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
