package storage

import (
	"fmt"
	"iter"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

// Query selects what to list.
type Query struct {
	// Namespace limits the list to one namespace; empty lists all.
	Namespace string
	// After skips all objects up to and including this key.
	After Key
	// Version lists the objects at a past version; zero lists the current ones.
	Version uint64
}

// Snapshot has the objects of a resource at one version, ordered by key.
type Snapshot[T any] struct {
	Version uint64
	Objects iter.Seq[T]
}

// TooOldError reports a version whose following events are no longer known.
type TooOldError struct {
	Version, Oldest uint64
}

// Error returns the text of a Kubernetes API server.
func (e *TooOldError) Error() string {
	return fmt.Sprintf("too old resource version: %d (%d)", e.Version, e.Oldest)
}

// TooLargeError reports a version in the future.
type TooLargeError struct {
	Version, Current uint64
}

// Error returns the text of a Kubernetes API server.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("Too large resource version: %d, current: %d", e.Version, e.Current)
}

// List returns the objects that a query selects. It fails with a *TooOldError or *TooLargeError if that version is not
// known.
func (s *Storage[T]) List(resource schema.GroupResource, query Query) (Snapshot[T], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(resource)
	version := s.version
	if query.Version != 0 {
		version = query.Version
	}
	if version > s.version {
		return Snapshot[T]{}, &TooLargeError{Version: version, Current: s.version}
	}
	if version < c.log.forgotten {
		return Snapshot[T]{}, &TooOldError{Version: version, Oldest: c.log.forgotten}
	}
	// A clone is lazy: it costs nothing until one of the two changes.
	objects := c.objects.Clone()
	c.undo(objects, version)
	return Snapshot[T]{Version: version, Objects: pick(objects, query)}, nil
}

// undo reverts the events after a version.
func (c *collection[T]) undo(objects *tree[T], version uint64) {
	undone := map[Key]bool{}
	for event := range c.log.after(version) {
		switch {
		case undone[event.Key]:
			continue
		case event.Type == watch.Added:
			objects.Delete(entry[T]{key: event.Key})
		default:
			objects.ReplaceOrInsert(entry[T]{event.Key, event.Previous})
		}
		undone[event.Key] = true
	}
}

// pick returns the objects of the query's namespace after its key.
func pick[T any](objects *tree[T], query Query) iter.Seq[T] {
	from := query.After
	if first := (Key{Namespace: query.Namespace}); from.Compare(first) < 0 {
		from = first
	}
	return func(yield func(T) bool) {
		objects.AscendGreaterOrEqual(entry[T]{key: from}, func(e entry[T]) bool {
			if e.key == query.After {
				return true
			}
			if query.Namespace != "" && e.key.Namespace != query.Namespace {
				return false
			}
			return yield(e.object)
		})
	}
}
