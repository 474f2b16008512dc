package record

import (
	"context"
	"errors"
	"fmt"
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
	"k8s.io/klog/v2"
	"k8s.io/klog/v2/ktesting"

	"github.com/typewright/typewright/runtime/rest"
)

// stage is a broadcaster that writes to a sink, in a bubble of synctest, and its log.
type stage struct {
	t *testing.T
	EventBroadcaster
	EventRecorder
	sink *memory
	log  ktesting.Underlier
}

// onStage runs a test in a bubble, and shuts the broadcaster down after it.
func onStage(t *testing.T, test func(*stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		logger := ktesting.NewLogger(t, ktesting.NewConfig(ktesting.BufferLogs(true)))
		underlier, ok := logger.GetSink().(ktesting.Underlier)
		require.True(t, ok)
		ctx, cancel := context.WithCancel(klog.NewContext(t.Context(), logger))
		defer cancel()
		s := &stage{t: t, sink: &memory{}, log: underlier}
		s.EventBroadcaster = NewBroadcaster(WithContext(ctx))
		s.EventRecorder = s.NewRecorder(newScheme(t), corev1.EventSource{Component: "test"}).WithLogger(logger)
		s.StartRecordingToSink(s.sink)
		test(s)
		s.Shutdown()
		synctest.Wait()
	})
}

// status waits until everything waits, and returns the status.
func (s *stage) status() Status {
	synctest.Wait()
	status, ok := StatusOf(s.EventBroadcaster)
	assert.True(s.t, ok)
	return status
}

func TestAnEventReachesSinkLogAndFunction(t *testing.T) {
	onStage(t, func(s *stage) {
		var watched []*corev1.Event
		s.StartEventWatcher(func(event *corev1.Event) { watched = append(watched, event) })
		var logged string
		s.StartLogging(func(format string, args ...interface{}) { logged = fmt.Sprintf(format, args...) })
		s.StartStructuredLogging(0)
		annotations := map[string]string{"color": "red"}
		s.AnnotatedEventf(pod("a"), annotations, corev1.EventTypeWarning, "Slow", "took %d s", 7)
		annotations["color"] = "blue" // the recorder has its own copy
		assert.Equal(t, uint64(1), s.status().Recorded)
		assert.Empty(t, s.status().Dropped)
		require.Len(t, watched, 1)
		assert.Equal(t, map[string]string{"color": "red"}, watched[0].Annotations)
		assert.Equal(t, corev1.ObjectReference{Kind: "Pod", APIVersion: "v1", Namespace: "shop", Name: "a", UID: "42"}, watched[0].InvolvedObject)
		assert.Equal(t, map[string]int{"took 7 s": 1}, s.sink.counts())
		assert.Contains(t, logged, "type: 'Warning' reason: 'Slow' took 7 s")
		assert.Contains(t, s.log.GetBuffer().String(), `Event occurred object="shop/a"`)
	})
}

func TestTheSameEventIsCounted(t *testing.T) {
	onStage(t, func(s *stage) {
		for range 3 {
			s.Event(pod("a"), corev1.EventTypeNormal, "Started", "started")
			time.Sleep(time.Minute)
		}
		assert.Equal(t, map[string]int{"started": 3}, s.sink.counts())
		assert.Equal(t, []string{"create", "patch", "patch"}, s.sink.calls)
		s.sink.mu.Lock()
		clear(s.sink.events) // the server forgets
		s.sink.mu.Unlock()
		s.Event(pod("a"), corev1.EventTypeNormal, "Started", "started")
		assert.Equal(t, uint64(4), s.status().Recorded)
		assert.Equal(t, map[string]int{"started": 4}, s.sink.counts())
	})
}

