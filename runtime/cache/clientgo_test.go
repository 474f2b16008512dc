package cache

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/features"
	featurestesting "github.com/typewright/typewright/runtime/features/testing"
)

// versionStore is a store that records the calls of UpdateResourceVersion.
type versionStore struct {
	Store

	updated []string
}

func (s *versionStore) UpdateResourceVersion(version string) { s.updated = append(s.updated, version) }

// As in client-go, the version of a list reaches the store with its objects, and the versions of events by
// UpdateResourceVersion.
func TestEventsUpdateTheVersionOfAStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &versionStore{Store: NewStore(MetaNamespaceKeyFunc)}
		fake := watch.NewFake()
		lw := wholeLists{&ListWatch{
			ListFunc: func(metav1.ListOptions) (runtime.Object, error) {
				return &corev1.ConfigMapList{ListMeta: metav1.ListMeta{ResourceVersion: "10"}}, nil
			},
			WatchFunc: func(metav1.ListOptions) (watch.Interface, error) { return fake, nil },
		}}
		runUntilCleanup(t, NewReflector(lw, &corev1.ConfigMap{}, s, 0))
		synctest.Wait()
		assert.Empty(t, s.updated)
		assert.Equal(t, "10", s.LastStoreSyncResourceVersion())
		fake.Add(versioned("a", "10", "x"))
		fake.Modify(versioned("a", "20", "x"))
		synctest.Wait()
		assert.Equal(t, []string{"10", "20"}, s.updated)
	})
}

// As in client-go, a watch times out after five minutes at the earliest, even if MinWatchTimeout is shorter.
func TestMinWatchTimeoutIsAtLeastFiveMinutes(t *testing.T) {
	for given, least := range map[time.Duration]int64{0: 300, time.Minute: 300, time.Hour: 3600} {
		synctest.Test(t, func(t *testing.T) {
			var asked int64
			lw := wholeLists{&ListWatch{
				ListFunc: func(metav1.ListOptions) (runtime.Object, error) { return &corev1.ConfigMapList{}, nil },
				WatchFuncWithContext: func(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
					asked = *opts.TimeoutSeconds
					return idle(ctx, opts)
				},
			}}
			runUntilCleanup(t, NewReflectorWithOptions(lw, &corev1.ConfigMap{}, NewStore(MetaNamespaceKeyFunc), ReflectorOptions{MinWatchTimeout: given}))
			synctest.Wait()
			assert.GreaterOrEqual(t, asked, least)
			assert.LessOrEqual(t, asked, 2*least)
		})
	}
}

// The feature gate WatchListClient turns streamed lists off, whether the environment or the program sets it.
func TestTheFeatureGateTurnsStreamedListsOff(t *testing.T) {
	count := func(t *testing.T, want int) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			s := &cutShort{server: newServer()}
			informer := running(t, s, &log{})
			pass(time.Minute)
			require.True(t, informer.HasSynced())
			assert.Equal(t, want, s.streams)
		})
	}
	for value, want := range map[string]int{"false": 0, "true": 1, "": 1, "nonsense": 1} {
		t.Run("environment variable is "+value, func(t *testing.T) {
			t.Setenv("KUBE_FEATURE_WatchListClient", value)
			count(t, want)
		})
	}
	t.Run("set by the program", func(t *testing.T) {
		featurestesting.SetFeatureDuringTest(t, features.WatchListClient, false)
		count(t, 0)
	})
}

// A backup that is restored while an informer is stopped sets the server's versions back, too. An object of the same version
// may then be another state.
func TestABackupIsRestoredBetweenTwoRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		s.put("a", "before")
		s.put("b", "gone for ever")
		informer := NewTypedInformer(s, SharedIndexInformerOptions{ResyncPeriod: time.Hour})
		_, err := informer.AddTypedEventHandler(l, HandlerOptions{ResyncPeriod: new(time.Duration(0))})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Minute)
		defer cancel()
		informer.RunWithContext(ctx)
		l.take()
		s.mu.Lock()
		s.version--
		delete(s.objects, "b")
		s.objects["a"] = versioned("a", "2", "after")
		s.mu.Unlock()
		runUntilCleanup(t, informer)
		pass(time.Minute)
		assert.Equal(t, []string{"delete b unknown=true", "update a=before→after"}, l.take())
	})
}
