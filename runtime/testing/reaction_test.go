package testing

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/rest"
)

func labelled(labels ...string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Labels = map[string]string{}
		for _, l := range labels {
			p.Labels[l] = "1"
		}
	}
}

func TestPatches(t *testing.T) {
	containers := func(names ...string) func(*corev1.Pod) {
		return func(p *corev1.Pod) {
			p.Spec.Containers = nil
			for _, name := range names {
				p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: name})
			}
		}
	}
	for name, test := range map[string]struct {
		pt    types.PatchType
		patch string
		want  *corev1.Pod
		err   string
	}{
		"json":           {types.JSONPatchType, `[{"op":"remove","path":"/metadata/labels/a"}]`, pod("p", labelled("b"), containers("x")), ""},
		"merge":          {types.MergePatchType, `{"metadata":{"labels":{"a":null}},"spec":{"containers":[{"name":"y"}]}}`, pod("p", labelled("b"), containers("y")), ""},
		"strategic":      {types.StrategicMergePatchType, `{"spec":{"containers":[{"name":"y"}]}}`, pod("p", labelled("a", "b"), containers("y", "x")), ""},
		"apply":          {types.ApplyPatchType, "metadata:\n  labels:\n    c: '1'", pod("p", labelled("a", "b", "c"), containers("x")), ""},
		"not JSON":       {types.JSONPatchType, `{`, nil, "unexpected end of JSON input"},
		"not applicable": {types.JSONPatchType, `[{"op":"remove","path":"/metadata/none"}]`, nil, "none"},
		"unknown type":   {"text/plain", ``, nil, "PatchType text/plain is not supported"},
		"not YAML":       {types.ApplyPatchType, "a: [", nil, "yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := fakeOn(podTracker(), pod("p", labelled("a", "b"), containers("x")))
			got, err := fake.Invokes(NewPatchAction(pods, "ns", "p", test.pt, []byte(test.patch)), nil)
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
			stored, err := fake.Invokes(NewGetAction(pods, "ns", "p"), nil)
			require.NoError(t, err)
			assert.Equal(t, test.want, stored)
		})
	}
}

func TestSubresources(t *testing.T) {
	fake := fakeOn(podTracker(), pod("p", labelled("a")))
	eviction := &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "p"}}
	got, err := fake.Invokes(NewCreateSubresourceAction(pods, "p", "eviction", "ns", eviction), nil)
	require.NoError(t, err)
	assert.Equal(t, eviction, got)

	_, err = fake.Invokes(NewCreateSubresourceAction(pods, "none", "eviction", "ns", eviction), nil)
	require.EqualError(t, err, `pods "none" not found`)

	got, err = fake.Invokes(NewUpdateSubresourceAction(pods, "eviction", "ns", eviction), nil)
	require.NoError(t, err)
	assert.Equal(t, eviction, got)
	stored, err := fake.Invokes(NewGetAction(pods, "ns", "p"), nil)
	require.NoError(t, err)
	assert.Equal(t, pod("p", labelled("a")), stored, "a subresource of another type changes nothing")

	status := pod("p", func(p *corev1.Pod) { p.Status.Phase = corev1.PodRunning })
	got, err = fake.Invokes(NewUpdateSubresourceAction(pods, "status", "ns", status), nil)
	require.NoError(t, err)
	assert.Equal(t, status, got, "one of the same type replaces the object")
}

func TestReactorsInOrder(t *testing.T) {
	fake := fakeOn(podTracker(), pod("p"))
	var called []string
	react := func(name string, handled bool, err error) ReactionFunc {
		return func(Action) (bool, runtime.Object, error) {
			called = append(called, name)
			return handled, nil, err
		}
	}
	fire := errors.New("on fire")
	fake.PrependReactor("get", "pods", react("prepended first", true, fire))
	fake.PrependReactor("*", "pods/status", react("status alone", true, nil))
	fake.PrependReactor("get", "*", react("prepended last", false, errors.New("ignored")))
	fake.AddReactor("get", "pods", react("added", true, nil))

	_, err := fake.Invokes(NewGetAction(pods, "ns", "p"), nil)
	require.ErrorIs(t, err, fire)
	assert.Equal(t, []string{"prepended last", "prepended first"}, called)

	called = nil
	_, err = fake.Invokes(NewGetSubresourceAction(pods, "ns", "status", "p"), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"prepended last", "status alone"}, called)

	called = nil
	_, err = fake.Invokes(NewListAction(pods, podKind, "ns", metav1.ListOptions{}), nil)
	require.NoError(t, err)
	assert.Empty(t, called)
}

