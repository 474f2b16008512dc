package fakes

import (
	"context"
	"math/rand/v2"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	theirs "k8s.io/client-go/dynamic/fake"

	"github.com/typewright/typewright/runtime/dynamic"
	ours "github.com/typewright/typewright/runtime/dynamic/fake"
)

var felines = schema.GroupVersionResource{Group: "example.com", Version: "v1", Resource: "felines"}

// dynamicClient gives the client of a resource in a namespace, "" for all namespaces, and the actions that the fake has recorded.
type dynamicClient struct {
	in      func(gvr schema.GroupVersionResource, ns string) dynamic.ResourceInterface
	actions func() any
}

func TestDynamicClients(t *testing.T) {
	for name, scheme := range map[string]func() *runtime.Scheme{"typed scheme": coreScheme, "empty scheme": runtime.NewScheme} {
		t.Run(name, func(t *testing.T) {
			compareScripts(t, func() (_, _ func(*rand.Rand) string) {
				objects := []runtime.Object{unstructuredPod(rand.New(rand.NewPCG(1, 1)), "a", "x")}
				if name == "typed scheme" {
					objects = append(objects, randomPod(rand.New(rand.NewPCG(2, 2)), "b", "x"))
				}
				a, b := theirs.NewSimpleDynamicClient(scheme(), objects...), ours.NewSimpleDynamicClient(scheme(), objects...)
				return dynamicScript(pods, dynamicClient{
						func(gvr schema.GroupVersionResource, ns string) dynamic.ResourceInterface {
							return a.Resource(gvr).Namespace(ns)
						},
						func() any { return a.Actions() },
					}), dynamicScript(pods, dynamicClient{
						func(gvr schema.GroupVersionResource, ns string) dynamic.ResourceInterface {
							return b.Resource(gvr).Namespace(ns)
						},
						func() any { return b.Actions() },
					})
			})
		})
	}
}

func TestDynamicClientsWithCustomListKinds(t *testing.T) {
	kinds := map[schema.GroupVersionResource]string{felines: "CatList"}
	compareScripts(t, func() (_, _ func(*rand.Rand) string) {
		a, b := theirs.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds), ours.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds)
		return dynamicScript(felines, dynamicClient{
				func(gvr schema.GroupVersionResource, ns string) dynamic.ResourceInterface {
					return a.Resource(gvr).Namespace(ns)
				},
				func() any { return a.Actions() },
			}), dynamicScript(felines, dynamicClient{
				func(gvr schema.GroupVersionResource, ns string) dynamic.ResourceInterface {
					return b.Resource(gvr).Namespace(ns)
				},
				func() any { return b.Actions() },
			})
	})
}

func unstructuredPod(r *rand.Rand, ns, name string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Pod",
		"metadata": map[string]any{"name": name, "namespace": ns, "labels": map[string]any{pick(r, "k", "l"): pick(r, "1", "2")}},
		"spec":     map[string]any{"n": int64(r.IntN(3))},
	}}
}

// dynamicScript returns a function that makes one random call of a dynamic client.
func dynamicScript(gvr schema.GroupVersionResource, client dynamicClient) func(*rand.Rand) string {
	var watches []watch.Interface
	ctx := context.Background()
	return func(r *rand.Rand) string {
		ns, name := pick(r, "a", "b"), pick(r, "x", "y", "z")
		c := client.in(gvr, ns)
		obj := unstructuredPod(r, ns, name)
		if gvr == felines {
			obj.SetGroupVersionKind(schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: "Cat"})
		}
		sub := pick(r, nil, nil, []string{"status"})
		switch r.IntN(11) {
		case 0, 1:
			got, err := c.Create(ctx, obj, metav1.CreateOptions{FieldManager: "m"}, sub...)
			return describeResult("create", got, err)
		case 2:
			got, err := c.Update(ctx, obj, metav1.UpdateOptions{}, sub...)
			return describeResult("update", got, err)
		case 3:
			got, err := c.UpdateStatus(ctx, obj, metav1.UpdateOptions{})
			return describeResult("update status", got, err)
		case 4:
			pt, patch := types.MergePatchType, `{"metadata":{"labels":{"k":null,"n":"7"}}}`
			if r.IntN(2) == 0 {
				pt, patch = types.JSONPatchType, `[{"op":"remove","path":"/metadata/labels/k"}]`
			}
			got, err := c.Patch(ctx, name, pt, []byte(patch), metav1.PatchOptions{}, sub...)
			return describeResult("patch", got, err)
		case 5:
			return describeResult("delete", nil, c.Delete(ctx, name, metav1.DeleteOptions{}, sub...))
		case 6:
			return describeResult("delete collection", nil, c.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "k=1"}))
		case 7:
			got, err := c.Get(ctx, name, metav1.GetOptions{}, sub...)
			return describeResult("get", got, err)
		case 8:
			got, err := client.in(gvr, pick(r, ns, "")).List(ctx, metav1.ListOptions{LabelSelector: pick(r, "", "k", "k=1")})
			return describeResult("list", got, err)
		case 9:
			w, err := client.in(gvr, pick(r, ns, "")).Watch(ctx, metav1.ListOptions{ResourceVersion: pick(r, "", "2", "5")})
			if err == nil {
				watches = append(watches, w)
				return "watch " + initialEvents(w)
			}
			return describeResult("watch", nil, err)
		default:
			text := "events"
			for _, w := range watches {
				text += " | " + pendingEvents(w)
			}
			return text + asJSON(client.actions())
		}
	}
}
