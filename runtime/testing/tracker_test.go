package testing

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/managedfields"
)

func TestTrackerStoresObjectsAsTheyAre(t *testing.T) {
	tracker := podTracker()
	given := pod("a", func(p *corev1.Pod) { p.Labels = map[string]string{"x": "1"} })
	require.NoError(t, tracker.Create(pods, given, "ns"))
	given.Labels["x"] = "changed by the caller"

	got, err := tracker.Get(pods, "ns", "a")
	require.NoError(t, err)
	assert.Equal(t, pod("a", func(p *corev1.Pod) { p.Labels = map[string]string{"x": "1"} }), got)
	got.(*corev1.Pod).Labels["x"] = "changed by a reader"
	again, err := tracker.Get(pods, "ns", "a")
	require.NoError(t, err)
	assert.Equal(t, "1", again.(*corev1.Pod).Labels["x"])
}

func TestTrackerErrors(t *testing.T) {
	tracker := podTracker()
	require.NoError(t, tracker.Add(pod("a")))
	get := func(gvr schema.GroupVersionResource, ns, name string) error {
		_, err := tracker.Get(gvr, ns, name)
		return err
	}
	list := func(kind schema.GroupVersionKind) error {
		_, err := tracker.List(pods, kind, "")
		return err
	}
	watchFrom := func(version string) error {
		_, err := tracker.Watch(pods, "", metav1.ListOptions{ResourceVersion: version})
		return err
	}
	for name, test := range map[string]struct {
		err  error
		want string
		is   func(error) bool
	}{
		"create twice":    {tracker.Create(pods, pod("a"), "ns"), `pods "a" already exists`, apierrors.IsAlreadyExists},
		"add twice":       {tracker.Add(pod("a")), `pods "a" already exists`, apierrors.IsAlreadyExists},
		"update none":     {tracker.Update(pods, pod("b"), "ns"), `pods "b" not found`, apierrors.IsNotFound},
		"patch none":      {tracker.Patch(pods, pod("b"), "ns"), `pods "b" not found`, apierrors.IsNotFound},
		"apply none":      {tracker.Apply(pods, pod("b"), "ns"), `pods "b" not found`, apierrors.IsNotFound},
		"delete none":     {tracker.Delete(pods, "ns", "b"), `pods "b" not found`, apierrors.IsNotFound},
		"get none":        {get(pods, "ns", "b"), `pods "b" not found`, apierrors.IsNotFound},
		"other namespace": {get(pods, "", "a"), `pods "a" not found`, apierrors.IsNotFound},
		"other version":   {get(schema.GroupVersionResource{Version: "v2", Resource: "pods"}, "ns", "a"), `pods "a" not found`, apierrors.IsNotFound},
		"namespaces differ": {
			tracker.Create(pods, pod("c"), "other"),
			`request namespace does not match object namespace, request: "other" object: "ns"`, apierrors.IsBadRequest,
		},
		"no metadata":      {tracker.Create(pods, &metav1.Status{}, "ns"), "object does not implement the Object interfaces", nil},
		"unknown type":     {tracker.Add(&metav1.PartialObjectMetadata{}), "no kind is registered for the type v1.PartialObjectMetadata", runtime.IsNotRegisteredError},
		"unknown list":     {list(podKind.GroupVersion().WithKind("Cat")), `no kind "CatList" is registered for version "v1"`, runtime.IsNotRegisteredError},
		"two options":      {tracker.Delete(pods, "ns", "a", metav1.DeleteOptions{}, metav1.DeleteOptions{}), "expected only one option argument but got 2", nil},
		"version in words": {watchFrom("now"), `invalid ResourceVersion "now" in ListOptions, must be int64`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, test.err, test.want)
			if test.is != nil {
				assert.True(t, test.is(test.err), "%#v", test.err)
			}
		})
	}
}

