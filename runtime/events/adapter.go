package events

import (
	"context"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/record"
	"github.com/typewright/typewright/runtime/reference"
)

// ResourceLister tells which resources a version of an API has.
type ResourceLister interface {
	ServerResourcesForGroupVersionWithContext(ctx context.Context, groupVersion string) (*metav1.APIResourceList, error)
}

// CoreEventClient is what an adapter needs of a client of events of core/v1.
type CoreEventClient interface {
	CreateWithEventNamespace(event *corev1.Event) (*corev1.Event, error)
	UpdateWithEventNamespace(event *corev1.Event) (*corev1.Event, error)
	PatchWithEventNamespace(event *corev1.Event, data []byte) (*corev1.Event, error)
}

// CoreEventsOf is a client of core/v1 whose clients of events are of type E.
type CoreEventsOf[E CoreEventClient] interface {
	Events(namespace string) E
}

// ClientsetOf is a clientset with clients of both APIs of events.
type ClientsetOf[D ResourceLister, V any, C CoreEventsOf[E], E CoreEventClient] interface {
	Discovery() D
	EventsV1() V
	CoreV1() C
}

// NewEventBroadcasterAdapter is NewEventBroadcasterAdapterWithContext without a context.
func NewEventBroadcasterAdapter[S ClientsetOf[D, V, C, E], D ResourceLister, V any, C CoreEventsOf[E], E CoreEventClient](client S) EventBroadcasterAdapter {
	return NewEventBroadcasterAdapterWithContext(context.Background(), client)
}

// NewEventBroadcasterAdapterWithContext returns an adapter that writes by a clientset; the compiler finds the types of its clients. It
// asks the server once whether it has events.k8s.io/v1. The end of the context shuts the adapter down.
//
// Recorders know the kinds of all objects of k8s.io/api, and of others that name theirs.
func NewEventBroadcasterAdapterWithContext[S ClientsetOf[D, V, C, E], D ResourceLister, V any, C CoreEventsOf[E], E CoreEventClient](
	ctx context.Context, client S,
) EventBroadcasterAdapter {
	a := &adapter{core: record.NewBroadcaster(record.WithContext(ctx)), coreSink: coreSink{client.CoreV1().Events("")}}
	a.ctx, a.cancel = context.WithCancel(ctx)
	if _, err := client.Discovery().ServerResourcesForGroupVersionWithContext(ctx, eventsv1.SchemeGroupVersion.String()); err == nil {
		a.events = NewBroadcaster(&EventSinkImpl{Interface: client.EventsV1()})
		context.AfterFunc(a.ctx, a.events.Shutdown)
	}
	return a
}

// adapter implements EventBroadcasterAdapter.
type adapter struct {
	core     record.EventBroadcaster
	coreSink coreSink
	events   EventBroadcaster // nil if the server has only core/v1

	ctx    context.Context // ends with the shutdown
	cancel context.CancelFunc
}

// StartRecordingToSink implements [EventBroadcasterAdapter].
func (a *adapter) StartRecordingToSink(stopCh <-chan struct{}) {
	if a.events != nil {
		a.events.StartRecordingToSink(stopCh)
	}
	watch := a.core.StartRecordingToSink(a.coreSink)
	ctx, cancel := context.WithCancel(wait.ContextForChannel(stopCh))
	context.AfterFunc(a.ctx, cancel)
	context.AfterFunc(ctx, watch.Stop)
}

// Shutdown implements [EventBroadcasterAdapter].
func (a *adapter) Shutdown() {
	a.core.Shutdown()
	if a.events != nil {
		a.events.Shutdown()
	}
	a.cancel()
}

// NewRecorder implements [EventBroadcasterAdapter].
func (a *adapter) NewRecorder(name string) EventRecorderLogger {
	if a.events == nil {
		return record.NewEventRecorderAdapter(a.DeprecatedNewLegacyRecorder(name))
	}
	return &builtinRecorder{a.events.NewRecorder(nil, name)}
}

// DeprecatedNewLegacyRecorder implements [EventBroadcasterAdapter].
func (a *adapter) DeprecatedNewLegacyRecorder(name string) record.EventRecorderLogger {
	return &builtinCoreRecorder{a.core.NewRecorder(nil, corev1.EventSource{Component: name})}
}

