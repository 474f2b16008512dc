package sharding

import (
	"context"
	"fmt"
	"maps"
	"slices"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// look evaluates the leases of the group. If the member's own is missing, the member gives up its term. It deletes expired leases. peers are
// the other members with a lease, live are the members that may have ranges, including this one.
func (m *Membership) look(ctx context.Context, leases []coordinationv1.Lease) (peers []peer, live []member, err error) {
	if !slices.ContainsFunc(leases, func(lease coordinationv1.Lease) bool { return lease.UID == m.lease.UID }) {
		m.gone()
		return nil, nil, errGone
	}
	now := m.opts.Clock.Now()
	seen := map[string]sighting{}
	capacities := map[string]int{m.opts.Identity: m.opts.Capacity}
	for i := range leases {
		p := peerOf(&leases[i])
		if p.name == m.name {
			continue
		}
		s := m.seen[p.name].next(p, leases[i].Annotations[holdsAnnotation], now)
		p.holds = s.holds
		if now.Sub(s.at) <= p.duration+m.opts.MaxSkew {
			seen[p.name] = s
		} else {
			gone, err := m.expire(ctx, p)
			if err != nil {
				return nil, nil, err
			}
			if gone {
				continue
			} // otherwise it was renewed just now
		}
		peers = append(peers, p)
		capacities[p.identity] = max(p.capacity, capacities[p.identity])
	}
	m.seen = seen
	for _, identity := range slices.Sorted(maps.Keys(capacities)) {
		if capacities[identity] > 0 { // members that leave get no ranges
			live = append(live, member{identity: identity, capacity: capacities[identity]})
		}
	}
	return peers, live, nil
}

// expire deletes the lease of a member if it has not changed since it was seen. It reports whether the lease is gone.
func (m *Membership) expire(ctx context.Context, p peer) (gone bool, err error) {
	err = m.leases.Delete(ctx, p.name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{
		UID: new(types.UID(p.uid)), ResourceVersion: &p.resourceVersion,
	}})
	switch {
	case err == nil || apierrors.IsNotFound(err):
		return true, nil
	case apierrors.IsConflict(err):
		return false, nil
	}
	return false, fmt.Errorf("delete the lease of %s, which has run out: %w", p.identity, err)
}

// decide takes claimed slots that no other lease has, gives up slots that belong to others, and claims free ones. It returns true if the
// member's lease has to be written, or the leases have to be read again.
func (m *Membership) decide(peers []peer, live []member) bool {
	want := m.assigned(live)
	var taken, stronger Set
	for _, p := range peers {
		taken = taken.Union(p.holds)
		if p.name < m.name {
			stronger = stronger.Union(p.holds)
		}
	}
	m.mu.Lock()
	m.members = nil
	for _, l := range live {
		m.members = append(m.members, l.identity)
	}
	var gained Set
	if m.term.Err() == nil {
		gained = m.claimed.Intersection(want).Minus(taken)
	}
	stop := m.held.Minus(want)
	m.held = m.held.Union(gained)
	m.claimed = m.claimed.Minus(gained).Intersection(want).Minus(stronger)
	m.stop(stop, m.opts.Grace)
	tell := m.tell(Change{Gained: gained, Lost: stop})
	m.settle()
	free := want.Minus(m.held).Minus(m.leaving).Minus(taken)
	m.claimed = m.claimed.Union(free)
	m.missing = want.Minus(m.held)
	again := !m.says.Equal(m.due()) || m.behind()
	m.mu.Unlock()
	tell()
	return again
}

// assigned returns the slots that this member should have. It computes the assignment only if the members have changed.
func (m *Membership) assigned(live []member) Set {
	if !slices.Equal(m.plan.members, live) {
		m.plan = plan{members: live, sets: m.assign(live)}
	}
	return m.plan.sets[m.opts.Identity]
}
