package serve

import (
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
)

// apply is server-side apply. It sets the fields of the body, which the manager then owns. It removes fields that only the manager owned
// and that are no longer in the body.
func (r *request) apply() error {
	manager, err := r.fieldManager()
	if err != nil {
		return err
	}
	return r.change(r.subresource == "" || r.resource.CreateOnUpdate, func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		r.warnings = nil
		wanted, err := r.readApply()
		if err != nil {
			return nil, err
		}
		if r.scalesCustom() && len(current.GetManagedFields()) == 0 {
			return nil, errUnownedScale
		}
		applied, err := manager.Apply(current, wanted, r.write.manager, r.write.force)
		if err != nil {
			return nil, err
		}
		if _, owns := wanted.Object["spec"]; owns && r.scalesCustom() {
			return nil, errAppliedScale(wanted)
		}
		next, err := r.fresh(applied.(*unstructured.Unstructured), wanted.GetNamespace())
		if err != nil {
			return nil, err
		}
		if err := r.checkRepeated(); err != nil {
			return nil, err
		}
		return next, r.samePlace(next)
	})
}

func (r *request) readApply() (*unstructured.Unstructured, error) {
	u := &unstructured.Unstructured{Object: map[string]any{}}
	if err := yaml.Unmarshal(r.body, &u.Object); err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("error decoding patch: %v", err))
	}
	if u.Object == nil {
		u.Object = map[string]any{}
	}
	return u, nil
}

// checkRepeated refuses a body with repeated fields, or warns of them, as the request's field validation says.
func (r *request) checkRepeated() error {
	if r.write.lenient() {
		return nil
	}
	err := yaml.UnmarshalStrict(r.body, &map[string]any{})
	if err == nil {
		return nil
	}
	if r.write.validation == metav1.FieldValidationStrict {
		return apierrors.NewBadRequest(fmt.Sprintf("error strict decoding patch: %v", err))
	}
	r.warn([]error{err})
	return nil
}

// fresh returns an object as it is stored. It shares nothing with the current object, as the field manager's result may. An error
// names the namespace in the body.
func (r *request) fresh(applied *unstructured.Unstructured, namespace string) (*unstructured.Unstructured, error) {
	if r.resource.Schema != nil { // violations of the schema are refused later, not dropped
		next := applied.DeepCopy()
		r.resource.Schema.Default(next.Object)
		encode.DropBadMetadata(next.Object)
		_, _ = r.resource.Schema.PruneEmbedded(next.Object) // validation reports the error again
		return next, nil
	}
	data, err := json.Marshal(applied.Object)
	if err != nil {
		return nil, err
	}
	next, _, err := r.codec().Read(data, false)
	if err != nil {
		gvk := r.resource.GroupVersionKind
		return nil, fmt.Errorf("failed to convert new object (%s/%s; %s) to proper version: unable to convert unstructured object to %s: %w",
			namespace, applied.GetName(), gvk, gvk, r.codec().ConvertError(applied.Object, err))
	}
	return next, nil
}
