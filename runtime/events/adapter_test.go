package events

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"
)

// clientset has clients of both APIs, each with a type of its own, as generated clientsets have.
type clientset struct {
	missing error // of events.k8s.io/v1
	core    []*corev1.Event
	events  memory
}

type (
	coreV1     struct{ *clientset }
	coreEvents struct{ *clientset }
	eventsV1   struct{ *clientset }
	eventsOf   struct{ *clientset }
)

func (c *clientset) Discovery() *clientset { return c }
func (c *clientset) CoreV1() coreV1        { return coreV1{c} }
func (c *clientset) EventsV1() eventsV1    { return eventsV1{c} }

func (c *clientset) ServerResourcesForGroupVersionWithContext(_ context.Context, groupVersion string) (*metav1.APIResourceList, error) {
	return &metav1.APIResourceList{GroupVersion: groupVersion}, c.missing
}

func (c coreV1) Events(string) coreEvents { return coreEvents(c) }

func (c coreEvents) CreateWithEventNamespace(event *corev1.Event) (*corev1.Event, error) {
	c.core = append(c.core, event)
	return event, nil
}

func (c coreEvents) UpdateWithEventNamespace(event *corev1.Event) (*corev1.Event, error) {
	return event, nil
}

func (c coreEvents) PatchWithEventNamespace(event *corev1.Event, _ []byte) (*corev1.Event, error) {
	return event, nil
}

func (c eventsV1) Events(string) eventsOf { return eventsOf(c) }

func (c eventsOf) Create(ctx context.Context, event *eventsv1.Event, _ metav1.CreateOptions) (*eventsv1.Event, error) {
	return c.events.Create(ctx, event)
}

func (c eventsOf) Update(ctx context.Context, event *eventsv1.Event, _ metav1.UpdateOptions) (*eventsv1.Event, error) {
	return c.events.Update(ctx, event)
}

func (c eventsOf) Patch(
	ctx context.Context, name string, _ types.PatchType, data []byte, _ metav1.PatchOptions, _ ...string,
) (*eventsv1.Event, error) {
	return c.events.Patch(ctx, &eventsv1.Event{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name}}, data)
}

// TestAdapter records by the API that the server has, about an object that does not name its kind.
func TestAdapter(t *testing.T) {
	for name, missing := range map[string]error{"both APIs": nil, "core/v1 alone": errors.New("not found")} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &clientset{missing: missing}
				a := NewEventBroadcasterAdapter(c)
				stop := make(chan struct{})
				a.StartRecordingToSink(stop)
				recorder := a.NewRecorder("example.com/test").WithLogger(klog.Background())
				deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}}
				for range 2 {
					recorder.Eventf(deployment, nil, "Normal", "Scaled", "Scaling", "to %d", 3)
					synctest.Wait()
				}
				annotated, ok := recorder.(AnnotatedEventRecorder)
				assert.True(t, ok)
				annotated.AnnotatedEventf(deployment, nil, map[string]string{"a": "b"}, "Normal", "Scaled", "Stopping", "to %d", 0)
				legacy := a.DeprecatedNewLegacyRecorder("test").WithLogger(klog.Background())
				legacy.Event(deployment, "Normal", "Legacy", "one")
				legacy.Eventf(deployment, "Normal", "Legacy", "two")
				legacy.AnnotatedEventf(deployment, nil, "Normal", "Legacy", "three")
				legacy.Event((*corev1.Pod)(nil), "Normal", "Legacy", "about nothing")
				synctest.Wait()
				a.Shutdown()
				synctest.Wait()
				if missing == nil {
					assert.Equal(t, map[string]int{"Scaling": 2, "Stopping": 1}, c.events.counts())
					assert.Len(t, c.core, 3)
				} else {
					assert.Empty(t, c.events.counts())
					assert.Len(t, c.core, 5)
				}
				for _, event := range c.core {
					assert.Equal(t, "Deployment", event.InvolvedObject.Kind)
					assert.Equal(t, "apps/v1", event.InvolvedObject.APIVersion)
				}
			})
		})
	}
}

func TestTheAdapterStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c := &clientset{}
		a := NewEventBroadcasterAdapterWithContext(ctx, c)
		stop := make(chan struct{})
		a.StartRecordingToSink(stop)
		close(stop)
		synctest.Wait()
		a.NewRecorder("test").Eventf(pod(""), nil, "Normal", "Started", "Starting", "note")
		a.DeprecatedNewLegacyRecorder("test").Event(pod(""), "Normal", "Started", "note")
		synctest.Wait()
		assert.Empty(t, c.core)
		assert.Empty(t, c.events.counts())
		cancel()
		synctest.Wait()
	})
}

func TestKindsOfBuiltInTypes(t *testing.T) {
	named := withKind(&rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "r", Namespace: "shop"}})
	assert.Equal(t, &corev1.ObjectReference{Kind: "Role", APIVersion: "rbac.authorization.k8s.io/v1", Name: "r", Namespace: "shop"}, named)
	given := &corev1.ObjectReference{Name: "as it is"}
	assert.Same(t, given, withKind(given))
	other := &metav1.PartialObjectMetadata{}
	assert.Same(t, runtime.Object(other), withKind(other))
	assert.Nil(t, withKind(nil))
}
