package clients_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/apitest/conformance"
	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/discovery/cached/disk"
	"github.com/typewright/typewright/runtime/discovery/cached/memory"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/metadata"
	"github.com/typewright/typewright/runtime/restmapper"
	"github.com/typewright/typewright/runtime/scale"
)

var (
	configMaps  = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	deployments = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	robots      = schema.GroupVersionResource{Group: "fleet.typewright.dev", Version: "v1beta1", Resource: "robots"}
	sites       = schema.GroupVersionResource{Group: "fleet.typewright.dev", Version: "v1beta1", Resource: "sites"}
)

// manifests returns an object of each resource and a merge patch for it.
func manifests() map[schema.GroupVersionResource][2]string {
	return map[schema.GroupVersionResource][2]string{
		configMaps: {`{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {k: v}}`, `{"data":{"k":"w"}}`},
		deployments: {`{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {selector: {matchLabels: {a: b}},
			template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}`, `{"spec":{"replicas":2}}`},
		robots: {`{apiVersion: fleet.typewright.dev/v1beta1, kind: Robot, metadata: {name: x}, spec: {model: m, siteName: s, route: [[9007199254740993]]}}`, `{"spec":{"paused":true}}`},
		sites:  {`{apiVersion: fleet.typewright.dev/v1beta1, kind: Site, metadata: {name: x}, spec: {region: eu, plan: {free: [1.5, null]}}}`, `{"spec":{"region":"us"}}`},
	}
}

func parse(t *testing.T, manifest string) *unstructured.Unstructured {
	t.Helper()
	data, err := sigsyaml.YAMLToJSON([]byte(manifest))
	require.NoError(t, err)
	u := &unstructured.Unstructured{}
	require.NoError(t, u.UnmarshalJSON(data))
	return u
}

func TestDynamic(t *testing.T) {
	ns := namespace(t, "dynamic")
	client, err := dynamic.NewForConfig(live.Config())
	require.NoError(t, err)
	for gvr, manifest := range manifests() {
		t.Run(gvr.Resource, func(t *testing.T) {
			ctx := t.Context()
			c := client.Resource(gvr).Namespace(ns)
			args := []string{"get", gvr.Resource + "." + gvr.Version + "." + gvr.Group, "x", "-o", "json", "--show-managed-fields", "-n", ns}
			if gvr == sites {
				c = client.Resource(gvr)
			}
			list, err := c.List(ctx, metav1.ListOptions{})
			require.NoError(t, err)
			w, err := c.Watch(ctx, metav1.ListOptions{ResourceVersion: list.GetResourceVersion()})
			require.NoError(t, err)
			defer w.Stop()

			created, err := c.Create(ctx, parse(t, manifest[0]), metav1.CreateOptions{})
			require.NoError(t, err)
			_, err = c.Create(ctx, parse(t, manifest[0]), metav1.CreateOptions{})
			require.True(t, apierrors.IsAlreadyExists(err), "%v", err)
			created.SetAnnotations(map[string]string{"updated": "yes"})
			updated, err := c.Update(ctx, created, metav1.UpdateOptions{})
			require.NoError(t, err)
			_, err = c.Update(ctx, created, metav1.UpdateOptions{})
			require.True(t, apierrors.IsConflict(err), "%v", err)
			patched, err := c.Patch(ctx, "x", types.MergePatchType, []byte(manifest[1]), metav1.PatchOptions{})
			require.NoError(t, err)
			assert.NotEqual(t, updated.GetResourceVersion(), patched.GetResourceVersion())
			intent := &unstructured.Unstructured{Object: map[string]any{}}
			intent.SetGroupVersionKind(created.GroupVersionKind())
			intent.SetName("x")
			intent.SetLabels(here)
			applied, err := c.Apply(ctx, "x", intent, metav1.ApplyOptions{FieldManager: "one"})
			require.NoError(t, err)
			assert.Equal(t, here, applied.GetLabels())

			got, err := c.Get(ctx, "x", metav1.GetOptions{})
			require.NoError(t, err)
			data, err := json.Marshal(got)
			require.NoError(t, err)
			assert.JSONEq(t, kubectl(t, args...), string(data))
			require.NoError(t, c.Delete(ctx, "x", metav1.DeleteOptions{}))
			var events []watch.EventType
			for event := range w.ResultChan() {
				if events = append(events, event.Type); event.Type == watch.Deleted {
					break
				}
			}
			assert.Equal(t, []watch.EventType{watch.Added, watch.Modified, watch.Modified, watch.Modified, watch.Deleted}, events)
		})
	}
}

