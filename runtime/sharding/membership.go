package sharding

import (
	"context"
	"sync"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/internal/term"
)

// Membership is a member of a group. It is safe for concurrent use.
type Membership struct {
	leases Leases
	opts   Options
	wake   chan struct{}
	ended  chan struct{}

	mu sync.Mutex
	// term lasts as long as the lease allows work; nil before the first lease.
	term *term.Term
	// held are the slots that may be handled. leaving are lost slots on which work is still in flight. claimed are slots that wait
	// until no other lease has them. The member's lease has all three.
	held, leaving, claimed Set
	flights                map[int]*flight
	followers              []*follower
	releases               []*release
	members                []string
	lastErr                error
	// missing are the slots that this member should have and does not hold, as of its last decision. freed are the slots that leases have
	// released since they were last read. others is true if members or capacities have changed since then.
	missing, freed Set
	others         bool

	// The rest belongs to the loop.
	name    string                // of the lease
	lease   *coordinationv1.Lease // as it was last written; nil if there is none
	says    Set                   // the ranges in the lease, unless the last attempt to write it failed
	renewed time.Time             // when the last request that wrote it began
	closing bool                  // whether the member leaves
	seen    map[string]sighting
	plan    plan
	assign  func([]member) map[string]Set
}

// sighting is when the current version of a peer's lease was first seen, and the ranges that it holds.
type sighting struct {
	uid, resourceVersion string
	at                   time.Time
	text                 string
	holds                Set
}

// next returns the sighting after this one, which is zero for a new lease. It parses the ranges only if they have changed.
func (s sighting) next(p peer, text string, now time.Time) sighting {
	if s.uid != p.uid || s.resourceVersion != p.resourceVersion {
		s.uid, s.resourceVersion, s.at = p.uid, p.resourceVersion, now
	}
	if s.text != text {
		s.text, s.holds = text, holdsOf(text)
	}
	return s
}

// plan is the assignment of slots to members.
type plan struct {
	members []member
	sets    map[string]Set
}

// Join starts a member and returns at once. The member has ranges once it has agreed with the others. When ctx ends, it leaves: it waits for
// its work, and then deletes its lease. Wait waits until that is done.
func Join(ctx context.Context, leases Leases, opts Options) (*Membership, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	m := newMembership(leases, opts)
	go m.run(ctx)
	return m, nil
}

// newMembership returns a member that does not run yet. The options must be complete.
func newMembership(leases Leases, opts Options) *Membership {
	return &Membership{
		leases: leases, opts: opts, wake: make(chan struct{}, 1), ended: make(chan struct{}),
		flights: map[int]*flight{}, seen: map[string]sighting{}, assign: assign,
		name: leaseName(opts.Group, opts.Identity),
	}
}

// Wait waits until the member has left.
func (m *Membership) Wait() { <-m.ended }

// Status is the state of a member.
type Status struct {
	// Held is what the member may handle, Claimed what it waits for, and Leaving what it hands over when work in flight is done.
	Held, Claimed, Leaving Set
	// Members are the identities of the live members, this one included, as they were last seen.
	Members []string
	// Err is the error of the last exchange with the server; nil if it succeeded.
	Err error
}

// Status returns the current state of the member.
func (m *Membership) Status() Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	status := Status{Held: m.held, Claimed: m.claimed, Leaving: m.leaving, Members: m.members, Err: m.lastErr}
	if m.term == nil || m.term.Err() != nil {
		status.Held = Set{}
	}
	return status
}

// Owns reports whether an object belongs to this member now. This may change at any time. Begin keeps the object until the work is
// done.
func (m *Membership) Owns(obj metav1.Object) bool {
	return m.Status().Held.Contains(m.HashOf(obj))
}

// Selector returns the shard selector of KEP-5866 for the ranges that the member holds; empty if there are none.
func (m *Membership) Selector() string { return m.Status().Held.Selector(string(m.opts.By)) }

// poke wakes the loop.
func (m *Membership) poke() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}
