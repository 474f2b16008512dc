package sharding_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/metadata"
	"github.com/typewright/typewright/runtime/metadata/metadatainformer"
	"github.com/typewright/typewright/runtime/sharding"
)

// fixedShards implements cache.Shards with a set that never changes.
type fixedShards struct{ set sharding.Set }

func (p fixedShards) Field() string { return string(sharding.ByUID) }

func (p fixedShards) Follow(func(gained, lost sharding.Set, released func())) (sharding.Set, func()) {
	return p.set, func() {}
}

func (p fixedShards) Enter(hash uint64) (func(), bool) { return func() {}, p.set.Contains(hash) }

// Informers of dynamic and metadata clients hold only the objects of their shards, whether the server or the client filters, and their
// status says which. Informers of resources that are not sharded hold all objects.
func TestUntypedInformers(t *testing.T) {
	half, err := sharding.ParseSet("0000-7fff")
	require.NoError(t, err)
	var objects []runtime.Object
	for i := range 30 {
		meta := metav1.ObjectMeta{Namespace: "default", Name: fmt.Sprintf("object-%d", i)}
		objects = append(objects, &corev1.ConfigMap{ObjectMeta: meta}, &corev1.Secret{ObjectMeta: meta})
	}
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	configMaps, secrets := corev1.SchemeGroupVersion.WithResource("configmaps"), corev1.SchemeGroupVersion.WithResource("secrets")
	for _, filters := range []bool{true, false} {
		server := apitest.Start(t, apitest.Options{Scheme: scheme, Objects: objects, InMemory: true, ShardedListAndWatch: filters})
		untyped, err := dynamic.NewForConfig(server.Config())
		require.NoError(t, err)
		meta, err := metadata.NewForConfig(server.Config())
		require.NoError(t, err)
		ofDynamic := dynamicinformer.NewFactory(untyped, dynamicinformer.Options{
			FollowOptions: cache.FollowOptions{Shards: fixedShards{half}}, ShardedResources: []schema.GroupVersionResource{configMaps},
		})
		ofMetadata := metadatainformer.NewSharedInformerFactoryWithOptions(meta, 0, metadatainformer.WithShards(fixedShards{half}, configMaps))
		informers := []cache.SharedIndexInformer{ofDynamic.ForResource(configMaps).Informer(), ofMetadata.ForResource(configMaps).Informer()}
		whole := []cache.SharedIndexInformer{ofDynamic.ForResource(secrets).Informer(), ofMetadata.ForResource(secrets).Informer()}
		ctx, cancel := context.WithCancel(t.Context())
		ofDynamic.Start(ctx.Done())
		ofMetadata.Start(ctx.Done())
		for _, informer := range append(informers, whole...) {
			require.NoError(t, cache.WaitForSync(ctx, informer))
		}
		list, err := untyped.Resource(configMaps).List(ctx, metav1.ListOptions{})
		require.NoError(t, err)
		for _, informer := range informers {
			var want []string
			for i := range list.Items {
				if half.Contains(sharding.Hash(string(list.Items[i].GetUID()))) {
					want = append(want, "default/"+list.Items[i].GetName())
				}
			}
			assert.ElementsMatch(t, want, informer.GetStore().ListKeys())
			status, _ := cache.StatusOf(informer)
			require.NotNil(t, status.Shards)
			assert.Equal(t, !filters, status.Shards.Filtered)
			assert.True(t, status.Shards.Listed.Equal(half))
		}
		for _, informer := range whole {
			assert.Len(t, informer.GetStore().ListKeys(), 30)
		}
		cancel()
		ofDynamic.Shutdown()
		ofMetadata.Shutdown()
	}
}
