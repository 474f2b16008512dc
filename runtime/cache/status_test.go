package cache

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func valueOf(obj interface{}) string { return obj.(*corev1.ConfigMap).Data["value"] }

func TestSyncErrorsSayWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &refusing{server: newServer(), err: apierrors.NewForbidden(corev1.Resource("configmaps"), "", errors.New("no"))}
		informer := running(t, s, &log{})
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := WaitForSync(ctx, informer)
		var failed *SyncError
		require.ErrorAs(t, err, &failed)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.True(t, apierrors.IsForbidden(errors.Unwrap(errors.Unwrap(failed.Unsynced["informer of *v1.ConfigMap"]))))
		assert.Contains(t, err.Error(), "informer of *v1.ConfigMap: Forbidden since "+begun.Format(time.RFC3339))

		status, ok := StatusOf(informer)
		require.True(t, ok)
		assert.Equal(t, ReasonForbidden, status.Reason)
		assert.Equal(t, begun, status.Since)
		assert.Greater(t, status.Failures, 2)
		assert.False(t, status.Synced)

		s.allow()
		require.NoError(t, WaitForSync(t.Context(), informer))
		time.Sleep(time.Minute)
		status, _ = StatusOf(informer)
		require.NoError(t, status.Err, "a watch that lasts is a sign of health")
		assert.True(t, status.Synced)
	})
}

// A peer that swallows packets looks like a server without events, except that it never answers a watch.
func TestAWatchThatIsNotAnsweredIsNoSignOfHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &swallowing{server: newServer()}
		informer := running(t, s, &log{})
		require.NoError(t, WaitForSync(t.Context(), informer))
		time.Sleep(time.Minute)
		cut := time.Now()
		s.cut(syscall.ECONNRESET)
		time.Sleep(time.Minute)
		status, _ := StatusOf(informer)
		assert.Equal(t, ReasonConnection, status.Reason)
		assert.Equal(t, cut, status.Since)
	})
}

// swallowing is a server that answers no watch after one has failed.
type swallowing struct {
	*server

	failed bool
}

func (s *swallowing) StreamWatch(ctx context.Context, opts StreamOptions, each func(StreamEvent[*corev1.ConfigMap]) error) error {
	if s.failed {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	err := s.server.StreamWatch(ctx, opts, each)
	s.failed = err != nil
	return err
}

// refusing is a server that refuses lists until allow is called.
type refusing struct {
	*server

	err error
}

func (s *refusing) allow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = nil
}

func (s *refusing) StreamList(ctx context.Context, opts StreamOptions, each func(*corev1.ConfigMap) error) (meta metav1.ListMeta, err error) {
	s.mu.Lock()
	err = s.err
	s.mu.Unlock()
	if err != nil {
		return meta, err
	}
	return s.server.StreamList(ctx, opts, each)
}

func TestReasons(t *testing.T) {
	pods := corev1.Resource("pods")
	for want, errs := range map[FailureReason][]error{
		ReasonUnauthorized: {apierrors.NewUnauthorized("who")},
		ReasonForbidden:    {apierrors.NewForbidden(pods, "", errors.New("no"))},
		ReasonNotFound:     {apierrors.NewNotFound(pods, "")},
		ReasonThrottled:    {apierrors.NewTooManyRequests("slow", 1)},
		ReasonExpired:      {apierrors.NewResourceExpired("old")},
		ReasonDeadline:     {context.DeadlineExceeded, apierrors.NewTimeoutError("slow", 1)},
		ReasonServer:       {apierrors.NewInternalError(errors.New("oops")), apierrors.NewServiceUnavailable("later")},
		ReasonConnection:   {io.ErrUnexpectedEOF, &VeryShortWatchError{}},
		ReasonDecode:       {&json.SyntaxError{}, &json.UnmarshalTypeError{}},
		ReasonUnknown:      {errors.New("something else")},
	} {
		for _, err := range errs {
			assert.Equal(t, want, ReasonOf(err), "%v", err)
		}
	}
}

func TestInformerRunsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		s.put("a", "1")
		s.put("b", "1")
		informer := NewTypedInformer(s, SharedIndexInformerOptions{})
		_, err := informer.AddTypedEventHandler(l)
		require.NoError(t, err)
		run := func() (stop func()) {
			ctx, cancel := context.WithCancel(t.Context())
			var done sync.WaitGroup
			done.Go(func() { informer.RunWithContext(ctx) })
			synctest.Wait()
			return func() { cancel(); done.Wait() }
		}
		stop := run()
		assert.ElementsMatch(t, []string{"add a=1 true", "add b=1 true"}, l.take())
		informer.RunWithContext(t.Context()) // refused at once
		stop()
		assert.True(t, informer.IsStopped())

		s.put("a", "2")
		s.remove("b")
		s.put("c", "3")
		stop = run()
		defer stop()
		assert.False(t, informer.IsStopped())
		assert.True(t, informer.HasSynced())
		assert.ElementsMatch(t, []string{"update a=1→2", "add c=3 true", "delete b unknown=true"}, l.take())
	})
}

