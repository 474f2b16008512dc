package kinds

import (
	"math"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Scale has the paths of the fields that the scale subresource shows.
type Scale struct {
	SpecReplicas, StatusReplicas, LabelSelector []string
}

// Validate returns an error if the scale of a custom object cannot be shown.
func (s *Scale) Validate(object map[string]any) field.ErrorList {
	return append(validateReplicas(object, s.SpecReplicas), s.ValidateStatus(object)...)
}

// ValidateStatus is Validate without the replicas that are asked for.
func (s *Scale) ValidateStatus(object map[string]any) field.ErrorList {
	errs := validateReplicas(object, s.StatusReplicas)
	if s.LabelSelector != nil {
		if text, _, err := unstructured.NestedString(object, s.LabelSelector...); err != nil {
			errs = append(errs, field.Invalid(field.NewPath("."+strings.Join(s.LabelSelector, ".")), text, err.Error()))
		}
	}
	return errs
}

func validateReplicas(object map[string]any, path []string) field.ErrorList {
	at := field.NewPath("." + strings.Join(path, "."))
	replicas, _, err := unstructured.NestedInt64(object, path...)
	switch {
	case err != nil:
		return field.ErrorList{field.Invalid(at, replicas, err.Error())}
	case replicas < 0:
		return field.ErrorList{field.Invalid(at, replicas, "should be a non-negative integer")}
	case replicas > math.MaxInt32:
		return field.ErrorList{field.Invalid(at, replicas, "should be less than or equal to 2147483647")}
	}
	return nil
}