func TestSimilarEventsBecomeOne(t *testing.T) {
	onStage(t, func(s *stage) {
		for i := range 12 {
			s.Eventf(pod("system:a"), corev1.EventTypeNormal, "Started", "try %d", i)
			time.Sleep(time.Second)
		}
		s.Event(pod("system:a"), corev1.EventTypeNormal, "Started", "try 3") // still an event of its own
		s.status()
		counts := s.sink.counts()
		assert.Len(t, counts, 10, "nine of their own and the common one: %v", counts)
		assert.Equal(t, 2, counts["try 3"])
		assert.Equal(t, 3, counts["(combined from similar events): try 11"])
	})
}

// TestDropped is about every reason but those that need more than a sink.
func TestDropped(t *testing.T) {
	terminating := apierrors.NewForbidden(corev1.Resource("events"), "x", errors.New("because it is being terminated"))
	terminating.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}
	for name, c := range map[string]struct {
		object runtime.Object
		kind   string
		err    error
		reason DropReason
		tries  int
	}{
		"no object":              {reason: NoReference},
		"a nil object":           {object: (*corev1.Pod)(nil), reason: NoReference},
		"an unknown object":      {object: &metav1.PartialObjectMetadata{}, reason: NoReference},
		"a wrong type":           {object: pod("a"), kind: "Terrible", reason: InvalidType},
		"a malformed request":    {object: pod("a"), err: &rest.RequestConstructionError{Err: errors.New("no")}, reason: Rejected, tries: 1},
		"forbidden":              {object: pod("a"), err: apierrors.NewForbidden(corev1.Resource("events"), "x", nil), reason: Rejected, tries: 1},
		"no namespace":           {object: pod("a"), err: apierrors.NewNotFound(corev1.Resource("namespaces"), "shop"), reason: Rejected, tries: 1},
		"a taken name":           {object: pod("a"), err: apierrors.NewAlreadyExists(corev1.Resource("events"), "x"), reason: Rejected, tries: 1},
		"a limit on events":      {object: pod("a"), err: apierrors.NewTooManyRequestsError("limit reached"), reason: Rejected, tries: 1},
		"a namespace that ends":  {object: pod("a"), err: terminating, reason: NamespaceTerminating, tries: 1},
		"an overloaded server":   {object: pod("a"), err: apierrors.NewTooManyRequests("later", 1), reason: RetriesExhausted, tries: 12},
		"an unavailable server":  {object: pod("a"), err: apierrors.NewServiceUnavailable("later"), reason: RetriesExhausted, tries: 12},
		"no server":              {object: pod("a"), err: errors.New("connection refused"), reason: RetriesExhausted, tries: 12},
		"no answer of a server":  {object: pod("a"), err: &apierrors.UnexpectedObjectError{}, reason: RetriesExhausted, tries: 12},
		"an error with a remark": {object: pod("a"), err: fmt.Errorf("sink: %w", terminating), reason: NamespaceTerminating, tries: 1},
	} {
		t.Run(name, func(t *testing.T) {
			onStage(t, func(s *stage) {
				s.sink.fail = func(*corev1.Event) error { return c.err }
				kind := c.kind
				if kind == "" {
					kind = corev1.EventTypeNormal
				}
				s.Event(c.object, kind, "Started", "started")
				time.Sleep(time.Hour)
				assert.Equal(t, Status{Dropped: Dropped{c.reason: 1}}, s.status())
				assert.Len(t, s.sink.calls, c.tries)
				assert.Contains(t, s.log.GetBuffer().String(), fmt.Sprintf(`reason=%q`, c.reason))
			})
		})
	}
}

func TestAnEventIsWrittenAgain(t *testing.T) {
	onStage(t, func(s *stage) {
		failures := 3
		s.sink.fail = func(*corev1.Event) error {
			if failures == 0 {
				return nil
			}
			failures--
			return errors.New("connection refused")
		}
		began := time.Now()
		s.Event(pod("a"), corev1.EventTypeNormal, "Started", "started")
		time.Sleep(time.Minute)
		assert.Equal(t, Status{Recorded: 1}, s.status())
		for _, event := range s.sink.events {
			assert.Equal(t, began.Unix(), event.FirstTimestamp.Unix())
		}
	})
}