func TestDynamicClientOfUnservedResource(t *testing.T) {
	client, err := dynamic.NewForConfig(live.Config())
	require.NoError(t, err)
	for name, list := range map[string]dynamic.ResourceInterface{
		"no such resource":      client.Resource(configMaps.GroupVersion().WithResource("gizmos")).Namespace("default"),
		"no such group":         client.Resource(schema.GroupVersionResource{Group: "none.example.com", Version: "v1", Resource: "x"}),
		"cluster's, in a place": client.Resource(sites).Namespace("default"),
	} {
		_, err := list.List(t.Context(), metav1.ListOptions{})
		var unknown *dynamic.NoSuchResourceError
		require.ErrorAs(t, err, &unknown, name)
	}
}

func TestMetadata(t *testing.T) {
	ns := namespace(t, "metadata")
	objects, err := dynamic.NewForConfig(live.Config())
	require.NoError(t, err)
	for encoding, config := range encodings() {
		client, err := metadata.NewForConfig(config)
		require.NoError(t, err)
		for gvr, manifest := range manifests() {
			t.Run(encoding+"/"+gvr.Resource, func(t *testing.T) {
				ctx := t.Context()
				object := objects.Resource(gvr).Namespace(ns)
				c := client.Resource(gvr).Namespace(ns)
				if gvr == sites {
					object, c = objects.Resource(gvr), client.Resource(gvr)
				}
				w, err := c.Watch(ctx, metav1.ListOptions{})
				require.NoError(t, err)
				defer w.Stop()
				created, err := object.Create(ctx, parse(t, manifest[0]), metav1.CreateOptions{})
				require.NoError(t, err)
				got, err := c.Get(ctx, "x", metav1.GetOptions{})
				require.NoError(t, err)
				assert.Equal(t, created.GetUID(), got.UID)
				list, err := c.List(ctx, metav1.ListOptions{FieldSelector: "metadata.name=x"})
				require.NoError(t, err)
				require.Len(t, list.Items, 1)
				assert.Equal(t, created.GetResourceVersion(), list.Items[0].ResourceVersion)
				patched, err := c.Patch(ctx, "x", types.MergePatchType, []byte(`{"metadata":{"labels":{"l":"1"}}}`), metav1.PatchOptions{})
				require.NoError(t, err)
				assert.Equal(t, map[string]string{"l": "1"}, patched.Labels)
				require.NoError(t, c.Delete(ctx, "x", metav1.DeleteOptions{}))
				for event := range w.ResultChan() {
					item, ok := event.Object.(*metav1.PartialObjectMetadata)
					require.True(t, ok, "%T", event.Object)
					if event.Type == watch.Deleted && item.UID == created.GetUID() {
						break
					}
				}
			})
		}
	}
}

func TestDiscovery(t *testing.T) {
	direct, err := discovery.NewDiscoveryClientForConfig(live.Config())
	require.NoError(t, err)
	onDisk, err := disk.NewCachedDiscoveryClientForConfig(live.Config(), t.TempDir(), t.TempDir(), time.Hour)
	require.NoError(t, err)
	for name, client := range map[string]discovery.DiscoveryInterface{"direct": direct, "memory": memory.NewMemCacheClient(direct), "disk": onDisk} {
		t.Run(name, func(t *testing.T) {
			version, err := client.ServerVersion()
			require.NoError(t, err)
			assert.Equal(t, "v1.37.2", version.GitVersion)
			_, lists, err := client.ServerGroupsAndResources()
			require.NoError(t, err)
			served := map[string]bool{}
			for _, list := range lists {
				for _, resource := range list.APIResources {
					served[list.GroupVersion+"/"+resource.Name] = true
				}
			}
			for _, want := range []string{"v1/pods", "v1/pods/eviction", "apps/v1/deployments/scale", "fleet.typewright.dev/v1beta1/robots", "fleet.typewright.dev/v1beta1/robots/status", "fleet.typewright.dev/v1alpha1/sites", "telemetry.fleet.typewright.dev/v1/telemetryarchives"} {
				assert.True(t, served[want], want)
			}
			preferred, err := client.ServerPreferredResources()
			require.NoError(t, err)
			assert.True(t, slices.ContainsFunc(preferred, func(l *metav1.APIResourceList) bool { return l.GroupVersion == "fleet.typewright.dev/v1beta1" }))
			paths, err := client.OpenAPIV3().Paths()
			require.NoError(t, err)
			document, err := paths["apis/fleet.typewright.dev/v1beta1"].Schema("application/json")
			require.NoError(t, err)
			assert.Contains(t, string(document), "Model is the maker's name of the robot")
		})
	}
}

