package serve

import (
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
)

// scale shows and changes how many replicas an object is to have.
func (r *request) scale() error {
	switch r.http.Method {
	case http.MethodGet:
		o := r.api.storage.Get(r.groupResource(), r.key())
		if o == nil {
			return r.notFound()
		}
		return encode.WriteJSON(r.w, http.StatusOK, encode.ScaleOf(r.resource, &o.Unstructured))
	case http.MethodPut:
		if err := r.readUpdate(); err != nil {
			return err
		}
		return r.changeScale(func(*unstructured.Unstructured) ([]byte, error) { return r.bodyJSON() })
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
	apply := r.mergePatch // strategic patches and applies merge a scale in the same way: it has no lists
	switch patchType {
	case types.JSONPatchType:
		apply = r.jsonPatch
	case types.ApplyYAMLPatchType:
		if r.body, err = yaml.YAMLToJSON(r.body); err != nil {
			return apierrors.NewBadRequest(fmt.Sprintf("error decoding patch: %v", err))
		}
	}
	return r.changeScale(func(o *unstructured.Unstructured) ([]byte, error) {
		document, _, err := apply(&unstructured.Unstructured{Object: encode.ScaleOf(r.resource, o)})
		return document, err
	})
}

// changeScale gives the object the replicas of the scale that want returns.
func (r *request) changeScale(want func(current *unstructured.Unstructured) ([]byte, error)) error {
	updated, err := r.commit(r.key(), func(current *encode.Object) (*encode.Object, error) {
		if current == nil {
			return nil, r.notFound()
		}
		document, err := want(current.In(r.resource))
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
	return encode.WriteJSON(r.w, http.StatusOK, encode.ScaleOf(r.resource, &updated.Unstructured))
}

// scaled returns the object with the replicas of a scale, and with its version, which is checked later.
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
		return nil, apierrors.NewInvalid(encode.ScaleKind().GroupKind(), r.name, field.ErrorList{
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
