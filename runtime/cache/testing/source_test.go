package framework_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
	framework "github.com/typewright/typewright/runtime/cache/testing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func pod(name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: name}}
}

func TestWatchFromAVersionBeginsWithWhatWasMissed(t *testing.T) {
	source := framework.NewFakeControllerSource()
	defer source.Shutdown()
	source.Add(pod("a"))
	source.Add(pod("b"))
	source.ModifyDropWatch(pod("a"))
	watcher, err := source.Watch(metav1.ListOptions{ResourceVersion: "1"})
	require.NoError(t, err)
	defer watcher.Stop()
	source.Delete(pod("b"))
	for _, want := range []watch.EventType{watch.Added, watch.Modified, watch.Deleted} {
		assert.Equal(t, want, (<-watcher.ResultChan()).Type)
	}
}

func TestWatchRefusesOtherVersions(t *testing.T) {
	source := framework.NewFakeControllerSource()
	defer source.Shutdown()
	source.Add(pod("a"))
	source.ResetWatch()
	source.Add(pod("b"))
	_, err := source.Watch(metav1.ListOptions{ResourceVersion: "0"})
	assert.True(t, apierrors.IsResourceExpired(err), "%v", err)
	_, err = source.Watch(metav1.ListOptions{ResourceVersion: "9"})
	require.Error(t, err)
	_, err = source.Watch(metav1.ListOptions{ResourceVersion: "x"})
	require.Error(t, err)
}

func TestListsHaveTheTypeOfTheSource(t *testing.T) {
	volumes, claims := framework.NewFakePVControllerSource(), framework.NewFakePVCControllerSource()
	defer volumes.Shutdown()
	defer claims.Shutdown()
	volumes.Add(&corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "v"}})
	list, err := volumes.List(metav1.ListOptions{})
	require.NoError(t, err)
	require.IsType(t, &corev1.PersistentVolumeList{}, list)
	assert.Equal(t, "v", list.(*corev1.PersistentVolumeList).Items[0].Name)
	list, err = claims.List(metav1.ListOptions{})
	require.NoError(t, err)
	assert.IsType(t, &corev1.PersistentVolumeClaimList{}, list)
}

func TestAFailingListIsAFailureOfTheInformer(t *testing.T) {
	source := framework.NewFakeControllerSource()
	defer source.Shutdown()
	source.ListError = errors.New("not yet")
	informer := cache.NewSharedInformer(source, &corev1.Pod{}, 0)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { informer.RunWithContext(ctx) })
	defer running.Wait()
	defer cancel()
	require.Eventually(t, func() bool { status, _ := cache.StatusOf(informer); return status.Failures > 0 }, time.Minute, time.Millisecond)
	assert.False(t, informer.HasSynced())
}

// An informer that a test does not wait for may list and watch after the test has shut its source down.
func TestAfterShutdown(t *testing.T) {
	source := framework.NewFakeControllerSource()
	source.Add(pod("a"))
	source.Shutdown()
	_, err := source.List(metav1.ListOptions{})
	require.ErrorContains(t, err, "the source is shut down")
	_, err = source.Watch(metav1.ListOptions{ResourceVersion: "1"})
	require.ErrorContains(t, err, "the source is shut down")
	source.Delete(pod("a"))
	source.ResetWatch()
	source.Shutdown()
}