func TestTrackerLists(t *testing.T) {
	tracker := podTracker()
	list := func(ns string) *corev1.PodList {
		t.Helper()
		got, err := tracker.List(pods, podKind, ns)
		require.NoError(t, err)
		require.IsType(t, &corev1.PodList{}, got)
		return got.(*corev1.PodList)
	}
	assert.Equal(t, &corev1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "1"}}, list("ns"))

	elsewhere := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "a", Name: "z"}}
	require.NoError(t, tracker.Add(&corev1.PodList{Items: []corev1.Pod{*pod("b"), *elsewhere, *pod("a")}}))
	assert.Equal(t, &corev1.PodList{
		ListMeta: metav1.ListMeta{ResourceVersion: "4"}, Items: []corev1.Pod{*elsewhere, *pod("a"), *pod("b")},
	}, list(""))
	assert.Equal(t, []corev1.Pod{*pod("a"), *pod("b")}, list("ns").Items)
	assert.Equal(t, []corev1.Pod{}, list("none").Items)

	require.NoError(t, tracker.Delete(pods, "ns", "a"))
	assert.Equal(t, "4", list("").ResourceVersion, "versions count what is written")
}

func TestTrackerGuessesResources(t *testing.T) {
	tracker := podTracker()
	require.NoError(t, tracker.Add(&networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "a"}}))
	_, err := tracker.Get(networkingv1.SchemeGroupVersion.WithResource("networkpolicies"), "ns", "a")
	require.NoError(t, err)
}

func TestWatchBeginnings(t *testing.T) {
	tracker := podTracker()
	require.NoError(t, tracker.Add(pod("a"))) // version 2
	require.NoError(t, tracker.Add(pod("b"))) // version 3
	for name, test := range map[string]struct {
		opts []metav1.ListOptions
		want []string
	}{
		"without options":   {nil, []string{}},
		"without a version": {[]metav1.ListOptions{{}}, []string{"ADDED a", "ADDED b"}},
		"from a list":       {[]metav1.ListOptions{{ResourceVersion: "3"}}, []string{}},
		"from before":       {[]metav1.ListOptions{{ResourceVersion: "2"}}, []string{"ADDED b"}},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := tracker.Watch(pods, "ns", test.opts...)
			require.NoError(t, err)
			assert.Equal(t, test.want, events(t, w))
		})
	}
}

// TestWatchTellsWhatWasRemovedSince removes objects between the list and the watch of an informer.
func TestWatchTellsWhatWasRemovedSince(t *testing.T) {
	tracker := podTracker()
	for _, name := range []string{"before", "again", "a"} { // versions 2 to 4
		require.NoError(t, tracker.Add(pod(name)))
	}
	require.NoError(t, tracker.Delete(pods, "ns", "before"))
	list, err := tracker.List(pods, podKind, "")
	require.NoError(t, err)
	since := metav1.ListOptions{ResourceVersion: list.(*corev1.PodList).ResourceVersion}
	require.NoError(t, tracker.Delete(pods, "ns", "again"))
	require.NoError(t, tracker.Delete(pods, "ns", "a"))
	require.NoError(t, tracker.Add(pod("again")))

	for name, test := range map[string]struct {
		namespace string
		opts      []metav1.ListOptions
		want      []string
	}{
		"from a list":       {"ns", []metav1.ListOptions{since}, []string{"DELETED a", "ADDED again"}},
		"in all namespaces": {"", []metav1.ListOptions{since}, []string{"DELETED a", "ADDED again"}},
		"in another one":    {"other", []metav1.ListOptions{since}, []string{}},
		"without a version": {"ns", []metav1.ListOptions{{}}, []string{"ADDED again"}},
		"without options":   {"ns", nil, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := tracker.Watch(pods, test.namespace, test.opts...)
			require.NoError(t, err)
			assert.Equal(t, test.want, events(t, w))
		})
	}
}

