package leaderelection

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	coordinationv1beta1 "k8s.io/api/coordination/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// clientset has the form of a generated clientset.
type clientset struct {
	rest  rest.Interface
	group *typed.Group
}

type leaseCandidateClient = *typed.Client[*coordinationv1beta1.LeaseCandidate, *coordinationv1beta1.LeaseCandidateList]

func (c clientset) CoordinationV1beta1() clientset { return c }

func (c clientset) LeaseCandidates(namespace string) leaseCandidateClient {
	return typed.NewClient(typed.Options[*coordinationv1beta1.LeaseCandidate, *coordinationv1beta1.LeaseCandidateList]{
		Resource: "leasecandidates", REST: c.rest, ParameterCodec: c.group.ParameterCodec(), Namespace: namespace, Namespaced: true,
		New:     func() *coordinationv1beta1.LeaseCandidate { return &coordinationv1beta1.LeaseCandidate{} },
		NewList: func() *coordinationv1beta1.LeaseCandidateList { return &coordinationv1beta1.LeaseCandidateList{} },
	})
}

// A candidate creates its LeaseCandidate, renews it when the server asks, and creates it again after it was deleted.
func TestLeaseCandidate(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, coordinationv1beta1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{Scheme: scheme})
	group := typed.NewGroup(schema.GroupVersion{Group: "coordination.k8s.io", Version: "v1beta1"}, coordinationv1beta1.AddToScheme)
	restClient, err := group.RESTClientFor(server.Config())
	require.NoError(t, err)
	set := clientset{restClient, group}
	c, waiter, err := NewCandidate(set, "default", "me", "robots", "1.2.3", "1.2.0", "OldestEmulationVersion")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(quietContext(t))
	ended := make(chan struct{})
	go func() {
		c.Run(ctx)
		close(ended)
	}()
	defer func() {
		cancel()
		<-ended
	}()
	for kind, synced := range waiter.WaitForCacheSync(ctx.Done()) {
		assert.True(t, synced, "%s", kind)
	}

	client := set.LeaseCandidates("default")
	get := func(when func(*coordinationv1beta1.LeaseCandidate) bool) *coordinationv1beta1.LeaseCandidate {
		var got *coordinationv1beta1.LeaseCandidate
		require.Eventually(t, func() bool {
			got, err = client.Get(ctx, "me", metav1.GetOptions{})
			return err == nil && when(got)
		}, time.Minute, time.Millisecond)
		return got
	}
	first := get(func(*coordinationv1beta1.LeaseCandidate) bool { return true })
	assert.Equal(t, "robots", first.Spec.LeaseName)
	assert.Equal(t, "1.2.3", first.Spec.BinaryVersion)
	assert.Equal(t, "1.2.0", first.Spec.EmulationVersion)

	asked := first.DeepCopy()
	asked.Spec.PingTime = &metav1.MicroTime{Time: first.Spec.RenewTime.Add(time.Hour)} // the server's clock is ahead
	_, err = client.Update(ctx, asked, metav1.UpdateOptions{})
	require.NoError(t, err)
	get(func(now *coordinationv1beta1.LeaseCandidate) bool {
		return now.Spec.RenewTime.After(first.Spec.RenewTime.Time)
	})

	require.NoError(t, client.Delete(ctx, "me", metav1.DeleteOptions{}))
	get(func(now *coordinationv1beta1.LeaseCandidate) bool { return now.UID != first.UID })
}
