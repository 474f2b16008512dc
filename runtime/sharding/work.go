package sharding

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/internal/shard"
	"github.com/typewright/typewright/runtime/internal/term"
)

// flight is the work that was begun in one stretch of holding a slot.
type flight struct {
	count  int
	cancel context.CancelFunc
	ctx    context.Context //nolint:containedctx // the end of the slot, for all work on it
}

// work is the context of a handler: it ends with the caller's, with the term of the lease, and when its range is to be left.
type work struct {
	context.Context
	term *term.Term
}

// Err asks the clock whether the term is over.
func (w work) Err() error {
	if err := w.term.Err(); err != nil {
		return err
	}
	return w.Context.Err()
}

// HashOf is the hash by which an object belongs to a member.
func (m *Membership) HashOf(obj metav1.Object) uint64 {
	return shard.HashOf(m.Field(), string(obj.GetUID()), obj.GetNamespace())
}

// Begin asks to work on an object. If ok is false, the object belongs to another member, or nobody may handle it now. Otherwise done
// must be called when the work is finished, and the work must heed its context, whose Err is exact: it may send nothing to a server
// after the context has ended.
func (m *Membership) Begin(ctx context.Context, obj metav1.Object) (handling context.Context, done func(), ok bool) {
	return m.BeginHash(ctx, m.HashOf(obj))
}

// BeginHash is Begin for the hash of an object.
func (m *Membership) BeginHash(ctx context.Context, hash uint64) (handling context.Context, done func(), ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.term == nil || !m.held.Contains(hash) || m.term.Err() != nil {
		return nil, nil, false
	}
	slot, own := shard.Slot(hash), m.term
	f := m.enter(slot)
	if f.ctx == nil {
		f.ctx, f.cancel = context.WithCancel(own)
	}
	inner, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(f.ctx, cancel)
	return work{inner, own}, func() {
		stop()
		cancel()
		m.finish(slot, f)
	}, true
}

// Enter is BeginHash for work that takes no context and returns soon, such as a handler of an informer. If ok is true, leave must be
// called after it.
func (m *Membership) Enter(hash uint64) (leave func(), ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.term == nil || !m.held.Contains(hash) || m.term.Err() != nil {
		return nil, false
	}
	slot := shard.Slot(hash)
	f := m.enter(slot)
	return func() { m.finish(slot, f) }, true
}

// enter counts work on a slot that begins. Mu is held.
func (m *Membership) enter(slot int) *flight {
	f := m.flights[slot]
	if f == nil {
		f = &flight{}
		m.flights[slot] = f
	}
	f.count++
	return f
}

// finish notes that work on a slot has returned.
func (m *Membership) finish(slot int, f *flight) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f.count--; f.count > 0 {
		return
	}
	if f.cancel != nil {
		f.cancel()
	}
	if m.flights[slot] == f {
		delete(m.flights, slot)
	}
	if m.leaving.HasSlot(slot) {
		m.poke()
	}
}

// stop takes slots from the held ones. Work in flight on them may go on for a while, and their contexts end then. Mu is held.
func (m *Membership) stop(set Set, grace time.Duration) {
	m.held = m.held.Minus(set)
	m.leaving = m.leaving.Union(set)
	var cancels []context.CancelFunc
	for slot, f := range m.flights {
		if set.HasSlot(slot) && f.cancel != nil {
			cancels = append(cancels, f.cancel)
		}
	}
	end := func() {
		for _, cancel := range cancels {
			cancel()
		}
	}
	if grace <= 0 || len(cancels) == 0 {
		end()
		return
	}
	time.AfterFunc(grace, end)
}

// settle takes what has no work in flight, and what all followers have released, from the slots that are to be left. Mu is held.
func (m *Membership) settle() {
	var busy Set
	for slot := range m.flights {
		if m.leaving.HasSlot(slot) {
			shard.Insert(&busy, slot)
		}
	}
	m.leaving = busy.Union(m.notReleased().Intersection(m.leaving))
}
