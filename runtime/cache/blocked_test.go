package cache

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// blockingSource is a ListerWatcher whose calls ignore their contexts until they are released.
type blockingSource struct {
	list, watch bool
	called      chan struct{}
	release     chan struct{}
	ended       chan struct{}
	once        sync.Once
}

func (d *blockingSource) wait(block bool) {
	if block {
		d.once.Do(func() { close(d.called) })
		<-d.release
	}
}

func (d *blockingSource) List(metav1.ListOptions) (runtime.Object, error) {
	d.wait(d.list)
	defer d.end(d.list)
	late := configMap("late", "1")
	late.ResourceVersion = "7"
	return &corev1.ConfigMapList{ListMeta: metav1.ListMeta{ResourceVersion: "7"}, Items: []corev1.ConfigMap{*late}}, nil
}

func (d *blockingSource) end(last bool) {
	if last {
		close(d.ended)
	}
}

func (d *blockingSource) Watch(metav1.ListOptions) (watch.Interface, error) {
	d.wait(d.watch)
	defer d.end(d.watch)
	w := watch.NewFakeWithChanSize(1, false)
	w.Add(configMap("later", "1"))
	return w, nil
}

// An informer, a controller and a reflector end with their context, even while one of their calls ignores it. What the call
// returns later is dropped, and its goroutine ends then.
func TestRunEndsWhileACallIgnoresItsContext(t *testing.T) {
	for call, newBlocking := range map[string]func() *blockingSource{
		"list":  func() *blockingSource { return &blockingSource{list: true} },
		"watch": func() *blockingSource { return &blockingSource{watch: true} },
	} {
		for kind, run := range map[string]func(ctx context.Context, lw ListerWatcher, store Store) Store{
			"informer": func(ctx context.Context, lw ListerWatcher, _ Store) Store {
				informer := NewSharedIndexInformer(lw, &corev1.ConfigMap{}, time.Minute, nil)
				informer.RunWithContext(ctx)
				return informer.GetStore()
			},
			"controller": func(ctx context.Context, lw ListerWatcher, _ Store) Store {
				store, controller := NewInformerWithOptions(InformerOptions{ListerWatcher: lw, ObjectType: &corev1.ConfigMap{}, Handler: ResourceEventHandlerFuncs{}})
				controller.RunWithContext(ctx)
				return store
			},
			"reflector": func(ctx context.Context, lw ListerWatcher, store Store) Store {
				NewReflector(lw, &corev1.ConfigMap{}, store, 0).RunWithContext(ctx)
				return store
			},
		} {
			t.Run(kind+", "+call, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					d := newBlocking()
					d.called, d.release, d.ended = make(chan struct{}), make(chan struct{}), make(chan struct{})
					ctx, cancel := context.WithCancel(t.Context())
					var store Store
					returned := make(chan struct{})
					go func() {
						defer close(returned)
						store = run(ctx, wholeListsOf{d}, NewStore(MetaNamespaceKeyFunc))
					}()
					<-d.called
					begun := time.Now()
					cancel()
					<-returned
					assert.Less(t, time.Since(begun), time.Second)
					before, version := store.ListKeys(), store.LastStoreSyncResourceVersion()
					close(d.release)
					<-d.ended
					synctest.Wait()
					assert.Equal(t, before, store.ListKeys(), "what comes too late is dropped")
					assert.Equal(t, version, store.LastStoreSyncResourceVersion())
				})
			})
		}
	}
}

var errExpired = apierrors.NewResourceExpired("too old")

type wholeListsOf struct{ ListerWatcher }

func (wholeListsOf) IsWatchListSemanticsUnSupported() bool { return true }

// An informer may run again while a call of its previous run still blocks. What that call returns later has no effect.
func TestAnotherRunBesideABlockedCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		s.put("a", "1")
		blocked := make(chan struct{})
		var again atomic.Bool
		informer := NewTypedInformer(hookedServer{s, func() {
			if !again.Swap(true) {
				<-blocked
			}
		}}, SharedIndexInformerOptions{})
		_, err := informer.AddTypedEventHandler(l)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		informer.RunWithContext(ctx)
		assert.Empty(t, l.take())
		runUntilCleanup(t, informer)
		synctest.Wait()
		assert.Equal(t, []string{"add a=1 true"}, l.take())
		s.put("a", "2")
		synctest.Wait()
		close(blocked)
		synctest.Wait()
		assert.Equal(t, []string{"update a=1→2"}, l.take())
	})
}

// cutShort is a server behind a proxy that ends each streamed list after some seconds, before it is complete, and without
// an error.
type cutShort struct {
	*server

	streams int
	events  int // of each stream, one a second
}

func (*cutShort) IsWatchListSemanticsUnSupported() bool { return false }

func (s *cutShort) StreamWatch(ctx context.Context, opts StreamOptions, each func(StreamEvent[*corev1.ConfigMap]) error) error {
	if opts.SendInitialEvents == nil {
		return s.server.StreamWatch(ctx, opts, each)
	}
	s.streams++
	for range s.events {
		time.Sleep(time.Second)
		if err := each(StreamEvent[*corev1.ConfigMap]{Type: watch.Added, Object: configMap("half", "1"), ResourceVersion: "1"}); err != nil {
			return err
		}
	}
	time.Sleep(time.Second)
	return nil
}

// If streamed lists end early, the informer falls back to a plain list, and its status says why until a watch has lasted. It
// asks for no streamed list during the next hour.
func TestAStreamedListThatEndsEarly(t *testing.T) {
	for _, events := range []int{0, 5, 20} {
		synctest.Test(t, func(t *testing.T) {
			s, l := &cutShort{server: newServer(), events: events}, &log{}
			s.put("a", "1")
			server := &Server{}
			informer := NewTypedInformer(s, SharedIndexInformerOptions{FollowOptions: FollowOptions{Server: server}})
			_, err := informer.AddTypedEventHandler(l)
			require.NoError(t, err)
			runUntilCleanup(t, informer)
			time.Sleep(time.Duration(events+1)*time.Second + time.Millisecond)
			synctest.Wait()
			assert.Equal(t, []string{"add a=1 true"}, l.take(), "of the plain list, and nothing of the stream")
			status, _ := StatusOf(informer)
			require.Error(t, status.Err)
			assert.Contains(t, status.Err.Error(), "the stream ended before the list did")
			assert.Equal(t, 1, status.Failures)
			assert.True(t, status.Synced)
			pass(10 * time.Second)
			status, _ = StatusOf(informer)
			require.NoError(t, status.Err, "a watch that lasts is a sign of health")

			s.cut(errExpired)
			pass(time.Minute)
			assert.Equal(t, 1, s.streams, "the failure is remembered, so the second list is not streamed")
			assert.Equal(t, 2, s.lists)
			time.Sleep(time.Hour)
			s.cut(errExpired)
			pass(time.Minute)
			assert.Equal(t, 2, s.streams, "an hour later a streamed list is tried again")
		})
	}
}
