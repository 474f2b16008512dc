package cache

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// log is a typed handler that records its calls.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func (l *log) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	l.lines = nil
	return lines
}

func (l *log) OnAdd(obj *corev1.ConfigMap, initial bool) {
	l.add("add %s=%s %t", obj.Name, obj.Data["value"], initial)
}

func (l *log) OnUpdate(old, obj *corev1.ConfigMap) {
	l.add("update %s=%s→%s", obj.Name, old.Data["value"], obj.Data["value"])
}

func (l *log) OnDelete(obj DeletedObject[*corev1.ConfigMap]) {
	l.add("delete %s unknown=%t", obj.GetName(), obj.FinalStateUnknown != nil)
}

// running starts an informer on s in a bubble and ends it with the test.
func running(t *testing.T, s StreamListerWatcher[*corev1.ConfigMap], handler TypedResourceEventHandler[*corev1.ConfigMap]) TypedSharedIndexInformer[*corev1.ConfigMap] {
	t.Helper()
	informer := NewTypedInformer(s, SharedIndexInformerOptions{Indexers: Indexers{NamespaceIndex: MetaNamespaceIndexFunc}})
	_, err := informer.AddTypedEventHandler(handler)
	require.NoError(t, err)
	runUntilCleanup(t, informer)
	return informer
}

// runUntilCleanup runs an informer, controller or reflector and ends it with the test.
func runUntilCleanup(t *testing.T, what interface{ RunWithContext(ctx context.Context) }) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { what.RunWithContext(ctx) })
	t.Cleanup(func() { cancel(); done.Wait() })
}

func TestTypedInformerFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		s.put("a", "1")
		informer := running(t, s, l)
		synctest.Wait()
		require.True(t, informer.HasSynced())
		assert.Equal(t, []string{"add a=1 true"}, l.take())

		s.put("b", "2")
		s.put("a", "3")
		synctest.Wait()
		s.remove("b")
		synctest.Wait()
		assert.Equal(t, []string{"add b=2 false", "update a=1→3", "delete b unknown=false"}, l.take())

		objs, err := informer.GetTypedIndexer().ByTypedIndex(NamespaceIndex, "default")
		require.NoError(t, err)
		require.Len(t, objs, 1)
		assert.Equal(t, "3", objs[0].Data["value"])
		assert.Equal(t, "5", informer.LastSyncResourceVersion())
		assert.Equal(t, "5", informer.GetStore().LastStoreSyncResourceVersion())
	})
}

func TestTypedInformerRelistsAfterGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		s.put("a", "1")
		s.put("b", "1")
		running(t, s, l)
		synctest.Wait()
		assert.ElementsMatch(t, []string{"add a=1 true", "add b=1 true"}, l.take())

		time.Sleep(time.Minute)
		s.removeSilently("b")
		s.cut(apierrors.NewResourceExpired("too old"))
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, 2, s.lists)
		assert.ElementsMatch(t, []string{"update a=1→1", "delete b unknown=true"}, l.take(), "handlers without resyncs get the objects of a list")
	})
}

func TestTypedInformerWatchesOnAfterAClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		running(t, s, l)
		time.Sleep(time.Minute)
		s.cut(nil)
		s.put("a", "1")
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, 1, s.lists, "a watch that ends needs no list")
		assert.Equal(t, []string{"add a=1 false"}, l.take())
	})
}

func TestHandlersAreAddedAndRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, first, late := newServer(), &log{}, &log{}
		s.put("a", "1")
		informer := running(t, s, first)
		synctest.Wait()
		handle, err := informer.AddTypedEventHandler(late)
		require.NoError(t, err)
		synctest.Wait()
		assert.True(t, handle.HasSynced())
		assert.Equal(t, []string{"add a=1 true"}, late.take())

		require.NoError(t, informer.RemoveEventHandler(handle))
		s.put("a", "2")
		synctest.Wait()
		assert.Empty(t, late.take())
		assert.Equal(t, []string{"add a=1 true", "update a=1→2"}, first.take())
	})
}

