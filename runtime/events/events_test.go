package events

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/record"
)

// env is a broadcaster that writes to a sink, in a synctest bubble.
type env struct {
	t *testing.T
	EventBroadcaster
	EventRecorder
	sink *memory
	end  context.CancelFunc // of the context that it writes for
}

// inEnv runs a test in a bubble, and shuts the broadcaster down after it.
func inEnv(t *testing.T, test func(*env)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &env{t: t, sink: &memory{}}
		s.EventBroadcaster = NewBroadcaster(s.sink)
		s.EventRecorder = s.NewRecorder(newScheme(t), "example.com/test")
		var ctx context.Context
		ctx, s.end = context.WithCancel(t.Context())
		defer s.end()
		require.NoError(t, s.StartRecordingToSinkWithContext(ctx))
		test(s)
		s.Shutdown()
		synctest.Wait()
	})
}

// status waits until everything waits, and returns the status.
func (s *env) status() record.Status {
	synctest.Wait()
	status, ok := StatusOf(s.EventBroadcaster)
	assert.True(s.t, ok)
	return status
}

func (s *env) record(action string) {
	s.Eventf(pod("1"), nil, corev1.EventTypeNormal, "Started", action, "note")
}

func TestAnEventReachesSinkLogAndFunction(t *testing.T) {
	inEnv(t, func(s *env) {
		var watched []*eventsv1.Event
		stop, err := s.StartEventWatcher(func(obj runtime.Object) { watched = append(watched, obj.(*eventsv1.Event)) })
		require.NoError(t, err)
		stopLog, err := s.StartLogging(klog.Background())
		require.NoError(t, err)
		annotated, ok := s.EventRecorder.(AnnotatedEventRecorder)
		require.True(t, ok)
		annotations := map[string]string{"color": "red"}
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n"}}
		annotated.AnnotatedEventf(pod("1"), node, annotations, corev1.EventTypeWarning, "Slow", "Starting", "took %d s", 7)
		annotations["color"] = "blue" // the recorder has its own copy
		assert.Equal(t, record.Status{Recorded: 1}, s.status())
		require.Len(t, watched, 1)
		event := watched[0]
		assert.Equal(t, map[string]string{"color": "red"}, event.Annotations)
		assert.Equal(t, "shop", event.Namespace)
		assert.Equal(t, "took 7 s", event.Note)
		assert.Equal(t, "Node", event.Related.Kind)
		assert.Equal(t, "example.com/test", event.ReportingController)
		assert.True(t, strings.HasPrefix(event.ReportingInstance, "example.com/test-"))
		assert.Equal(t, map[string]int{"Starting": 1}, s.sink.counts())
		stop()
		stopLog()
		s.Eventf(node, (*corev1.Pod)(nil), corev1.EventTypeNormal, "Ready", "Starting", "ready")
		assert.Equal(t, record.Status{Recorded: 2}, s.status())
		require.Len(t, watched, 1)
		for key := range s.sink.events {
			assert.Regexp(t, `^(shop/a|default/n)\.`, key)
		}
	})
}

// TestSeries: the second event of a series is written, later ones when they are refreshed or the series ends.
func TestSeries(t *testing.T) {
	inEnv(t, func(s *env) {
		for i, want := range []string{"create", "patch"} {
			s.Eventf(pod(strconv.Itoa(i)), nil, corev1.EventTypeNormal, "Started", "Starting", "note %d", i)
			s.status()
			assert.Equal(t, []string{want}, s.sink.called())
		}
		s.record("Stopping")
		s.status()
		assert.Equal(t, []string{"create"}, s.sink.called())
		time.Sleep(30 * time.Second)
		for range 31 { // minutes
			s.record("Starting")
			time.Sleep(time.Minute)
		}
		assert.Equal(t, []string{"patch"}, s.sink.called(), "refreshed once")
		assert.Equal(t, map[string]int{"Starting": 32, "Stopping": 1}, s.sink.counts(), "without the last one")
		s.record("Starting")
		time.Sleep(20 * time.Minute)
		assert.Equal(t, []string{"patch"}, s.sink.called(), "ended")
		assert.Equal(t, map[string]int{"Starting": 34, "Stopping": 1}, s.sink.counts())
		assert.Equal(t, record.Status{Recorded: 35}, s.status())
		s.record("Starting")
		s.status()
		assert.Equal(t, []string{"create"}, s.sink.called(), "a new series")
	})
}

func TestTheServerForgetsASeries(t *testing.T) {
	inEnv(t, func(s *env) {
		s.record("Starting")
		s.status()
		clear(s.sink.events)
		s.record("Starting")
		s.status()
		assert.Equal(t, []string{"create", "patch", "create"}, s.sink.called())
		assert.Equal(t, map[string]int{"Starting": 2}, s.sink.counts())
	})
}

