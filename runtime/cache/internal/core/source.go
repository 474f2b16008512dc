package core

import (
	"context"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/apimachinery/pkg/watch"
)

// StreamOptions are documented at cache.StreamOptions.
type StreamOptions struct {
	metav1.ListOptions

	// DropManagedFields leaves metadata.managedFields out of the decoded objects.
	DropManagedFields bool
	// Opened, where it is set, is called by StreamWatch, in the calling goroutine, once the server has accepted the watch:
	// until then nobody can say whether waiting means that nothing happens or that nobody is there.
	Opened func()
}

// StreamEvent is documented at cache.StreamEvent.
type StreamEvent[T any] struct {
	// Type is watch.Added, watch.Modified, watch.Deleted or watch.Bookmark.
	Type watch.EventType
	// Object is the object of the event; the zero value on a bookmark. The consumer owns it.
	Object T
	// ResourceVersion is the version of the object, or the version up to which a bookmark has seen everything.
	ResourceVersion string
	// InitialEventsEnd is set on the bookmark that ends the initial events of a streamed list (KEP-3157, WatchList).
	InitialEventsEnd bool
}

// StreamListerWatcher is documented at cache.StreamListerWatcher.
type StreamListerWatcher[T any] interface {
	// StreamList lists, and calls each for every object in the order of the answer, in the calling goroutine. It
	// returns the metadata of the list once the whole answer is read. An error of each ends the listing and is
	// returned as it is. Objects handed to each before an error are complete, but the list is not: a consumer that
	// replaces its content does so only after StreamList has returned nil.
	StreamList(ctx context.Context, opts StreamOptions, each func(T) error) (metav1.ListMeta, error)

	// StreamWatch watches, and calls each for every event in the order of the stream, in the calling goroutine. It
	// returns nil when the server ended the stream cleanly, the error of each if that ended it, context.Cause(ctx) if
	// the context did, the server's status if an ERROR event did, and the transport's or decoder's error otherwise.
	StreamWatch(ctx context.Context, opts StreamOptions, each func(StreamEvent[T]) error) error
}

// Server is documented at cache.Server.
type Server struct {
	mu sync.Mutex
	// noStreams is when the server turned out not to stream lists.
	noStreams time.Time
}

// memorable is how long it is remembered that a server does not stream lists: servers are upgraded.
const memorable = time.Hour

func (s *Server) hasNoStreamedLists(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noStreams = now
}

func (s *Server) streamsLists(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.noStreams.IsZero() || now.Sub(s.noStreams) >= memorable
}

// goesBack reports whether a version lies before one that was seen. Then the server has another history than the one that
// was followed, as after its backup was restored, and what has the same version need not be the same.
func goesBack(version, seen string) bool {
	order, err := resourceversion.CompareResourceVersion(version, seen)
	return err == nil && order < 0
}

// oldest returns the version that every scope has reached; "" where one has reached none, or they cannot be compared.
func oldest(versions []string) string {
	least := versions[0]
	for _, version := range versions[1:] {
		order, err := resourceversion.CompareResourceVersion(version, least)
		if err != nil {
			return ""
		}
		if order < 0 {
			least = version
		}
	}
	return least
}
