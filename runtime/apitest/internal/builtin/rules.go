package builtin

import (
	"errors"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// maxData is how many bytes a config map or secret may hold.
const maxData = 1 << 20

// IsNamespaces reports whether a resource is the namespaces.
func IsNamespaces(r *kinds.Resource) bool { return r.GroupResource() == Namespaces() }

// Namespaces is the resource whose objects hold those of others.
func Namespaces() schema.GroupResource { return schema.GroupResource{Resource: "namespaces"} }

// Validate returns the rules that an object breaks: of all built-in kinds the names of finalizers, of config maps and secrets
// their size, of definitions what makes them impossible to serve. Rules of custom resources stand in their schema.
func Validate(r *kinds.Resource, u *unstructured.Unstructured) (errs field.ErrorList) {
	if r.Custom() {
		return nil
	}
	for i, finalizer := range u.GetFinalizers() {
		if !strings.Contains(finalizer, "/") && !IsFinalizer(finalizer) {
			errs = append(errs, field.Invalid(field.NewPath("metadata", "finalizers").Index(i), finalizer, "name is neither a standard finalizer name nor is it fully qualified"))
		}
	}
	switch r.GroupResource().String() {
	case "configmaps", "secrets":
		if dataSize(u) > maxData {
			errs = append(errs, field.TooLong(field.NewPath(""), "", maxData))
		}
	}
	if IsDefinitions(r) {
		errs = append(errs, validateDefinition(u)...)
	}
	return errs
}

// IsFinalizer reports whether a name without a domain is a finalizer of Kubernetes itself.
func IsFinalizer(name string) bool {
	return slices.Contains([]string{"kubernetes", "orphan", "foregroundDeletion"}, name)
}

// dataSize counts the values as they are stored: those of a secret are encoded.
func dataSize(u *unstructured.Unstructured) (size int) {
	for _, part := range []string{"data", "binaryData"} {
		values, _ := u.Object[part].(map[string]any)
		for _, value := range values {
			text, _ := value.(string)
			size += len(text)
		}
	}
	return size
}

// ValidateUpdate returns the rules that a change breaks: the data of immutable config maps and secrets and the selectors of
// deployments, replica sets and daemon sets stay as they are.
func ValidateUpdate(r *kinds.Resource, current, next *unstructured.Unstructured) (errs field.ErrorList) {
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

// KeepOnUpdate gives next what an update of the resource itself leaves as it is: the finalizers in the spec of a namespace, which
// only the subresource finalize changes.
func KeepOnUpdate(r *kinds.Resource, current, next *unstructured.Unstructured) {
	if !IsNamespaces(r) {
		return
	}
	if finalizers, ok, _ := unstructured.NestedFieldCopy(current.Object, "spec", "finalizers"); ok {
		child(next.Object, "spec")["finalizers"] = finalizers
	} else {
		delete(child(next.Object, "spec"), "finalizers")
	}
}

// CheckDelete refuses to delete the namespaces that every cluster needs.
func CheckDelete(r *kinds.Resource, name string) error {
	if IsNamespaces(r) && slices.Contains([]string{"default", "kube-system", "kube-public"}, name) {
		return apierrors.NewForbidden(r.GroupResource(), name, errors.New("this namespace may not be deleted"))
	}
	return nil
}

// HasFinalizersInSpec reports whether a namespace waits for its content to go: the finalizers that say so stand in its spec.
func HasFinalizersInSpec(namespace *unstructured.Unstructured) bool {
	finalizers, _, _ := unstructured.NestedSlice(namespace.Object, "spec", "finalizers")
	return len(finalizers) > 0
}

// GracePeriod is how many seconds a deleted object has to end; asked, if not nil, is what the client gives it. Only pods
// that run on a node have any.
func GracePeriod(r *kinds.Resource, u *unstructured.Unstructured, asked *int64) int64 {
	if !r.Graceful {
		return 0
	}
	node, _, _ := unstructured.NestedString(u.Object, "spec", "nodeName")
	phase, _, _ := unstructured.NestedString(u.Object, "status", "phase")
	grace, given, _ := unstructured.NestedInt64(u.Object, "spec", "terminationGracePeriodSeconds")
	if asked != nil {
		grace, given = *asked, true
	}
	switch {
	case node == "", phase == "Succeeded", phase == "Failed", !given:
		return 0
	case grace < 0:
		return 1
	}
	return grace
}
