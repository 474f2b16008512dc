package watch

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
)

// answer is what a script answers one request to watch with: an error, or events and the end of the watch.
type answer struct {
	err    error
	events []watch.Event
	stays  bool // open after the events
}

// script answers watch requests with its answers, one after the other, and all further requests with watches without events.
type script struct {
	answers []answer
	asked   []string // the versions
	times   []time.Duration
	began   time.Time
}

func (s *script) WatchWithContext(_ context.Context, options metav1.ListOptions) (watch.Interface, error) {
	return s.Watch(options)
}

func (s *script) Watch(options metav1.ListOptions) (watch.Interface, error) {
	if s.asked == nil {
		s.began = time.Now()
	}
	s.asked, s.times = append(s.asked, options.ResourceVersion), append(s.times, time.Since(s.began))
	if len(s.asked) > len(s.answers) {
		return watch.NewFake(), nil
	}
	a := s.answers[len(s.asked)-1]
	if a.err != nil {
		return nil, a.err
	}
	w := watch.NewFakeWithChanSize(len(a.events), false)
	for _, event := range a.events {
		w.Action(event.Type, event.Object)
	}
	if !a.stays {
		w.Stop()
	}
	return w, nil
}

func pod(version int) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web-" + strconv.Itoa(version), ResourceVersion: strconv.Itoa(version)}}
}

func added(version int) watch.Event { return watch.Event{Type: watch.Added, Object: pod(version)} }

func failed(err *apierrors.StatusError) watch.Event {
	return watch.Event{Type: watch.Error, Object: &err.ErrStatus}
}

// read reads a watch of a script from version 5 for a minute, and describes its events.
func read(t *testing.T, s *script) (told []string) {
	t.Helper()
	rw, err := NewRetryWatcherWithContext(t.Context(), "5", s)
	require.NoError(t, err)
	minute := time.After(time.Minute)
	for {
		select {
		case event, ok := <-rw.ResultChan():
			if !ok {
				<-rw.Done()
				return append(told, "closed")
			}
			switch object := event.Object.(type) {
			case *corev1.Pod:
				told = append(told, object.Name)
			case *metav1.Status:
				told = append(told, string(event.Type)+" "+string(object.Reason))
			}
		case <-minute:
			rw.Stop()
			rw.Stop()
			<-rw.Done()
			return told
		}
	}
}

// gone is the status of old servers whose history is too short.
func gone(message string) *apierrors.StatusError {
	return apierrors.NewGone(message) //nolint:staticcheck // old servers send it
}

