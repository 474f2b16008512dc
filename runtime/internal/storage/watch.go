package storage

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

// batch is the maximum number of events that Watch.Next returns.
const batch = 128

// Watch reads the events of a resource. A slow reader loses no events. A Watch needs no Stop, and serves one reader at
// a time.
type Watch[T comparable] struct {
	storage *Storage[T]
	log     *log[T]
	at      *node[T]
	version uint64
}

// Next waits for events until ctx ends, and returns at least one.
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

// take returns the available events that are later than the start of the watch.
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

// Version returns the version up to which the watch has returned all events.
func (w *Watch[T]) Version() uint64 {
	w.storage.mu.Lock()
	defer w.storage.mu.Unlock()
	if w.at == w.log.end {
		return max(w.version, w.storage.version)
	}
	return w.version
}

// Watch starts a watch of all events after a version, which may be in the future. It fails with a *TooOldError if they
// are no longer known.
func (s *Storage[T]) Watch(resource schema.GroupResource, version uint64) (*Watch[T], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(resource)
	if version < c.log.forgotten {
		return nil, &TooOldError{Version: version, Oldest: c.log.forgotten}
	}
	return &Watch[T]{storage: s, log: &c.log, at: c.log.from(version), version: version}, nil
}

// ListAndWatch returns the current objects and a watch of all later events.
func (s *Storage[T]) ListAndWatch(resource schema.GroupResource, namespace string) (Snapshot[T], *Watch[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(resource)
	snapshot := Snapshot[T]{Version: s.version, Objects: pick(c.objects.Clone(), Query{Namespace: namespace})}
	return snapshot, &Watch[T]{storage: s, log: &c.log, at: c.log.end, version: s.version}
}

// Matcher reports whether a reader sees an object.
type Matcher[T any] func(T) bool

// Seen converts an event for a reader that sees only matching objects. An object that starts to match is added, and one
// that stops to match is deleted: its last state is then the result of last, as with Options.Last. Seen returns false
// if the reader sees nothing.
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
