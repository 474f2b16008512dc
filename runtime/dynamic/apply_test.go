package dynamic_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/dynamic"
)

var (
	deployments = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	definitions = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
)

// widgets is a definition of a kind with status and scale.
func widgets() *unstructured.Unstructured {
	open := map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": map[string]any{"name": "widgets.shop.example.com"},
		"spec": map[string]any{
			"group": "shop.example.com", "scope": "Namespaced",
			"names": map[string]any{"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
			"versions": []any{map[string]any{
				"name": "v1", "served": true, "storage": true,
				"schema": map[string]any{"openAPIV3Schema": open},
				"subresources": map[string]any{
					"status": map[string]any{},
					"scale":  map[string]any{"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"},
				},
			}},
		},
	}}
}

// TestApplyStatusAndScale does on a built-in kind and on a posted one what needs more than storage.
func TestApplyStatusAndScale(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, appsv1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{Scheme: scheme, InMemory: true})
	client, err := dynamic.NewForConfig(server.Config())
	require.NoError(t, err)
	_, err = client.Resource(definitions).Create(t.Context(), widgets(), metav1.CreateOptions{})
	require.NoError(t, err)

	labels := map[string]any{"app": "web"}
	for what, tc := range map[string]struct {
		gvr  schema.GroupVersionResource
		kind string
		spec map[string]any
	}{
		"custom": {schema.GroupVersionResource{Group: "shop.example.com", Version: "v1", Resource: "widgets"}, "Widget", map[string]any{"replicas": int64(1)}},
		"built-in": {deployments, "Deployment", map[string]any{
			"replicas": int64(1), "selector": map[string]any{"matchLabels": labels},
			"template": map[string]any{
				"metadata": map[string]any{"labels": labels},
				"spec":     map[string]any{"containers": []any{map[string]any{"name": "c", "image": "i"}}},
			},
		}},
	} {
		t.Run(what, func(t *testing.T) {
			ctx, things := t.Context(), client.Resource(tc.gvr).Namespace("default")
			wanted := func(field string, value any) *unstructured.Unstructured {
				obj := object(tc.gvr, tc.kind, "web")
				obj.Object[field] = value
				return obj
			}
			created, err := things.Apply(ctx, "web", wanted("spec", tc.spec), metav1.ApplyOptions{FieldManager: "one"})
			require.NoError(t, err)
			assert.NotEmpty(t, created.GetUID())
			_, err = things.Apply(ctx, "web", wanted("spec", map[string]any{"replicas": int64(2)}), metav1.ApplyOptions{FieldManager: "two"})
			require.True(t, apierrors.IsConflict(err), "%v", err)
			_, err = things.Apply(ctx, "web", created, metav1.ApplyOptions{FieldManager: "two"})
			require.ErrorContains(t, err, "managed fields")

			_, err = things.ApplyStatus(ctx, "web", wanted("status", map[string]any{"replicas": int64(1)}), metav1.ApplyOptions{FieldManager: "controller"})
			require.NoError(t, err)
			scale, err := things.Get(ctx, "web", metav1.GetOptions{}, "scale")
			require.NoError(t, err)
			assert.Equal(t, "Scale", scale.GetKind())
			require.NoError(t, unstructured.SetNestedField(scale.Object, int64(5), "spec", "replicas"))
			_, err = things.Update(ctx, scale, metav1.UpdateOptions{}, "scale")
			require.NoError(t, err)
			_, err = things.Patch(ctx, "web", types.JSONPatchType, []byte(`[{"op":"add","path":"/metadata/annotations","value":{"a":"b"}}]`), metav1.PatchOptions{})
			require.NoError(t, err)
			got, err := things.Get(ctx, "web", metav1.GetOptions{})
			require.NoError(t, err)
			for _, path := range [][]string{{"spec", "replicas"}, {"status", "replicas"}} {
				n, _, err := unstructured.NestedInt64(got.Object, path...)
				require.NoError(t, err)
				assert.Equal(t, map[string]int64{"spec": 5, "status": 1}[path[0]], n, path)
			}
		})
	}
}
