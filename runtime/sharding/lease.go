package sharding

import (
	"fmt"
	"strconv"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/utils/ptr"

	"github.com/typewright/typewright/runtime/internal/shard"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// Labels and annotations of the leases of members.
const (
	// groupLabel is the name of the group.
	groupLabel = "sharding.typewright.dev/group"
	// holdsAnnotation is the ranges that the member holds or claims, as Set.String writes them.
	holdsAnnotation = "sharding.typewright.dev/holds"
	// capacityAnnotation is the capacity of the member; 0 while it leaves.
	capacityAnnotation = "sharding.typewright.dev/capacity"
)

// leaseName returns a new name for the lease of a member. A member never reuses the lease of a dead member with the same identity, which
// has to expire like any other.
func leaseName(group, identity string) string {
	return fmt.Sprintf("%s-%016x-%s", group, Hash(identity), rand.String(5))
}

// group returns list options that select the leases of the group.
func (o *Options) group() metav1.ListOptions {
	return metav1.ListOptions{LabelSelector: groupLabel + "=" + o.Group}
}

// newLease returns the lease with which a member joins.
func (o *Options) newLease() *coordinationv1.Lease {
	return &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{
			Name:        leaseName(o.Group, o.Identity),
			Labels:      map[string]string{groupLabel: o.Group},
			Annotations: map[string]string{},
		},
		Spec: coordinationv1.LeaseSpec{
			HolderIdentity:       new(o.Identity),
			LeaseDurationSeconds: new(int32(o.LeaseDuration / time.Second)), //nolint:gosec // a day at most
		},
	}
}

// peer is another member, as its lease describes it.
type peer struct {
	name, identity  string
	uid             string
	resourceVersion string
	duration        time.Duration
	capacity        int // 0 if the member leaves
	holds           Set
}

// peerOf reads a lease, except for the ranges that it holds.
func peerOf(lease *coordinationv1.Lease) peer {
	p := peer{
		name: lease.Name, identity: ptr.Deref(lease.Spec.HolderIdentity, ""), uid: string(lease.UID),
		resourceVersion: lease.ResourceVersion, duration: time.Duration(ptr.Deref(lease.Spec.LeaseDurationSeconds, 0)) * time.Second,
	}
	capacity, err := strconv.Atoi(lease.Annotations[capacityAnnotation])
	if err == nil {
		p.capacity = min(max(capacity, 0), maxCapacity)
	}
	return p
}

// holdsOf returns the ranges that a lease holds. If they cannot be parsed, it assumes everything.
func holdsOf(text string) Set {
	holds, err := ParseSet(text)
	if err != nil {
		return shard.Everything()
	}
	return holds
}

// NewLeases returns a client of the leases of a namespace, for programs without a clientset of the built-in kinds.
func NewLeases(config *rest.Config, namespace string) (Leases, error) {
	group := typed.NewGroup(coordinationv1.SchemeGroupVersion, coordinationv1.AddToScheme)
	client, err := group.RESTClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("make a client of leases: %w", err)
	}
	return typed.NewClient(typed.Options[*coordinationv1.Lease, *coordinationv1.LeaseList]{
		Resource: "leases", REST: client, ParameterCodec: group.ParameterCodec(), Namespace: namespace, Namespaced: true,
		New:     func() *coordinationv1.Lease { return &coordinationv1.Lease{} },
		NewList: func() *coordinationv1.LeaseList { return &coordinationv1.LeaseList{} },
	}), nil
}
