package byresource_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/metadata"
	"github.com/typewright/typewright/runtime/metadata/metadatainformer"
)

// The detectors compare once an hour and when their informers end, so it is no race that the test changes objects in
// between.
func TestFactoriesDetectMutations(t *testing.T) {
	for name, newFactory := range map[string]func(t *testing.T, server *apitest.Server, detector cache.MutationDetectorOptions) factory{
		"dynamic": func(t *testing.T, server *apitest.Server, detector cache.MutationDetectorOptions) factory {
			client, err := dynamic.NewForConfig(server.Config())
			require.NoError(t, err)
			return dynamicinformer.NewFactory(client, dynamicinformer.Options{MutationDetector: &detector})
		},
		"metadata": func(t *testing.T, server *apitest.Server, detector cache.MutationDetectorOptions) factory {
			client, err := metadata.NewForConfig(server.Config())
			require.NoError(t, err)
			return metadatainformer.NewSharedInformerFactoryWithOptions(client, 0, metadatainformer.WithMutationDetector(detector))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := apitest.Start(t, apitest.Options{
					Resources: []apitest.Resource{{GroupVersionKind: robots.GroupVersion().WithKind("Robot")}},
					Objects:   []runtime.Object{robot("a"), robot("b")},
					InMemory:  true,
				})
				var found []string
				factory := newFactory(t, server, cache.MutationDetectorOptions{
					Period: time.Hour, OnMutation: func(message string) { found = append(found, message) },
				})
				informer := factory.ForResource(robots)
				ctx, cancel := context.WithCancel(t.Context())
				factory.Start(ctx.Done())
				require.NoError(t, cache.WaitForSync(ctx, informer.Informer()))
				obj, err := informer.Lister().ByNamespace("hall").Get("a")
				require.NoError(t, err)
				obj.(metav1.Object).SetLabels(map[string]string{"mine": "now"})
				cancel()
				factory.Shutdown()
				require.Len(t, found, 1)
				assert.Contains(t, found[0], "hall/a was modified")
				assert.Contains(t, found[0], robots.String())
				assert.Contains(t, found[0], ".metadata.labels")
			})
		})
	}
}

// A change of a value that objects share changes all these objects: the detector names all of them.
func TestMutationsOfSharedValuesNameAllObjects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		like := func(name string, ports ...any) *unstructured.Unstructured {
			r := robot(name)
			r.Object["spec"] = map[string]any{"ports": ports}
			return r
		}
		port := map[string]any{"port": int64(1), "protocol": "TCP"}
		server := apitest.Start(t, apitest.Options{
			Resources: []apitest.Resource{{GroupVersionKind: robots.GroupVersion().WithKind("Robot")}},
			Objects:   []runtime.Object{like("a", port), like("b", port), like("c", port), like("d", port), like("other")},
			InMemory:  true,
		})
		client, err := dynamic.NewForConfig(server.Config())
		require.NoError(t, err)
		var found []string
		factory := dynamicinformer.NewFactory(client, dynamicinformer.Options{
			MutationDetector: &cache.MutationDetectorOptions{Period: time.Hour, OnMutation: func(message string) { found = append(found, message) }},
			FollowOptions:    cache.FollowOptions{SharedValues: new(cache.SharedValues)},
		})
		informer := factory.ForResource(robots)
		ctx, cancel := context.WithCancel(t.Context())
		factory.Start(ctx.Done())
		require.NoError(t, cache.WaitForSync(ctx, informer.Informer()))
		obj, err := informer.Lister().ByNamespace("hall").Get("d")
		require.NoError(t, err)
		ports, _, err := unstructured.NestedFieldNoCopy(obj.(*unstructured.Unstructured).Object, "spec", "ports")
		require.NoError(t, err)
		ports.([]any)[0].(map[string]any)["port"] = int64(2)
		cancel()
		factory.Shutdown()
		all := strings.Join(found, "\n")
		t.Log(all)
		for _, name := range []string{"hall/b", "hall/c", "hall/d"} { // a came first, and was not kept
			assert.Contains(t, all, name)
		}
		assert.NotContains(t, all, "hall/other")
	})
}
