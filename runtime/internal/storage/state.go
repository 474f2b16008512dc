package storage

import "k8s.io/apimachinery/pkg/runtime/schema"

// State is everything that a storage held at a moment, its history aside.
type State[T any] struct {
	version uint64
	objects map[schema.GroupResource]*tree[T]
}

// Save returns what there is. It costs nothing until objects change.
func (s *Storage[T]) Save() State[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := State[T]{version: s.version, objects: make(map[schema.GroupResource]*tree[T], len(s.resources))}
	for resource, c := range s.resources {
		state.objects[resource] = c.objects.Clone()
	}
	return state
}

// Restore makes a past state the present one, its version included: versions that were given since then are given again.
// All history is forgotten, and no watch hears of it.
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