func TestHandlerResync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, quiet, frequent := newServer(), &log{}, &log{}
		s.put("a", "1")
		informer := NewTypedInformer(s, SharedIndexInformerOptions{ResyncPeriod: time.Hour})
		period := 10 * time.Second
		_, err := informer.AddTypedEventHandler(quiet, HandlerOptions{ResyncPeriod: new(time.Duration)})
		require.NoError(t, err)
		_, err = informer.AddTypedEventHandler(frequent, HandlerOptions{ResyncPeriod: &period})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() { informer.RunWithContext(ctx) })
		time.Sleep(25 * time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"add a=1 true"}, quiet.take())
		assert.Equal(t, []string{"add a=1 true", "update a=1→1", "update a=1→1"}, frequent.take())
		cancel()
		done.Wait()
		assert.True(t, informer.IsStopped())
		_, err = informer.AddTypedEventHandler(quiet)
		assert.Error(t, err)
	})
}

func TestTransformOfAnotherTypeIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer()
		s.put("a", "1")
		informer := NewTypedInformer(s, SharedIndexInformerOptions{})
		require.NoError(t, informer.SetTransform(func(interface{}) (interface{}, error) { return "a string", nil }))
		var failures []error
		require.NoError(t, informer.SetWatchErrorHandler(func(_ *Reflector, err error) { failures = append(failures, err) }))
		ctx, cancel := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() { informer.RunWithContext(ctx) })
		synctest.Wait()
		cancel()
		done.Wait()
		require.NotEmpty(t, failures)
		assert.ErrorContains(t, failures[0], "an object of type string where *v1.ConfigMap was expected")
	})
}

func TestStreamedListsFallBack(t *testing.T) {
	forbidden := apierrors.NewForbidden(corev1.Resource("configmaps"), "", errors.New("watching is not for you"))
	for name, test := range map[string]struct {
		refusal       error
		streamedLists int // times that a streamed list is asked for, over two lists
	}{
		"for ever if the server refuses them": {apierrors.NewBadRequest("sendInitialEvents is forbidden"), 1},
		"for ever if no bookmark comes":       {nil, 1},
		"once after another error":            {forbidden, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &streamingServer{server: newServer(), refusal: test.refusal}
				s.put("a", "1")
				l := &log{}
				running(t, s, l)
				time.Sleep(time.Minute)
				synctest.Wait()
				assert.Equal(t, []string{"add a=1 true"}, l.take(), "the list came as a whole")
				s.cut(apierrors.NewResourceExpired("too old"))
				time.Sleep(2 * time.Minute)
				synctest.Wait()
				assert.Equal(t, test.streamedLists, s.streamedLists)
				assert.Equal(t, 2, s.lists)
			})
		})
	}
}

// streamingServer says that it supports streamed lists, but refuses them or never sends their bookmark.
type streamingServer struct {
	*server

	refusal       error
	streamedLists int
}

func (s *streamingServer) IsWatchListSemanticsUnSupported() bool { return false }

func (s *streamingServer) StreamWatch(ctx context.Context, opts StreamOptions, each func(StreamEvent[*corev1.ConfigMap]) error) error {
	if opts.SendInitialEvents == nil {
		return s.server.StreamWatch(ctx, opts, each)
	}
	s.streamedLists++
	if s.refusal != nil {
		return s.refusal
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

func TestAListFollowsADecodingError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		running(t, s, l)
		time.Sleep(time.Minute)
		s.cut(apierrors.NewInternalError(errors.New("unable to decode an event from the watch stream")))
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, 2, s.lists, "the second one follows the error")
	})
}

// The methods of a DeletedObject without a state return empty names and do not panic.
func TestDeletedObjectWithoutAState(t *testing.T) {
	var nothing DeletedObject[*corev1.ConfigMap]
	assert.Empty(t, nothing.GetKey())
	assert.Equal(t, ObjectName{}, nothing.GetObjectName())
}
