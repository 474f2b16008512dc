package sharding_test

import (
	"context"
	"sync"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/sharding"
)

// flawedMembership is a membership with a planted mistake.
type flawedMembership struct {
	*sharding.Membership

	mistake mistake
	host    *host

	mu       sync.Mutex
	reported sharding.Set // the hashes that informers and controllers were told they hold
}

func (f *flawedMembership) Follow(changed func(gained, lost sharding.Set, released func())) (sharding.Set, func()) {
	held, stop := f.Membership.Follow(func(gained, lost sharding.Set, released func()) {
		switch f.mistake {
		case releasedEarly, handedOverInUse:
			released()
		case lossIgnored:
			released()
			lost = sharding.Set{}
		case gainIgnored:
			gained = sharding.Set{}
		}
		f.report(gained, lost)
		changed(gained, lost, released)
	})
	f.report(held, sharding.Set{})
	return held, stop
}

func (f *flawedMembership) report(gained, lost sharding.Set) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reported = f.reported.Union(gained).Minus(lost)
}

// allows reports whether the mistake lets work on a hash begin although the membership refuses it.
func (f *flawedMembership) allows(hash uint64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.mistake == ownershipNotChecked || f.mistake == leaseNotChecked && f.reported.Contains(hash)
}

func (f *flawedMembership) Enter(hash uint64) (func(), bool) {
	f.host.waitWhileStopped()
	leave, ok := f.Membership.Enter(hash)
	switch {
	case !ok:
		return func() {}, f.allows(hash)
	case f.mistake == handedOverInUse:
		leave()
		return func() {}, true
	}
	return leave, true
}

func (f *flawedMembership) BeginHash(ctx context.Context, hash uint64) (context.Context, func(), bool) {
	f.host.waitWhileStopped()
	handling, done, ok := f.Membership.BeginHash(ctx, hash)
	switch {
	case !ok:
		return ctx, func() {}, f.allows(hash)
	case f.mistake == handedOverInUse:
		done()
		return ctx, func() {}, true
	}
	return handling, done, true
}

// clockTrustingLeases is a client of leases with the mistake remoteClockTrusted: it deletes leases that have expired by the clock of
// this host.
type clockTrustingLeases struct {
	sharding.Leases

	host *host
}

func (t clockTrustingLeases) List(ctx context.Context, opts metav1.ListOptions) (*coordinationv1.LeaseList, error) {
	list, err := t.Leases.List(ctx, opts)
	if err != nil {
		return nil, err
	}
	kept := list.Items[:0]
	for _, lease := range list.Items {
		duration := time.Duration(*lease.Spec.LeaseDurationSeconds)*time.Second + maxSkew
		if t.host.Now().Before(lease.Spec.RenewTime.Add(duration)) || t.Delete(ctx, lease.Name, preconditions(lease)) != nil {
			kept = append(kept, lease)
		}
	}
	list.Items = kept
	return list, nil
}

func preconditions(lease coordinationv1.Lease) metav1.DeleteOptions {
	return metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &lease.UID, ResourceVersion: &lease.ResourceVersion}}
}
