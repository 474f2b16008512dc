package core

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/watch"
)

// defaultPageSize is the limit of each page where nothing else is said.
const defaultPageSize = 500

// list hands the sink everything there is. When the server cannot serve the version that is asked for, the latest is
// listed instead.
func (r *Reflector[T]) list(ctx context.Context) error {
	begun := r.opts.Clock.Now()
	items, version, err := r.listAt(ctx, r.listVersion())
	if err != nil && (expired(err) || tooLarge(err)) {
		r.setTooOld()
		items, version, err = r.listAt(ctx, "")
	}
	if err != nil {
		return fmt.Errorf("failed to list %s: %w", r.opts.Name, err)
	}
	r.opts.ReflectorObserver.Listed(r.opts.Clock.Since(begun), len(items))
	return r.replace(items, version)
}

// listAt reads all pages of a list.
func (r *Reflector[T]) listAt(ctx context.Context, version string) ([]T, string, error) {
	opts := StreamOptions{ListOptions: metav1.ListOptions{ResourceVersion: version}, DropManagedFields: r.opts.DropManagedFields}
	opts.Limit = r.pageSize(version)
	var items []T
	for {
		listed, token, err := r.callList(ctx, opts, func(obj T) error {
			obj, err := r.opts.Prepare(obj)
			items = append(items, obj)
			return err
		})
		if err != nil {
			// An expired token means that the pages no longer fit together: all at once, then.
			if opts.Continue == "" || !expired(err) {
				return nil, "", err
			}
			opts.Continue, opts.Limit, opts.ResourceVersion, items = "", 0, version, nil
			continue
		}
		if token == "" {
			return items, listed, nil
		}
		r.pages = r.pages || version == "0"
		// The token knows the version; the server refuses both together.
		opts.Continue, opts.ResourceVersion = token, ""
	}
}

// pageSize is the limit to ask for. The server answers a certain version from its watch cache, which knows no pages, so
// asking for them would only bypass it.
func (r *Reflector[T]) pageSize(version string) int64 {
	switch {
	case r.opts.PageSize > 0:
		return r.opts.PageSize
	case version == "" || version == "0" || r.pages:
		return defaultPageSize
	default:
		return 0
	}
}

// expired reports whether the server no longer has the version that it was asked for.
func expired(err error) bool { return apierrors.IsResourceExpired(err) || apierrors.IsGone(err) }

// tooLarge reports whether the server does not have the version yet that it was asked for.
func tooLarge(err error) bool {
	if apierrors.HasStatusCause(err, metav1.CauseTypeResourceVersionTooLarge) {
		return true
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || !apierrors.IsTimeout(err) || status.Status().Details == nil {
		return false
	}
	for _, cause := range status.Status().Details.Causes {
		if cause.Message == "Too large resource version" {
			return true
		}
	}
	return status.Status().Code == http.StatusGatewayTimeout && status.Status().Details.RetryAfterSeconds == 1
}

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
	bookmark := newDeadline(r.opts.Clock, r.opts.BookmarkTimeout, func() { cancel(errNoBookmark) })
	var waiting sync.WaitGroup
	waiting.Go(func() { bookmark.run(stream) })
	defer waiting.Wait()
	defer cancel(nil)

	initial, begun, events := newInitialEvents(r), r.opts.Clock.Now(), 0
	opts := r.watchOptions(r.streamVersion())
	opts.SendInitialEvents = new(true)
	opts.ResourceVersionMatch = metav1.ResourceVersionMatchNotOlderThan
	follow := r.beginWatch(stream)
	// What counts as a watch begins where the list ends.
	err := r.callWatch(stream, opts, func() {}, func(event StreamEvent[T]) error {
		events++
		if initial == nil {
			return r.handle(ctx, event, true)
		}
		done, err := initial.take(event)
		if !done || err != nil {
			bookmark.extend() // a long list is no silent server
			return err
		}
		if !bookmark.meet() {
			return errNoBookmark
		}
		items := initial.items()
		initial = nil
		r.opts.ReflectorObserver.Listed(r.opts.Clock.Since(begun), len(items))
		follow.opened()
		return r.replace(items, event.ResourceVersion)
	})
	follow.end()
	r.opts.ReflectorObserver.Watched(r.opts.Clock.Since(begun), events, false)
	if initial == nil {
		if again, err := r.afterWatch(ctx, true, err); !again {
			return err
		}
		return r.watch(ctx)
	}
	return r.noStream(ctx, err)
}

// streamVersion is the version that a streamed list must not be older than; "" for whatever the server has.
func (r *Reflector[T]) streamVersion() string {
	if version := r.listVersion(); version != "0" {
		return version
	}
	return ""
}

// initialEvents are those of a streamed list, in their order.
type initialEvents[T any] struct {
	reflector *Reflector[T]
	listed    []keyed[T]
	at        map[string]int // the place of each key
	gone      int
}

func newInitialEvents[T any](r *Reflector[T]) *initialEvents[T] {
	return &initialEvents[T]{reflector: r, at: map[string]int{}}
}

// take takes an initial event over and reports whether it was the bookmark that ends them.
func (i *initialEvents[T]) take(event StreamEvent[T]) (done bool, _ error) {
	switch event.Type {
	case watch.Bookmark:
		return event.InitialEventsEnd, nil
	case watch.Added, watch.Modified, watch.Deleted:
	default:
		return false, fmt.Errorf("unknown watch event %q", event.Type)
	}
	key, err := i.reflector.opts.Key(event.Object)
	if err != nil {
		return false, err
	}
	at, known := i.at[key]
	if event.Type == watch.Deleted {
		if known {
			delete(i.at, key)
			i.listed[at] = keyed[T]{}
			i.gone++
		}
		return false, nil
	}
	obj, err := i.reflector.opts.Prepare(event.Object)
	if err != nil {
		return false, err
	}
	if known {
		i.listed[at].obj = obj
		return false, nil
	}
	i.at[key] = len(i.listed)
	i.listed = append(i.listed, keyed[T]{key, obj})
	return false, nil
}

// items are the objects that are there in the end.
func (i *initialEvents[T]) items() []T {
	items := make([]T, 0, len(i.listed)-i.gone)
	for at, l := range i.listed {
		if place, there := i.at[l.key]; there && place == at {
			items = append(items, l.obj)
		}
	}
	return items
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

// errStreamEnded means that the stream of a list ended, without a failure, before the list did: as behind a proxy that ends
// every answer after some time.
var errStreamEnded = fmt.Errorf("%w: the stream ended before the list did", errNoStreamedLists)

// noStream decides what follows a streamed list that did not come to its end.
func (r *Reflector[T]) noStream(ctx context.Context, err error) error {
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
	case err == nil:
		return errStreamEnded
	case utilnet.IsConnectionRefused(err), apierrors.IsTooManyRequests(err):
		return fmt.Errorf("failed to stream the list of %s: %w", r.opts.Name, err)
	default:
		// Somebody may be allowed to list who is not allowed to watch; whatever it is, the list tells.
		return fmt.Errorf("%w: %w", errNotThisTime, err)
	}
}