func TestActionsAreCopies(t *testing.T) {
	fake := &Fake{}
	given := pod("p", labelled("a"))
	fake.AddReactor("create", "pods", func(action Action) (bool, runtime.Object, error) {
		action.(CreateAction).GetObject().(*corev1.Pod).Labels["reactor"] = "1"
		return false, nil, nil
	})
	got, err := fake.Invokes(NewCreateAction(pods, "ns", given), &corev1.Pod{})
	require.NoError(t, err)
	assert.Equal(t, &corev1.Pod{}, got, "the default, where nothing answers")
	given.Labels["caller"] = "1"

	require.Len(t, fake.Actions(), 1)
	action := fake.Actions()[0]
	assert.True(t, action.Matches("CREATE", "Pods"))
	assert.False(t, action.Matches("create", "pods/status"))
	assert.Equal(t, pod("p", labelled("a")), action.(CreateAction).GetObject())
	fake.ClearActions()
	assert.Empty(t, fake.Actions())
}

func TestWatchReactors(t *testing.T) {
	fake := fakeOn(podTracker(), pod("p"))
	w, err := fake.InvokesWatch(NewWatchAction(pods, "ns", metav1.ListOptions{}))
	require.NoError(t, err)
	assert.Equal(t, []string{"ADDED p"}, events(t, w))

	_, err = fake.InvokesWatch(NewWatchActionWithOptions(pods, "ns", metav1.ListOptions{ResourceVersion: "?"}))
	require.ErrorContains(t, err, `invalid ResourceVersion "?"`)

	mine := watch.NewFake()
	fake.PrependWatchReactor("pods", DefaultWatchReactor(mine, nil))
	w, err = fake.InvokesWatch(NewWatchAction(pods, "ns", nil))
	require.NoError(t, err)
	assert.Same(t, mine, w)

	_, err = (&Fake{}).InvokesWatch(NewWatchAction(pods, "ns", nil))
	require.ErrorContains(t, err, "unhandled watch")
}

func TestWhatATrackerLeavesToOthers(t *testing.T) {
	fake := fakeOn(podTracker(), pod("p"))
	for _, action := range []Action{
		NewDeleteCollectionAction(pods, "ns", metav1.ListOptions{}),
		GenericActionImpl{ActionImpl: ActionImpl{Verb: "get", Resource: pods, Subresource: "log"}},
	} {
		got, err := fake.Invokes(action, &corev1.Pod{})
		require.NoError(t, err)
		assert.Equal(t, &corev1.Pod{}, got)
	}
	_, err := fake.Invokes(NewGetAction(pods, "ns", "p"), nil)
	require.NoError(t, err)
}

type response struct{ rest.ResponseWrapper }

func TestProxyReactors(t *testing.T) {
	fake := &Fake{}
	action := NewProxyGetAction(pods, "ns", "http", "p", "80", "/healthz", map[string]string{"a": "b"})
	assert.Nil(t, fake.InvokesProxy(action))
	want := response{}
	fake.AddProxyReactor("pods", func(Action) (bool, rest.ResponseWrapper, error) { return true, want, nil })
	fake.PrependProxyReactor("pods", func(Action) (bool, rest.ResponseWrapper, error) { return true, nil, errors.New("next, please") })
	assert.Equal(t, want, fake.InvokesProxy(action))
	assert.Equal(t, action, fake.Actions()[0])
}

func TestSelectorsThatCannotBeParsed(t *testing.T) {
	assert.Panics(t, func() { NewListAction(pods, podKind, "", metav1.ListOptions{LabelSelector: "a in"}) })
	assert.Panics(t, func() { NewWatchAction(pods, "", metav1.ListOptions{FieldSelector: "a"}) })
	assert.Panics(t, func() { NewListAction(pods, podKind, "", metav1.GetOptions{}) })
	assert.Panics(t, func() { TrackObjects(&Fake{}, podTracker(), pod("twice"), pod("twice")) })
}
