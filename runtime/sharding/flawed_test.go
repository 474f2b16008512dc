package sharding_test

import (
	"context"
	"sync"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/sharding"
)

// flawed is a membership on a host, with a mistake.
type flawed struct {
	*sharding.Membership

	mistake mistake
	host    *host

	mu       sync.Mutex
	passedOn sharding.Set // what informers and controllers were told to hold
}

func (f *flawed) Follow(changed func(gained, lost sharding.Set, released func())) (sharding.Set, func()) {
	held, stop := f.Membership.Follow(func(gained, lost sharding.Set, released func()) {
		switch f.mistake {
		case early, undrained:
			released()
		case keeps:
			released()
			lost = sharding.Set{}
		case misses:
			gained = sharding.Set{}
		}
		f.passOn(gained, lost)
		changed(gained, lost, released)
	})
	f.passOn(held, sharding.Set{})
	return held, stop
}

func (f *flawed) passOn(gained, lost sharding.Set) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.passedOn = f.passedOn.Union(gained).Minus(lost)
}

// begins reports whether a mistake lets work on a hash begin that the membership does not allow.
func (f *flawed) begins(hash uint64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.mistake == noGate || f.mistake == unchecked && f.passedOn.Contains(hash)
}

func (f *flawed) Enter(hash uint64) (func(), bool) {
	f.host.goOn()
	leave, ok := f.Membership.Enter(hash)
	switch {
	case !ok:
		return func() {}, f.begins(hash)
	case f.mistake == undrained:
		leave()
		return func() {}, true
	}
	return leave, true
}

func (f *flawed) BeginHash(ctx context.Context, hash uint64) (context.Context, func(), bool) {
	f.host.goOn()
	handling, done, ok := f.Membership.BeginHash(ctx, hash)
	switch {
	case !ok:
		return ctx, func() {}, f.begins(hash)
	case f.mistake == undrained:
		done()
		return ctx, func() {}, true
	}
	return handling, done, true
}

// trusting is a client of leases for a member that takes the times in them for those of its own clock: a lease that has run out by it
// is deleted at once.
type trusting struct {
	sharding.Leases

	host *host
}

func (t trusting) List(ctx context.Context, opts metav1.ListOptions) (*coordinationv1.LeaseList, error) {
	list, err := t.Leases.List(ctx, opts)
	if err != nil {
		return nil, err
	}
	kept := list.Items[:0]
	for _, lease := range list.Items {
		lasts := time.Duration(*lease.Spec.LeaseDurationSeconds)*time.Second + maxSkew
		if t.host.Now().Before(lease.Spec.RenewTime.Add(lasts)) || t.Delete(ctx, lease.Name, preconditions(lease)) != nil {
			kept = append(kept, lease)
		}
	}
	list.Items = kept
	return list, nil
}

func preconditions(lease coordinationv1.Lease) metav1.DeleteOptions {
	return metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &lease.UID, ResourceVersion: &lease.ResourceVersion}}
}
