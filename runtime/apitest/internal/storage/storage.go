package storage

import (
	"cmp"
	"slices"
	"strconv"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

// Key names an object of a resource.
type Key struct {
	Namespace, Name string
}

func compare(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

// Event is something that happened to an object. Object is as it was afterwards, or last; Previous as it was before, nil
// for a new one.
type Event struct {
	Type             watch.EventType
	Version          uint64
	Key              Key
	Object, Previous *unstructured.Unstructured
}

// Storage holds objects. It is safe for concurrent use. Objects that it hands out are shared: nobody writes to them.
type Storage struct {
	window int

	mu        sync.Mutex
	version   uint64
	resources map[schema.GroupResource]*collection
}

// collection is the objects of one resource, the events that its watches may begin from, and the watches.
type collection struct {
	objects map[Key]*unstructured.Unstructured
	events  []Event
	// forgotten is the version of the last event that is no longer in events.
	forgotten uint64
	watches   map[*Watch]struct{}
}

// New returns an empty storage that keeps the last window events of each resource.
func New(window int) *Storage {
	return &Storage{window: window, version: 1, resources: map[schema.GroupResource]*collection{}}
}

func (s *Storage) collection(resource schema.GroupResource) *collection {
	c, ok := s.resources[resource]
	if !ok {
		c = &collection{objects: map[Key]*unstructured.Unstructured{}, watches: map[*Watch]struct{}{}}
		s.resources[resource] = c
	}
	return c
}

// Version returns the version of the last change.
func (s *Storage) Version() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

// Get returns an object, nil where there is none.
func (s *Storage) Get(resource schema.GroupResource, key Key) *unstructured.Unstructured {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.collection(resource).objects[key]
}

// List returns the objects of a namespace, or of all where it is empty, in the order of their keys, and the version at
// which they are the whole.
func (s *Storage) List(resource schema.GroupResource, namespace string) ([]*unstructured.Unstructured, uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(resource)
	keys := make([]Key, 0, len(c.objects))
	for key := range c.objects {
		if namespace == "" || key.Namespace == namespace {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, compare)
	objects := make([]*unstructured.Unstructured, len(keys))
	for i, key := range keys {
		objects[i] = c.objects[key]
	}
	return objects, s.version
}

// Change makes of an object, nil where there is none, what it is to become: nil to delete it, the same pointer to leave
// it. What it returns belongs to the storage, which sets its resource version.
type Change func(current *unstructured.Unstructured) (*unstructured.Unstructured, error)

// Update changes one object, and nothing else at the same time, and returns what it has become: for a deletion its last
// state, at the version of the deletion.
func (s *Storage) Update(resource schema.GroupResource, key Key, change Change) (*unstructured.Unstructured, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(resource)
	current := c.objects[key]
	next, err := change(current)
	if err != nil || next == current {
		return next, err
	}
	s.version++
	event := Event{Type: watch.Modified, Version: s.version, Key: key, Object: next, Previous: current}
	switch {
	case next == nil:
		event.Type, event.Object = watch.Deleted, current.DeepCopy()
		delete(c.objects, key)
	case current == nil:
		event.Type = watch.Added
		c.objects[key] = next
	default:
		c.objects[key] = next
	}
	event.Object.SetResourceVersion(strconv.FormatUint(s.version, 10))
	c.record(event, s.window)
	return event.Object, nil
}

// record keeps the event and hands it to the watches.
func (c *collection) record(event Event, window int) {
	c.events = append(c.events, event)
	if extra := len(c.events) - window; extra > 0 {
		c.forgotten = c.events[extra-1].Version
		// In halves, so that keeping the window costs little.
		if extra >= window/2+1 {
			c.events = slices.Clone(c.events[extra:])
		}
	}
	for w := range c.watches {
		w.push(event)
	}
}
