package typed_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

var (
	_ typed.StreamLister[*corev1.Pod]        = (*typed.Client[*corev1.Pod, *corev1.PodList])(nil)
	_ typed.StreamWatcher[*corev1.Pod]       = (*typed.Client[*corev1.Pod, *corev1.PodList])(nil)
	_ cache.StreamListerWatcher[*corev1.Pod] = (*typed.Client[*corev1.Pod, *corev1.PodList])(nil)
)

func managedPod(name, version string) *corev1.Pod {
	pod := newPod("ns", name)
	pod.ResourceVersion = version
	pod.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "someone"}}
	return pod
}

func podList(version string, pods ...*corev1.Pod) *corev1.PodList {
	list := &corev1.PodList{TypeMeta: metav1.TypeMeta{Kind: "PodList", APIVersion: "v1"}}
	list.ResourceVersion = version
	for _, pod := range pods {
		list.Items = append(list.Items, *pod)
	}
	return list
}

func TestStreamList(t *testing.T) {
	list := podList("12", managedPod("a", "1"), managedPod("b", "2"))
	list.Continue = "more"
	client := typed.NewClient(podOptions(t, &recorder{answer: answering(list)}, "ns"))

	for _, drop := range []bool{false, true} {
		var names []string
		listMeta, err := client.StreamList(t.Context(), cache.StreamOptions{DropManagedFields: drop}, func(pod *corev1.Pod) error {
			names = append(names, pod.Name)
			assert.Equal(t, drop, len(pod.ManagedFields) == 0)
			return nil
		})
		require.NoError(t, err)
		assert.Equal(t, []string{"a", "b"}, names)
		assert.Equal(t, metav1.ListMeta{ResourceVersion: "12", Continue: "more"}, listMeta)
	}
}

func TestStreamListEndsWithTheErrorOfItsConsumer(t *testing.T) {
	client := typed.NewClient(podOptions(t, &recorder{answer: answering(podList("12", managedPod("a", "1"), managedPod("b", "2")))}, "ns"))
	enough := errors.New("enough")
	calls := 0
	_, err := client.StreamList(t.Context(), cache.StreamOptions{}, func(*corev1.Pod) error {
		calls++
		return enough
	})
	assert.Same(t, enough, err)
	assert.Equal(t, 1, calls)
}

// watching returns a handler that sends the events to a watch and then closes it, or keeps it open if hold is set.
func watching(hold bool, events ...metav1.WatchEvent) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		for _, event := range events {
			_ = json.NewEncoder(w).Encode(event)
		}
		w.(http.Flusher).Flush()
		if hold {
			<-req.Context().Done()
		}
	}
}

func event(kind watch.EventType, obj any) metav1.WatchEvent {
	raw, _ := json.Marshal(obj)
	e := metav1.WatchEvent{Type: string(kind)}
	e.Object.Raw = raw
	return e
}

func bookmark(version string, end bool) metav1.WatchEvent {
	pod := newPod("", "")
	pod.ResourceVersion = version
	if end {
		pod.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	}
	return event(watch.Bookmark, pod)
}

func TestStreamWatch(t *testing.T) {
	server := &recorder{answer: watching(false,
		event(watch.Added, managedPod("a", "1")),
		bookmark("5", true),
		event(watch.Modified, managedPod("a", "6")),
		bookmark("7", false),
		event(watch.Deleted, managedPod("a", "8")),
	)}
	client := typed.NewClient(podOptions(t, server, "ns"))

	var got []cache.StreamEvent[*corev1.Pod]
	opts := cache.StreamOptions{DropManagedFields: true}
	opts.AllowWatchBookmarks = true
	err := client.StreamWatch(t.Context(), opts, func(e cache.StreamEvent[*corev1.Pod]) error {
		if e.Object != nil {
			assert.Equal(t, "a", e.Object.Name)
			assert.Empty(t, e.Object.ManagedFields)
			assert.Equal(t, e.ResourceVersion, e.Object.ResourceVersion)
			e.Object = nil
		}
		got = append(got, e)
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, []cache.StreamEvent[*corev1.Pod]{
		{Type: watch.Added, ResourceVersion: "1"},
		{Type: watch.Bookmark, ResourceVersion: "5", InitialEventsEnd: true},
		{Type: watch.Modified, ResourceVersion: "6"},
		{Type: watch.Bookmark, ResourceVersion: "7"},
		{Type: watch.Deleted, ResourceVersion: "8"},
	}, got)
	assert.Equal(t, "true", server.only(t).Query.Get("watch"))
	assert.Equal(t, "true", server.only(t).Query.Get("allowWatchBookmarks"))
}

func TestHowAStreamWatchEnds(t *testing.T) {
	gone := apierrors.NewResourceExpired("too old").Status()
	gone.Kind, gone.APIVersion = "Status", "v1"
	consumer := errors.New("an error of the consumer")
	cause := errors.New("the cause")

	t.Run("with the server's error", func(t *testing.T) {
		client := typed.NewClient(podOptions(t, &recorder{answer: watching(true, event(watch.Error, &gone))}, "ns"))
		err := client.StreamWatch(t.Context(), cache.StreamOptions{}, func(cache.StreamEvent[*corev1.Pod]) error {
			t.Error("an ERROR event must not reach the consumer")
			return nil
		})
		assert.True(t, apierrors.IsResourceExpired(err), "%v", err)
	})
	t.Run("with the consumer's error", func(t *testing.T) {
		client := typed.NewClient(podOptions(t, &recorder{answer: watching(true, event(watch.Added, managedPod("a", "1")))}, "ns"))
		err := client.StreamWatch(t.Context(), cache.StreamOptions{}, func(cache.StreamEvent[*corev1.Pod]) error { return consumer })
		assert.ErrorIs(t, err, consumer)
	})
	t.Run("with the context's cause", func(t *testing.T) {
		client := typed.NewClient(podOptions(t, &recorder{answer: watching(true, event(watch.Added, managedPod("a", "1")))}, "ns"))
		ctx, cancel := context.WithCancelCause(t.Context())
		err := client.StreamWatch(ctx, cache.StreamOptions{}, func(cache.StreamEvent[*corev1.Pod]) error {
			cancel(cause)
			return nil
		})
		assert.ErrorIs(t, err, cause)
	})
}
