package testing

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"sigs.k8s.io/structured-merge-diff/v6/typed"
)

func managedFake(objects ...runtime.Object) *Fake {
	return fakeOn(newManagedTracker(managedfields.NewDeducedTypeConverter()), objects...)
}

func newManagedTracker(converter managedfields.TypeConverter) ObjectTracker {
	scheme := coreScheme()
	return NewFieldManagedObjectTracker(scheme, serializer.NewCodecFactory(scheme).UniversalDecoder(), converter)
}

func apply(t *testing.T, fake *Fake, manager string, force bool, config string) (*corev1.Pod, error) {
	t.Helper()
	obj, err := fake.Invokes(NewPatchActionWithOptions(pods, "ns", "p", types.ApplyPatchType, []byte(config),
		metav1.PatchOptions{FieldManager: manager, Force: &force}), nil)
	if err != nil {
		return nil, err
	}
	require.IsType(t, &corev1.Pod{}, obj)
	return obj.(*corev1.Pod), nil
}

func managersOf(p *corev1.Pod) []string {
	names := []string{}
	for _, entry := range p.ManagedFields {
		names = append(names, string(entry.Operation)+" "+entry.Manager)
	}
	return names
}

const head = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"ns","labels":`

func TestApplyIsServerSide(t *testing.T) {
	fake := managedFake()
	p, err := apply(t, fake, "one", false, head+`{"a":"1","b":"1"}}}`)
	require.NoError(t, err, "apply creates")
	assert.Equal(t, []string{"Apply one"}, managersOf(p))
	assert.Empty(t, p.UID, "nothing is invented")
	assert.Empty(t, p.ResourceVersion)

	_, err = apply(t, fake, "two", false, head+`{"a":"2"}}}`)
	require.True(t, apierrors.IsConflict(err), "%v", err)
	assert.ErrorContains(t, err, `conflict with "one": .metadata.labels.a`)

	p, err = apply(t, fake, "two", true, head+`{"a":"2"}}}`)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a": "2", "b": "1"}, p.Labels)
	assert.Equal(t, []string{"Apply one", "Apply two"}, managersOf(p))

	p, err = apply(t, fake, "one", false, head+`{}}}`)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a": "2"}, p.Labels, "what one no longer applies is gone, what two owns stays")
}

func TestWritesAreNoted(t *testing.T) {
	fake := managedFake()
	given := pod("p", labelled("a"))
	created, err := fake.Invokes(NewCreateActionWithOptions(pods, "ns", given, metav1.CreateOptions{FieldManager: "maker"}), nil)
	require.NoError(t, err)
	assert.Empty(t, given.Kind, "the caller's object stays as it is")
	assert.Equal(t, "Pod", created.(*corev1.Pod).Kind)
	assert.Equal(t, []string{"Update maker"}, managersOf(created.(*corev1.Pod)))

	next := created.DeepCopyObject().(*corev1.Pod)
	next.Labels["b"] = "1"
	updated, err := fake.Invokes(NewUpdateActionWithOptions(pods, "ns", next, metav1.UpdateOptions{FieldManager: "changer"}), nil)
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"Update maker", "Update changer"}, managersOf(updated.(*corev1.Pod)))

	patch := []byte(`{"metadata":{"labels":{"c":"1"}}}`)
	_, err = fake.Invokes(NewPatchActionWithOptions(pods, "ns", "p", types.MergePatchType, patch, metav1.PatchOptions{FieldManager: "patcher"}), nil)
	require.NoError(t, err)
	stored, err := fake.Invokes(NewGetAction(pods, "ns", "p"), nil)
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"Update maker", "Update changer", "Update patcher"}, managersOf(stored.(*corev1.Pod)))
}

func TestManagedErrors(t *testing.T) {
	fake := managedFake(pod("p"))
	for name, test := range map[string]struct {
		action Action
		want   string
	}{
		"create twice":     {NewCreateAction(pods, "ns", pod("p")), `pods "p" already exists`},
		"update none":      {NewUpdateAction(pods, "ns", pod("none")), `pods "none" not found`},
		"unknown resource": {NewCreateAction(pods.GroupVersion().WithResource("cats"), "ns", pod("p")), "no matches for /v1, Resource=cats"},
		"apply a different kind": {
			NewPatchAction(namespaces, "", "p", types.ApplyPatchType, []byte(`{"apiVersion":"v1","kind":"Pod"}`)),
			"v1, Kind=Pod",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fake.Invokes(test.action, nil)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// TestTheCallersObjectGetsKindAndManagedFields holds what programs that call a tracker themselves rely on.
func TestTheCallersObjectGetsKindAndManagedFields(t *testing.T) {
	scheme := coreScheme()
	tracker := NewFieldManagedObjectTracker(scheme, serializer.NewCodecFactory(scheme).UniversalDecoder(), managedfields.NewDeducedTypeConverter())
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: "ns", Labels: map[string]string{"a": "1"}}}
	require.NoError(t, tracker.Create(pods, pod, "ns", metav1.CreateOptions{FieldManager: "one"}))
	assert.Equal(t, corev1.SchemeGroupVersion.WithKind("Pod"), pod.GroupVersionKind())
	assert.Equal(t, []string{"Update one"}, managersOf(pod))
	pod.Labels["a"] = "2"
	stored, err := tracker.Get(pods, "ns", "p")
	require.NoError(t, err)
	assert.Equal(t, "1", stored.(*corev1.Pod).Labels["a"], "what is stored is a copy")
	require.NoError(t, tracker.Update(pods, pod, "ns", metav1.UpdateOptions{FieldManager: "two"}))
	assert.Equal(t, []string{"Update one", "Update two"}, managersOf(pod))
}

// TestKindsWithoutASchemaAreStored is about kinds without apply, which are not in generated converters.
func TestKindsWithoutASchemaAreStored(t *testing.T) {
	nothing, err := typed.NewParser("types: []")
	require.NoError(t, err)
	tracker := newManagedTracker(managedfields.NewSchemeTypeConverter(coreScheme(), nothing))
	require.NoError(t, tracker.Create(pods, pod("a"), "ns"))
}
