package reference_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/reference"
)

func TestGetReference(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	pod := metav1.ObjectMeta{Name: "web", Namespace: "shop", UID: "42", ResourceVersion: "7"}
	given := &corev1.ObjectReference{Name: "as it is"}
	for name, c := range map[string]struct {
		scheme *runtime.Scheme
		obj    runtime.Object
		want   *corev1.ObjectReference
		err    string
	}{
		"nil":             {scheme: scheme, err: "can't reference a nil object"},
		"a nil pod":       {scheme: scheme, obj: (*corev1.Pod)(nil), err: "can't reference a nil object"},
		"a nil reference": {scheme: scheme, obj: (*corev1.ObjectReference)(nil), err: "can't reference a nil object"},
		"a reference":     {scheme: scheme, obj: given, want: given},
		"the kind from the scheme": {scheme: scheme, obj: &corev1.Pod{ObjectMeta: pod}, want: &corev1.ObjectReference{
			Kind: "Pod", APIVersion: "v1", Name: "web", Namespace: "shop", UID: "42", ResourceVersion: "7",
		}},
		"the kind from the object": {obj: &metav1.PartialObjectMetadata{
			TypeMeta: metav1.TypeMeta{Kind: "Robot", APIVersion: "fleet.example/v1"}, ObjectMeta: pod,
		}, want: &corev1.ObjectReference{
			Kind: "Robot", APIVersion: "fleet.example/v1", Name: "web", Namespace: "shop", UID: "42", ResourceVersion: "7",
		}},
		"a list": {scheme: scheme, obj: &corev1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "9"}}, want: &corev1.ObjectReference{
			Kind: "PodList", APIVersion: "v1", ResourceVersion: "9",
		}},
		"no scheme":         {obj: &corev1.Pod{}, err: "scheme is required"},
		"not in the scheme": {scheme: scheme, obj: &metav1.PartialObjectMetadata{}, err: "no kind is registered"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := reference.GetReference(c.scheme, c.obj)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestGetPartialReferenceNamesThePart(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	ref, err := reference.GetPartialReference(scheme, &corev1.Pod{}, "spec.containers{nginx}")
	require.NoError(t, err)
	assert.Equal(t, "spec.containers{nginx}", ref.FieldPath)
	_, err = reference.GetPartialReference(scheme, nil, "spec")
	require.ErrorIs(t, err, reference.ErrNilObject)
}