func TestRetryWatcher(t *testing.T) {
	tooOld := apierrors.NewResourceExpired("too old")
	later := apierrors.NewServerTimeout(corev1.Resource("pods"), "watch", 7)
	bookmark := watch.Event{Type: watch.Bookmark, Object: pod(9)}
	for name, c := range map[string]struct {
		answers []answer
		told    []string
		asked   []string
		at      time.Duration // when the last request was made
	}{
		"a closed watch":            {[]answer{{events: []watch.Event{added(6), added(7)}}, {events: []watch.Event{added(8)}}}, []string{"web-6", "web-7", "web-8"}, []string{"5", "7", "8"}, 2 * time.Second},
		"a bookmark":                {[]answer{{events: []watch.Event{added(6), bookmark}}}, []string{"web-6"}, []string{"5", "9"}, time.Second},
		"no connection":             {[]answer{{err: errors.New("connection refused")}, {events: []watch.Event{added(6)}, stays: true}}, []string{"web-6"}, []string{"5", "5"}, time.Second},
		"a server that is away":     {[]answer{{err: later}, {events: []watch.Event{added(6)}, stays: true}}, []string{"web-6"}, []string{"5", "5"}, 7 * time.Second},
		"an error with a pause":     {[]answer{{events: []watch.Event{added(6), failed(later)}}}, []string{"web-6"}, []string{"5", "6"}, 7 * time.Second},
		"an unknown error":          {[]answer{{events: []watch.Event{added(6), {Type: watch.Error, Object: pod(7)}}}}, []string{"web-6"}, []string{"5", "6"}, time.Second},
		"too old a version":         {[]answer{{events: []watch.Event{added(6), failed(tooOld)}}}, []string{"web-6", "ERROR Expired", "closed"}, []string{"5"}, 0},
		"too old at first":          {[]answer{{err: tooOld}, {err: gone("gone")}, {events: []watch.Event{added(6)}, stays: true}}, []string{"web-6"}, []string{"5", "5", "5"}, 2 * time.Second},
		"too old for good":          {[]answer{{err: tooOld}, {err: tooOld}, {err: tooOld}, {err: tooOld}, {err: tooOld}}, []string{"ERROR Expired", "closed"}, []string{"5", "5", "5", "5", "5"}, 4 * time.Second},
		"forbidden":                 {[]answer{{err: fmt.Errorf("watch: %w", apierrors.NewForbidden(corev1.Resource("pods"), "", nil))}}, []string{"ERROR Forbidden", "closed"}, []string{"5"}, 0},
		"unauthorized":              {[]answer{{err: apierrors.NewUnauthorized("who?")}}, []string{"ERROR Unauthorized", "closed"}, []string{"5"}, 0},
		"an object with no version": {[]answer{{events: []watch.Event{{Type: watch.Added, Object: &corev1.Pod{}}}}}, []string{"ERROR InternalError", "closed"}, []string{"5"}, 0},
		"a status that is no error": {[]answer{{events: []watch.Event{{Type: watch.Added, Object: &runtime.Unknown{}}}}}, []string{"ERROR InternalError", "closed"}, []string{"5"}, 0},
		"an unknown event":          {[]answer{{events: []watch.Event{{Type: "MOVED", Object: pod(6)}}}}, []string{"ERROR InternalError", "closed"}, []string{"5"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: c.answers}
				assert.Equal(t, c.told, read(t, s))
				assert.Equal(t, c.asked, s.asked)
				assert.Equal(t, c.at, s.times[len(s.times)-1])
			})
		})
	}
}

func TestNoVersionAndNoClient(t *testing.T) {
	for _, version := range []string{"", "0"} {
		_, err := NewRetryWatcher(version, &script{})
		require.ErrorContains(t, err, "is not supported", version)
		_, err = Until(t.Context(), version, &script{})
		require.ErrorContains(t, err, "is not supported", version)
	}
	_, err := NewRetryWatcher("1", nil)
	require.ErrorContains(t, err, "needs a client")
	_, err = Until(t.Context(), "1", nil)
	require.ErrorContains(t, err, "needs a client")
}

// TestNobodyReads: the end of a watch does not wait for a reader.
func TestNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rw, err := NewRetryWatcher("5", &script{answers: []answer{{events: []watch.Event{added(6)}}}})
		require.NoError(t, err)
		synctest.Wait()
		rw.Stop()
		<-rw.Done()
	})
}

// named is met by the object of a name.
func named(name string) ConditionFunc {
	return func(event watch.Event) (bool, error) {
		if event.Type == watch.Error {
			return false, apierrors.FromObject(event.Object)
		}
		object, ok := event.Object.(*corev1.Pod)
		return ok && object.Name == name, nil
	}
}

func TestUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answer{{events: []watch.Event{added(6)}}, {events: []watch.Event{added(7), added(8)}, stays: true}}}
		any7 := 0
		event, err := Until(t.Context(), "5", s, named("web-6"), named("web-7"), func(watch.Event) (bool, error) { any7++; return true, nil })
		require.NoError(t, err)
		assert.Equal(t, "web-7", event.Object.(*corev1.Pod).Name)
		assert.Equal(t, 1, any7, "the event that met a condition is the first for the next one")

		event, err = Until(t.Context(), "5", &script{answers: []answer{{events: []watch.Event{failed(gone("too old"))}}}}, named("web-6"))
		require.True(t, apierrors.IsGone(err), "%v", err)
		assert.Equal(t, watch.Error, event.Type)

		event, err = Until(t.Context(), "5", &script{answers: []answer{{events: []watch.Event{failed(gone("too old"))}}}},
			func(watch.Event) (bool, error) { return false, nil })
		require.ErrorIs(t, err, ErrWatchClosed)
		assert.Equal(t, watch.Error, event.Type)

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		event, err = Until(ctx, "5", &script{}, named("web-6"))
		assert.True(t, wait.Interrupted(err), "%v", err)
		assert.Nil(t, event)
	})
}