func TestWatchFromBeforeForgottenRemovals(t *testing.T) {
	tracker := podTracker()
	_, err := tracker.List(pods, podKind, "") // of version 1
	require.NoError(t, err)
	for i := range maxRemovals + 1 {
		require.NoError(t, tracker.Add(pod(strconv.Itoa(i))))
		require.NoError(t, tracker.Delete(pods, "ns", strconv.Itoa(i)))
	}
	_, err = tracker.Watch(pods, "ns", metav1.ListOptions{ResourceVersion: "1"}) // the first removal came after it
	assert.True(t, apierrors.IsResourceExpired(err), "%v", err)
	for _, opts := range []metav1.ListOptions{{ResourceVersion: "2"}, {}} {
		w, err := tracker.Watch(pods, "ns", opts)
		require.NoError(t, err)
		w.Stop()
	}
}

func TestWatchTellsAtOnce(t *testing.T) {
	tracker := podTracker()
	here, err := tracker.Watch(pods, "ns")
	require.NoError(t, err)
	everywhere, err := tracker.Watch(pods, "")
	require.NoError(t, err)
	elsewhere, err := tracker.Watch(pods, "other")
	require.NoError(t, err)

	require.NoError(t, tracker.Add(pod("a")))
	require.NoError(t, tracker.Update(pods, pod("a"), "ns"))
	require.NoError(t, tracker.Delete(pods, "ns", "a"))
	want := []string{"ADDED a", "MODIFIED a", "DELETED a"}
	assert.Equal(t, want, events(t, here))
	assert.Equal(t, want, events(t, everywhere))
	assert.Empty(t, events(t, elsewhere))

	here.Stop()
	here.Stop()
	require.NoError(t, tracker.Add(pod("b")))
	assert.Equal(t, []string{"closed"}, events(t, here))
	assert.Equal(t, []string{"ADDED b"}, events(t, everywhere))
}

// TestSlowWatcherLosesNothing writes many times what a channel holds before anybody reads.
func TestSlowWatcherLosesNothing(t *testing.T) {
	const count = 1000
	tracker := podTracker()
	w, err := tracker.Watch(pods, "")
	require.NoError(t, err)
	for i := range count {
		require.NoError(t, tracker.Add(pod(strconv.Itoa(i))))
	}
	for i := range count {
		event := <-w.ResultChan()
		require.Equal(t, strconv.Itoa(i), event.Object.(*corev1.Pod).Name)
	}
	require.NoError(t, tracker.Add(pod("late")))
	assert.Equal(t, "late", (<-w.ResultChan()).Object.(*corev1.Pod).Name)

	for i := range count { // stopped with its queue full: goleak looks for the goroutine
		require.NoError(t, tracker.Update(pods, pod(strconv.Itoa(i)), "ns"))
	}
	w.Stop()
	for range w.ResultChan() {
		// What was sent before the stop may still be read.
	}
}

// TestNamedResource stores and applies objects of a kind whose resource has another name than the usual plural.
func TestNamedResource(t *testing.T) {
	kind, resource := podKind, podKind.GroupVersion().WithResource("beans")
	scheme := coreScheme()
	decoder := serializer.NewCodecFactory(scheme).UniversalDecoder()
	for name, tracker := range map[string]ObjectTracker{
		"plain":   NewObjectTracker(scheme, decoder),
		"managed": NewFieldManagedObjectTracker(scheme, decoder, managedfields.NewDeducedTypeConverter()),
	} {
		t.Run(name, func(t *testing.T) {
			NameResource(tracker, kind, "beans")
			require.NoError(t, tracker.Add(pod("added")))
			_, err := tracker.Get(resource, "ns", "added")
			require.NoError(t, err)
			_, err = tracker.Get(pods, "ns", "added")
			assert.True(t, apierrors.IsNotFound(err), "%v", err)
			require.NoError(t, tracker.Create(resource, pod("created"), "ns"))
			require.NoError(t, tracker.Update(resource, pod("created"), "ns"))
		})
	}
}
