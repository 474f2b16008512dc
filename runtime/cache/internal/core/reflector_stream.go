package core

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/watch"
)

// errNoStreamedLists means that this server is to be asked for lists as a whole.
var errNoStreamedLists = errors.New("no streamed lists")

// errNotThisTime means that this list is to be asked for as a whole.
var errNotThisTime = errors.New("this list could not be streamed")

var errNoBookmark = fmt.Errorf("%w: the bookmark that ends the initial events did not come in time", errNoStreamedLists)

// streamList asks for the list as the first events of a watch (KEP-3157), hands it to the sink when the bookmark comes
// that ends it, and goes on with the same watch. A server without streamed lists, or one that does not send the bookmark
// in time, means errNoStreamedLists. What the reflector asks for once more at once returns nil.
func (r *Reflector[T]) streamList(ctx context.Context) error {
	stream, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	deadline := time.AfterFunc(r.opts.BookmarkTimeout, func() { cancel(errNoBookmark) })
	defer deadline.Stop()

	initial, begun, events := map[string]T{}, r.opts.Clock.Now(), 0
	opts := r.watchOptions(r.streamVersion())
	opts.Opened = nil // what counts as a watch begins where the list ends
	opts.SendInitialEvents = new(true)
	opts.ResourceVersionMatch = metav1.ResourceVersionMatchNotOlderThan
	err := r.opts.Source.StreamWatch(stream, opts, func(event StreamEvent[T]) error {
		events++
		if initial == nil {
			return r.handle(ctx, event, true)
		}
		done, err := r.collect(initial, event)
		if !done || err != nil {
			deadline.Reset(r.opts.BookmarkTimeout) // a long list is no silent server
			return err
		}
		if !deadline.Stop() {
			return errNoBookmark
		}
		items := slices.AppendSeq(make([]T, 0, len(initial)), maps.Values(initial))
		initial = nil
		r.opts.Observer.Listed(r.opts.Clock.Since(begun), len(items))
		r.health.watching(r.opts.Clock.Now())
		return r.replace(items, event.ResourceVersion)
	})
	r.open = r.health.watched(r.opts.Clock.Now())
	r.opts.Observer.Watched(r.opts.Clock.Since(begun), events, false)
	if initial == nil {
		if again, err := r.afterWatch(ctx, err); !again {
			return err
		}
		return r.watch(ctx)
	}
	return r.noStream(ctx, err, r.opts.Clock.Since(begun))
}

// streamVersion is the version that a streamed list must not be older than; "" for whatever the server has.
func (r *Reflector[T]) streamVersion() string {
	if version := r.listVersion(); version != "0" {
		return version
	}
	return ""
}

// collect takes an initial event over and reports whether it was the bookmark that ends them.
func (r *Reflector[T]) collect(initial map[string]T, event StreamEvent[T]) (done bool, _ error) {
	switch event.Type {
	case watch.Bookmark:
		return event.InitialEventsEnd, nil
	case watch.Added, watch.Modified, watch.Deleted:
	default:
		return false, fmt.Errorf("unknown watch event %q", event.Type)
	}
	key, err := r.opts.Key(event.Object)
	if err != nil {
		return false, err
	}
	if event.Type == watch.Deleted {
		delete(initial, key)
		return false, nil
	}
	initial[key], err = r.opts.Prepare(event.Object)
	return false, err
}

// errNoVersion refuses the answer of a proxy, or whoever else stands in for the server, that reads as an empty list.
var errNoVersion = errors.New("the list has no resource version, though the server's lists have one")

func (r *Reflector[T]) replace(items []T, version string) error {
	if version == "" && r.versioned {
		return errNoVersion
	}
	r.versioned = version != ""
	if err := r.opts.Sink.Replace(items, version); err != nil {
		return fmt.Errorf("unable to sync list result: %w", err)
	}
	r.setVersion(version)
	return nil
}

// noStream decides what follows a streamed list that did not come to its end.
func (r *Reflector[T]) noStream(ctx context.Context, err error, after time.Duration) error {
	switch {
	case ctx.Err() != nil:
		return nil //nolint:nilerr // the end of the context is what ended the stream
	case errors.Is(err, errNoStreamedLists):
		return err
	case expired(err) || tooLarge(err):
		r.setTooOld()
		return nil
	case apierrors.IsInvalid(err), apierrors.IsBadRequest(err), apierrors.IsMethodNotSupported(err):
		return fmt.Errorf("%w: %w", errNoStreamedLists, err)
	case err == nil && after < time.Second:
		return fmt.Errorf("%w: the stream ended before the list did", errNoStreamedLists)
	case err == nil:
		return nil
	case utilnet.IsConnectionRefused(err), apierrors.IsTooManyRequests(err):
		return fmt.Errorf("failed to stream the list of %s: %w", r.opts.Name, err)
	default:
		// Somebody may be allowed to list who is not allowed to watch; whatever it is, the list tells.
		return fmt.Errorf("%w: %w", errNotThisTime, err)
	}
}