func TestUntilWithoutRetry(t *testing.T) {
	w := watch.NewFakeWithChanSize(1, false)
	w.Add(pod(6))
	w.Stop()
	event, err := UntilWithoutRetry(t.Context(), w, named("web-7"))
	require.ErrorIs(t, err, ErrWatchClosed)
	assert.Equal(t, "web-6", event.Object.(*corev1.Pod).Name)
	event, err = UntilWithoutRetry(t.Context(), watch.NewFake())
	require.NoError(t, err)
	assert.Nil(t, event, "there is nothing to wait for")
}

// source lists a pod and then sends an event of another one. The version of the list is too old for the first watch.
type source struct {
	script

	lists int
	fail  error
}

func (s *source) List(metav1.ListOptions) (runtime.Object, error) {
	if s.fail != nil {
		return nil, s.fail
	}
	s.lists++
	list := &corev1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: strconv.Itoa(10 * s.lists)}, Items: []corev1.Pod{*pod(6)}}
	if s.lists > 1 {
		list.Items = []corev1.Pod{*pod(7)}
	}
	return list, nil
}

func (s *source) IsWatchListSemanticsUnSupported() bool { return true }

func newSource() *source {
	return &source{script: script{answers: []answer{{events: []watch.Event{failed(apierrors.NewResourceExpired("too old"))}}}}}
}

func TestUntilWithSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		event, err := UntilWithSync(t.Context(), newSource(), &corev1.Pod{}, nil, named("web-6"), named("web-7"))
		require.NoError(t, err, "the informer lists again")
		assert.Equal(t, "web-7", event.Object.(*corev1.Pod).Name)

		var deleted watch.Event
		_, err = UntilWithSync(t.Context(), newSource(), &corev1.Pod{}, nil, func(event watch.Event) (bool, error) {
			deleted = event
			return event.Type == watch.Deleted, nil
		})
		require.NoError(t, err)
		assert.Equal(t, "web-6", deleted.Object.(*corev1.Pod).Name, "as it was last seen")

		event, err = UntilWithSync(t.Context(), newSource(), &corev1.Pod{}, func(store cache.Store) (bool, error) {
			return len(store.List()) == 1, nil
		}, named("never"))
		require.NoError(t, err)
		assert.Nil(t, event)

		_, err = UntilWithSync(t.Context(), newSource(), &corev1.Pod{}, func(cache.Store) (bool, error) { return false, errors.New("no") })
		require.EqualError(t, err, "no")

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err = UntilWithSync(ctx, &source{fail: errors.New("connection refused")}, &corev1.Pod{}, func(cache.Store) (bool, error) { return true, nil })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err = UntilWithSync(ctx, newSource(), &corev1.Pod{}, nil, named("never"))
		assert.True(t, wait.Interrupted(err), "%v", err)
	})
}

// TestAnInformersWatchIsNotRead checks that events wait for a reader, and that the channel is closed at the end.
func TestAnInformersWatchIsNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		indexer, controller, w, done := NewIndexerInformerWatcher(newSource(), &corev1.Pod{})
		time.Sleep(time.Minute)
		assert.True(t, controller.HasSynced())
		assert.Len(t, indexer.List(), 1)
		event := <-w.ResultChan()
		assert.Equal(t, "web-6", event.Object.(*corev1.Pod).Name)
		w.Stop()
		<-done
		_, open := <-w.ResultChan()
		assert.False(t, open)
	})
}

func TestContextWithOptionalTimeout(t *testing.T) {
	for timeout, limited := range map[time.Duration]bool{-1: false, 0: false, time.Hour: true} {
		ctx, cancel := ContextWithOptionalTimeout(t.Context(), timeout)
		_, has := ctx.Deadline()
		assert.Equal(t, limited, has, timeout)
		cancel()
		assert.Error(t, ctx.Err())
	}
}
