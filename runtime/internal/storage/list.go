package storage

import (
	"fmt"
	"iter"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

// Query says what to list.
type Query struct {
	// Namespace limits the list to one; empty lists all.
	Namespace string
	// After skips all objects up to and including this key.
	After Key
	// Version lists what there was at a past version; zero lists what there is.
	Version uint64
}

// Snapshot is the objects of a resource at one version, in the order of their keys.
type Snapshot[T any] struct {
	Version uint64
	Objects iter.Seq[T]
}

// TooOldError reports a version whose successors are forgotten.
type TooOldError struct {
	Version, Oldest uint64
}

// Error is what a Kubernetes API server says.
func (e *TooOldError) Error() string {
	return fmt.Sprintf("too old resource version: %d (%d)", e.Version, e.Oldest)
}

// TooLargeError reports a version that is not there yet.
type TooLargeError struct {
	Version, Current uint64
}

// Error is what a Kubernetes API server says.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("Too large resource version: %d, current: %d", e.Version, e.Current)
}

// List returns what a query asks for. It fails with a *TooOldError or *TooLargeError where that is not known.
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
	// A clone costs nothing until one of the two is written to.
	objects := c.objects.Clone()
	c.undo(objects, version)
	return Snapshot[T]{Version: version, Objects: pick(objects, query)}, nil
}

// undo takes back what happened after a version.
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

// pick returns the objects of the query's namespace that come after its key.
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
