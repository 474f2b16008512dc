package sharding

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/internal/shard"
	"github.com/typewright/typewright/runtime/internal/term"
)

// flight is the work in flight on a slot, since the member last took the slot.
type flight struct {
	count  int
	cancel context.CancelFunc
	ctx    context.Context //nolint:containedctx // ends when the slot must be left, for all work on it
}

// work is the context of a handler: it ends with the caller's context, with the term of the lease, and when the range must be left.
type work struct {
	context.Context
	term *term.Term
}

// Err checks the clock for the end of the term.
func (w work) Err() error {
	if err := w.term.Err(); err != nil {
		return err
	}
	return w.Context.Err()
}

// HashOf returns the hash that decides to which member an object belongs.
func (m *Membership) HashOf(obj metav1.Object) uint64 {
	return shard.HashOf(m.Field(), string(obj.GetUID()), obj.GetNamespace())
}

// Begin asks to work on an object. If ok is false, the object belongs to another member, or nobody may handle it now. Otherwise done
// must be called when the work is finished. The work must not send anything to a server after its context has ended; the context's Err is
// exact.
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

// enter records that work on a slot begins. The caller holds mu.
func (m *Membership) enter(slot int) *flight {
	f := m.flights[slot]
	if f == nil {
		f = &flight{}
		m.flights[slot] = f
	}
	f.count++
	return f
}

// finish records that work on a slot has returned.
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

// stop removes slots from the held ones. Work in flight on them may continue for the grace period, after which its context ends. The caller
// holds mu.
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

// settle removes slots from leaving that have no work in flight and that all followers have released. The caller holds mu.
func (m *Membership) settle() {
	var busy Set
	for slot := range m.flights {
		if m.leaving.HasSlot(slot) {
			shard.Insert(&busy, slot)
		}
	}
	m.leaving = busy.Union(m.notReleased().Intersection(m.leaving))
}
