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

	// DropManagedFields omits metadata.managedFields from the decoded objects.
	DropManagedFields bool
	// SharedValues is the memory that decoded objects share. Whoever sets it must not change objects or their parts.
	SharedValues *SharedValues
	// Keep, if it is not nil, reports whether the consumer wants an object. A source may leave out others, and need not decode more
	// than their metadata. In place of an event of a watch that it leaves out, it passes on a bookmark with its version.
	Keep func(uid, namespace string) bool
	// Opened, if it is not nil, is called by StreamWatch, in the goroutine that calls StreamWatch, once the server has
	// accepted the watch. From then on, silence means that nothing happens; before, the server may be unreachable.
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

// StreamListerWatcher is documented at cache.StreamListerWatcher. A source may have a method EndsWithContext, see endsWithContext.
type StreamListerWatcher[T any] interface {
	// StreamList lists, and calls each for every object in the order of the response, in the goroutine that calls
	// StreamList. It returns the metadata of the list once it has read the whole response. It stops at an error of each
	// and returns it unchanged. If it returns an error, the objects before are complete but the list is not, so a
	// consumer must not replace its contents.
	StreamList(ctx context.Context, opts StreamOptions, each func(T) error) (metav1.ListMeta, error)

	// StreamWatch watches, and calls each for every event in the order of the stream, in the goroutine that calls
	// StreamWatch. What it returns depends on what ended the stream: nil if the server ended it without an error, the
	// error of each, context.Cause(ctx) if the context ended, the server's status after an ERROR event, and otherwise the
	// error of the transport or the decoder.
	StreamWatch(ctx context.Context, opts StreamOptions, each func(StreamEvent[T]) error) error
}

// Server is documented at cache.Server.
type Server struct {
	mu sync.Mutex
	// noStreams is when a streamed list last failed; zero if none did.
	noStreams time.Time
	// noShards is when a list last came without shardInfo though the request had a selector; zero if none did.
	noShards time.Time
}

// retryStreamsAfter is how long a server that does not stream lists is not asked for one. It may be upgraded meanwhile.
const retryStreamsAfter = time.Hour

// hasNoStreamedLists records that the server does not stream lists.
func (s *Server) hasNoStreamedLists(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noStreams = now
}

// streamsLists reports whether to ask the server for a streamed list.
func (s *Server) streamsLists(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.noStreams.IsZero() || now.Sub(s.noStreams) >= retryStreamsAfter
}

// retryShardsAfter is how long a server that does not select shards is not asked to.
const retryShardsAfter = time.Hour

// ignoresShards records that the server does not know shard selectors.
func (s *Server) ignoresShards(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noShards = now
}

// selectsShards reports whether to send shard selectors to the server.
func (s *Server) selectsShards(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.noShards.IsZero() || now.Sub(s.noShards) >= retryShardsAfter
}

// goesBack reports whether a version is older than one that was seen before. If so, the server has another history now,
// as after a restored backup, and two objects with the same version may differ.
func goesBack(version, seen string) bool {
	order, err := resourceversion.CompareResourceVersion(version, seen)
	return err == nil && order < 0
}

// oldest returns the oldest of at least one version, or "" if they cannot be compared, as when one of several is empty.
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
