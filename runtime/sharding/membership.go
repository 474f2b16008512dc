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
	// term is for how long the lease allows work; nil before the first lease.
	term *term.Term
	// held are the slots that may be handled; leaving those that may not any more, but on which work is in flight; claimed those
	// that the lease says and that wait until no other lease does. The lease says all three.
	held, leaving, claimed Set
	flights                map[int]*flight
	followers              []*follower
	releases               []*release
	members                []string
	lastErr                error
	// missing is what this member should have and does not hold, as of its last decision. Freed is what the leases have let go since they
	// were last read, and others says whether there are other members, or other capacities, since then.
	missing, freed Set
	others         bool

	// The rest belongs to the loop.
	name    string                // of the lease
	lease   *coordinationv1.Lease // as it was last written; nil if there is none
	says    Set                   // what it says to be held, unless the last attempt to write it failed
	renewed time.Time             // when the last request that wrote it began
	closing bool                  // whether the member leaves
	seen    map[string]sighting
	plan    plan
	assign  func([]member) map[string]Set
}

// sighting is when the lease of a peer was first seen as it is, and what it says to be held.
type sighting struct {
	uid, resourceVersion string
	at                   time.Time
	text                 string
	holds                Set
}

// next is the sighting after this one, which is zero for a lease that was not seen yet. Most leases say what they said before, which is
// not read again.
func (s sighting) next(p peer, text string, now time.Time) sighting {
	if s.uid != p.uid || s.resourceVersion != p.resourceVersion {
		s.uid, s.resourceVersion, s.at = p.uid, p.resourceVersion, now
	}
	if s.text != text {
		s.text, s.holds = text, holdsOf(text)
	}
	return s
}

// plan is the assignment for certain members.
type plan struct {
	members []member
	sets    map[string]Set
}

// Join makes a member and returns at once; the member has ranges when it has agreed with the others. When ctx ends it leaves: it
// waits for its work, and then deletes its lease. Wait waits for that.
func Join(ctx context.Context, leases Leases, opts Options) (*Membership, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	m := newMembership(leases, opts)
	go m.run(ctx)
	return m, nil
}

// newMembership makes a member that does not run yet, of complete options.
func newMembership(leases Leases, opts Options) *Membership {
	return &Membership{
		leases: leases, opts: opts, wake: make(chan struct{}, 1), ended: make(chan struct{}),
		flights: map[int]*flight{}, seen: map[string]sighting{}, assign: assign,
		name: leaseName(opts.Group, opts.Identity),
	}
}

// Wait waits until the member has left.
func (m *Membership) Wait() { <-m.ended }

// Status is what a member knows.
type Status struct {
	// Held is what the member may handle, Claimed what it waits for, and Leaving what it hands over when work in flight is done.
	Held, Claimed, Leaving Set
	// Members are the identities of the live members, this one included, as they were last seen.
	Members []string
	// Err is why the last exchange with the server failed; nil if it did not.
	Err error
}

// Status returns what the member knows now.
func (m *Membership) Status() Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	status := Status{Held: m.held, Claimed: m.claimed, Leaving: m.leaving, Members: m.members, Err: m.lastErr}
	if m.term == nil || m.term.Err() != nil {
		status.Held = Set{}
	}
	return status
}

// Owns reports whether an object belongs to this member now. What it says may change at once; Begin holds on to the object.
func (m *Membership) Owns(obj metav1.Object) bool {
	return m.Status().Held.Contains(m.HashOf(obj))
}

// Selector is the shard selector of KEP-5866 for what the member holds; empty if that is nothing.
func (m *Membership) Selector() string { return m.Status().Held.Selector(string(m.opts.By)) }

// poke lets the loop look again.
func (m *Membership) poke() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}
