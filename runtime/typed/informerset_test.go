package typed_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

// listSource is a source with one object and no events. While it is closed, its lists wait.
type listSource struct {
	mu    sync.Mutex
	lists int
	open  chan struct{}
}

func (l *listSource) IsWatchListSemanticsUnSupported() bool { return true }

func (l *listSource) StreamList(ctx context.Context, _ cache.StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	l.mu.Lock()
	l.lists++
	open := l.open
	l.mu.Unlock()
	if open != nil {
		select {
		case <-ctx.Done():
			return metav1.ListMeta{}, context.Cause(ctx)
		case <-open:
		}
	}
	obj := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "default", ResourceVersion: "1"}}
	return metav1.ListMeta{ResourceVersion: "1"}, each(obj)
}

func (l *listSource) StreamWatch(ctx context.Context, opts cache.StreamOptions, _ func(cache.StreamEvent[*corev1.ConfigMap]) error) error {
	opts.Opened()
	<-ctx.Done()
	return context.Cause(ctx)
}

func (l *listSource) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open = make(chan struct{})
}

// An informer may be used again while the release of its last user waits for it to end. Its new user must not take the old
// list for a new one.
func TestUseWhileAnotherReleases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var set typed.InformerSet[string]
		source, busy := &listSource{}, make(chan struct{})
		informer := set.For("a", func() cache.SharedIndexInformer {
			return cache.NewTypedInformer(source, cache.SharedIndexInformerOptions{})
		})
		_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: func(any) { <-busy }})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		set.Start(ctx, false)
		synctest.Wait()
		release, err := set.Use(informer)
		require.NoError(t, err)
		require.True(t, informer.HasSynced())

		released := make(chan struct{})
		go func() { defer close(released); release() }()
		synctest.Wait() // the release waits for the handler
		source.close()
		again, err := set.Use(informer)
		require.NoError(t, err)
		assert.False(t, informer.HasSynced(), "its new list has not come yet")
		close(busy)
		<-released
		synctest.Wait()
		assert.False(t, informer.HasSynced())
		close(source.open)
		synctest.Wait()
		assert.True(t, informer.HasSynced())
		assert.Equal(t, 2, source.lists)
		again()
		cancel()
		set.Shutdown()
	})
}

// An informer whose context has ended runs again with the next Start.
func TestStartAfterTheEndOfAContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var set typed.InformerSet[string]
		source := &listSource{}
		informer := set.For("a", func() cache.SharedIndexInformer {
			return cache.NewTypedInformer(source, cache.SharedIndexInformerOptions{})
		})
		ctx, cancel := context.WithCancel(t.Context())
		set.Start(ctx, false)
		set.Start(ctx, false)
		synctest.Wait()
		require.True(t, informer.HasSynced())
		assert.Equal(t, 1, source.lists)

		cancel()
		source.close()
		ctx, cancel = context.WithCancel(t.Context())
		set.Start(ctx, false)
		assert.False(t, informer.HasSynced())
		synctest.Wait()
		assert.False(t, informer.HasSynced())
		close(source.open)
		assert.Equal(t, map[string]bool{"a": true}, set.WaitForCacheSync(t.Context()))
		assert.Equal(t, 2, source.lists)
		cancel()
		set.Shutdown()
		assert.True(t, informer.IsStopped())
	})
}

func TestInformersOfASet(t *testing.T) {
	factory := newPodFactory(newPlainPods())
	assert.Empty(t, factory.Informers())
	informer := factory.pods()
	assert.Equal(t, []cache.SharedIndexInformer{informer}, factory.Informers())
}
