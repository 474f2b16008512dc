package fake

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/dynamic"
)

// What the fake does beyond this is compared with client-go's in test/fakes.

var (
	pods = corev1.SchemeGroupVersion.WithResource("pods")
	cats = schema.GroupVersionResource{Group: "example.com", Version: "v1", Resource: "cats"}
)

func cat() *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "example.com/v1", "kind": "Cat", "metadata": map[string]any{"name": "c", "namespace": "ns"},
	}}
}

func TestEveryFormHoldsItsObjects(t *testing.T) {
	scheme := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(scheme))
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "p"}}
	kind := schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: "Cat"}
	clients := map[string]dynamic.Interface{
		"fake": NewSimpleDynamicClient(scheme, pod, cat()),
		"server": NewServerBacked(t, apitest.Options{
			Scheme: scheme, Resources: []apitest.Resource{{GroupVersionKind: kind}}, Objects: []runtime.Object{pod, cat()}, InMemory: true,
		}),
	}
	for name, client := range clients {
		t.Run(name, func(t *testing.T) {
			for gvr, name := range map[schema.GroupVersionResource]string{pods: "p", cats: "c"} {
				got, err := client.Resource(gvr).Namespace("ns").Get(t.Context(), name, metav1.GetOptions{})
				require.NoError(t, err)
				assert.Equal(t, name, got.GetName())
				list, err := client.Resource(gvr).List(t.Context(), metav1.ListOptions{})
				require.NoError(t, err)
				assert.Len(t, list.Items, 1)
				_, err = client.Resource(gvr).Namespace("ns").Get(t.Context(), "none", metav1.GetOptions{})
				assert.True(t, apierrors.IsNotFound(err), "%v", err)
			}
		})
	}
	assert.False(t, scheme.Recognizes(kind), "the scheme does not change")
}

func TestApplyMergesMaps(t *testing.T) {
	client := NewSimpleDynamicClient(runtime.NewScheme(), cat())
	config := cat()
	require.NoError(t, unstructured.SetNestedField(config.Object, "loud", "spec", "voice"))
	got, err := client.Resource(cats).Namespace("ns").Apply(t.Context(), "c", config, metav1.ApplyOptions{FieldManager: "me"})
	require.NoError(t, err)
	assert.Equal(t, config, got)
}

func TestMistakesPanic(t *testing.T) {
	client := NewSimpleDynamicClient(runtime.NewScheme())
	assert.PanicsWithError(t, "coding error: you must register resource to list kind for every resource you're going to LIST when "+
		"creating the client: the scheme has no list kind for example.com/v1, Resource=cats; see NewSimpleDynamicClientWithCustomListKinds",
		func() { _, _ = client.Resource(cats).List(t.Context(), metav1.ListOptions{}) })
	assert.Panics(t, func() {
		NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), map[schema.GroupVersionResource]string{cats: "Cats"})
	})
	assert.Panics(t, func() { NewSimpleDynamicClient(runtime.NewScheme(), &corev1.Pod{}) }, "the scheme does not have its kind")
}
