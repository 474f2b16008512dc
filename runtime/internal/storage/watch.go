package storage

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

// batch is how many events Watch.Next returns at most.
const batch = 128

// Watch is a place in the events of a resource. It loses none to a slow reader, and needs no end: who has no more use for it
// drops it. It serves one reader at a time.
type Watch[T comparable] struct {
	storage *Storage[T]
	log     *log[T]
	at      *node[T]
	version uint64
}

// Next waits for events, until ctx ends, and returns those that there are, at least one.
func (w *Watch[T]) Next(ctx context.Context) ([]Event[T], error) {
	for {
		select {
		case <-w.at.filled:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if events := w.take(); len(events) > 0 {
			return events, nil
		}
	}
}

// take moves over all events there are, and returns those that are later than the watch's beginning.
func (w *Watch[T]) take() []Event[T] {
	var events []Event[T]
	for len(events) < batch {
		select {
		case <-w.at.filled:
		default:
			return events
		}
		if event := w.at.event; event.Version > w.version {
			events = append(events, event)
			w.version = event.Version
		}
		w.at = w.at.next
	}
	return events
}

// Version returns the version up to which the watch has told everything.
func (w *Watch[T]) Version() uint64 {
	w.storage.mu.Lock()
	defer w.storage.mu.Unlock()
	if w.at == w.log.end {
		return max(w.version, w.storage.version)
	}
	return w.version
}

// Watch begins a watch of everything after a version, which may lie ahead. It fails with a *TooOldError where that is not
// known any more.
func (s *Storage[T]) Watch(resource schema.GroupResource, version uint64) (*Watch[T], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(resource)
	if version < c.log.forgotten {
		return nil, &TooOldError{Version: version, Oldest: c.log.forgotten}
	}
	return &Watch[T]{storage: s, log: &c.log, at: c.log.from(version), version: version}, nil
}

// ListAndWatch returns what there is and a watch of everything after it.
func (s *Storage[T]) ListAndWatch(resource schema.GroupResource, namespace string) (Snapshot[T], *Watch[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(resource)
	snapshot := Snapshot[T]{Version: s.version, Objects: pick(c.objects.Clone(), Query{Namespace: namespace})}
	return snapshot, &Watch[T]{storage: s, log: &c.log, at: c.log.end, version: s.version}
}

// Matcher decides which objects a reader sees.
type Matcher[T any] func(T) bool

// Seen turns an event into what a reader sees who sees only what matches: an object that comes to match is new to him, one
// that ceases to is gone: then last makes of its previous state what is said of it, as Options.Last does. It returns false
// where he sees nothing.
func (e Event[T]) Seen(matches Matcher[T], last func(obj T, version uint64) T) (Event[T], bool) {
	now := e.Type != watch.Deleted && matches(e.Object)
	before := e.Type != watch.Added && matches(e.Previous)
	switch {
	case now && !before:
		e.Type = watch.Added
	case now:
	case before && e.Type == watch.Modified:
		e.Type, e.Object = watch.Deleted, last(e.Previous, e.Version)
	case before:
	default:
		return e, false
	}
	return e, true
}
