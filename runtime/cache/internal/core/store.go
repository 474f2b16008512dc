package core

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
)

// Store holds objects by key, with any number of indexes. It is safe for concurrent use, and no reader waits for
// anything but a writer's map operations.
type Store[T any] struct {
	mu      sync.RWMutex
	items   map[string]T
	indexes map[string]*index[T]
	version string

	// buffers holds snapshots for iteration, so that no lock is held while a caller's loop body runs.
	buffers sync.Pool
}

// NewStore returns an empty store with the given indexes.
func NewStore[T any](indexes map[string]IndexFunc[T]) *Store[T] {
	s := &Store[T]{items: map[string]T{}, indexes: map[string]*index[T]{}}
	for name, valuesOf := range indexes {
		s.indexes[name] = newIndex(valuesOf)
	}
	return s
}

// Set stores obj under key and returns what was there before. An error tells which index could not take it; the object
// is stored all the same.
func (s *Store[T]) Set(key string, obj T) (old T, existed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.set(key, obj)
}

func (s *Store[T]) set(key string, obj T) (old T, existed bool, err error) {
	old, existed = s.items[key]
	s.items[key] = obj
	var was *T
	if existed {
		was = &old
	}
	for name, x := range s.indexes {
		if e := x.replace(key, was, obj); e != nil {
			err = errors.Join(err, fmt.Errorf("index %q of %q: %w", name, key, e))
		}
	}
	return old, existed, err
}

// Delete removes the object of key and returns it.
func (s *Store[T]) Delete(key string) (old T, existed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, existed = s.items[key]; !existed {
		return old, false
	}
	delete(s.items, key)
	for _, x := range s.indexes {
		x.remove(key, old, nil)
	}
	return old, true
}

// Replace makes items the whole content, at version.
func (s *Store[T]) Replace(items map[string]T, version string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items, s.version = items, version
	var err error
	for name, x := range s.indexes {
		s.indexes[name], err = s.build(name, x.valuesOf, err)
	}
	return err
}

// build makes an index of all objects; errors are added to err.
func (s *Store[T]) build(name string, valuesOf IndexFunc[T], err error) (*index[T], error) {
	x := newIndex(valuesOf)
	for key, obj := range s.items {
		if e := x.replace(key, nil, obj); e != nil {
			err = errors.Join(err, fmt.Errorf("index %q of %q: %w", name, key, e))
		}
	}
	return x, err
}

// AddIndexes adds indexes of all objects. A name that is taken refuses them all.
func (s *Store[T]) AddIndexes(indexes map[string]IndexFunc[T]) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range indexes {
		if _, taken := s.indexes[name]; taken {
			return fmt.Errorf("indexer conflict: an index named %q exists already", name)
		}
	}
	var err error
	for name, valuesOf := range indexes {
		s.indexes[name], err = s.build(name, valuesOf, err)
	}
	return err
}

// Indexes returns the index functions by name.
func (s *Store[T]) Indexes() map[string]IndexFunc[T] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make(map[string]IndexFunc[T], len(s.indexes))
	for name, x := range s.indexes {
		all[name] = x.valuesOf
	}
	return all
}

// Get returns the object of key.
func (s *Store[T]) Get(key string) (T, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	obj, ok := s.items[key]
	return obj, ok
}

// Len returns the number of objects.
func (s *Store[T]) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.items)
}

// Keys returns all keys, in no particular order.
func (s *Store[T]) Keys() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.AppendSeq(make([]string, 0, len(s.items)), maps.Keys(s.items))
}

// List returns all objects, in no particular order.
func (s *Store[T]) List() []T {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.AppendSeq(make([]T, 0, len(s.items)), maps.Values(s.items))
}

// All yields the objects that are there when the loop begins, in no particular order. The loop's body may do with the
// store what it likes: no lock is held meanwhile.
func (s *Store[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) { s.iterate("", "", yield) }
}

// AllByIndex is All for the objects under one value of an index.
func (s *Store[T]) AllByIndex(name, value string) (iter.Seq[T], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if _, err := s.index(name); err != nil {
		return nil, err
	}
	return func(yield func(T) bool) { s.iterate(name, value, yield) }, nil
}

// iterate yields a snapshot of all objects, or of those under a value of the named index.
func (s *Store[T]) iterate(name, value string, yield func(T) bool) {
	buffer, _ := s.buffers.Get().(*[]T)
	if buffer == nil {
		buffer = new([]T)
	}
	s.mu.RLock()
	from := s.items
	if name != "" {
		from = s.indexes[name].buckets[value]
	}
	for _, obj := range from {
		*buffer = append(*buffer, obj)
	}
	s.mu.RUnlock()
	defer func() {
		clear(*buffer)
		*buffer = (*buffer)[:0]
		s.buffers.Put(buffer)
	}()
	for _, obj := range *buffer {
		if !yield(obj) {
			return
		}
	}
}

// ByIndex returns the objects under one value of an index.
func (s *Store[T]) ByIndex(name, value string) ([]T, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x, err := s.index(name)
	if err != nil {
		return nil, err
	}
	bucket := x.buckets[value]
	return slices.AppendSeq(make([]T, 0, len(bucket)), maps.Values(bucket)), nil
}

// KeysByIndex returns the keys of the objects under one value of an index.
func (s *Store[T]) KeysByIndex(name, value string) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x, err := s.index(name)
	if err != nil {
		return nil, err
	}
	bucket := x.buckets[value]
	return slices.AppendSeq(make([]string, 0, len(bucket)), maps.Keys(bucket)), nil
}

// Like returns the objects that share a value of an index with obj.
func (s *Store[T]) Like(name string, obj T) ([]T, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x, err := s.index(name)
	if err != nil {
		return nil, err
	}
	values, err := x.valuesOf(obj)
	if err != nil {
		return nil, err
	}
	found := map[string]T{}
	for _, value := range values {
		maps.Copy(found, x.buckets[value])
	}
	return slices.AppendSeq(make([]T, 0, len(found)), maps.Values(found)), nil
}

// Values returns all values of an index; none where there is no such index.
func (s *Store[T]) Values(name string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x, err := s.index(name)
	if err != nil {
		return nil
	}
	return slices.AppendSeq(make([]string, 0, len(x.buckets)), maps.Keys(x.buckets))
}

// index finds an index; the caller holds the lock.
func (s *Store[T]) index(name string) (*index[T], error) {
	x, ok := s.indexes[name]
	if !ok {
		return nil, fmt.Errorf("index with name %q does not exist", name)
	}
	return x, nil
}

// Version returns the resource version up to which the store has seen everything; "" before the first list.
func (s *Store[T]) Version() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.version
}

// SetVersion notes that the store has seen everything up to version.
func (s *Store[T]) SetVersion(version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = version
}
