package storage

import (
	"context"
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

// TooOldError reports a watch from a version whose successors are forgotten.
type TooOldError struct {
	Version, Oldest uint64
}

// Error is what a Kubernetes API server says.
func (e *TooOldError) Error() string {
	return fmt.Sprintf("too old resource version: %d (%d)", e.Version, e.Oldest)
}

// Watch is a queue of the events of a resource that nobody has read yet. It grows as it must: no event is lost to a slow
// reader.
type Watch struct {
	mu      sync.Mutex
	events  []Event
	version uint64
	news    chan struct{} // holds at most one: "look at events again"

	stop func()
}

func (w *Watch) push(event Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, event)
	w.version = event.Version
	select {
	case w.news <- struct{}{}:
	default:
	}
}

// Next waits for events, until ctx ends, and returns all there are.
func (w *Watch) Next(ctx context.Context) ([]Event, error) {
	for {
		if events := w.take(); len(events) > 0 {
			return events, nil
		}
		select {
		case <-w.news:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (w *Watch) take() []Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	events := w.events
	w.events = nil
	return events
}

// Stop ends the watch.
func (w *Watch) Stop() { w.stop() }

// Watch begins a watch of everything after version. It fails with a *TooOldError where that is not known any more.
func (s *Storage) Watch(resource schema.GroupResource, version uint64) (*Watch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(resource)
	if version < c.forgotten {
		return nil, &TooOldError{Version: version, Oldest: c.forgotten}
	}
	w := s.add(c)
	for _, event := range c.events {
		if event.Version > version {
			w.push(event)
		}
	}
	return w, nil
}

// WatchFromNow begins a watch with what there is, as additions, and returns the version at which that is the whole.
func (s *Storage) WatchFromNow(resource schema.GroupResource) (*Watch, []Event, uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(resource)
	initial := make([]Event, 0, len(c.objects))
	for key, obj := range c.objects {
		initial = append(initial, Event{Type: watch.Added, Key: key, Object: obj, Version: s.version})
	}
	return s.add(c), initial, s.version
}

func (s *Storage) add(c *collection) *Watch {
	w := &Watch{news: make(chan struct{}, 1), version: s.version}
	w.stop = func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(c.watches, w)
	}
	c.watches[w] = struct{}{}
	return w
}

// Forget drops all past events, as a server does that has restarted: watches from before are too old.
func (s *Storage) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.resources {
		c.events, c.forgotten = nil, s.version
	}
}

// Matcher decides which objects a reader sees.
type Matcher func(*unstructured.Unstructured) bool

// Seen turns an event into what a reader sees who sees only what matches: an object that comes to match is new to him, one
// that ceases to is gone. It returns false where he sees nothing.
func (e Event) Seen(matches Matcher) (Event, bool) {
	now := matches(e.Object)
	before := e.Previous != nil && matches(e.Previous)
	switch {
	case e.Type == watch.Deleted:
		return e, now || before
	case now && !before && e.Type == watch.Modified:
		e.Type = watch.Added
		return e, true
	case now:
		return e, true
	case before:
		e.Type = watch.Deleted
		last := e.Previous.DeepCopy()
		last.SetResourceVersion(e.Object.GetResourceVersion())
		e.Object = last
		return e, true
	default:
		return e, false
	}
}
