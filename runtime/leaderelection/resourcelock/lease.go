package resourcelock

import (
	"context"
	"encoding/json"
	"errors"
	"maps"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// LeaseLock keeps the record in a Lease.
type LeaseLock struct {
	// LeaseMeta has the namespace and the name of the Lease.
	LeaseMeta metav1.ObjectMeta
	// Client reads and writes the Lease, such as the CoordinationV1() of a clientset.
	Client     LeasesGetter
	LockConfig ResourceLockConfig
	// Labels are set on the Lease. Others that it has are left alone.
	Labels map[string]string

	lease *coordinationv1.Lease // as it was last read or written
}

// Get reads the record.
func (ll *LeaseLock) Get(ctx context.Context) (*LeaderElectionRecord, []byte, error) {
	leases, err := leasesIn(ll.Client, ll.LeaseMeta.Namespace)
	if err != nil {
		return nil, nil, err
	}
	lease, err := leases.Get(ctx, ll.LeaseMeta.Name, metav1.GetOptions{})
	if err != nil {
		return nil, nil, err
	}
	ll.lease = lease
	record := LeaseSpecToLeaderElectionRecord(&lease.Spec)
	raw, err := json.Marshal(record)
	if err != nil {
		return nil, nil, err
	}
	return record, raw, nil
}

// Create makes the Lease.
func (ll *LeaseLock) Create(ctx context.Context, ler LeaderElectionRecord) error {
	leases, err := leasesIn(ll.Client, ll.LeaseMeta.Namespace)
	if err != nil {
		return err
	}
	lease, err := leases.Create(ctx, &coordinationv1.Lease{
		ObjectMeta: metav1.ObjectMeta{Namespace: ll.LeaseMeta.Namespace, Name: ll.LeaseMeta.Name, Labels: ll.Labels},
		Spec:       LeaderElectionRecordToLeaseSpec(&ler),
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	ll.lease = lease
	return nil
}

// Update writes the record. It needs the Lease that Get, Create or Update has seen last.
func (ll *LeaseLock) Update(ctx context.Context, ler LeaderElectionRecord) error {
	if ll.lease == nil {
		return errors.New("lease not initialized, call get or create first")
	}
	leases, err := leasesIn(ll.Client, ll.LeaseMeta.Namespace)
	if err != nil {
		return err
	}
	lease := ll.lease.DeepCopy()
	lease.Spec = LeaderElectionRecordToLeaseSpec(&ler)
	if len(ll.Labels) > 0 && lease.Labels == nil {
		lease.Labels = map[string]string{}
	}
	maps.Copy(lease.Labels, ll.Labels)
	lease, err = leases.Update(ctx, lease, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	ll.lease = lease
	return nil
}

// RecordEvent records an event on the Lease.
func (ll *LeaseLock) RecordEvent(s string) {
	if ll.LockConfig.EventRecorder == nil {
		return
	}
	subject := &coordinationv1.Lease{
		TypeMeta:   metav1.TypeMeta{Kind: "Lease", APIVersion: coordinationv1.SchemeGroupVersion.String()},
		ObjectMeta: metav1.ObjectMeta{Namespace: ll.LeaseMeta.Namespace, Name: ll.LeaseMeta.Name},
	}
	if ll.lease != nil {
		subject.ObjectMeta = ll.lease.ObjectMeta
	}
	ll.LockConfig.EventRecorder.Eventf(subject, corev1.EventTypeNormal, "LeaderElection", "%s %s", ll.LockConfig.Identity, s)
}

// Describe returns namespace/name of the Lease.
func (ll *LeaseLock) Describe() string { return ll.LeaseMeta.Namespace + "/" + ll.LeaseMeta.Name }

// Identity returns the name of the candidate.
func (ll *LeaseLock) Identity() string { return ll.LockConfig.Identity }

// LeaseSpecToLeaderElectionRecord reads a record from a Lease. What the Lease does not say is zero.
func LeaseSpecToLeaderElectionRecord(spec *coordinationv1.LeaseSpec) *LeaderElectionRecord {
	return &LeaderElectionRecord{
		HolderIdentity:       ptr.Deref(spec.HolderIdentity, ""),
		LeaseDurationSeconds: int(ptr.Deref(spec.LeaseDurationSeconds, 0)),
		AcquireTime:          metav1.Time{Time: ptr.Deref(spec.AcquireTime, metav1.MicroTime{}).Time},
		RenewTime:            metav1.Time{Time: ptr.Deref(spec.RenewTime, metav1.MicroTime{}).Time},
		LeaderTransitions:    int(ptr.Deref(spec.LeaseTransitions, 0)),
		Strategy:             ptr.Deref(spec.Strategy, ""),
		PreferredHolder:      ptr.Deref(spec.PreferredHolder, ""),
	}
}

// LeaderElectionRecordToLeaseSpec writes a record as a Lease has it.
func LeaderElectionRecordToLeaseSpec(ler *LeaderElectionRecord) coordinationv1.LeaseSpec {
	spec := coordinationv1.LeaseSpec{
		HolderIdentity:       &ler.HolderIdentity,
		LeaseDurationSeconds: new(int32(ler.LeaseDurationSeconds)), //nolint:gosec // some seconds
		AcquireTime:          &metav1.MicroTime{Time: ler.AcquireTime.Time},
		RenewTime:            &metav1.MicroTime{Time: ler.RenewTime.Time},
		LeaseTransitions:     new(int32(ler.LeaderTransitions)), //nolint:gosec // some transitions
	}
	if ler.PreferredHolder != "" {
		spec.PreferredHolder = &ler.PreferredHolder
	}
	if ler.Strategy != "" {
		spec.Strategy = &ler.Strategy
	}
	return spec
}
