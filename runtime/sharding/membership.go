package sharding

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"

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
	members                []string
	lastErr                error

	// The rest belongs to the loop.
	name    string                // of the lease
	lease   *coordinationv1.Lease // as it was last written; nil if there is none
	says    Set                   // what it says to be held
	closing bool                  // whether the member leaves
	seen    map[string]sighting
	plan    plan
	assign  func([]member) map[string]Set
}

// sighting is when the lease of a peer was first seen as it is.
type sighting struct {
	uid, resourceVersion string
	at                   time.Time
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
func (m *Membership) Selector() string { return m.Status().Held.selector(string(m.opts.By)) }

// poke lets the loop look again.
func (m *Membership) poke() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// run is the loop of the member.
func (m *Membership) run(ctx context.Context) {
	defer close(m.ended)
	var watching sync.WaitGroup
	watching.Go(func() { m.watch(ctx) })
	defer watching.Wait()
	logger := klog.FromContext(ctx).WithValues("group", m.opts.Group, "member", m.opts.Identity)
	for ctx.Err() == nil {
		again, err := m.step(ctx)
		if ctx.Err() != nil {
			break
		}
		m.note(logger, err)
		if again {
			continue
		}
		m.pause(ctx, err)
	}
	m.leave(context.WithoutCancel(ctx), logger)
}

// note remembers and logs an error, once.
func (m *Membership) note(logger klog.Logger, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil && (m.lastErr == nil || m.lastErr.Error() != err.Error()) {
		logger.Error(err, "Cannot agree with the other members; trying again")
	}
	m.lastErr = err
}

// pause waits for the next renewal, or until something is to be done.
func (m *Membership) pause(ctx context.Context, err error) {
	timer := m.opts.Clock.NewTimer(m.opts.RenewPeriod)
	defer timer.Stop()
	wake := m.wake
	if err != nil {
		wake = nil // a server in trouble is asked once a period
	}
	select {
	case <-ctx.Done():
	case <-timer.C():
	case <-wake:
	}
}

// step renews the lease with what the member holds and claims, reads all leases, and decides what to take and to leave. It returns
// true if the lease does not say yet what it should.
func (m *Membership) step(ctx context.Context) (again bool, err error) {
	m.checkTerm()
	if err := m.publish(ctx); err != nil {
		return false, err
	}
	ctx, cancel := m.bounded(ctx)
	defer cancel()
	list, err := m.leases.List(ctx, metav1.ListOptions{LabelSelector: groupLabel + "=" + m.opts.Group})
	if err != nil {
		return false, fmt.Errorf("list the leases: %w", err)
	}
	peers, live, err := m.look(ctx, list.Items)
	if err != nil {
		return false, err
	}
	return m.decide(peers, live), nil
}

// bounded limits a request: a renewal that takes longer is no use.
func (m *Membership) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, m.opts.LeaseDuration/2)
}

// errGone is the cause of the end of a term whose lease somebody deleted or changed.
var errGone = errors.New("the lease was deleted or changed")

// checkTerm gives up everything if the term is over.
func (m *Membership) checkTerm() {
	m.mu.Lock()
	over := m.term != nil && m.term.Err() != nil
	m.mu.Unlock()
	if over {
		m.giveUp(term.ErrDeadline)
	}
}

// giveUp ends the term, and with it the contexts of all work. What has work in flight stays in the lease until it has returned.
func (m *Membership) giveUp(cause error) {
	m.mu.Lock()
	if m.term != nil {
		m.term.End(cause)
	}
	lost := m.held
	m.claimed = Set{}
	m.stop(m.held, 0)
	m.settle()
	m.mu.Unlock()
	m.changed(Change{Lost: lost})
}

func (m *Membership) changed(change Change) {
	if m.opts.OnChange != nil && (!change.Gained.Empty() || !change.Lost.Empty()) {
		m.opts.OnChange(change)
	}
}

// publish renews the lease, or makes it.
func (m *Membership) publish(ctx context.Context) error {
	m.mu.Lock()
	m.settle()
	says := m.held.Union(m.leaving).Union(m.claimed)
	m.mu.Unlock()
	begun := m.opts.Clock.Now()
	ctx, cancel := m.bounded(ctx)
	defer cancel()
	written, err := m.write(ctx, says, begun)
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
		// An earlier request was carried out though its answer was lost. As long as the lease is there it says what is held.
		if m.lease, err = m.find(ctx); err == nil {
			begun = m.opts.Clock.Now()
			written, err = m.write(ctx, says, begun)
		}
	}
	if apierrors.IsNotFound(err) {
		m.lease, m.name = nil, leaseName(m.opts.Group, m.opts.Identity)
		m.giveUp(errGone)
	}
	if err != nil {
		return fmt.Errorf("renew the lease: %w", err)
	}
	m.lease, m.says = written, says
	m.extend(ctx, begun)
	return nil
}

// find returns the member's lease as the server has it.
func (m *Membership) find(ctx context.Context) (*coordinationv1.Lease, error) {
	list, err := m.leases.List(ctx, metav1.ListOptions{LabelSelector: groupLabel + "=" + m.opts.Group})
	if err != nil {
		return m.lease, err
	}
	for i := range list.Items {
		if lease := &list.Items[i]; lease.Name == m.name && (m.lease == nil || lease.UID == m.lease.UID) {
			return lease, nil
		}
	}
	return nil, apierrors.NewNotFound(coordinationv1.Resource("leases"), m.name)
}

