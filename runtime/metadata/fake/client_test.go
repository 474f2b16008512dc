package fake

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/metadata"
)

// What the fake does beyond this is compared with client-go's in test/fakes.

var pods = corev1.SchemeGroupVersion.WithResource("pods")

func TestEveryFormHoldsItsObjects(t *testing.T) {
	scheme := NewTestScheme()
	utilruntime.Must(metav1.AddMetaToScheme(scheme))
	partial := &metav1.PartialObjectMetadata{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "p"},
	}
	core := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(core))
	pod := &corev1.Pod{ObjectMeta: partial.ObjectMeta}
	for name, client := range map[string]metadata.Interface{
		"fake":   NewSimpleMetadataClient(scheme, partial),
		"server": NewServerBacked(t, apitest.Options{Scheme: core, Objects: []runtime.Object{pod}, InMemory: true}),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := client.Resource(pods).Namespace("ns").Get(t.Context(), "p", metav1.GetOptions{})
			require.NoError(t, err)
			assert.Equal(t, "p", got.Name)
			list, err := client.Resource(pods).List(t.Context(), metav1.ListOptions{})
			require.NoError(t, err)
			require.Len(t, list.Items, 1)
			assert.Equal(t, "p", list.Items[0].Name)
		})
	}
}

func TestMakers(t *testing.T) {
	scheme := NewTestScheme()
	utilruntime.Must(metav1.AddMetaToScheme(scheme))
	client, ok := NewSimpleMetadataClient(scheme).Resource(pods).Namespace("ns").(MetadataClient)
	assert.True(t, ok)
	_, err := client.CreateFake(&metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "p"}}, metav1.CreateOptions{})
	require.NoError(t, err)
	got, err := client.UpdateFake(&metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "p", Labels: map[string]string{"a": "b"}}}, metav1.UpdateOptions{})
	require.NoError(t, err)
	assert.Equal(t, "b", got.Labels["a"])
}