func TestMergedEventsGiveTheFinalState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := newServer(), &log{}
		s.put("known", "0")
		s.put("leaves", "0")
		gate := make(chan struct{})
		informer := NewTypedInformer(s, SharedIndexInformerOptions{})
		_, err := informer.AddTypedEventHandler(&gated{log: l, gate: gate}, HandlerOptions{MergeEvents: true, Name: "slow"})
		require.NoError(t, err)
		runUntilCleanup(t, informer)
		gate <- struct{}{}
		gate <- struct{}{}
		synctest.Wait()
		l.take()
		s.put("blocks", "0")
		synctest.Wait()
		for range 400 {
			s.put("known", "1")
			s.put("comes and goes", "1")
			s.remove("comes and goes")
			synctest.Wait()
		}
		s.put("known", "2")
		s.remove("leaves")
		s.put("leaves", "again")
		s.put("new", "1")
		s.put("new", "2")
		synctest.Wait()
		status, _ := StatusOf(informer)
		require.Len(t, status.Handlers, 1)
		assert.Equal(t, "slow", status.Handlers[0].Name)
		assert.Equal(t, 4, status.Handlers[0].Queued)
		time.Sleep(time.Minute)
		check := NewHealthCheck(HealthCheckOptions{MaxLag: 30 * time.Second}, informer)
		require.ErrorContains(t, check(nil), "handler slow is 1m0s behind")
		close(gate)
		synctest.Wait()
		require.NoError(t, check(nil))
		assert.Equal(t, []string{"add blocks=0 false", "update known=0→2", "delete leaves unknown=false", "add leaves=again false", "add new=2 false"}, l.take())
	})
}

// gated is a handler that waits before each addition.
type gated struct {
	*log

	gate chan struct{}
}

func (g *gated) OnAdd(obj *corev1.ConfigMap, initial bool) {
	<-g.gate
	g.log.OnAdd(obj, initial)
}

func TestWaitForObject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer()
		s.put("a", "1")
		informer := running(t, s, &log{})
		synctest.Wait()
		wait := func(version string) error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			return WaitForObject(ctx, informer, versioned("a", version, ""))
		}
		require.NoError(t, wait("2"))
		go func() { time.Sleep(time.Second); s.put("a", "2") }()
		require.NoError(t, wait("3"))
		go func() { time.Sleep(time.Second); s.remove("a") }()
		require.NoError(t, wait("4"), "the deletion has arrived")
		require.NoError(t, WaitForResourceVersion(t.Context(), informer, "4"))
		require.ErrorIs(t, wait("5"), context.DeadlineExceeded)
		assert.ErrorContains(t, wait("x"), `cannot wait for resource version "x"`)
		assert.ErrorContains(t, wait(""), `cannot wait for resource version ""`)
	})
}

func TestShutDownEventHandlerWaits(t *testing.T) {
	s := newServer()
	s.put("a", "1")
	informer := NewTypedInformer(s, SharedIndexInformerOptions{})
	called, finish := make(chan struct{}), make(chan struct{})
	var ended atomic.Bool
	handle, err := informer.AddEventHandler(ResourceEventHandlerFuncs{AddFunc: func(interface{}) {
		close(called)
		<-finish
		ended.Store(true)
	}})
	require.NoError(t, err)
	runUntilCleanup(t, informer)
	<-called
	go func() { time.Sleep(10 * time.Millisecond); close(finish) }()
	require.NoError(t, ShutDownEventHandler(informer, handle))
	assert.True(t, ended.Load())
	other := NewTypedInformer(s, SharedIndexInformerOptions{})
	require.Error(t, ShutDownEventHandler(other, handle))
}

func TestAServerWithoutStreamedListsIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var known Server
		first := &streamingServer{server: newServer(), refusal: apierrors.NewBadRequest("sendInitialEvents is forbidden")}
		second := &streamingServer{server: newServer(), refusal: first.refusal}
		for _, s := range []*streamingServer{first, second} {
			runUntilCleanup(t, NewTypedInformer(s, SharedIndexInformerOptions{FollowOptions: FollowOptions{Server: &known}}))
			time.Sleep(time.Minute)
		}
		synctest.Wait()
		assert.Equal(t, 1, first.streamedLists)
		assert.Equal(t, 0, second.streamedLists, "the informers share what they know of the server")
		time.Sleep(2 * time.Hour)
		second.cut(apierrors.NewResourceExpired("too old"))
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, 1, second.streamedLists, "a later attempt: the server may have been upgraded")
	})
}
