package resourcelock

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// generatedClient has the methods of a generated client. Its Leases returns a type that is not declared in this package.
type generatedClient struct {
	rest  rest.Interface
	group *typed.Group
}

type generatedLeases interface {
	LeaseClient
	Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error
}

func (g generatedClient) Leases(namespace string) generatedLeases {
	client, _ := (&leases{g.rest, g.group.ParameterCodec()}).Leases(namespace).(generatedLeases)
	return client
}

func newServer(t *testing.T) *rest.Config {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, coordinationv1.AddToScheme(scheme))
	return apitest.Start(t, apitest.Options{Scheme: scheme, InMemory: true}).Config()
}

func newGeneratedClient(t *testing.T, config *rest.Config) generatedClient {
	t.Helper()
	group := typed.NewGroup(schema.GroupVersion{Group: "coordination.k8s.io", Version: "v1"}, coordinationv1.AddToScheme)
	client, err := group.RESTClientFor(config)
	require.NoError(t, err)
	return generatedClient{client, group}
}

// eventRecorder is an EventRecorder that keeps events as text.
type eventRecorder struct{ events []string }

func (r *eventRecorder) Eventf(obj runtime.Object, eventType, reason, message string, args ...interface{}) {
	lease, _ := obj.(*coordinationv1.Lease)
	r.events = append(r.events, fmt.Sprintf("%s %s/%s %s %s %s", lease.Kind, lease.Namespace, lease.Name, eventType, reason, fmt.Sprintf(message, args...)))
}

func TestLeaseLock(t *testing.T) {
	config := newServer(t)
	events := &eventRecorder{}
	mine, err := NewWithLabels(LeasesResourceLock, "default", "robots", nil, newGeneratedClient(t, config), ResourceLockConfig{"mine", events}, map[string]string{"app": "robots"})
	require.NoError(t, err)
	other, err := NewFromKubeconfig(LeasesResourceLock, "default", "robots", ResourceLockConfig{Identity: "other"}, config, time.Minute)
	require.NoError(t, err)
	ctx := t.Context()

	_, _, err = mine.Get(ctx)
	assert.True(t, apierrors.IsNotFound(err), "%v", err)
	record := LeaderElectionRecord{HolderIdentity: "mine", LeaseDurationSeconds: 15, LeaderTransitions: 2, RenewTime: metav1.Now(), Strategy: "OldestEmulationVersion", PreferredHolder: "x"}
	assert.ErrorContains(t, mine.Update(ctx, record), "call get or create first")
	mine.RecordEvent("has no lease yet")
	require.NoError(t, mine.Create(ctx, record))
	assert.True(t, apierrors.IsAlreadyExists(other.Create(ctx, record)))

	got, raw, err := other.Get(ctx)
	require.NoError(t, err)
	assert.NotEmpty(t, raw)
	assert.WithinDuration(t, record.RenewTime.Time, got.RenewTime.Time, time.Microsecond)
	got.RenewTime, got.AcquireTime = record.RenewTime, record.AcquireTime
	assert.Equal(t, record, *got)

	record.HolderIdentity = "other"
	require.NoError(t, other.Update(ctx, record))
	assert.True(t, apierrors.IsConflict(mine.Update(ctx, record)))
	mine.RecordEvent("stopped leading")
	other.RecordEvent("is not recorded")
	assert.Equal(t, []string{
		"Lease default/robots Normal LeaderElection mine has no lease yet",
		"Lease default/robots Normal LeaderElection mine stopped leading",
	}, events.events)
	assert.Equal(t, "mine", mine.Identity())
	assert.Equal(t, "default/robots", mine.Describe())
}

// An update sets the labels of the lock and keeps the other labels.
func TestLabels(t *testing.T) {
	client := newGeneratedClient(t, newServer(t))
	ctx := t.Context()
	_, err := client.Leases("default").Create(ctx, &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: "robots", Labels: map[string]string{"a": "1", "b": "2"}}}, metav1.CreateOptions{})
	require.NoError(t, err)
	lock := &LeaseLock{LeaseMeta: metav1.ObjectMeta{Namespace: "default", Name: "robots"}, Client: client, Labels: map[string]string{"b": "3", "c": "4"}}
	record, _, err := lock.Get(ctx)
	require.NoError(t, err)
	assert.Equal(t, LeaderElectionRecord{}, *record, "a lease without a spec gives an empty record")
	record.LeaseDurationSeconds = 15 // the server refuses a lease without a duration
	require.NoError(t, lock.Update(ctx, *record))
	lease, err := client.Leases("default").Get(ctx, "robots", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a": "1", "b": "3", "c": "4"}, lease.Labels)
}