// TestASeriesIsWrittenInOrder: while the first event is written, others come.
func TestASeriesIsWrittenInOrder(t *testing.T) {
	inEnv(t, func(s *env) {
		s.sink.fail = func(context.Context) error { time.Sleep(time.Second); return nil }
		s.record("Starting")
		s.status()
		for range 4 {
			s.record("Starting")
		}
		time.Sleep(time.Minute)
		assert.Equal(t, record.Status{Recorded: 5}, s.status())
		assert.Equal(t, []string{"create", "patch"}, s.sink.called())
	})
}

func TestDropped(t *testing.T) {
	terminating := apierrors.NewForbidden(corev1.Resource("events"), "x", errors.New("because it is being terminated"))
	terminating.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}
	for name, c := range map[string]struct {
		object runtime.Object
		kind   string
		err    error
		reason record.DropReason
		tries  int
	}{
		"no object":             {reason: record.NoReference},
		"a nil object":          {object: (*corev1.Pod)(nil), reason: record.NoReference},
		"an unknown object":     {object: &metav1.PartialObjectMetadata{}, reason: record.NoReference},
		"a wrong type":          {object: pod(""), kind: "Terrible", reason: record.InvalidType},
		"forbidden":             {object: pod(""), err: apierrors.NewForbidden(corev1.Resource("events"), "x", nil), reason: record.Rejected, tries: 1},
		"a namespace that ends": {object: pod(""), err: terminating, reason: record.NamespaceTerminating, tries: 1},
		"no server":             {object: pod(""), err: errors.New("connection refused"), reason: record.RetriesExhausted, tries: 12},
	} {
		t.Run(name, func(t *testing.T) {
			inEnv(t, func(s *env) {
				s.sink.fail = func(context.Context) error { return c.err }
				kind := c.kind
				if kind == "" {
					kind = corev1.EventTypeNormal
				}
				s.Eventf(c.object, nil, kind, "Started", "Starting", "note")
				time.Sleep(3 * time.Minute)
				assert.Equal(t, record.Status{Dropped: record.Dropped{c.reason: 1}}, s.status())
				assert.Len(t, s.sink.called(), c.tries)
				if c.tries > 0 { // the next update has the count of both
					s.sink.fail = nil
					s.Eventf(c.object, nil, kind, "Started", "Starting", "note")
					s.status()
					assert.Equal(t, map[string]int{"Starting": 2}, s.sink.counts())
				}
			})
		})
	}
}

func TestAnAnswerGetsLost(t *testing.T) {
	inEnv(t, func(s *env) {
		failures := 1
		s.sink.lose = func() error {
			failures--
			if failures >= 0 {
				return errors.New("connection reset")
			}
			return nil
		}
		s.record("Starting")
		time.Sleep(time.Minute)
		assert.Equal(t, record.Status{Recorded: 1}, s.status())
		assert.Equal(t, []string{"create", "create"}, s.sink.called())
	})
}

