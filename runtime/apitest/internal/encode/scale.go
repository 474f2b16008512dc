package encode

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// ScaleKind is the kind of object that every scale subresource shows.
func ScaleKind() schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: "autoscaling", Version: "v1", Kind: "Scale"}
}

// ScaleOf returns an object of a resource as its scale subresource shows it.
func ScaleOf(r *kinds.Resource, o *unstructured.Unstructured) map[string]any {
	metadata := map[string]any{"name": o.GetName(), "uid": string(o.GetUID()), "resourceVersion": o.GetResourceVersion()}
	if ns := o.GetNamespace(); ns != "" {
		metadata["namespace"] = ns
	}
	if created, ok, _ := unstructured.NestedFieldNoCopy(o.Object, "metadata", "creationTimestamp"); ok {
		metadata["creationTimestamp"] = created
	}
	spec, status := map[string]any{}, map[string]any{"replicas": int64(0)}
	if replicas, ok, _ := unstructured.NestedInt64(o.Object, r.Scale.SpecReplicas...); ok && replicas != 0 {
		spec["replicas"] = replicas
	}
	if replicas, ok, _ := unstructured.NestedInt64(o.Object, r.Scale.StatusReplicas...); ok {
		status["replicas"] = replicas
	}
	if selector := selectorOf(r, o); selector != "" {
		status["selector"] = selector
	}
	return map[string]any{
		"apiVersion": ScaleKind().GroupVersion().String(), "kind": ScaleKind().Kind, "metadata": metadata, "spec": spec, "status": status,
	}
}

// selectorOf returns the label selector by which a scaled object finds its pods.
func selectorOf(r *kinds.Resource, o *unstructured.Unstructured) string {
	if path := r.Scale.LabelSelector; path != nil {
		text, _, _ := unstructured.NestedString(o.Object, path...)
		return text
	}
	content, ok, _ := unstructured.NestedMap(o.Object, "spec", "selector")
	if !ok {
		return ""
	}
	selector := &metav1.LabelSelector{}
	if r.Group == "" { // replication controllers have plain labels
		labels, _, _ := unstructured.NestedStringMap(o.Object, "spec", "selector")
		selector.MatchLabels = labels
	} else if data, err := json.Marshal(content); err != nil || json.Unmarshal(data, selector) != nil {
		return ""
	}
	return metav1.FormatLabelSelector(selector)
}