func TestInvalidLeaseClients(t *testing.T) {
	for name, client := range map[string]LeasesGetter{
		"nil": nil, "a string": "client", "other arguments": leasesWithoutNamespace{}, "other result": leasesWithWrongResult{},
	} {
		lock := &LeaseLock{Client: client, lease: &coordinationv1.Lease{}}
		_, _, err := lock.Get(t.Context())
		assert.ErrorContains(t, err, "client of", name)
		assert.ErrorContains(t, lock.Create(t.Context(), LeaderElectionRecord{}), "client of", name)
		assert.ErrorContains(t, lock.Update(t.Context(), LeaderElectionRecord{}), "client of", name)
	}
}

type leasesWithoutNamespace struct{}

func (leasesWithoutNamespace) Leases() LeaseClient { return nil }

type leasesWithWrongResult struct{}

func (leasesWithWrongResult) Leases(string) string { return "" }

func TestLockTypes(t *testing.T) {
	for _, removed := range []string{"endpoints", "configmaps", "endpointsleases", "configmapsleases"} {
		_, err := NewFromKubeconfig(removed, "default", "robots", ResourceLockConfig{}, &rest.Config{}, time.Second)
		assert.EqualError(t, err, removed+" lock is removed, migrate to leases")
	}
	_, err := NewFromKubeconfig("secrets", "default", "robots", ResourceLockConfig{}, &rest.Config{}, time.Second)
	assert.ErrorContains(t, err, "invalid lock type")
	_, err = NewFromKubeconfig(LeasesResourceLock, "default", "robots", ResourceLockConfig{}, &rest.Config{Host: "::"}, time.Second)
	assert.Error(t, err)
}

func TestMultiLock(t *testing.T) {
	client := newGeneratedClient(t, newServer(t))
	lock := func(name, id string) Interface {
		l, err := New(LeasesResourceLock, "default", name, nil, client, ResourceLockConfig{Identity: id})
		require.NoError(t, err)
		return l
	}
	ctx := t.Context()
	mine := &MultiLock{Primary: lock("first", "mine"), Secondary: lock("second", "mine")}
	old := lock("first", "old")
	require.NoError(t, old.Create(ctx, LeaderElectionRecord{HolderIdentity: "old", LeaseDurationSeconds: 15}))
	record, _, err := mine.Get(ctx)
	require.NoError(t, err)
	assert.Equal(t, "old", record.HolderIdentity, "the holder of the primary lock, as there is no secondary")

	require.NoError(t, mine.Update(ctx, LeaderElectionRecord{HolderIdentity: "mine", LeaseDurationSeconds: 15}))
	record, raw, err := mine.Get(ctx)
	require.NoError(t, err)
	assert.Equal(t, "mine", record.HolderIdentity)
	assert.Contains(t, string(raw), "},{")
	require.NoError(t, mine.Update(ctx, LeaderElectionRecord{HolderIdentity: "mine", LeaseDurationSeconds: 15}))

	_, _, err = old.Get(ctx)
	require.NoError(t, err)
	require.NoError(t, old.Update(ctx, LeaderElectionRecord{HolderIdentity: "old", LeaseDurationSeconds: 15}))
	record, _, err = mine.Get(ctx)
	require.NoError(t, err)
	assert.Equal(t, UnknownLeader, record.HolderIdentity)
	assert.True(t, apierrors.IsAlreadyExists(mine.Create(ctx, LeaderElectionRecord{LeaseDurationSeconds: 15})))
	assert.Equal(t, "mine", mine.Identity())
	assert.Equal(t, "default/first", mine.Describe())
	mine.RecordEvent("not recorded: the locks have no recorder")

	require.NoError(t, client.Leases("default").Delete(ctx, "second", metav1.DeleteOptions{}))
	_, _, err = (&MultiLock{Primary: lock("first", "third"), Secondary: lock("second", "third")}).Get(ctx)
	require.NoError(t, err)
	require.NoError(t, mine.Create(ctx, LeaderElectionRecord{HolderIdentity: "mine", LeaseDurationSeconds: 15}), "the primary exists, the secondary does not")
}
