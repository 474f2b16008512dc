package typed_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

// newInformerFunc, factoryInterface and podFactory are what informer generators emit around a factory, reduced to one kind.
type newInformerFunc func(*plainPods, time.Duration) cache.SharedIndexInformer

type factoryInterface interface {
	Start(stopCh <-chan struct{})
	StartWithContext(ctx context.Context)
	Shutdown()
	WaitForCacheSync(stopCh <-chan struct{}) map[reflect.Type]bool
	WaitForCacheSyncWithContext(ctx context.Context) cache.SyncResult
	InformerFor(obj runtime.Object, newFunc newInformerFunc) cache.SharedIndexInformer
	InformerName() *cache.InformerName
	SharedOptions(obj runtime.Object) typed.SharedOptions
}

type podFactory struct {
	typed.InformerFactory[*plainPods, newInformerFunc]
}

var _ factoryInterface = (*podFactory)(nil)

func newPodInformer(client *plainPods, resync time.Duration) cache.SharedIndexInformer {
	return podInformerWith(client, typed.InformerOptions{ResyncPeriod: resync})
}

func podInformerWith(client *plainPods, options typed.InformerOptions) cache.SharedIndexInformer {
	options.Client = cannotStreamLists{}
	return typed.NewInformer[*corev1.Pod](func() typed.ListWatcher[*corev1.PodList] { return client }, options)
}

func (f *podFactory) pods() cache.SharedIndexInformer {
	return f.InformerFor(&corev1.Pod{}, func(client *plainPods, _ time.Duration) cache.SharedIndexInformer {
		return podInformerWith(client, typed.InformerOptions{SharedOptions: f.SharedOptions(&corev1.Pod{})})
	})
}

func newPodFactory(pods *plainPods) *podFactory {
	factory := &podFactory{}
	factory.Options.Client = pods
	return factory
}

func TestFactoryMakesOneInformerAKind(t *testing.T) {
	var periods []time.Duration
	factory := newPodFactory(newPlainPods())
	factory.Options.DefaultResync = time.Hour
	factory.Options.SetResync(map[metav1.Object]time.Duration{&corev1.Node{}: time.Minute})
	record := func(client *plainPods, resync time.Duration) cache.SharedIndexInformer {
		periods = append(periods, resync)
		return newPodInformer(client, resync)
	}
	first := factory.InformerFor(&corev1.Pod{}, record)
	assert.Equal(t, first, factory.InformerFor(&corev1.Pod{}, record))
	assert.NotEqual(t, first, factory.InformerFor(&corev1.Node{}, record))
	assert.Equal(t, []time.Duration{time.Hour, time.Minute}, periods)
	assert.Nil(t, factory.InformerName())
	factory.Shutdown()
}

func TestFactoryStartsSyncsAndShutsDown(t *testing.T) {
	factory := newPodFactory(newPlainPods(managedPod("a", "1")))
	factory.Options.Transform = func(obj any) (any, error) {
		obj.(*corev1.Pod).ManagedFields = nil
		return obj, nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	informer := factory.pods()
	assert.Empty(t, factory.WaitForCacheSyncWithContext(ctx).Synced, "nothing was started")

	factory.StartWithContext(ctx)
	factory.StartWithContext(ctx)
	result := factory.WaitForCacheSyncWithContext(ctx)
	require.NoError(t, result.Err)
	assert.Equal(t, map[reflect.Type]bool{reflect.TypeFor[*corev1.Pod](): true}, result.Synced)
	assert.Equal(t, result.Synced, factory.WaitForCacheSync(ctx.Done()))
	pod, exists, err := informer.GetStore().GetByKey("ns/a")
	require.NoError(t, err)
	require.True(t, exists)
	assert.Empty(t, pod.(*corev1.Pod).ManagedFields)

	cancel()
	factory.Shutdown()
	assert.True(t, informer.IsStopped())
	factory.InformerFor(&corev1.Node{}, newPodInformer)
	factory.StartWithContext(t.Context())
	factory.Shutdown()
}

func TestFactoryReportsWhyItDidNotSync(t *testing.T) {
	factory := newPodFactory(newPlainPods())
	running, stop := context.WithCancel(t.Context())
	factory.InformerFor(&corev1.Pod{}, func(*plainPods, time.Duration) cache.SharedIndexInformer {
		return typed.NewInformer[*corev1.Pod](func() typed.ListWatcher[*corev1.PodList] { return failing{} }, typed.InformerOptions{})
	})
	factory.StartWithContext(running)
	impatient := errors.New("impatient")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(impatient)
	result := factory.WaitForCacheSyncWithContext(ctx)
	assert.ErrorIs(t, result.Err, impatient)
	assert.Equal(t, map[reflect.Type]bool{reflect.TypeFor[*corev1.Pod](): false}, result.Synced)
	stop()
	factory.Shutdown()
}

func TestFactoryAutoStart(t *testing.T) {
	for _, auto := range []bool{false, true} {
		factory := newPodFactory(newPlainPods(managedPod("a", "1")))
		factory.Options.AutoStart = auto
		ctx, cancel := context.WithCancel(t.Context())
		factory.StartWithContext(ctx)
		factory.pods()
		result := factory.WaitForCacheSyncWithContext(ctx)
		require.NoError(t, result.Err)
		assert.Equal(t, auto, result.Synced[reflect.TypeFor[*corev1.Pod]()])
		cancel()
		factory.Shutdown()
	}
}

func TestFactoryReleasesItsName(t *testing.T) {
	name, err := cache.NewInformerName("typed-factory-test")
	require.NoError(t, err)
	factory := newPodFactory(newPlainPods())
	factory.Options.InformerName = name
	assert.Same(t, name, factory.InformerName())
	factory.Shutdown()
	again, err := cache.NewInformerName("typed-factory-test")
	require.NoError(t, err)
	again.Release()
}