// extend lets work go on until the lease ends that was renewed by a request that began at that time. A term that is over stays so:
// another begins, in which the member holds nothing yet.
func (m *Membership) extend(ctx context.Context, begun time.Time) {
	m.mu.Lock()
	if m.term != nil && m.term.Err() == nil {
		m.term.Extend(begun)
		m.mu.Unlock()
		return
	}
	m.mu.Unlock()
	m.giveUp(term.ErrDeadline)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.term = term.New(context.WithoutCancel(ctx), m.opts.Clock, m.opts.LeaseDuration, begun)
}

// write writes the lease.
func (m *Membership) write(ctx context.Context, says Set, now time.Time) (*coordinationv1.Lease, error) {
	lease := m.lease.DeepCopy()
	if lease == nil {
		lease = m.opts.newLease()
		lease.Name = m.name
		lease.Spec.AcquireTime = new(metav1.NewMicroTime(now))
	}
	lease.Spec.RenewTime = new(metav1.NewMicroTime(now))
	if lease.Annotations == nil {
		lease.Annotations = map[string]string{}
	}
	lease.Annotations[holdsAnnotation] = says.String()
	lease.Annotations[capacityAnnotation] = strconv.Itoa(m.opts.Capacity)
	if m.closing {
		lease.Annotations[capacityAnnotation] = "0"
	}
	if m.lease == nil {
		return m.leases.Create(ctx, lease, metav1.CreateOptions{})
	}
	return m.leases.Update(ctx, lease, metav1.UpdateOptions{})
}

// look reads the leases of the group. It deletes those that have run out. Peers are the others whose lease is there, live those that
// may have ranges, this member included.
func (m *Membership) look(ctx context.Context, leases []coordinationv1.Lease) (peers []peer, live []member, err error) {
	now := m.opts.Clock.Now()
	seen := map[string]sighting{}
	capacities := map[string]int{m.opts.Identity: m.opts.Capacity}
	for i := range leases {
		p := peerOf(&leases[i])
		if p.name == m.name {
			continue
		}
		s, known := m.seen[p.name]
		if !known || s.uid != p.uid || s.resourceVersion != p.resourceVersion {
			s = sighting{uid: p.uid, resourceVersion: p.resourceVersion, at: now}
		}
		if now.Sub(s.at) <= p.duration+m.opts.MaxSkew {
			seen[p.name] = s
			peers = append(peers, p)
			capacities[p.identity] = max(p.capacity, capacities[p.identity])
			continue
		}
		gone, err := m.expire(ctx, p)
		if err != nil {
			return nil, nil, err
		}
		if !gone {
			peers = append(peers, p) // it was renewed just now
			capacities[p.identity] = max(p.capacity, capacities[p.identity])
		}
	}
	m.seen = seen
	for _, identity := range slices.Sorted(maps.Keys(capacities)) {
		if capacities[identity] > 0 { // who leaves wants nothing
			live = append(live, member{identity: identity, capacity: capacities[identity]})
		}
	}
	return peers, live, nil
}

// expire deletes the lease of a member that is silent, if it is still the one that was seen.
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

// decide begins with what was claimed and nobody else says to hold, stops what should be another's, and claims what is free. It
// returns true if the lease must say something else now.
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
	m.settle()
	free := want.Minus(m.held).Minus(m.leaving).Minus(taken)
	m.claimed = m.claimed.Union(free)
	again := !m.says.Equal(m.held.Union(m.leaving).Union(m.claimed))
	m.mu.Unlock()
	m.changed(Change{Gained: gained, Lost: stop})
	return again
}

// assigned is what this member should have. The assignment is computed again only for other members.
func (m *Membership) assigned(live []member) Set {
	if !slices.Equal(m.plan.members, live) {
		m.plan = plan{members: live, sets: m.assign(live)}
	}
	return m.plan.sets[m.opts.Identity]
}

// leave waits for the work in flight, whose contexts end after Grace, and deletes the lease.
func (m *Membership) leave(ctx context.Context, logger klog.Logger) {
	m.closing = true
	m.mu.Lock()
	lost := m.held
	m.claimed = Set{}
	m.stop(m.held, m.opts.Grace)
	m.settle()
	m.mu.Unlock()
	m.changed(Change{Lost: lost})
	for {
		m.mu.Lock()
		m.settle()
		done := m.leaving.Empty()
		m.mu.Unlock()
		if done {
			break
		}
		m.checkTerm()
		if err := m.publish(ctx); err != nil {
			m.note(logger, err)
		}
		m.pause(ctx, nil)
	}
	m.mu.Lock()
	if m.term != nil {
		m.term.End(context.Canceled)
	}
	m.mu.Unlock()
	if m.lease == nil {
		return
	}
	ctx, cancel := m.bounded(ctx)
	defer cancel()
	if _, err := m.expire(ctx, peerOf(m.lease)); err != nil {
		logger.Error(err, "Left without deleting the lease; the others wait until it has run out")
	}
}