// TestAnAnswerGetsLost: the server has the event, so it is not dropped and not written twice.
func TestAnAnswerGetsLost(t *testing.T) {
	onStage(t, func(s *stage) {
		failures := 2
		s.sink.lose = func(*corev1.Event) error {
			failures--
			if failures >= 0 {
				return errors.New("connection reset")
			}
			return nil
		}
		s.Event(pod("a"), corev1.EventTypeNormal, "Started", "started")
		time.Sleep(time.Minute)
		assert.Equal(t, Status{Recorded: 1}, s.status())
		s.Event(pod("a"), corev1.EventTypeNormal, "Started", "started")
		time.Sleep(time.Minute)
		assert.Equal(t, map[string]int{"started": 2}, s.sink.counts())
		assert.Equal(t, []string{"create", "create", "patch", "patch"}, s.sink.calls)
	})
}

func TestSpamIsCountedAndLoggedLessAndLess(t *testing.T) {
	onStage(t, func(s *stage) {
		for i := range 125 {
			s.Event(pod("a"), corev1.EventTypeNormal, "Started", "started")
			if i%50 == 0 {
				synctest.Wait()
			}
		}
		status := s.status()
		assert.Equal(t, uint64(25), status.Recorded)
		assert.Equal(t, Dropped{Spam: 100}, status.Dropped)
		assert.Equal(t, uint64(100), status.Dropped.Total())
		var counts []int
		for _, entry := range s.log.GetBuffer().Data() {
			for i := 0; i+1 < len(entry.WithKVList)+len(entry.ParameterKVList); i += 2 {
				pairs := append(append([]any{}, entry.WithKVList...), entry.ParameterKVList...)
				if pairs[i] == "count" {
					counts = append(counts, int(pairs[i+1].(uint64)))
				}
			}
		}
		assert.Equal(t, []int{1, 2, 4, 8, 16, 32, 64}, counts)
		time.Sleep(5 * time.Minute)
		s.Event(pod("a"), corev1.EventTypeNormal, "Started", "started")
		s.status()
		assert.Equal(t, map[string]int{"started": 126}, s.sink.counts(), "what was skipped is counted")
		s.Shutdown()
		assert.Contains(t, s.log.GetBuffer().String(), `Events were dropped before the shutdown counts={"Spam":100}`)
	})
}

func TestASinkThatBlocksForever(t *testing.T) {
	onStage(t, func(s *stage) {
		blocked, release := make(chan struct{}), make(chan struct{})
		s.sink.fail = func(*corev1.Event) error {
			select {
			case <-blocked:
			default:
				close(blocked)
			}
			<-release
			return nil
		}
		var watched atomic.Int64
		s.StartEventWatcher(func(*corev1.Event) { watched.Add(1) })
		s.Event(pod("a"), corev1.EventTypeNormal, "Started", "started")
		<-blocked
		for i := range 1500 {
			s.Event(pod(fmt.Sprint("pod", i)), corev1.EventTypeNormal, "Started", "started")
			if i%500 == 0 {
				synctest.Wait() // the other watcher keeps up
			}
		}
		status := s.status()
		assert.Equal(t, Dropped{QueueFull: 500}, status.Dropped)
		assert.Equal(t, 1000, status.Queued)
		assert.Equal(t, int64(1501), watched.Load())
		s.Shutdown() // does not wait for the sink
		close(release)
		assert.Equal(t, uint64(1001), s.status().Recorded, "what is queued is written after the shutdown")
	})
}

func TestAfterShutdown(t *testing.T) {
	onStage(t, func(s *stage) {
		s.Event(pod("a"), corev1.EventTypeNormal, "Started", "started")
		s.Shutdown()
		s.Shutdown()
		s.Event(pod("b"), corev1.EventTypeNormal, "Started", "started")
		assert.Equal(t, Status{Recorded: 1, Dropped: Dropped{ShutDown: 1}}, s.status())
		watch := s.StartRecordingToSink(s.sink)
		watch.Stop()
		_, open := <-watch.ResultChan()
		assert.False(t, open)
		assert.Contains(t, s.log.GetBuffer().String(), "the event broadcaster is shut down")
	})
}

