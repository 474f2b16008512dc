package kubernetes_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes/fake"
	"github.com/typewright/typewright/generated/kubernetes/scheme"
	typedcorev1 "github.com/typewright/typewright/generated/kubernetes/typed/core/v1"
	"github.com/typewright/typewright/runtime/record"
)

// TestRecordedEventsReachTheServer writes three occurrences of an event through the generated client.
func TestRecordedEventsReachTheServer(t *testing.T) {
	client := fake.NewServerBacked(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}})
	events := client.CoreV1().Events("shop")
	watch, err := events.Watch(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	defer watch.Stop()
	broadcaster := record.NewBroadcaster(record.WithContext(t.Context()))
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: client.CoreV1().Events("")})
	recorder := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "test"})
	for want := int32(1); want <= 3; want++ {
		recorder.Event(&corev1.Pod{ObjectMeta: meta("web-0")}, corev1.EventTypeNormal, "Started", "started")
		event, ok := (<-watch.ResultChan()).Object.(*corev1.Event)
		require.True(t, ok)
		assert.Equal(t, want, event.Count)
		assert.Equal(t, "Pod", event.InvolvedObject.Kind)
	}
	list, err := events.List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	assert.Len(t, list.Items, 1)
}
