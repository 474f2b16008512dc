package record

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/internal/eventing"
)

// defaultPause is how long a sink waits before it writes an event again.
const defaultPause = 10 * time.Second

// BroadcasterOption is an option of NewBroadcaster.
type BroadcasterOption func(*config)

type config struct {
	ctx        context.Context
	correlator CorrelatorOptions
	pause      time.Duration
}

// WithCorrelatorOptions sets what is aggregated and what is spam.
func WithCorrelatorOptions(options CorrelatorOptions) BroadcasterOption {
	return func(c *config) { c.correlator = options }
}

// WithContext lets the broadcaster shut down when a context ends, and log to the logger of the context.
func WithContext(ctx context.Context) BroadcasterOption {
	return func(c *config) { c.ctx = ctx }
}

// WithSleepDuration sets how long a sink waits before it writes an event again. The default is ten seconds.
func WithSleepDuration(sleepDuration time.Duration) BroadcasterOption {
	return func(c *config) { c.pause = sleepDuration }
}

// NewBroadcaster returns a broadcaster. End it by Shutdown or by the context of WithContext.
func NewBroadcaster(opts ...BroadcasterOption) EventBroadcaster {
	c := config{ctx: context.Background(), pause: defaultPause}
	for _, option := range opts {
		option(&c)
	}
	if c.ctx == nil {
		c.ctx = context.Background()
	}
	b := &broadcaster{correlator: c.correlator, pause: c.pause}
	b.ctx, b.cancel = context.WithCancel(c.ctx)
	context.AfterFunc(b.ctx, func() { b.events.Shutdown(klog.FromContext(b.ctx)) })
	return b
}

// NewBroadcasterForTests is NewBroadcaster with WithSleepDuration.
func NewBroadcasterForTests(sleepDuration time.Duration) EventBroadcaster {
	return NewBroadcaster(WithSleepDuration(sleepDuration))
}

// NewBroadcasterWithCorrelatorOptions is NewBroadcaster with WithCorrelatorOptions.
func NewBroadcasterWithCorrelatorOptions(options CorrelatorOptions) EventBroadcaster {
	return NewBroadcaster(WithCorrelatorOptions(options))
}

// broadcaster implements EventBroadcaster.
type broadcaster struct {
	events     eventing.Broadcaster
	correlator CorrelatorOptions
	pause      time.Duration

	ctx    context.Context // ends with the shutdown
	cancel context.CancelFunc
}

// Shutdown implements [EventBroadcaster].
func (b *broadcaster) Shutdown() {
	b.events.Shutdown(klog.FromContext(b.ctx))
	b.cancel()
}

// StartEventWatcher implements [EventBroadcaster].
func (b *broadcaster) StartEventWatcher(eventHandler func(*corev1.Event)) watch.Interface {
	handle := func(obj runtime.Object) {
		if event, ok := obj.(*corev1.Event); ok { // recorders publish nothing else
			eventHandler(event)
		}
	}
	w, err := b.events.Handle(b.ctx, handle, func() {})
	if err != nil {
		klog.FromContext(b.ctx).Error(err, "Cannot start a watcher of events")
		return watch.NewEmptyWatch()
	}
	return w
}

// StartRecordingToSink implements [EventBroadcaster]. Each sink aggregates and counts for itself.
func (b *broadcaster) StartRecordingToSink(sink EventSink) watch.Interface {
	w := &sinkWriter{broadcaster: b, sink: sink, correlator: NewEventCorrelatorWithOptions(b.correlator)}
	return b.StartEventWatcher(w.write)
}

// StartLogging implements [EventBroadcaster].
func (b *broadcaster) StartLogging(logf func(format string, args ...interface{})) watch.Interface {
	return b.StartEventWatcher(func(e *corev1.Event) {
		logf("Event(%#v): type: '%v' reason: '%v' %v", e.InvolvedObject, e.Type, e.Reason, e.Message)
	})
}

// StartStructuredLogging implements [EventBroadcaster].
func (b *broadcaster) StartStructuredLogging(verbosity klog.Level) watch.Interface {
	logger := klog.FromContext(b.ctx).V(int(verbosity))
	return b.StartEventWatcher(func(e *corev1.Event) {
		object := &e.InvolvedObject
		logger.Info("Event occurred", "object", klog.KRef(object.Namespace, object.Name), "fieldPath", object.FieldPath,
			"kind", object.Kind, "apiVersion", object.APIVersion, "type", e.Type, "reason", e.Reason, "message", e.Message)
	})
}

// NewRecorder implements [EventBroadcaster].
func (b *broadcaster) NewRecorder(scheme *runtime.Scheme, source corev1.EventSource) EventRecorderLogger {
	return &recorder{events: &b.events, scheme: scheme, source: source, clock: clock.RealClock{}, logger: klog.Background()}
}