// TestNoServerAtShutdown checks that each event is tried once until one fails, and that all events are counted.
func TestNoServerAtShutdown(t *testing.T) {
	onStage(t, func(s *stage) {
		s.sink.fail = func(*corev1.Event) error { return errors.New("connection refused") }
		for i := range 5 {
			s.Event(pod(fmt.Sprint("pod", i)), corev1.EventTypeNormal, "Started", "started")
		}
		s.status()
		tries := len(s.sink.calls)
		s.Shutdown()
		assert.Equal(t, Status{Dropped: Dropped{ShutDown: 5}}, s.status())
		assert.Len(t, s.sink.calls, tries, "the event that waited to be written again was given up")
	})
}

func TestTheEndOfTheContextIsAShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		b := NewBroadcaster(WithContext(ctx))
		recorder := b.NewRecorder(newScheme(t), corev1.EventSource{})
		recorder.Event(pod("a"), corev1.EventTypeNormal, "Started", "started")
		cancel()
		synctest.Wait()
		recorder.Event(pod("a"), corev1.EventTypeNormal, "Started", "started")
		status, _ := StatusOf(b)
		assert.Equal(t, Dropped{NoWatcher: 1, ShutDown: 1}, status.Dropped)
	})
}

func TestAWatchThatIsStopped(t *testing.T) {
	onStage(t, func(s *stage) {
		var watched []string
		watch := s.StartEventWatcher(func(event *corev1.Event) { watched = append(watched, event.Message) })
		s.Event(pod("a"), corev1.EventTypeNormal, "Started", "before")
		watch.Stop()
		watch.Stop()
		s.Event(pod("a"), corev1.EventTypeNormal, "Started", "after")
		s.status()
		assert.Equal(t, []string{"before"}, watched)
	})
}

// TestAnotherBroadcaster has no status.
func TestAnotherBroadcaster(t *testing.T) {
	_, ok := StatusOf(struct{ EventBroadcaster }{})
	assert.False(t, ok)
}

func TestFakeRecorder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := NewFakeRecorder(2)
		f.IncludeObject = true
		f.Event(&corev1.Pod{TypeMeta: metav1.TypeMeta{Kind: "Pod", APIVersion: "v1"}}, "Normal", "Started", "100%")
		f.AnnotatedEventf(nil, map[string]string{"a": "b"}, "Normal", "Started", "%d", 1)
		third := make(chan struct{})
		go func() {
			defer close(third)
			f.WithLogger(klog.Background()).Eventf(nil, "Normal", "Started", "third")
		}()
		synctest.Wait()
		select {
		case <-third:
			t.Fatal("the recorder should wait for the channel")
		default:
		}
		assert.Equal(t, "Normal Started 100% involvedObject{kind=Pod,apiVersion=v1}", <-f.Events)
		assert.Equal(t, "Normal Started 1 map[a:b]", <-f.Events)
		<-third
		(&FakeRecorder{}).Event(nil, "Normal", "Started", "discarded")
	})
}

func TestEventRecorderAdapter(t *testing.T) {
	f := NewFakeRecorder(2)
	adapter := NewEventRecorderAdapter(f)
	adapter.WithLogger(klog.Background()).Eventf(pod("a"), nil, "Normal", "Started", "Starting", "took %d s", 3)
	adapter.AnnotatedEventf(pod("a"), pod("b"), map[string]string{"a": "b"}, "Normal", "Started", "Starting", "took %d s", 4)
	assert.Equal(t, "Normal Started took 3 s", <-f.Events)
	assert.Equal(t, "Normal Started took 4 s map[a:b]", <-f.Events)
}
