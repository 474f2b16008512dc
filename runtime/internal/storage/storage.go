package storage

import (
	"cmp"
	"sync"

	"github.com/google/btree"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

// Key identifies an object of a resource.
type Key struct {
	Namespace, Name string
}

// Compare orders keys by namespace, then by name.
func (k Key) Compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Namespace, other.Namespace), cmp.Compare(k.Name, other.Name))
}

// Event is a change of an object. Object is its new state, for a deletion the last one; Previous is the state before,
// zero for a new object.
type Event[T any] struct {
	Type             watch.EventType
	Version          uint64
	Key              Key
	Object, Previous T
}

// Options of a storage. The zero value stores objects unchanged and keeps no past events.
type Options[T any] struct {
	// Window is how many past events of each resource are kept.
	Window int
	// Stored returns what to store at a version for an object that a Change returned; it may change the object. Nil
	// stores it unchanged.
	Stored func(obj T, version uint64) T
	// Last returns the object in the event of a deletion at a version; it must not change obj. Nil means the stored
	// object.
	Last func(obj T, version uint64) T
	// OnEvent, if set, is called for each event, in order of versions, with the lock held. It must not use the storage.
	OnEvent func(resource schema.GroupResource, event Event[T])
}

// Storage holds objects. It is safe for concurrent use.
type Storage[T comparable] struct {
	opts Options[T]

	mu        sync.Mutex
	version   uint64
	resources map[schema.GroupResource]*collection[T]
}

type entry[T any] struct {
	key    Key
	object T
}

type tree[T any] = btree.BTreeG[entry[T]]

// collection has the objects of one resource and the log of their events.
type collection[T any] struct {
	objects *tree[T]
	log     log[T]
}

// New returns an empty storage at version 1.
func New[T comparable](opts Options[T]) *Storage[T] {
	same := func(obj T, _ uint64) T { return obj }
	if opts.Stored == nil {
		opts.Stored = same
	}
	if opts.Last == nil {
		opts.Last = same
	}
	return &Storage[T]{opts: opts, version: 1, resources: map[schema.GroupResource]*collection[T]{}}
}

// collection returns the collection of a resource. The caller holds the lock.
func (s *Storage[T]) collection(resource schema.GroupResource) *collection[T] {
	c, ok := s.resources[resource]
	if !ok {
		before := func(a, b entry[T]) bool { return a.key.Compare(b.key) < 0 }
		// No events precede the collection, so all are known.
		c = &collection[T]{objects: btree.NewG(32, before), log: newLog[T](0)}
		s.resources[resource] = c
	}
	return c
}

func (c *collection[T]) get(key Key) T {
	found, _ := c.objects.Get(entry[T]{key: key})
	return found.object
}

// Version returns the version of the last change.
func (s *Storage[T]) Version() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

// Get returns an object, or zero if there is none.
func (s *Storage[T]) Get(resource schema.GroupResource, key Key) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.collection(resource).get(key)
}

// Change returns the new state of an object: zero to delete it, current to leave it. current is zero if there is no
// object. If the object changes meanwhile, it is called again, and the last result counts. The storage owns the result.
// A Change may read the storage, but not change it.
type Change[T any] func(current T) (T, error)

// Update changes one object and returns its new state, or for a deletion the result of Options.Last. If the change
// fails, Update returns its results and changes nothing.
func (s *Storage[T]) Update(resource schema.GroupResource, key Key, change Change[T]) (T, error) {
	for {
		current := s.Get(resource, key)
		next, err := change(current)
		if err != nil || next == current {
			return next, err
		}
		if stored, ok := s.commit(resource, key, current, next); ok {
			return stored, nil
		}
	}
}

// commit stores next unless current has been replaced meanwhile, and reports whether it did.
func (s *Storage[T]) commit(resource schema.GroupResource, key Key, current, next T) (stored T, ok bool) {
	var none T
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(resource)
	if c.get(key) != current {
		return none, false
	}
	s.version++
	event := Event[T]{Type: watch.Modified, Version: s.version, Key: key, Previous: current}
	switch next {
	case none:
		event.Type, event.Object = watch.Deleted, s.opts.Last(current, s.version)
		c.objects.Delete(entry[T]{key: key})
	default:
		if current == none {
			event.Type = watch.Added
		}
		event.Object = s.opts.Stored(next, s.version)
		c.objects.ReplaceOrInsert(entry[T]{key, event.Object})
	}
	c.log.append(event, s.opts.Window)
	if s.opts.OnEvent != nil {
		s.opts.OnEvent(resource, event)
	}
	return event.Object, true
}

// Forget removes all past events, as the restart of a server does: earlier versions are then too old.
func (s *Storage[T]) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.resources {
		c.log.forget(s.version)
	}
}

// State holds all objects of a storage at a version, without past events.
type State[T any] struct {
	version uint64
	objects map[schema.GroupResource]*tree[T]
}

// Save returns the current state. It is lazy: it costs nothing until objects change.
func (s *Storage[T]) Save() State[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := State[T]{version: s.version, objects: make(map[schema.GroupResource]*tree[T], len(s.resources))}
	for resource, c := range s.resources {
		state.objects[resource] = c.objects.Clone()
	}
	return state
}

// Restore sets the storage to a past state and its version, so that later versions are assigned again. It removes all
// past events, and existing watches get no events for it.
func (s *Storage[T]) Restore(state State[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = state.version
	for resource := range state.objects {
		s.collection(resource)
	}
	for resource, c := range s.resources {
		if saved := state.objects[resource]; saved != nil {
			c.objects = saved.Clone()
		} else {
			c.objects.Clear(false)
		}
		c.log.forget(s.version)
	}
}
