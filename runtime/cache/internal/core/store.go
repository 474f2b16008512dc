package core

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Store holds objects by key, with any number of indexes. It is safe for concurrent use.
//
// Replace prepares the new contents without the lock that readers take, and then swaps them in, so readers do not wait
// for a long list. They do wait while AddIndexes fills an index and while Apply makes its changes.
type Store[T any] struct {
	mu sync.RWMutex
	contents[T]

	// aside is held while new contents are prepared, so that nobody adds an index that they would lack, or replaces the
	// contents too. Lock it before mu.
	aside sync.Mutex

	// buffers holds *[]T for the snapshots of Select and All, which call the caller's code without a lock.
	buffers sync.Pool
}

// contents are the objects, indexes and version of a store. They have no lock of their own.
type contents[T any] struct {
	entries map[string]*entry[T]
	list    []listed[T]
	indexes []*index[T]
	version string
}

// listed is an element of the list of all objects. The list has no gaps and no order, so that reading all objects walks
// an array and not a map.
type listed[T any] struct {
	obj   T
	entry *entry[T]
}

// NewStore returns an empty store with the given indexes.
func NewStore[T any](indexes map[string]IndexFunc[T]) *Store[T] {
	s := &Store[T]{contents: contents[T]{entries: map[string]*entry[T]{}}}
	for name, valuesOf := range indexes {
		s.indexes = append(s.indexes, newIndex(name, valuesOf))
	}
	return s
}

// Set stores obj under key and returns the object that it replaces. An error names the indexes whose function failed;
// the object is stored nevertheless, but those indexes omit it.
func (s *Store[T]) Set(key string, obj T) (old T, existed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.set(key, obj)
}

// SetAt does what Set does and also sets the store's version, unless version is empty.
func (s *Store[T]) SetAt(key string, obj T, version string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if version != "" {
		s.version = version
	}
	_, _, err := s.set(key, obj)
	return err
}

func (c *contents[T]) set(key string, obj T) (old T, existed bool, err error) {
	e, existed := c.entries[key]
	if existed {
		old, e.obj = e.obj, obj
		c.list[e.at].obj = obj
	} else {
		e = &entry[T]{key: key, obj: obj, at: len(c.list)}
		c.list = append(c.list, listed[T]{obj, e})
		if len(c.indexes) > 0 {
			e.places = make([]place[T], 0, len(c.indexes))
		}
		c.entries[key] = e
	}
	for _, x := range c.indexes {
		if failed := x.update(e); failed != nil {
			err = errors.Join(err, indexError(x.name, key, failed))
		}
	}
	return old, existed, err
}

func indexError(name, key string, err error) error {
	return fmt.Errorf("index %q of %q: %w", name, key, err)
}

// Delete removes the object with this key and returns it.
func (s *Store[T]) Delete(key string) (old T, existed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.remove(key)
}

func (c *contents[T]) remove(key string) (old T, existed bool) {
	e, existed := c.entries[key]
	if !existed {
		return old, false
	}
	delete(c.entries, key)
	c.unlist(e.at)
	for _, p := range e.places {
		p.bucket.remove(p.at)
	}
	return e.obj, true
}

// unlist removes the object at a position from the list and moves the last object there. It reallocates a list that is
// mostly unused.
func (c *contents[T]) unlist(at int) {
	last := len(c.list) - 1
	moved := c.list[last]
	moved.entry.at = at
	c.list[at], c.list[last] = moved, listed[T]{}
	c.list = c.list[:last]
	if cap(c.list) > shrinkAbove && last < cap(c.list)/4 {
		c.list = append(make([]listed[T], 0, 2*last), c.list...)
	}
}

// AddIndexes adds indexes and fills them from the objects in the store. If a name exists already, it adds none and
// returns an error. An error of an index function is returned too, but then all indexes are added; those of which the
// function failed omit the object.
func (s *Store[T]) AddIndexes(indexes map[string]IndexFunc[T]) error {
	s.aside.Lock()
	defer s.aside.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range indexes {
		if _, err := s.index(name); err == nil {
			return fmt.Errorf("indexer conflict: an index named %q exists already", name)
		}
	}
	var err error
	for name, valuesOf := range indexes {
		x := newIndex(name, valuesOf)
		s.indexes = append(s.indexes, x)
		for key, e := range s.entries {
			if failed := x.update(e); failed != nil {
				err = errors.Join(err, indexError(name, key, failed))
			}
		}
	}
	return err
}

// Indexes returns a new map of the index functions by name.
func (s *Store[T]) Indexes() map[string]IndexFunc[T] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make(map[string]IndexFunc[T], len(s.indexes))
	for _, x := range s.indexes {
		all[x.name] = x.valuesOf
	}
	return all
}

// HasIndex reports whether the store has an index with this name.
func (s *Store[T]) HasIndex(name string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, err := s.index(name)
	return err == nil
}

// index returns the index with this name. The caller holds mu.
func (s *Store[T]) index(name string) (*index[T], error) {
	for _, x := range s.indexes {
		if x.name == name {
			return x, nil
		}
	}
	return nil, fmt.Errorf("index with name %q does not exist", name)
}

// Get returns the object with this key, and whether there is one.
func (s *Store[T]) Get(key string) (obj T, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if e, ok := s.entries[key]; ok {
		return e.obj, true
	}
	return obj, false
}

// Len returns the number of objects.
func (s *Store[T]) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.entries)
}

// Keys returns all keys, in no particular order.
func (s *Store[T]) Keys() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.AppendSeq(make([]string, 0, len(s.entries)), maps.Keys(s.entries))
}

// Version returns the resource version up to which the store contains all changes, or "" if it is not known, as before
// the first list.
func (s *Store[T]) Version() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.version
}

// SetVersion sets the resource version up to which the store contains all changes.
func (s *Store[T]) SetVersion(version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = version
}
