package informers

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
)

func crds() schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
}

func dynamicClient(t *testing.T) *dynamic.DynamicClient {
	t.Helper()
	client, err := dynamic.NewForConfig(live.Config())
	require.NoError(t, err)
	return client
}

func widget(version, kind, name string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "example.com/" + version, "kind": kind, "metadata": map[string]any{"name": name},
	}}
}

func has(informer cache.SharedInformer, ns string, names ...string) func() bool {
	return func() bool {
		for _, name := range names {
			if _, exists, err := informer.GetStore().GetByKey(ns + "/" + name); !exists || err != nil {
				return false
			}
		}
		return len(informer.GetStore().ListKeys()) == len(names)
	}
}

// TestResourceDeletedAndRecreated deletes a definition while an informer watches its resource, and creates it again.
func TestResourceDeletedAndRecreated(t *testing.T) {
	ns, client := namespace(t, "goes"), dynamicClient(t)
	crd, gvr := widgets("gadgets", "v1"), schema.GroupVersionResource{Group: "example.com", Version: "v1", Resource: "gadgets"}
	require.NoError(t, live.Install(t.Context(), crd))
	gadgets := client.Resource(gvr).Namespace(ns)
	_, err := gadgets.Create(t.Context(), widget("v1", "Gadget", "first"), metav1.CreateOptions{})
	require.NoError(t, err)
	informer := dynamicinformer.NewFilteredDynamicInformer(client, gvr, ns, 0, cache.Indexers{}, nil).Informer()
	startInformer(t, informer)
	waitForSync(t, informer)
	require.True(t, has(informer, ns, "first")())

	require.NoError(t, client.Resource(crds()).Delete(t.Context(), crd.GetName(), metav1.DeleteOptions{}))
	eventually(t, "its objects are gone", has(informer, ns))
	eventually(t, "the status says that the resource is not there", func() bool { return reason(informer) == cache.ReasonNotFound })
	eventually(t, "its name is free", func() bool {
		_, err := client.Resource(crds()).Get(t.Context(), crd.GetName(), metav1.GetOptions{})
		return err != nil
	})

	require.NoError(t, live.Install(t.Context(), crd))
	eventually(t, "the new one takes objects", func() bool {
		_, err := gadgets.Create(t.Context(), widget("v1", "Gadget", "second"), metav1.CreateOptions{})
		return err == nil
	})
	eventually(t, "the informer follows the new one", has(informer, ns, "second"))
}

// TestVersionNoLongerServed stops serving the version that an informer watches.
func TestVersionNoLongerServed(t *testing.T) {
	ns, client := namespace(t, "versions"), dynamicClient(t)
	crd := widgets("gizmos", "v2", "v1")
	require.NoError(t, live.Install(t.Context(), crd))
	of := func(version string) cache.SharedIndexInformer {
		gvr := schema.GroupVersionResource{Group: "example.com", Version: version, Resource: "gizmos"}
		informer := dynamicinformer.NewFilteredDynamicInformer(client, gvr, ns, 0, cache.Indexers{}, nil).Informer()
		startInformer(t, informer)
		return informer
	}
	old, current := of("v1"), of("v2")
	waitForSync(t, old, current)
	gizmos := client.Resource(schema.GroupVersionResource{Group: "example.com", Version: "v2", Resource: "gizmos"}).Namespace(ns)
	_, err := gizmos.Create(t.Context(), widget("v2", "Gizmo", "a"), metav1.CreateOptions{})
	require.NoError(t, err)
	eventually(t, "both see it", func() bool { return has(old, ns, "a")() && has(current, ns, "a")() })

	serve := func(served bool) {
		patch := fmt.Sprintf(`[{"op":"replace","path":"/spec/versions/1/served","value":%v}]`, served)
		_, err := client.Resource(crds()).Patch(t.Context(), crd.GetName(), types.JSONPatchType, []byte(patch), metav1.PatchOptions{})
		require.NoError(t, err)
	}
	serve(false)
	eventually(t, "the old one says that its version is not there", func() bool { return reason(old) == cache.ReasonNotFound })
	_, err = gizmos.Create(t.Context(), widget("v2", "Gizmo", "b"), metav1.CreateOptions{})
	require.NoError(t, err)
	eventually(t, "the other goes on", has(current, ns, "a", "b"))
	assert.True(t, has(old, ns, "a")(), "the informer of the old version keeps its objects")
	serve(true)
	eventually(t, "the old one catches up", has(old, ns, "a", "b"))
}
