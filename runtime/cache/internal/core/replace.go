package core

import (
	"errors"
	"fmt"
)

// keyed is an object with its key.
type keyed[T any] struct {
	key string
	obj T
}

// keyedBy returns objects with their keys. It fails if one has no key.
func keyedBy[T any](items []T, keyOf func(T) (string, error)) ([]keyed[T], error) {
	all := make([]keyed[T], len(items))
	for i, item := range items {
		key, err := keyOf(item)
		if err != nil {
			return nil, err
		}
		all[i] = keyed[T]{key, item}
	}
	return all, nil
}

// change is a change of the object with one key: obj replaces old, or old is deleted. existed says whether there was an
// old object.
type change[T any] struct {
	key      string
	old, obj T
	existed  bool
	deleted  bool
}

// Replace makes items the whole contents, at version. Readers see the old contents or the new ones, never a mixture. An
// error says which indexes omit which objects; they are stored nevertheless.
func (s *Store[T]) Replace(items map[string]T, version string) error {
	all := make([]keyed[T], 0, len(items))
	for key, obj := range items {
		all = append(all, keyed[T]{key, obj})
	}
	s.aside.Lock()
	defer s.aside.Unlock()
	fresh, err := s.fresh(all, true)
	fresh.version = version
	s.put(fresh)
	return err
}

// fresh returns new contents with these items, and with the store's indexes if indexed is set. If several items have the
// same key, the last one counts. The caller holds aside.
func (s *Store[T]) fresh(items []keyed[T], indexed bool) (contents[T], error) {
	fresh := contents[T]{entries: make(map[string]*entry[T], len(items)), list: make([]listed[T], 0, len(items))}
	if indexed {
		s.mu.RLock()
		for _, x := range s.indexes {
			fresh.indexes = append(fresh.indexes, newIndex(x.name, x.valuesOf))
		}
		s.mu.RUnlock()
	}
	var failed failures
	for _, item := range items {
		_, _, err := fresh.set(item.key, item.obj)
		failed.add(err)
	}
	return fresh, failed.err()
}

// put replaces the contents of the store.
func (s *Store[T]) put(fresh contents[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contents = fresh
}

// exchange replaces the objects whose keys contains selects by items, and sets the version. If contains is nil, it
// replaces all objects. Readers see the old state or the new one, never a mixture, and can read while it is prepared.
//
// exchange then calls take with the changes: the deletions, and after them the items in their order. take must call
// finish, which makes the changes visible. Until then nobody else may write to the store. An error says which indexes
// omit which objects; they are stored nevertheless.
func (s *Store[T]) exchange(items []keyed[T], contains func(key string) bool, version string, take func(changes []change[T], finish func())) error {
	s.aside.Lock()
	defer s.aside.Unlock()
	whole := contains == nil
	fresh, err := s.fresh(items, whole)
	fresh.version = version
	changes := s.changes(fresh, contains)
	take(changes, func() {
		if whole {
			s.put(fresh)
		} else {
			err = s.change(changes, version)
		}
	})
	return err
}

// changes returns the changes that new contents make to the objects whose keys contains selects; nil selects all.
func (s *Store[T]) changes(fresh contents[T], contains func(key string) bool) []change[T] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	changes := make([]change[T], 0, len(fresh.list))
	for _, l := range s.list {
		if _, stays := fresh.entries[l.entry.key]; !stays && (contains == nil || contains(l.entry.key)) {
			changes = append(changes, change[T]{key: l.entry.key, old: l.obj, existed: true, deleted: true})
		}
	}
	for _, l := range fresh.list {
		c := change[T]{key: l.entry.key, obj: l.obj}
		if e, existed := s.entries[c.key]; existed {
			c.old, c.existed = e.obj, true
		}
		changes = append(changes, c)
	}
	return changes
}

// Change is one of the changes that Apply makes. Object is not used if Deleted is set.
type Change[T any] struct {
	Key     string
	Object  T
	Deleted bool
}

// Apply makes changes in their order and sets the version, unless it is empty. Readers see all of the changes or none.
// An error says which indexes omit which objects; they are stored nevertheless.
func (s *Store[T]) Apply(changes []Change[T], version string) error {
	own := make([]change[T], len(changes))
	for i, c := range changes {
		own[i] = change[T]{key: c.Key, obj: c.Object, deleted: c.Deleted}
	}
	s.aside.Lock()
	defer s.aside.Unlock()
	if version == "" {
		version = s.Version()
	}
	return s.change(own, version)
}

// change makes changes in place and sets the version.
func (s *Store[T]) change(changes []change[T], version string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = version
	var failed failures
	for _, c := range changes {
		if c.deleted {
			s.remove(c.key)
			continue
		}
		_, _, err := s.set(c.key, c.obj)
		failed.add(err)
	}
	return failed.err()
}

// failures collects errors. It keeps the first ten and counts the others.
type failures struct {
	kept []error
	more int
}

func (f *failures) add(err error) {
	const enough = 10
	switch {
	case err == nil:
	case len(f.kept) < enough:
		f.kept = append(f.kept, err)
	default:
		f.more++
	}
}

func (f *failures) err() error {
	if f.more > 0 {
		f.kept = append(f.kept, fmt.Errorf("and %d more", f.more))
	}
	return errors.Join(f.kept...)
}
