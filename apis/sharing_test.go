package apis

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/informers/externalversions"
	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
)

// crew starts a server with robots that have the same tasks, and returns a client and a function that lists the robots of a
// cache with the options.
func crew(t *testing.T, options ...externalversions.SharedInformerOption) (versioned.Interface, func() []*v1beta1.Robot) {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, v1beta1.AddToScheme(scheme))
	var robots []runtime.Object
	for i := range 4 {
		sweep := v1beta1.Task{Name: "sweep", Arguments: map[string]string{"side": strings.Repeat("left", 20)}}
		robots = append(robots, newRobot(fmt.Sprintf("ada-%d", i), sweep))
	}
	server := apitest.Start(t, apitest.Options{Scheme: scheme, Resources: fake.Resources(), Objects: robots})
	client, err := versioned.NewForConfig(server.Config())
	require.NoError(t, err)
	factory := externalversions.NewSharedInformerFactoryWithOptions(client, 0, options...)
	t.Cleanup(factory.Shutdown)
	lister := factory.Fleet().V1beta1().Robots().Lister()
	factory.StartWithContext(t.Context())
	require.NoError(t, factory.WaitForCacheSyncWithContext(t.Context()).AsError())
	return client, func() []*v1beta1.Robot {
		all, err := lister.List(labels.Everything())
		require.NoError(t, err)
		slices.SortFunc(all, func(a, b *v1beta1.Robot) int { return strings.Compare(a.Name, b.Name) })
		return all
	}
}

// share reports whether the last two robots share their tasks. The decoder may have needed those before to cache the kind
// and the values.
func share(robots []*v1beta1.Robot) bool {
	last, other := robots[len(robots)-1], robots[len(robots)-2]
	return &last.Spec.Tasks[0] == &other.Spec.Tasks[0]
}

func TestCachedObjectsShareEqualValues(t *testing.T) {
	client, cached := crew(t, externalversions.WithSharedValues())
	assert.True(t, share(cached()))

	ctx := t.Context()
	own, err := client.FleetV1beta1().Robots("hall").List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	for i := range own.Items {
		own.Items[i].Spec.Tasks[0].Arguments["side"] = "right" // the caller owns the result of a request
	}
	changed, err := client.FleetV1beta1().Robots("hall").Update(ctx, &own.Items[0], metav1.UpdateOptions{})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		return cached()[0].ResourceVersion == changed.ResourceVersion
	}, 30*time.Second, time.Millisecond)
	now := cached()
	assert.Equal(t, "right", now[0].Spec.Tasks[0].Arguments["side"])
	for _, robot := range now[1:] {
		assert.Equal(t, strings.Repeat("left", 20), robot.Spec.Tasks[0].Arguments["side"])
	}
	assert.True(t, share(now), "the others still share")
}

func TestCachesThatShareNothing(t *testing.T) {
	same := func(obj any) (any, error) { return obj, nil }
	for name, options := range map[string][]externalversions.SharedInformerOption{
		"without the option": nil,
		"under a transform":  {externalversions.WithSharedValues(), externalversions.WithTransform(same)},
	} {
		t.Run(name, func(t *testing.T) {
			_, cached := crew(t, options...)
			assert.False(t, share(cached()))
		})
	}
}

func TestTheMutationDetectorNamesAllThatShare(t *testing.T) {
	messages := make(chan string, 10)
	_, cached := crew(t, externalversions.WithSharedValues(), externalversions.WithMutationDetector(cache.MutationDetectorOptions{
		Period: time.Millisecond, OnMutation: func(message string) { messages <- message },
	}))
	robots := cached()
	require.True(t, share(robots))
	delete(robots[3].Spec.Tasks[0].Arguments, "side")
	for message := range messages { // one for each changed object
		if strings.Contains(message, "hall/ada-3 was modified") {
			assert.Contains(t, message, "changed: .spec.tasks; so were these objects, which share that with it: ")
			assert.Contains(t, message, "hall/ada-2")
			assert.NotContains(t, message, "hall/ada-0")
			return
		}
	}
}
