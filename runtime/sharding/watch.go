package sharding

import (
	"context"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// watch wakes the loop when another lease comes, goes or says something else than before, so that what is given away is taken at
// once. What a watch misses the loop finds at its next renewal.
func (m *Membership) watch(ctx context.Context) {
	said := map[string]string{}
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

func (m *Membership) follow(ctx context.Context, w watch.Interface, said map[string]string) {
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
			if ok && news(event.Type, lease, said) {
				m.poke()
			}
		}
	}
}

// news reports whether an event is more than a renewal. Said is what each lease has said last.
func news(what watch.EventType, lease *coordinationv1.Lease, said map[string]string) bool {
	if what == watch.Deleted {
		delete(said, lease.Name)
		return true
	}
	says := lease.Annotations[holdsAnnotation] + " " + lease.Annotations[capacityAnnotation]
	if before, known := said[lease.Name]; known && before == says {
		return false
	}
	said[lease.Name] = says
	return true
}
