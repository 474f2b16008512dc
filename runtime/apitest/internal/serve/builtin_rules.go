package serve

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// The real server has rules for each built-in kind. These are the ones that clients stumble over most; the others are not
// checked.

// maxData is how much a config map or secret may hold.
const maxData = 1 << 20

// validateBuiltin returns the rules that an object of a built-in kind breaks.
func validateBuiltin(r *kinds.Resource, u *unstructured.Unstructured) (errs field.ErrorList) {
	if r.Custom() {
		return nil
	}
	known := []string{"kubernetes", "orphan", "foregroundDeletion"}
	for i, finalizer := range u.GetFinalizers() {
		if !strings.Contains(finalizer, "/") && !slices.Contains(known, finalizer) {
			errs = append(errs, field.Invalid(field.NewPath("metadata", "finalizers").Index(i), finalizer, "name is neither a standard finalizer name nor is it fully qualified"))
		}
	}
	if name := r.GroupResource().String(); name == "configmaps" || name == "secrets" {
		size := 0
		for _, part := range []string{"data", "binaryData"} {
			values, _ := u.Object[part].(map[string]any)
			for _, value := range values {
				text, _ := value.(string)
				size += len(text)
			}
		}
		if size > maxData {
			errs = append(errs, field.TooLong(field.NewPath(""), "", maxData))
		}
	}
	return errs
}

// validateBuiltinUpdate returns the rules that a change of an object of a built-in kind breaks.
func validateBuiltinUpdate(r *kinds.Resource, current, next *unstructured.Unstructured) (errs field.ErrorList) {
	switch r.GroupResource().String() {
	case "configmaps", "secrets":
		if immutable, _, _ := unstructured.NestedBool(current.Object, "immutable"); !immutable {
			return nil
		}
		if still, _, _ := unstructured.NestedBool(next.Object, "immutable"); !still {
			errs = append(errs, field.Forbidden(field.NewPath("immutable"), "field is immutable when `immutable` is set"))
		}
		for _, part := range []string{"data", "binaryData"} {
			if !equality.Semantic.DeepEqual(current.Object[part], next.Object[part]) {
				errs = append(errs, field.Forbidden(field.NewPath(part), "field is immutable when `immutable` is set"))
			}
		}
	case "deployments.apps", "replicasets.apps", "daemonsets.apps":
		was, _, _ := unstructured.NestedFieldNoCopy(current.Object, "spec", "selector")
		is, _, _ := unstructured.NestedFieldNoCopy(next.Object, "spec", "selector")
		if !equality.Semantic.DeepEqual(was, is) {
			errs = append(errs, field.Invalid(field.NewPath("spec", "selector"), is, "field is immutable"))
		}
	}
	return errs
}
