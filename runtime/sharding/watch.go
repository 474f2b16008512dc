package sharding

import (
	"context"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// saying has the annotations of a lease.
type saying struct{ holds, capacity string }

// watch wakes the loop when a member joins or leaves, and when a lease releases slots for which this member waits, so that the member takes
// them at once. The loop finds changes that the watch misses at its next renewal.
func (m *Membership) watch(ctx context.Context) {
	said := map[string]saying{}
	for ctx.Err() == nil {
		if w, err := m.leases.Watch(ctx, m.opts.group()); err == nil {
			m.follow(ctx, w, said)
		}
		select {
		case <-ctx.Done():
		case <-time.After(m.opts.RenewPeriod):
		}
	}
}

func (m *Membership) follow(ctx context.Context, w watch.Interface, said map[string]saying) {
	defer w.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case event, open := <-w.ResultChan():
			lease, ok := event.Object.(*coordinationv1.Lease)
			if !open || event.Type == watch.Error {
				return
			}
			if ok {
				m.hear(event.Type, lease, said)
			}
		}
	}
}

// hear records the change in an event, and wakes the loop if it is relevant. New claims of others are not: members that claim the same slots
// see that when they read the leases after they have written their claims. said has the last annotations of each lease.
func (m *Membership) hear(what watch.EventType, lease *coordinationv1.Lease, said map[string]saying) {
	before, known := said[lease.Name]
	now := saying{lease.Annotations[holdsAnnotation], lease.Annotations[capacityAnnotation]}
	if what == watch.Deleted {
		known = false
		delete(said, lease.Name)
	} else {
		said[lease.Name] = now
	}
	if known && now == before {
		return // a renewal
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !known || now.capacity != before.capacity {
		m.others = true
	} else {
		m.freed = m.freed.Union(holdsOf(before.holds).Minus(holdsOf(now.holds)))
	}
	if m.behind() {
		m.poke()
	}
}

// behind reports whether leases have relevant changes that were not read yet. The caller holds mu.
func (m *Membership) behind() bool { return m.others || !m.freed.Intersection(m.missing).Empty() }
