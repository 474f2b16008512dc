package serve

import (
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// apply is server-side apply. The object gets the fields in the body, and the manager owns them. Fields that the manager
// alone owned and that are not in the body any longer are removed.
func (r *request) apply() error {
	manager, err := r.fieldManager()
	if err != nil {
		return err
	}
	return r.change(r.subresource == "", func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		r.warnings = nil
		wanted, err := r.readApply()
		if err != nil {
			return nil, err
		}
		applied, err := manager.Apply(current, wanted, r.write.manager, r.write.force)
		if err != nil {
			return nil, err
		}
		if err := r.checkRepeated(); err != nil {
			return nil, err
		}
		next, err := r.fresh(applied.(*unstructured.Unstructured))
		if err != nil {
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
	u.Object, _ = wholeNumbers(u.Object).(map[string]any)
	if u.Object == nil {
		u.Object = map[string]any{}
	}
	return u, nil
}

// wholeNumbers turns floating-point numbers without a fraction into int64: YAML reads all numbers as floating point.
func wholeNumbers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			value[key] = wholeNumbers(inner)
		}
	case []any:
		for i, inner := range value {
			value[i] = wholeNumbers(inner)
		}
	case float64:
		if whole := int64(value); float64(whole) == value {
			return whole
		}
	}
	return value
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

// fresh returns an object as it is stored. The field manager's result may share content with the current object; the returned
// one shares nothing.
func (r *request) fresh(applied *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	data, err := json.Marshal(applied.Object)
	if err != nil {
		return nil, err
	}
	next, _, err := r.codec().Read(data, false)
	if err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", r.resource.Kind, r.resource.Version, r.resource.Kind, err))
	}
	return next, nil
}
