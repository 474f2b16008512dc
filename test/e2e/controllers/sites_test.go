package controllers_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/examples/controller/plain"
	"github.com/typewright/typewright/examples/controller/sites"
	"github.com/typewright/typewright/examples/controller/small"
	"github.com/typewright/typewright/generated/clientset/versioned"
)

// TestSiteController runs two replicas of examples/controller on a real server, and stops the leader while they run.
func TestSiteController(t *testing.T) {
	require.NoError(t, live.InstallCRDs(t.Context()))
	for name, newController := range map[string]sites.New{"plain": plain.New, "small": small.New} {
		t.Run(name, func(t *testing.T) { testSiteController(t, "site-"+name, newController) })
	}
}

func testSiteController(t *testing.T, name string, newController sites.New) {
	t.Helper()
	ns := namespace(t, name)
	fleet, err := versioned.NewForConfig(live.Config())
	require.NoError(t, err)
	stops := map[string]func(){}
	for _, identity := range []string{name + "-one", name + "-two"} {
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- sites.Run(ctx, live.Config(), identity, newController) }()
		stop := func() {
			cancel()
			assert.NoError(t, <-ended)
		}
		stops[identity] = stop
	}
	defer func() {
		for _, stop := range stops {
			stop()
		}
	}()
	_, err = fleet.FleetV1beta1().Sites().Create(t.Context(), &v1beta1.Site{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1beta1.SiteSpec{Region: "eu"}}, metav1.CreateOptions{})
	require.NoError(t, err)
	robots := func(want int) {
		t.Helper()
		_, err := fleet.FleetV1beta1().Robots(ns).Create(t.Context(), &v1beta1.Robot{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("robot-%d", want)}, Spec: v1beta1.RobotSpec{Model: "carrier", SiteName: name},
		}, metav1.CreateOptions{})
		require.NoError(t, err)
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			site, err := fleet.FleetV1beta1().Sites().Get(t.Context(), name, metav1.GetOptions{})
			require.NoError(c, err)
			assert.EqualValues(c, want, site.Status.Robots)
		}, timeout, 100*time.Millisecond)
	}
	robots(1)
	lease, err := client(t).CoordinationV1().Leases("default").Get(t.Context(), sites.Name, metav1.GetOptions{})
	require.NoError(t, err)
	first := *lease.Spec.HolderIdentity
	require.Contains(t, stops, first)
	stops[first]()
	delete(stops, first)
	robots(2)

	require.NoError(t, fleet.FleetV1beta1().Sites().Delete(t.Context(), name, metav1.DeleteOptions{}))
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		_, err := fleet.FleetV1beta1().Sites().Get(t.Context(), name, metav1.GetOptions{})
		assert.True(c, apierrors.IsNotFound(err), "%v", err)
	}, timeout, 100*time.Millisecond)
	list, err := fleet.FleetV1beta1().Robots(ns).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	assert.Empty(t, list.Items)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		events, err := client(t).CoreV1().Events("default").List(t.Context(), metav1.ListOptions{FieldSelector: "involvedObject.name=" + name})
		require.NoError(c, err)
		assert.GreaterOrEqual(c, len(events.Items), 2)
	}, timeout, 100*time.Millisecond)
}
