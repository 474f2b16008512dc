package serve

import (
	"encoding/json"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

// scaleKind is what the scale subresource shows, of whatever resource.
var scaleKind = schema.GroupVersionKind{Group: "autoscaling", Version: "v1", Kind: "Scale"}

// scaleOf is an object as its scale subresource shows it.
func (r *request) scaleOf(o *unstructured.Unstructured) map[string]any {
	metadata := map[string]any{"name": o.GetName(), "uid": string(o.GetUID()), "resourceVersion": o.GetResourceVersion()}
	if ns := o.GetNamespace(); ns != "" {
		metadata["namespace"] = ns
	}
	if created, ok, _ := unstructured.NestedFieldNoCopy(o.Object, "metadata", "creationTimestamp"); ok {
		metadata["creationTimestamp"] = created
	}
	spec, status := map[string]any{}, map[string]any{"replicas": int64(0)}
	if replicas, ok, _ := unstructured.NestedInt64(o.Object, r.resource.Scale.SpecReplicas...); ok {
		spec["replicas"] = replicas
	}
	if replicas, ok, _ := unstructured.NestedInt64(o.Object, r.resource.Scale.StatusReplicas...); ok {
		status["replicas"] = replicas
	}
	if selector := r.selectorOf(o); selector != "" {
		status["selector"] = selector
	}
	return map[string]any{
		"apiVersion": scaleKind.GroupVersion().String(), "kind": scaleKind.Kind, "metadata": metadata, "spec": spec, "status": status,
	}
}

// selectorOf is the label selector that a scaled object chooses its parts with.
func (r *request) selectorOf(o *unstructured.Unstructured) string {
	if path := r.resource.Scale.LabelSelector; path != nil {
		text, _, _ := unstructured.NestedString(o.Object, path...)
		return text
	}
	content, ok, _ := unstructured.NestedMap(o.Object, "spec", "selector")
	if !ok {
		return ""
	}
	selector := &metav1.LabelSelector{}
	if r.resource.Group == "" { // replication controllers have plain labels
		labels, _, _ := unstructured.NestedStringMap(o.Object, "spec", "selector")
		selector.MatchLabels = labels
	} else if data, err := json.Marshal(content); err != nil || json.Unmarshal(data, selector) != nil {
		return ""
	}
	return metav1.FormatLabelSelector(selector)
}

// scale shows and changes how many replicas an object is to have.
func (r *request) scale() error {
	switch r.http.Method {
	case http.MethodGet:
		o := r.api.storage.Get(r.groupResource(), r.key())
		if o == nil {
			return r.notFound()
		}
		return writeJSON(r.w, http.StatusOK, r.scaleOf(&o.Unstructured))
	case http.MethodPut:
		if err := r.readUpdate(); err != nil {
			return err
		}
		return r.changeScale(func(*unstructured.Unstructured) ([]byte, error) { return r.asJSON() })
	case http.MethodPatch:
		return r.patchScale()
	}
	return r.methodNotAllowed()
}

func (r *request) patchScale() error {
	patchType, err := r.readPatch()
	if err != nil {
		return err
	}
	apply := r.mergePatch // a scale has no lists: strategic patches and applies merge as these do
	switch patchType {
	case types.JSONPatchType:
		apply = r.jsonPatch
	case types.ApplyYAMLPatchType:
		if r.body, err = yaml.YAMLToJSON(r.body); err != nil {
			return apierrors.NewBadRequest(fmt.Sprintf("error decoding patch: %v", err))
		}
	}
	return r.changeScale(func(o *unstructured.Unstructured) ([]byte, error) {
		document, _, err := apply(&unstructured.Unstructured{Object: r.scaleOf(o)})
		return document, err
	})
}

// changeScale changes the replicas of the object to those of a scale.
func (r *request) changeScale(want func(current *unstructured.Unstructured) ([]byte, error)) error {
	updated, err := r.commit(r.key(), func(current *Object) (*Object, error) {
		if current == nil {
			return nil, r.notFound()
		}
		document, err := want(current.as(r.resource))
		if err != nil {
			return nil, err
		}
		return r.changed(current, func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
			return r.scaled(current, document)
		})
	})
	if err != nil {
		return err
	}
	return writeJSON(r.w, http.StatusOK, r.scaleOf(&updated.Unstructured))
}

// scaled is an object with the replicas, and of the version, that a scale says.
func (r *request) scaled(current *unstructured.Unstructured, document []byte) (*unstructured.Unstructured, error) {
	scale := &unstructured.Unstructured{}
	if err := utiljson.Unmarshal(document, &scale.Object); err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("couldn't get version/kind; json parse error: %v", err))
	}
	if name := scale.GetName(); name != r.name {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", name, r.name))
	}
	replicas, given, err := unstructured.NestedInt64(scale.Object, "spec", "replicas")
	if err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("Scale in version %q cannot be handled as a Scale: %v", "v1", err))
	}
	if replicas < 0 {
		return nil, apierrors.NewInvalid(scaleKind.GroupKind(), r.name, field.ErrorList{
			field.Invalid(field.NewPath("spec", "replicas"), replicas, "must be greater than or equal to 0"),
		})
	}
	next := current.DeepCopy()
	next.SetResourceVersion(scale.GetResourceVersion())
	next.SetUID(scale.GetUID())
	if next.GetResourceVersion() == "" {
		next.SetResourceVersion(current.GetResourceVersion())
	}
	if given || replicas == 0 {
		if err := unstructured.SetNestedField(next.Object, replicas, r.resource.Scale.SpecReplicas...); err != nil {
			return nil, err
		}
	}
	tracked := *r
	tracked.subresource = ""
	return tracked.trackUpdate(current, next)
}
