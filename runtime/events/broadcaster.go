package events

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/internal/eventing"
)

// defaultPause is how long an event waits before it is written again.
const defaultPause = 10 * time.Second

// NewBroadcaster returns a broadcaster of events that are written to a sink. End it by Shutdown.
func NewBroadcaster(sink EventSink) EventBroadcaster {
	b := &broadcaster{sink: sink, pause: defaultPause}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	return b
}

// broadcaster implements EventBroadcaster.
type broadcaster struct {
	events eventing.Broadcaster
	sink   EventSink
	pause  time.Duration

	ctx    context.Context // ends with the shutdown
	cancel context.CancelFunc

	mu      sync.Mutex
	writing bool
}

// Shutdown implements [EventBroadcaster].
func (b *broadcaster) Shutdown() {
	b.events.Shutdown(klog.FromContext(b.ctx))
	b.cancel()
}

// NewRecorder implements [EventBroadcaster].
func (b *broadcaster) NewRecorder(scheme *runtime.Scheme, reportingController string) EventRecorderLogger {
	return newRecorder(&b.events, scheme, reportingController)
}

func newRecorder(events *eventing.Broadcaster, scheme *runtime.Scheme, reportingController string) *recorder {
	hostname, _ := os.Hostname() // an instance without a name is better than none
	return &recorder{
		events: events, scheme: scheme, clock: clock.RealClock{}, logger: klog.Background(),
		controller: reportingController, instance: reportingController + "-" + hostname,
	}
}

// StartEventWatcher implements [EventBroadcaster].
func (b *broadcaster) StartEventWatcher(eventHandler func(event runtime.Object)) (func(), error) {
	w, err := b.events.Handle(b.ctx, eventHandler, func() {})
	if err != nil {
		return nil, err
	}
	return w.Stop, nil
}

// StartLogging implements [EventBroadcaster].
func (b *broadcaster) StartLogging(logger klog.Logger) (func(), error) {
	return b.StartEventWatcher(func(obj runtime.Object) {
		if e, ok := obj.(*eventsv1.Event); ok { // recorders publish nothing else
			logger.Info("Event occurred", "object", klog.KRef(e.Regarding.Namespace, e.Regarding.Name), "kind", e.Regarding.Kind,
				"apiVersion", e.Regarding.APIVersion, "type", e.Type, "reason", e.Reason, "action", e.Action, "note", e.Note)
		}
	})
}

// StartStructuredLogging implements [EventBroadcaster].
func (b *broadcaster) StartStructuredLogging(verbosity klog.Level) func() {
	logger := klog.Background().V(int(verbosity))
	stop, err := b.StartLogging(logger)
	if err != nil {
		logger.Error(err, "Cannot log events")
		return func() {}
	}
	return stop
}

// StartRecordingToSink implements [EventBroadcaster].
func (b *broadcaster) StartRecordingToSink(stopCh <-chan struct{}) {
	if err := b.StartRecordingToSinkWithContext(wait.ContextForChannel(stopCh)); err != nil {
		klog.Background().Error(err, "Cannot write events to the sink")
	}
}

// StartRecordingToSinkWithContext implements [EventBroadcaster].
func (b *broadcaster) StartRecordingToSinkWithContext(ctx context.Context) error {
	if b.sink == nil {
		return errors.New("the event broadcaster has no sink")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.writing {
		return errors.New("the event broadcaster writes to its sink already")
	}
	ctx, cancel := context.WithCancel(ctx)
	stopWaiting := context.AfterFunc(b.ctx, cancel)
	w := newWriter(ctx, &b.events, b.sink, b.pause)
	watch, err := b.events.Handle(ctx, w.handle, func() {
		cancel()
		stopWaiting()
		w.finish()
		b.mu.Lock()
		defer b.mu.Unlock()
		b.writing = false
	})
	if err != nil {
		cancel()
		return err
	}
	b.writing = true
	context.AfterFunc(ctx, watch.Stop)
	go w.keep()
	return nil
}