// coreSink writes events of core/v1.
type coreSink struct{ client CoreEventClient }

func (s coreSink) Create(event *corev1.Event) (*corev1.Event, error) {
	return s.client.CreateWithEventNamespace(event)
}

func (s coreSink) Update(event *corev1.Event) (*corev1.Event, error) {
	return s.client.UpdateWithEventNamespace(event)
}

func (s coreSink) Patch(event *corev1.Event, data []byte) (*corev1.Event, error) {
	return s.client.PatchWithEventNamespace(event, data)
}

// builtinRecorder knows the kinds of k8s.io/api, which have no scheme in this module.
type builtinRecorder struct{ EventRecorderLogger }

func (r *builtinRecorder) Eventf( //nolint:revive // the drop-in signature
	regarding, related runtime.Object, eventtype, reason, action, note string, args ...interface{},
) {
	r.EventRecorderLogger.Eventf(withKind(regarding), withKind(related), eventtype, reason, action, note, args...)
}

// AnnotatedEventf implements [AnnotatedEventRecorder].
func (r *builtinRecorder) AnnotatedEventf( //nolint:revive // the drop-in signature
	regarding, related runtime.Object, annotations map[string]string, eventtype, reason, action, note string, args ...interface{},
) {
	if annotated, ok := r.EventRecorderLogger.(AnnotatedEventRecorder); ok { // as recorders of this package are
		annotated.AnnotatedEventf(withKind(regarding), withKind(related), annotations, eventtype, reason, action, note, args...)
	}
}

func (r *builtinRecorder) WithLogger(logger klog.Logger) EventRecorderLogger {
	return &builtinRecorder{r.EventRecorderLogger.WithLogger(logger)}
}

// builtinCoreRecorder is builtinRecorder of core/v1.
type builtinCoreRecorder struct{ record.EventRecorderLogger }

func (r *builtinCoreRecorder) Event(object runtime.Object, eventtype, reason, message string) {
	r.EventRecorderLogger.Event(withKind(object), eventtype, reason, message)
}

func (r *builtinCoreRecorder) Eventf(object runtime.Object, eventtype, reason, messageFmt string, args ...interface{}) {
	r.EventRecorderLogger.Eventf(withKind(object), eventtype, reason, messageFmt, args...)
}

func (r *builtinCoreRecorder) AnnotatedEventf(object runtime.Object, annotations map[string]string, eventtype, reason, messageFmt string, args ...interface{}) {
	r.EventRecorderLogger.AnnotatedEventf(withKind(object), annotations, eventtype, reason, messageFmt, args...)
}

func (r *builtinCoreRecorder) WithLogger(logger klog.Logger) record.EventRecorderLogger {
	return &builtinCoreRecorder{r.EventRecorderLogger.WithLogger(logger)}
}

// withKind returns a reference to an object of k8s.io/api, or another object as it is.
func withKind(object runtime.Object) runtime.Object {
	if object == nil {
		return nil
	}
	kind, ok := builtinKind(reflect.TypeOf(object))
	if !ok {
		return object
	}
	scheme := runtime.NewScheme()
	scheme.AddKnownTypeWithName(kind, object)
	if ref, err := reference.GetReference(scheme, object); err == nil {
		return ref
	}
	return object
}

// builtinKind returns the kind of a type of k8s.io/api. Its packages are named after groups and versions, and its types after kinds.
func builtinKind(t reflect.Type) (schema.GroupVersionKind, bool) {
	if t.Kind() != reflect.Pointer {
		return schema.GroupVersionKind{}, false
	}
	path, ok := strings.CutPrefix(t.Elem().PkgPath(), "k8s.io/api/")
	group, version, isVersion := strings.Cut(path, "/")
	if !ok || !isVersion {
		return schema.GroupVersionKind{}, false
	}
	switch group {
	case "core":
		group = ""
	case "apps", "autoscaling", "batch", "extensions", "policy":
	case "apiserverinternal":
		group = "internal.apiserver.k8s.io"
	case "flowcontrol":
		group = "flowcontrol.apiserver.k8s.io"
	case "rbac":
		group = "rbac.authorization.k8s.io"
	default:
		group += ".k8s.io"
	}
	return schema.GroupVersionKind{Group: group, Version: version, Kind: t.Elem().Name()}, true
}
