package core

import (
	"iter"
	"maps"
	"slices"
)

// List returns all objects, in no particular order, in a new slice.
func (s *Store[T]) List() []T { return ListAs(s, itself[T]) }

// ByIndex returns the objects that an index has under a value, in no particular order. It fails if there is no such
// index.
func (s *Store[T]) ByIndex(name, value string) ([]T, error) {
	return ByIndexAs(s, name, value, itself[T])
}

// Like returns the objects that have at least one value of the index in common with obj, each of them once. It fails if
// there is no such index, or if the index function fails for obj.
func (s *Store[T]) Like(name string, obj T) ([]T, error) { return LikeAs(s, name, obj, itself[T]) }

func itself[T any](obj T) T { return obj }

// ListAs is List with each object converted by as. It calls as with the store locked.
func ListAs[T, U any](s *Store[T], as func(T) U) []U {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]U, len(s.list))
	for i := range s.list {
		all[i] = as(s.list[i].obj)
	}
	return all
}

// ByIndexAs is ByIndex with each object converted by as. It calls as with the store locked.
func ByIndexAs[T, U any](s *Store[T], name, value string, as func(T) U) ([]U, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x, err := s.index(name)
	if err != nil {
		return nil, err
	}
	return all(x.under(value), as), nil
}

// LikeAs is Like with each object converted by as. It calls as, and the index function, with the store locked.
func LikeAs[T, U any](s *Store[T], name string, obj T, as func(T) U) ([]U, error) {
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
	if len(values) == 1 {
		return all(x.under(values[0]), as), nil
	}
	found := map[*entry[T]]struct{}{}
	for _, value := range values {
		for _, e := range x.under(value) {
			found[e] = struct{}{}
		}
	}
	return all(slices.AppendSeq(make([]*entry[T], 0, len(found)), maps.Keys(found)), as), nil
}

// under returns the entries under a value. The caller must not change or keep the slice.
func (x *index[T]) under(value string) []*entry[T] {
	if b, ok := x.buckets[value]; ok {
		return b.entries
	}
	return nil
}

func all[T, U any](entries []*entry[T], as func(T) U) []U {
	objs := make([]U, len(entries))
	for i, e := range entries {
		objs[i] = as(e.obj)
	}
	return objs
}

// KeysByIndex returns the keys of the objects that an index has under a value. It fails if there is no such index.
func (s *Store[T]) KeysByIndex(name, value string) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x, err := s.index(name)
	if err != nil {
		return nil, err
	}
	entries := x.under(value)
	keys := make([]string, len(entries))
	for i, e := range entries {
		keys[i] = e.key
	}
	return keys, nil
}

// Values returns all values under which an index has objects, or nil if there is no such index.
func (s *Store[T]) Values(name string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x, err := s.index(name)
	if err != nil {
		return nil
	}
	return slices.AppendSeq(make([]string, 0, len(x.buckets)), maps.Keys(x.buckets))
}

// All yields the objects that the store holds when the loop begins, in no particular order. No lock is held while the
// loop's body runs, so the body may read and change the store.
func (s *Store[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) { s.iterate("", "", yield) }
}

// Sample returns up to n objects, from places of the list that are evenly spaced. It copies no others.
func (s *Store[T]) Sample(n int) []T {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n = min(n, len(s.list))
	sample := make([]T, n)
	for i := range sample {
		sample[i] = s.list[i*len(s.list)/n].obj
	}
	return sample
}

// AllByIndex is All for the objects that an index has under a value. It fails if there is no such index.
func (s *Store[T]) AllByIndex(name, value string) (iter.Seq[T], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if _, err := s.index(name); err != nil {
		return nil, err
	}
	return func(yield func(T) bool) { s.iterate(name, value, yield) }, nil
}

// Select returns the objects for which keep returns true: of all objects, or if name is not empty, of those that the
// index of this name has under value. If there is no such index, it returns nil. No lock is held while keep runs. Apart
// from a pooled buffer, only the result is allocated.
func (s *Store[T]) Select(name, value string, keep func(T) bool) []T {
	buffer := s.buffer(name, value)
	defer s.release(buffer)
	n := 0
	for _, obj := range *buffer {
		if keep(obj) {
			(*buffer)[n] = obj
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return append(make([]T, 0, n), (*buffer)[:n]...)
}

// iterate yields the objects of a snapshot; see snapshot for name and value.
func (s *Store[T]) iterate(name, value string, yield func(T) bool) {
	buffer := s.buffer(name, value)
	defer s.release(buffer)
	for _, obj := range *buffer {
		if !yield(obj) {
			return
		}
	}
}

// buffer returns a snapshot in a pooled slice. The caller passes it to release afterwards.
func (s *Store[T]) buffer(name, value string) *[]T {
	buffer, _ := s.buffers.Get().(*[]T)
	if buffer == nil {
		buffer = new([]T)
	}
	*buffer = s.snapshot((*buffer)[:0], name, value)
	return buffer
}

func (s *Store[T]) release(buffer *[]T) {
	clear(*buffer)
	s.buffers.Put(buffer)
}

// snapshot appends all objects to a slice, or if name is not empty, those that the index has under value.
func (s *Store[T]) snapshot(into []T, name, value string) []T {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if name == "" {
		for i := range s.list {
			into = append(into, s.list[i].obj)
		}
		return into
	}
	if x, err := s.index(name); err == nil {
		for _, e := range x.under(value) {
			into = append(into, e.obj)
		}
	}
	return into
}

// each calls visit for each object, with the store locked for reading.
func (s *Store[T]) each(visit func(key string, obj T)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for key, e := range s.entries {
		visit(key, e.obj)
	}
}
