package sharding

import (
	"context"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// saying is what a lease says, as its annotations have it.
type saying struct{ holds, capacity string }

// watch wakes the loop when a member comes or goes, and when a lease lets go of what this member waits for, so that what is given away
// is taken at once. What a watch misses the loop finds at its next renewal.
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

// hear notes what an event says, and wakes the loop if it matters. That others take or claim something does not: of two members that
// claim the same, both see that when they have written their claims. Said is what each lease has said last.
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

// behind reports whether leases say something that matters and that was not read yet. Mu is held.
func (m *Membership) behind() bool { return m.others || !m.freed.Intersection(m.missing).Empty() }
