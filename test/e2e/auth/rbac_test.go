package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	fleetv1beta1 "github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/test/e2e/cluster"
)

// Each verb is forbidden by itself, and the error names the user, the verb, the resource and the namespace.
func TestForbiddenVerbs(t *testing.T) {
	ns := namespace(t, "refusals")
	robots := fleet(t, live.ConfigFor(cluster.Alice)).FleetV1beta1().Robots(ns)
	robot := &fleetv1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Name: "r"}, Spec: fleetv1beta1.RobotSpec{Model: "m", SiteName: "s"}}
	ctx := t.Context()
	for verb, do := range map[string]func() error{
		"get":              func() error { _, err := robots.Get(ctx, "r", metav1.GetOptions{}); return err },
		"list":             func() error { _, err := robots.List(ctx, metav1.ListOptions{}); return err },
		"watch":            func() error { _, err := robots.Watch(ctx, metav1.ListOptions{}); return err },
		"create":           func() error { _, err := robots.Create(ctx, robot, metav1.CreateOptions{}); return err },
		"update":           func() error { _, err := robots.Update(ctx, robot, metav1.UpdateOptions{}); return err },
		"delete":           func() error { return robots.Delete(ctx, "r", metav1.DeleteOptions{}) },
		"deletecollection": func() error { return robots.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{}) },
	} {
		t.Run(verb, func(t *testing.T) {
			err := do()
			require.True(t, apierrors.IsForbidden(err), "%v", err)
			assert.ErrorContains(t, err, `User "alice" cannot `+verb+` resource "robots" in API group "fleet.typewright.dev" in the namespace "refusals"`)
		})
	}
	t.Run("update of the status", func(t *testing.T) {
		_, err := robots.UpdateStatus(ctx, robot, metav1.UpdateOptions{})
		require.True(t, apierrors.IsForbidden(err), "%v", err)
		assert.ErrorContains(t, err, `resource "robots/status"`)
	})
}

// Permissions that are granted, revoked and granted again take effect within seconds.
func TestPermissionsChange(t *testing.T) {
	ns := namespace(t, "rights")
	robots := fleet(t, live.ConfigFor(cluster.Bob)).FleetV1beta1().Robots(ns)
	allowed := func() bool { _, err := robots.List(t.Context(), metav1.ListOptions{}); return err == nil }
	require.False(t, allowed())
	for range 2 {
		revoke := grant(t, cluster.Bob, "rights", readRobots())
		require.Eventually(t, allowed, 10*time.Second, 20*time.Millisecond)
		revoke()
		require.Eventually(t, func() bool { return !allowed() }, 10*time.Second, 20*time.Millisecond)
	}
}
