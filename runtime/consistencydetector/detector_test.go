package consistencydetector

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func pod(name string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name)}}
}

func TestCheck(t *testing.T) {
	relabel := func(obj any) (any, error) {
		changed := obj.(*corev1.Pod).DeepCopy()
		changed.Labels = nil
		return changed, nil
	}
	labelled := pod("a")
	labelled.Labels = map[string]string{"x": "y"}
	for name, test := range map[string]struct {
		version   string
		options   metav1.ListOptions
		listed    []corev1.Pod
		items     []*corev1.Pod
		transform TransformFunc
		want      *metav1.ListOptions
		panics    bool
	}{
		"the same in another order": {version: "7", listed: []corev1.Pod{*pod("a"), *pod("b")}, items: []*corev1.Pod{pod("b"), pod("a")}, want: &metav1.ListOptions{}},
		"nothing":                   {version: "7", want: &metav1.ListOptions{}},
		"one too few":               {version: "7", listed: []corev1.Pod{*pod("a")}, want: &metav1.ListOptions{}, panics: true},
		"another":                   {version: "7", listed: []corev1.Pod{*labelled}, items: []*corev1.Pod{pod("a")}, want: &metav1.ListOptions{}, panics: true},
		"transformed":               {version: "7", listed: []corev1.Pod{*labelled}, items: []*corev1.Pod{pod("a")}, transform: relabel, want: &metav1.ListOptions{}},
		"a failing transform":       {version: "7", listed: []corev1.Pod{*labelled}, transform: func(any) (any, error) { return nil, errors.New("no") }, want: &metav1.ListOptions{}, panics: true},
		"a limit that was ignored":  {version: "7", options: metav1.ListOptions{ResourceVersion: "0", Limit: 1}, listed: []corev1.Pod{*pod("a"), *pod("b")}, items: []*corev1.Pod{pod("a"), pod("b")}, want: &metav1.ListOptions{}},
		"a limit that was kept":     {version: "7", options: metav1.ListOptions{ResourceVersion: "0", Limit: 1}, listed: []corev1.Pod{*pod("a")}, items: []*corev1.Pod{pod("a")}, want: &metav1.ListOptions{Limit: 1}},
		"a page":                    {version: "7", options: metav1.ListOptions{Continue: "token"}},
		"any version":               {version: "0"},
	} {
		t.Run(name, func(t *testing.T) {
			var requested *metav1.ListOptions
			check := func() {
				CheckDataConsistency(t.Context(), "test", test.version, func(_ context.Context, options metav1.ListOptions) (*corev1.PodList, error) {
					requested = &options
					return &corev1.PodList{Items: test.listed}, nil
				}, test.transform, test.options, func() []*corev1.Pod { return test.items })
			}
			if test.panics {
				assert.Panics(t, check)
			} else {
				assert.NotPanics(t, check)
			}
			if test.want != nil {
				test.want.ResourceVersion, test.want.ResourceVersionMatch = test.version, metav1.ResourceVersionMatchExact
			}
			assert.Equal(t, test.want, requested)
		})
	}
	assert.Panics(t, func() {
		CheckDataConsistency(t.Context(), "", "7", func(context.Context, metav1.ListOptions) (*corev1.PodList, error) { return &corev1.PodList{}, nil },
			nil, metav1.ListOptions{}, func() []int { return []int{1} })
	}, "what is no object")
}

func TestListsThatFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second+time.Millisecond)
		defer cancel()
		calls := 0
		list := func(context.Context, metav1.ListOptions) (*corev1.PodList, error) {
			if calls++; calls > 15 {
				return &corev1.PodList{}, nil
			}
			return nil, errors.New("unavailable")
		}
		check := func() {
			CheckDataConsistency(ctx, "", "7", list, nil, metav1.ListOptions{}, func() []*corev1.Pod { return []*corev1.Pod{pod("a")} })
		}
		assert.NotPanics(t, check, "no list, no check")
		assert.Equal(t, 11, calls)
		ctx = t.Context()
		assert.Panics(t, check)
		assert.Equal(t, 16, calls)
	})
}

func TestEnvironment(t *testing.T) {
	for value, want := range map[string]bool{"": false, "true": true, "1": true, "false": false, "maybe": false} {
		t.Setenv("KUBE_WATCHLIST_INCONSISTENCY_DETECTOR", value)
		assert.Equal(t, want, IsDataConsistencyDetectionForWatchListEnabled(), value)
	}
	undo := SetDataConsistencyDetectionForWatchListEnabledForTest(true)
	undoSecond := SetDataConsistencyDetectionForWatchListEnabledForTest(false)
	assert.False(t, IsDataConsistencyDetectionForWatchListEnabled())
	undoSecond()
	assert.True(t, IsDataConsistencyDetectionForWatchListEnabled())
	undo()
	require.Nil(t, forTest.Load())
}
