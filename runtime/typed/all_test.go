package typed_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/typed"
)

func page(next string, names ...string) *corev1.PodList {
	list := &corev1.PodList{}
	list.ResourceVersion, list.Continue = "10", next
	for _, name := range names {
		list.Items = append(list.Items, *newPod("ns", name))
	}
	return list
}

func namesOf(t *testing.T, client *pager, opts metav1.ListOptions) ([]string, error) {
	t.Helper()
	var names []string
	for pod, err := range typed.All[*corev1.Pod](t.Context(), client, opts) {
		if err != nil {
			assert.Nil(t, pod)
			return names, err
		}
		names = append(names, pod.Name)
	}
	return names, nil
}

func TestAllFollowsThePages(t *testing.T) {
	client := &pager{pages: func(_ int, opts metav1.ListOptions) (*corev1.PodList, error) {
		return map[string]*corev1.PodList{"": page("t1", "a", "b"), "t1": page("t2", "c"), "t2": page("", "d")}[opts.Continue], nil
	}}
	names, err := namesOf(t, client, metav1.ListOptions{LabelSelector: "x=y", ResourceVersion: "3", ResourceVersionMatch: metav1.ResourceVersionMatchExact})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "c", "d"}, names)
	assert.Equal(t, []metav1.ListOptions{
		{LabelSelector: "x=y", Limit: 500, ResourceVersion: "3", ResourceVersionMatch: metav1.ResourceVersionMatchExact},
		{LabelSelector: "x=y", Limit: 500, Continue: "t1"},
		{LabelSelector: "x=y", Limit: 500, Continue: "t2"},
	}, client.calls)
}

func TestAllFetchesPagesOnDemand(t *testing.T) {
	client := &pager{pages: func(int, metav1.ListOptions) (*corev1.PodList, error) { return page("more", "a", "b"), nil }}
	for range typed.All[*corev1.Pod](t.Context(), client, metav1.ListOptions{Limit: 2}) {
		break
	}
	require.Len(t, client.calls, 1)
	assert.Equal(t, int64(2), client.calls[0].Limit)
}

func TestAllCanBeRangedOverTwice(t *testing.T) {
	client := &pager{pages: func(_ int, opts metav1.ListOptions) (*corev1.PodList, error) {
		if opts.Continue == "" {
			return page("t", "a"), nil
		}
		return page("", "b"), nil
	}}
	all := typed.All[*corev1.Pod](t.Context(), client, metav1.ListOptions{})
	for range 2 {
		count := 0
		for _, err := range all {
			require.NoError(t, err)
			count++
		}
		assert.Equal(t, 2, count)
	}
}

func TestAllYieldsAnErrorOnceAndEnds(t *testing.T) {
	broken := errors.New("broken")
	client := &pager{pages: func(call int, _ metav1.ListOptions) (*corev1.PodList, error) {
		if call == 1 {
			return page("t", "a"), nil
		}
		return &corev1.PodList{}, broken
	}}
	names, err := namesOf(t, client, metav1.ListOptions{})
	require.ErrorIs(t, err, broken)
	assert.Equal(t, []string{"a"}, names)
	assert.Len(t, client.calls, 2)
}

func TestAllContinuesWithTheTokenOfAnExpiredList(t *testing.T) {
	client := &pager{pages: func(_ int, opts metav1.ListOptions) (*corev1.PodList, error) {
		switch opts.Continue {
		case "":
			return page("old", "a", "b"), nil
		case "old":
			expired := apierrors.NewResourceExpired("too old")
			expired.ErrStatus.Continue = "fresh"
			return nil, expired
		default:
			return page("", "c"), nil
		}
	}}
	names, err := namesOf(t, client, metav1.ListOptions{})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "c"}, names)
	assert.Equal(t, "fresh", client.calls[2].Continue)
}

func TestAllListsAgainWithoutRepeatingObjects(t *testing.T) {
	client := &pager{pages: func(_ int, opts metav1.ListOptions) (*corev1.PodList, error) {
		switch {
		case opts.Continue == "old":
			return nil, apierrors.NewResourceExpired("too old")
		case opts.Limit == 0:
			return page("", "a", "aa", "b", "c"), nil
		default:
			return page("old", "a", "b"), nil
		}
	}}
	names, err := namesOf(t, client, metav1.ListOptions{Limit: 2, ResourceVersion: "5"})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "aa", "c"}, names)
	assert.Equal(t, metav1.ListOptions{}, client.calls[2])
}

func TestAllReportsAnExpiredFirstPage(t *testing.T) {
	client := &pager{pages: func(int, metav1.ListOptions) (*corev1.PodList, error) {
		return nil, apierrors.NewResourceExpired("too old")
	}}
	_, err := namesOf(t, client, metav1.ListOptions{ResourceVersion: "1"})
	assert.True(t, apierrors.IsResourceExpired(err))
	assert.Len(t, client.calls, 1)
}

func TestAllOfAClient(t *testing.T) {
	client := typed.NewClient(podOptions(t, &recorder{answer: answering(podList("1", managedPod("a", "1")))}, "ns"))
	for pod, err := range client.All(t.Context(), metav1.ListOptions{}) {
		require.NoError(t, err)
		assert.Equal(t, "a", pod.Name)
	}
}
