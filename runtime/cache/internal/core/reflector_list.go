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

// defaultPageSize is the limit of each page if the options set none.
const defaultPageSize = 500

// list lists all objects and passes them to the sink. If the server cannot serve the requested version, list asks for the
// latest.
func (r *Reflector[T]) list(ctx context.Context) error {
	return r.listAndReplace(ctx, r.listVersion())
}

func (r *Reflector[T]) listAndReplace(ctx context.Context, version string) error {
	begun := r.opts.Clock.Now()
	items, version, err := r.listAt(ctx, version)
	if err != nil && (expired(err) || tooLarge(err)) {
		r.setTooOld()
		items, version, err = r.listAt(ctx, "")
	}
	if err != nil {
		return r.listError(err)
	}
	r.opts.ReflectorObserver.Listed(r.opts.Clock.Since(begun), len(items))
	return r.replace(items, version)
}

func (r *Reflector[T]) listError(err error) error {
	return fmt.Errorf("failed to list %s: %w", r.opts.Name, err)
}

// listAt reads all pages of a list at a version. It returns the prepared objects and the resource version of the list.
func (r *Reflector[T]) listAt(ctx context.Context, version string) ([]T, string, error) {
	opts := r.opts.decoding(metav1.ListOptions{ResourceVersion: version})
	opts.Limit = r.pageSize(version)
	r.selects(&opts, r.part)
	var items []T
	for {
		list, err := r.callList(ctx, opts, func(obj T) error {
			if !r.isPart(obj) {
				return nil
			}
			obj, err := r.opts.Prepare(obj)
			items = append(items, obj)
			return err
		})
		switch {
		case err == nil:
		case opts.ShardSelector != "" && tooLong(err):
			r.opts.Server.ignoresShards(r.opts.Clock.Now())
			opts.ShardSelector, opts.Continue, opts.ResourceVersion, items = "", "", version, nil
			continue
		default:
			// The continue token has expired, so the server cannot continue this list. Begin again, without pages.
			if opts.Continue == "" || !expired(err) {
				return nil, "", err
			}
			opts.Continue, opts.Limit, opts.ResourceVersion, items = "", 0, version, nil
			continue
		}
		r.noteSelection(opts.ShardSelector, list)
		if list.Continue == "" {
			return items, list.ResourceVersion, nil
		}
		r.pages = r.pages || version == "0"
		// The token contains the version; the server rejects a request with both.
		opts.Continue, opts.ResourceVersion = list.Continue, ""
	}
}

// pageSize returns the limit of a list; zero means none. The server answers a list at a certain version from its watch
// cache, unless it has a limit. So such a list gets one only if the server has shown that it does not use a watch cache.
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

// expired reports whether an error says that the server no longer has the requested version.
func expired(err error) bool { return apierrors.IsResourceExpired(err) || apierrors.IsGone(err) }

// tooLarge reports whether an error says that the requested version is newer than the server's. Old servers say so in
// other ways than the cause of the status.
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

// errNoStreamedLists means that the server does not stream lists: this list and later ones need a plain request.
var errNoStreamedLists = errors.New("no streamed lists")

// errNotThisTime means that this list needs a plain request. Later ones may be streamed.
var errNotThisTime = errors.New("this list could not be streamed")

// errNoBookmark means that no event of a streamed list, or not the bookmark at its end, came within BookmarkTimeout.
var errNoBookmark = fmt.Errorf("%w: the bookmark that ends the initial events did not come in time", errNoStreamedLists)

// streamList requests the list as the initial events of a watch (KEP-3157). It passes the list to the sink when the
// bookmark arrives that ends the initial events, and goes on with the same watch.
//
// It returns errNoStreamedLists if the server does not stream lists or does not send the bookmark in time,
// errNotThisTime if a plain list may succeed, and nil if the reflector should follow the server anew.
func (r *Reflector[T]) streamList(ctx context.Context) error {
	stream, cancel := context.WithCancelCause(ctx)
	bookmark := newDeadline(r.opts.Clock, r.opts.BookmarkTimeout, func() { cancel(errNoBookmark) })
	var waiting sync.WaitGroup
	waits, met := context.WithCancel(stream)
	waiting.Go(func() { bookmark.run(waits) })
	defer waiting.Wait()
	defer met()
	defer cancel(nil)

	initial, begun, events := newInitialEvents(r), r.opts.Clock.Now(), 0
	opts := r.watchOptions(r.streamVersion())
	opts.SendInitialEvents = new(true)
	opts.ResourceVersionMatch = metav1.ResourceVersionMatchNotOlderThan
	follow := r.beginWatch(stream)
	// The watch counts as opened once the list is complete, not when the server accepts the request.
	err := r.callWatch(stream, opts, func() {}, func(event StreamEvent[T]) error {
		events++
		if initial == nil {
			return r.handle(ctx, event, true)
		}
		done, err := initial.take(event)
		if !done || err != nil {
			bookmark.extend() // the server sends events, however long the list is
			return err
		}
		if !bookmark.meet() {
			return errNoBookmark
		}
		met()
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

// streamVersion returns the version for a streamed list, which must not be older; "" means the latest.
func (r *Reflector[T]) streamVersion() string {
	if version := r.listVersion(); version != "0" {
		return version
	}
	return ""
}

// initialEvents collects the objects of a streamed list, in the order in which they first arrived.
type initialEvents[T any] struct {
	reflector *Reflector[T]
	listed    []keyed[T]
	at        map[string]int // the index in listed of each key that is not deleted
	gone      int            // the number of deleted elements of listed
}

func newInitialEvents[T any](r *Reflector[T]) *initialEvents[T] {
	return &initialEvents[T]{reflector: r, at: map[string]int{}}
}

// take adds an initial event and reports whether it is the bookmark that ends them.
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

// items returns the objects that have not been deleted again.
func (i *initialEvents[T]) items() []T {
	items := make([]T, 0, len(i.listed)-i.gone)
	for at, l := range i.listed {
		if place, there := i.at[l.key]; there && place == at {
			items = append(items, l.obj)
		}
	}
	return items
}

// errNoVersion rejects a list without a resource version if the last list had one. It may be the answer of a proxy, such
// as {}, which decodes as an empty list.
var errNoVersion = errors.New("the list has no resource version, though the server's lists have one")

// replace passes a complete list to the sink.
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

// errStreamEnded means that the stream ended without an error before the list was complete, as behind a proxy that ends
// every response after some time.
var errStreamEnded = fmt.Errorf("%w: the stream ended before the list did", errNoStreamedLists)

// noStream returns the result of streamList for a stream that ended, with err, before the list was complete.
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
		// The user may be allowed to list but not to watch. Whatever it is, a plain list either works or returns the error.
		return fmt.Errorf("%w: %w", errNotThisTime, err)
	}
}
