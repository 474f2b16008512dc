package storage

import (
	"cmp"
	"sync"

	"github.com/google/btree"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

// Key names an object of a resource.
type Key struct {
	Namespace, Name string
}

// Compare orders keys by namespace, then by name.
func (k Key) Compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Namespace, other.Namespace), cmp.Compare(k.Name, other.Name))
}

// Event is something that happened to an object. Object is as it was afterwards, for a deletion as it was last; Previous is
// as it was before, zero for a new one.
type Event[T any] struct {
	Type             watch.EventType
	Version          uint64
	Key              Key
	Object, Previous T
}

// Options of a storage. The zero value keeps objects as they are given and remembers nothing.
type Options[T any] struct {
	// Window is how many past events of each resource are remembered.
	Window int
	// Stored makes of an object that a Change returned what is stored at a version; it may write to it. Nil stores it
	// unchanged: no object is told its version.
	Stored func(obj T, version uint64) T
	// Last makes of a stored object, to which it must not write, what is said of it when it is deleted at a version. Nil
	// says what was stored.
	Last func(obj T, version uint64) T
	// OnEvent, if set, is called for each event in the order of versions. It holds everything up, and must not use the
	// storage.
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

// collection is the objects of one resource and the log of what happened to them.
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

// collection needs the lock.
func (s *Storage[T]) collection(resource schema.GroupResource) *collection[T] {
	c, ok := s.resources[resource]
	if !ok {
		before := func(a, b entry[T]) bool { return a.key.Compare(b.key) < 0 }
		// What happened before there was a collection was nothing: it is all remembered.
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

// Get returns an object, zero where there is none.
func (s *Storage[T]) Get(resource schema.GroupResource, key Key) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.collection(resource).get(key)
}

// Change makes of an object, zero where there is none, what it is to become: zero to delete it, the same to leave it. It
// may run more than once, when the object is changed by somebody else meanwhile; the last run counts. What it returns
// belongs to the storage. It may read the storage, but not change it.
type Change[T any] func(current T) (T, error)

// Update changes one object and returns what it has become: for a deletion what Options.Last makes of its last state. An
// error of the change is returned as it is, with what came with it, and nothing is changed.
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

// commit stores next unless current has been replaced meanwhile.
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

// Forget drops all past events, as a server does that has restarted: watches from before are too old.
func (s *Storage[T]) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.resources {
		c.log.forget(s.version)
	}
}