// TestASinkThatBlocks: a request that does not come back is ended and sent again.
func TestASinkThatBlocks(t *testing.T) {
	inEnv(t, func(s *env) {
		var once atomic.Bool
		s.sink.fail = func(ctx context.Context) error {
			if once.CompareAndSwap(false, true) {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}
		s.record("Starting")
		time.Sleep(29 * time.Second)
		assert.Equal(t, record.Status{}, s.status())
		time.Sleep(30 * time.Second)
		assert.Equal(t, record.Status{Recorded: 1}, s.status())
	})
}

// TestASinkThatBlocksForever has no use for contexts.
func TestASinkThatBlocksForever(t *testing.T) {
	inEnv(t, func(s *env) {
		release := make(chan struct{})
		s.sink.fail = func(context.Context) error { <-release; return nil }
		for i := range 1500 {
			s.record(fmt.Sprint("Starting", i))
			if i == 200 {
				s.status() // 100 writes, one event waits for a slot and 100 in the queue
			}
		}
		assert.Equal(t, record.Dropped{record.QueueFull: 1500 - 101 - 1000}, s.status().Dropped)
		s.Shutdown() // does not wait for the sink
		close(release)
		assert.Equal(t, uint64(1101), s.status().Recorded, "what is queued is written after the shutdown")
	})
}

// TestAtTheEndCountsAreWritten by both ways to end.
func TestAtTheEndCountsAreWritten(t *testing.T) {
	for name, end := range map[string]func(*env){
		"shutdown": func(s *env) { s.Shutdown() },
		"context":  func(s *env) { s.end() },
	} {
		t.Run(name, func(t *testing.T) {
			inEnv(t, func(s *env) {
				for range 5 {
					s.record("Starting")
					s.status()
				}
				assert.Equal(t, map[string]int{"Starting": 2}, s.sink.counts())
				end(s)
				assert.Equal(t, record.Status{Recorded: 5}, s.status())
				assert.Equal(t, map[string]int{"Starting": 5}, s.sink.counts())
				s.record("Starting")
				assert.Equal(t, uint64(1), s.status().Dropped.Total(), "after the end")
			})
		})
	}
}

func TestNoServerAtTheEnd(t *testing.T) {
	inEnv(t, func(s *env) {
		s.sink.fail = func(context.Context) error { return errors.New("connection refused") }
		for i := range 5 {
			s.record(fmt.Sprint("Starting", i))
			s.record(fmt.Sprint("Starting", i))
		}
		s.status()
		s.Shutdown()
		assert.Equal(t, record.Status{Dropped: record.Dropped{record.ShutDown: 10}}, s.status())
	})
}

func TestStartingTwice(t *testing.T) {
	inEnv(t, func(s *env) {
		require.ErrorContains(t, s.StartRecordingToSinkWithContext(s.t.Context()), "already")
		s.end()
		s.status()
		stop := make(chan struct{})
		s.StartRecordingToSink(stop)
		s.record("Starting")
		assert.Equal(t, record.Status{Recorded: 1}, s.status())
		close(stop)
		s.status()
		s.Shutdown()
		require.ErrorContains(t, s.StartRecordingToSinkWithContext(s.t.Context()), "shut down")
		_, err := s.StartLogging(klog.Background())
		require.ErrorContains(t, err, "shut down")
		s.StartStructuredLogging(0)()
		require.ErrorContains(t, NewBroadcaster(nil).StartRecordingToSinkWithContext(s.t.Context()), "no sink")
	})
}

func TestALongNoteIsCut(t *testing.T) {
	assert.Equal(t, "short", cut("short"))
	assert.Equal(t, strings.Repeat("x", 1024), cut(strings.Repeat("x", 1024)))
	assert.Equal(t, strings.Repeat("x", 1021)+"...", cut(strings.Repeat("x", 1025)))
	assert.Equal(t, strings.Repeat("ü", 510)+"...", cut(strings.Repeat("ü", 600)))
}

func TestEventSinkImpl(t *testing.T) {
	for name, sink := range map[string]*EventSinkImpl{"nil": {}, "no method": {Interface: 7}, "another method": {Interface: strangeClient{}}} {
		_, err := sink.Create(t.Context(), &eventsv1.Event{ObjectMeta: metav1.ObjectMeta{Namespace: "shop"}})
		require.ErrorContains(t, err, "is not a client of events.k8s.io/v1", name)
		_, err = sink.Patch(t.Context(), &eventsv1.Event{}, nil)
		require.EqualError(t, err, "can't patch an event with empty namespace", name)
		_, err = sink.Update(t.Context(), &eventsv1.Event{})
		require.EqualError(t, err, "can't update an event with empty namespace", name)
	}
}

type strangeClient struct{}

func (strangeClient) Events(int) string { return "" }

func TestFakeRecorder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := NewFakeRecorder(1)
		f.Eventf(nil, nil, "Normal", "Started", "Starting", "%d%%", 100)
		second := make(chan struct{})
		go func() {
			defer close(second)
			f.Verbose = true
			named := &corev1.Pod{TypeMeta: metav1.TypeMeta{Kind: "Pod", APIVersion: "v1"}}
			f.AnnotatedEventf(named, &corev1.Pod{}, map[string]string{"a": "b"}, "Normal", "Started", "Starting", "%d%%", 99)
		}()
		synctest.Wait()
		select {
		case <-second:
			t.Fatal("the recorder should wait for the channel")
		default:
		}
		assert.Equal(t, "Normal Started 100%", <-f.Events)
		assert.Equal(t, "Normal Started Starting 99% {kind=Pod,apiVersion=v1} map[a:b]", <-f.Events)
		<-second
		(&FakeRecorder{}).WithLogger(klog.Background()).Eventf(nil, nil, "Normal", "Started", "Starting", "discarded")
	})
}

func TestGetFieldSelector(t *testing.T) {
	pod := corev1.SchemeGroupVersion.WithKind("Pod")
	selector, err := GetFieldSelector(corev1.SchemeGroupVersion, pod, "", "42")
	require.NoError(t, err)
	assert.Equal(t, "involvedObject.apiVersion=v1,involvedObject.kind=Pod,involvedObject.uid=42", selector.String())
	selector, err = GetFieldSelector(eventsv1.SchemeGroupVersion, schema.GroupVersionKind{}, "", "")
	require.NoError(t, err)
	assert.True(t, selector.Empty())
	_, err = GetFieldSelector(schema.GroupVersion{Group: "g", Version: "v1"}, pod, "", "")
	require.EqualError(t, err, "unknown version g/v1")
}