func TestMapper(t *testing.T) {
	client, err := discovery.NewDiscoveryClientForConfig(live.Config())
	require.NoError(t, err)
	cached := memory.NewMemCacheClient(client)
	mapper := restmapper.NewShortcutExpander(restmapper.NewDeferredDiscoveryRESTMapper(cached), cached, nil)
	for word, want := range map[string]schema.GroupVersionResource{
		"po": {Version: "v1", Resource: "pods"}, "deploy": deployments, "configmap": configMaps, "rb": robots, "robot": robots, "sites": sites,
	} {
		got, err := mapper.ResourceFor(schema.GroupVersionResource{Resource: word})
		require.NoError(t, err, word)
		assert.Equal(t, want, got, word)
	}
	for kind, scope := range map[schema.GroupKind]meta.RESTScopeName{
		{Group: "fleet.typewright.dev", Kind: "Robot"}: meta.RESTScopeNameNamespace, {Group: "fleet.typewright.dev", Kind: "Site"}: meta.RESTScopeNameRoot,
		{Kind: "Node"}: meta.RESTScopeNameRoot,
	} {
		mapping, err := mapper.RESTMapping(kind)
		require.NoError(t, err)
		assert.Equal(t, scope, mapping.Scope.Name())
	}
	_, err = mapper.RESTMapping(schema.GroupKind{Group: "fleet.typewright.dev", Kind: "Gizmo"})
	require.True(t, meta.IsNoMatchError(err), "%v", err)
	categories, ok := restmapper.NewDiscoveryCategoryExpander(client).Expand("fleet")
	require.True(t, ok)
	assert.ElementsMatch(t, []schema.GroupResource{robots.GroupResource(), sites.GroupResource()}, categories)
}

func TestScale(t *testing.T) {
	ns := namespace(t, "scale")
	definitions, err := conformance.Definitions() // robots have no scale
	require.NoError(t, err)
	require.NoError(t, live.Install(t.Context(), definitions...))
	client, err := discovery.NewDiscoveryClientForConfig(live.Config())
	require.NoError(t, err)
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client))
	scales, err := scale.NewForConfig(live.Config(), mapper, dynamic.LegacyAPIPathResolverFunc, scale.NewDiscoveryScaleKindResolver(client))
	require.NoError(t, err)
	objects, err := dynamic.NewForConfig(live.Config())
	require.NoError(t, err)
	widgets := schema.GroupVersionResource{Group: conformance.Group, Version: "v1", Resource: "widgets"}
	for gvr, manifest := range map[schema.GroupVersionResource]string{
		deployments: manifests()[deployments][0],
		widgets:     `{apiVersion: conformance.typewright.dev/v1, kind: Widget, metadata: {name: x}, spec: {replicas: 1}}`,
	} {
		t.Run(gvr.Resource, func(t *testing.T) {
			_, err = objects.Resource(gvr).Namespace(ns).Create(t.Context(), parse(t, manifest), metav1.CreateOptions{})
			require.NoError(t, err)
			current, err := scales.Scales(ns).Get(t.Context(), gvr.GroupResource(), "x", metav1.GetOptions{})
			require.NoError(t, err)
			assert.EqualValues(t, 1, current.Spec.Replicas)
			current.Spec.Replicas = 4
			_, err = scales.Scales(ns).Update(t.Context(), gvr.GroupResource(), current, metav1.UpdateOptions{})
			require.NoError(t, err)
			_, err = scales.Scales(ns).Update(t.Context(), gvr.GroupResource(), current, metav1.UpdateOptions{})
			require.True(t, apierrors.IsConflict(err), "%v", err)
			patched, err := scales.Scales(ns).Patch(t.Context(), gvr, "x", types.MergePatchType, []byte(`{"spec":{"replicas":6}}`), metav1.PatchOptions{})
			require.NoError(t, err)
			assert.EqualValues(t, 6, patched.Spec.Replicas)
			assert.Equal(t, "6", kubectl(t, "get", gvr.Resource, "x", "-n", ns, "-o", "jsonpath={.spec.replicas}"))
		})
	}
	_, err = scales.Scales(ns).Get(t.Context(), robots.GroupResource(), "x", metav1.GetOptions{})
	require.Error(t, err, "robots have no scale")
}
