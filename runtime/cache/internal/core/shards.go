package core

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/typewright/typewright/runtime/internal/shard"
)

// Shards is documented at cache.Shards.
type Shards interface {
	Field() string
	Follow(changed func(gained, lost shard.Set, released func())) (held shard.Set, stop func())
	Enter(hash uint64) (leave func(), ok bool)
}

// ShardStatus is documented at cache.ShardStatus.
type ShardStatus struct {
	// Held is what the process holds, and Listed what of it the store has.
	Held, Listed shard.Set
	// Filtered is set if the server does not select: it sends all objects, and the informer leaves out those of others.
	Filtered bool
}

// shardHash returns the hash by which an object belongs to a process.
func shardHash(field string, obj any) (uint64, error) {
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return 0, fmt.Errorf("an object without metadata cannot belong to a shard: %w", err)
	}
	return shard.HashOf(field, string(accessor.GetUID()), accessor.GetNamespace()), nil
}

// sharding is what an informer of a part of the objects has beside the others. It applies what is gained and lost to the store while
// the informer runs.
type sharding[T any] struct {
	informer *Informer[T]
	shards   Shards

	// held is what the process holds, as far as it was applied, and followers are those of the present or last run. The informer's
	// writing lock guards both.
	held      shard.Set
	followers []*follower[T]

	mu      sync.Mutex
	changes []shardChange // not applied yet
	news    chan struct{} // has an element if there are changes
}

// shardChange is what was gained and lost at a time.
type shardChange struct {
	gained, lost shard.Set
	released     func()
}

func newSharding[T any](i *Informer[T]) *sharding[T] {
	return &sharding[T]{informer: i, shards: i.opts.Shards, news: make(chan struct{}, 1)}
}

// begin begins to follow what the process holds, for a run. What the store has of others from an earlier run leaves it.
func (s *sharding[T]) begin(run *run[T]) (stop func()) {
	held, stop := s.shards.Follow(func(gained, lost shard.Set, released func()) {
		s.mu.Lock()
		s.changes = append(s.changes, shardChange{gained, lost, released})
		s.mu.Unlock()
		select {
		case s.news <- struct{}{}:
		default:
		}
	})
	s.informer.writing.Lock()
	s.held, s.followers = shard.Set{}, run.followers
	s.informer.writing.Unlock()
	s.apply(run, shardChange{gained: held, lost: shard.Everything().Minus(held), released: func() {}})
	return stop
}

// run applies changes until ctx ends.
func (s *sharding[T]) run(ctx context.Context, run *run[T]) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.news:
		}
		s.mu.Lock()
		changes := s.changes
		s.changes = nil
		s.mu.Unlock()
		for _, change := range changes {
			s.apply(run, change)
		}
	}
}

// apply takes what was lost out of the store, tells the handlers, and has released called after the last of them. It wakes the
// reflectors for what was gained, and those that have nothing left.
func (s *sharding[T]) apply(run *run[T], change shardChange) {
	i := s.informer
	i.writing.Lock()
	defer i.writing.Unlock()
	s.held = s.held.Union(change.gained).Minus(change.lost)
	for _, f := range run.followers {
		f.pending, f.listed = f.pending.Minus(change.lost), f.listed.Minus(change.lost)
		if !change.gained.Empty() || f.listed.Empty() {
			f.moved.fire()
		}
	}
	if !change.lost.Empty() {
		s.leave(change)
	}
}

// leave removes the objects that were lost from the store. The caller holds the writing lock.
func (s *sharding[T]) leave(lost shardChange) {
	i := s.informer
	now := i.opts.Clock.Now()
	var events []*notification[T]
	i.store.each(func(key string, obj T) {
		if hash, err := s.hash(obj); err == nil && lost.lost.Contains(hash) {
			events = append(events, &notification[T]{kind: left, key: key, obj: obj, hasObject: true, at: now})
		}
	})
	if len(events) == 0 {
		lost.released()
		return
	}
	changes := make([]change[T], len(events))
	for n, event := range events {
		changes[n] = change[T]{key: event.key, deleted: true}
	}
	i.events.Lock()
	defer i.events.Unlock()
	_ = i.store.change(changes, i.store.Version()) // no index function is called
	i.notify(events...)
	i.handOver(lost.released, now)
	i.changes.fire()
}

func (s *sharding[T]) hash(obj T) (uint64, error) { return shardHash(s.shards.Field(), obj) }

// enter reports whether a handler may be called with an object. If so, leave must be called after it.
func (s *sharding[T]) enter(obj T) (leave func(), ok bool) {
	hash, err := s.hash(obj)
	if err != nil {
		return nil, false
	}
	return s.shards.Enter(hash)
}

// prepare is an informer's transform, which must keep what is hashed: the store has to know later which objects were lost.
func (s *sharding[T]) prepare(transform func(T) (T, error)) func(T) (T, error) {
	if transform == nil {
		return nil
	}
	return func(obj T) (T, error) {
		before, err := s.hash(obj)
		if err != nil {
			return obj, err
		}
		result, err := transform(obj)
		if err != nil {
			return result, err
		}
		if after, err := s.hash(result); err != nil || after != before {
			return result, fmt.Errorf("the transform has changed %s, by which objects belong to shards", s.shards.Field())
		}
		return result, nil
	}
}

// ShardStatus returns what of the objects the informer has; false if it is not one of shards.
func (i *Informer[T]) ShardStatus() (ShardStatus, bool) {
	if i.sharding == nil {
		return ShardStatus{}, false
	}
	i.writing.Lock()
	defer i.writing.Unlock()
	status := ShardStatus{Held: i.sharding.held, Listed: i.sharding.held}
	for _, f := range i.sharding.followers {
		status.Listed = status.Listed.Intersection(f.listed)
		status.Filtered = status.Filtered || f.filtered
	}
	return status, true
}

// handOver has done called when all handlers have been called with what is in their queues now. The caller holds the events lock.
func (i *Informer[T]) handOver(done func(), now time.Time) {
	h := &handOver[T]{waitFor: map[*Listener[T]]struct{}{}, done: done}
	for l := range i.listeners {
		h.waitFor[l] = struct{}{}
	}
	if len(h.waitFor) == 0 {
		done()
		return
	}
	i.handOvers = append(slices.DeleteFunc(i.handOvers, (*handOver[T]).isDone), h)
	i.notify(&notification[T]{kind: handedOver, handOver: h, at: now})
}

// handOver waits until handlers have been called with what left.
type handOver[T any] struct {
	mu      sync.Mutex
	waitFor map[*Listener[T]]struct{}
	done    func()
}

// finish notes that a handler knows, or is removed.
func (h *handOver[T]) finish(l *Listener[T]) {
	h.mu.Lock()
	_, waits := h.waitFor[l]
	delete(h.waitFor, l)
	last := waits && len(h.waitFor) == 0
	h.mu.Unlock()
	if last {
		h.done()
	}
}

func (h *handOver[T]) isDone() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.waitFor) == 0
}
