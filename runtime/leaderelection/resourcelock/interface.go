package resourcelock

import (
	"context"
	"fmt"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

const (
	// LeaderElectionRecordAnnotationKey is the annotation that kept the record before there were leases.
	LeaderElectionRecordAnnotationKey = "control-plane.alpha.kubernetes.io/leader"
	// LeasesResourceLock is the type of a lock that is kept in a Lease, the only one there is.
	LeasesResourceLock = "leases"
)

// LeaderElectionRecord says who leads.
type LeaderElectionRecord struct {
	// HolderIdentity is who leads. It is empty when the leader has stepped down, and then anyone may lead at once.
	HolderIdentity string `json:"holderIdentity"`
	// LeaseDurationSeconds is how long others wait after the record has last changed before they lead.
	LeaseDurationSeconds int         `json:"leaseDurationSeconds"`
	AcquireTime          metav1.Time `json:"acquireTime"`
	RenewTime            metav1.Time `json:"renewTime"`
	LeaderTransitions    int         `json:"leaderTransitions"`
	// Strategy is how the leader is chosen in a coordinated election.
	Strategy coordinationv1.CoordinatedLeaseStrategy `json:"strategy"`
	// PreferredHolder asks the leader of a coordinated election to let the lease end.
	PreferredHolder string `json:"preferredHolder"`
}

// EventRecorder records events about a lock. The recorders of runtime/record and of client-go's tools/record are such.
type EventRecorder interface {
	Eventf(obj runtime.Object, eventType, reason, message string, args ...interface{})
}

// ResourceLockConfig is what locks have in common.
type ResourceLockConfig struct {
	// Identity is the name of the candidate, which no other candidate has.
	Identity string
	// EventRecorder is told who begins and ends to lead. It may be nil.
	EventRecorder EventRecorder
}

// Interface is a record that candidates of an election share. A lock belongs to one candidate, which makes one call at a time.
type Interface interface {
	// Get returns the record, and the same as bytes that change whenever the record does.
	Get(ctx context.Context) (*LeaderElectionRecord, []byte, error)
	// Create writes the record if there is none.
	Create(ctx context.Context, ler LeaderElectionRecord) error
	// Update writes the record. It fails with a conflict if someone else has written since the lock last read or wrote it.
	Update(ctx context.Context, ler LeaderElectionRecord) error
	// RecordEvent records an event of the candidate.
	RecordEvent(string)
	// Identity is the name of the candidate.
	Identity() string
	// Describe names the lock in logs.
	Describe() string
}

// New returns a lock of the candidate in rlc. The lock type is LeasesResourceLock; those that client-go once had are refused with
// the remedy. The coreClient is not used and may be nil; the compiler checks that the coordinationClient is one.
func New[L LeaseClient](lockType, ns, name string, _ CoreClient, coordinationClient LeasesOf[L], rlc ResourceLockConfig) (Interface, error) {
	return newLock(lockType, ns, name, coordinationClient, rlc, nil)
}

// NewWithLabels is New of a lock that sets labels of its Lease.
func NewWithLabels[L LeaseClient](lockType, ns, name string, _ CoreClient, coordinationClient LeasesOf[L], rlc ResourceLockConfig, labels map[string]string) (Interface, error) { //nolint:revive // the drop-in signature
	return newLock(lockType, ns, name, coordinationClient, rlc, labels)
}

// NewFromKubeconfig is New that makes the client. Its requests end after half of the renew deadline, but not in less than a second,
// so that a request that hangs leaves time for another one.
func NewFromKubeconfig(lockType, ns, name string, rlc ResourceLockConfig, kubeconfig *rest.Config, renewDeadline time.Duration) (Interface, error) {
	config := rest.AddUserAgent(rest.CopyConfig(kubeconfig), "leader-election")
	config.Timeout = max(renewDeadline/2, time.Second)
	group := typed.NewGroup(schema.GroupVersion{Group: "coordination.k8s.io", Version: "v1"}, coordinationv1.AddToScheme)
	client, err := group.RESTClientFor(config)
	if err != nil {
		return nil, err
	}
	return newLock(lockType, ns, name, &leases{client, group.ParameterCodec()}, rlc, nil)
}

func newLock(lockType, ns, name string, client LeasesGetter, rlc ResourceLockConfig, labels map[string]string) (Interface, error) {
	switch lockType {
	case LeasesResourceLock:
		meta := metav1.ObjectMeta{Namespace: ns, Name: name}
		return &LeaseLock{LeaseMeta: meta, Client: client, LockConfig: rlc, Labels: labels}, nil
	case "endpoints", "configmaps", "endpointsleases", "configmapsleases":
		return nil, fmt.Errorf("%s lock is removed, migrate to %s", lockType, LeasesResourceLock)
	}
	return nil, fmt.Errorf("invalid lock type %q: the only one is %s", lockType, LeasesResourceLock)
}
