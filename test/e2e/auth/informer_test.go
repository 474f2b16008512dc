package auth_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/generated/informers/externalversions"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/cluster"
)

// startInformer runs an informer of robots until the test ends.
func startInformer(t *testing.T, config *rest.Config) cache.SharedIndexInformer {
	t.Helper()
	factory := externalversions.NewSharedInformerFactory(fleet(t, config), 0)
	informer := factory.Fleet().V1beta1().Robots().Informer()
	ctx, cancel := context.WithCancel(t.Context())
	factory.StartWithContext(ctx)
	t.Cleanup(func() { cancel(); factory.Shutdown() })
	return informer
}

func failure(t *testing.T, informer cache.SharedIndexInformer) cache.InformerStatus {
	t.Helper()
	status, ok := cache.StatusOf(informer)
	require.True(t, ok)
	return status
}

// The status of an informer that may not list has the server's error and the time since when it fails. The informer syncs once it may.
func TestInformerReportsForbidden(t *testing.T) {
	before := time.Now()
	informer := startInformer(t, live.ConfigFor(cluster.Carol))
	require.Eventually(t, func() bool { return failure(t, informer).Reason == cache.ReasonForbidden }, 10*time.Second, 20*time.Millisecond)
	status := failure(t, informer)
	assert.False(t, informer.HasSynced())
	require.ErrorContains(t, status.Err, `User "carol" cannot list resource "robots" in API group "fleet.typewright.dev" at the cluster scope`)
	assert.False(t, status.Since.Before(before.Truncate(time.Second)))

	defer grant(t, cluster.Carol, "informer", readRobots())()
	require.Eventually(t, informer.HasSynced, 60*time.Second, 50*time.Millisecond)
	require.Eventually(t, func() bool { return failure(t, informer).Err == nil }, 20*time.Second, 50*time.Millisecond, "the error is cleared while a watch lasts")
}

// The status of an informer whose credentials are invalid says so.
func TestInformerReportsUnauthorized(t *testing.T) {
	config := live.ConfigFor("")
	config.BearerToken = "nobody's"
	informer := startInformer(t, config)
	require.Eventually(t, func() bool { return failure(t, informer).Reason == cache.ReasonUnauthorized }, 10*time.Second, 20*time.Millisecond)
	assert.NotContains(t, failure(t, informer).Err.Error(), "nobody's")
}
