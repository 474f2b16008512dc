package adapter_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/internal/adapter"
)

func TestEachItem(t *testing.T) {
	list := &corev1.PodList{Items: []corev1.Pod{{ObjectMeta: metav1.ObjectMeta{Name: "a"}}, {ObjectMeta: metav1.ObjectMeta{Name: "b"}}}}
	list.ResourceVersion, list.Continue = "7", "more"
	var names []string
	listMeta, err := adapter.EachItem(list, func(obj runtime.Object) error {
		pod := obj.(*corev1.Pod)
		names = append(names, pod.Name)
		assert.NotSame(t, &list.Items[len(names)-1], pod, "the item is a copy")
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, metav1.ListMeta{ResourceVersion: "7", Continue: "more"}, listMeta)
	assert.Equal(t, []string{"a", "b"}, names)

	full := errors.New("full")
	_, err = adapter.EachItem(list, func(runtime.Object) error { return full })
	require.ErrorIs(t, err, full)
	_, err = adapter.EachItem(&corev1.Pod{}, nil)
	assert.ErrorContains(t, err, "a list without list metadata (*v1.Pod)")
}

func TestEachEvent(t *testing.T) {
	full := errors.New("full")
	gone := &apierrors.NewResourceExpired("too old").ErrStatus
	tests := map[string]struct {
		act  func(w *watch.FakeWatcher, cancel context.CancelCauseFunc)
		each error
		want error
	}{
		"closed by the server": {act: func(w *watch.FakeWatcher, _ context.CancelCauseFunc) { w.Stop() }},
		"context ended":        {act: func(_ *watch.FakeWatcher, cancel context.CancelCauseFunc) { cancel(full) }, want: full},
		"refused by the consumer": {
			act:  func(w *watch.FakeWatcher, _ context.CancelCauseFunc) { w.Add(&corev1.Pod{}) },
			each: full, want: full,
		},
		"error event": {
			act:  func(w *watch.FakeWatcher, _ context.CancelCauseFunc) { w.Error(gone) },
			want: apierrors.FromObject(gone),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			w := watch.NewFake()
			go test.act(w, cancel)
			opened := false
			err := adapter.EachEvent(ctx, w, func() { opened = true }, func(watch.Event) error { return test.each })
			assert.Equal(t, test.want, err)
			assert.True(t, opened)
			assert.True(t, w.IsStopped())
		})
	}
}

func TestEachEventStopsTheWatchAfterAPanic(t *testing.T) {
	w := watch.NewFake()
	assert.Panics(t, func() { _ = adapter.EachEvent(t.Context(), w, func() { panic("opened") }, nil) })
	assert.True(t, w.IsStopped())
}

func TestEndsInitialEvents(t *testing.T) {
	bookmark := &corev1.Pod{}
	assert.False(t, adapter.EndsInitialEvents(bookmark))
	bookmark.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: "true"}
	assert.True(t, adapter.EndsInitialEvents(bookmark))
}
