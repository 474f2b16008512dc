package builtin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// IsNamespaces reports whether a resource is that of namespaces.
func IsNamespaces(r *kinds.Resource) bool { return r.GroupResource() == Namespaces() }

// Namespaces is the resource whose objects hold those of others.
func Namespaces() schema.GroupResource { return schema.GroupResource{Resource: "namespaces"} }

// Validate returns the rules that an object breaks. It checks the names of finalizers of all built-in kinds; frequent mistakes in config
// maps, secrets, services, pods, workloads of group apps, leases and namespaces; and errors for which definitions cannot be served. Rules
// of custom resources are in their schemas.
func Validate(r *kinds.Resource, u *unstructured.Unstructured) field.ErrorList {
	return validate(r, u, true)
}

func validate(r *kinds.Resource, u *unstructured.Unstructured, isNew bool) (errs field.ErrorList) {
	if r.Custom() {
		return nil
	}
	errs = validateFinalizers(r, u)
	spec := fieldObject(u.Object, "spec")
	switch r.GroupResource().String() {
	case "configmaps":
		errs = append(errs, validateConfigMap(u)...)
	case "secrets":
		errs = append(errs, validateSecret(u)...)
	case "services":
		errs = append(errs, validateService(spec, field.NewPath("spec"))...)
	case "pods":
		errs = append(errs, validatePodSpec(spec, field.NewPath("spec"))...)
	case "deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps":
		errs = append(errs, validateWorkload(r.Kind, u)...)
	case "leases.coordination.k8s.io":
		errs = append(errs, validateLease(spec)...)
	case "namespaces":
		finalizers, _ := spec["finalizers"].([]any)
		for i, finalizer := range finalizers {
			name, _ := finalizer.(string)
			at := field.NewPath("spec", "finalizers")
			if !isNew {
				at = at.Index(i) // as the real server does for the finalize subresource
			}
			errs = append(errs, invalidFinalizer(at, name)...)
		}
	}
	if IsDefinitions(r) {
		errs = append(errs, validateDefinition(u)...)
	}
	return errs
}

// firstOutsideMetadata returns the index of the first error that is not about the metadata: the real server checks these first.
func firstOutsideMetadata(errs field.ErrorList) int {
	for i, err := range errs {
		if !strings.HasPrefix(err.Field, "metadata.") {
			return i
		}
	}
	return len(errs)
}

// validateFinalizers returns an error for each finalizer in the metadata whose name may clash with others.
func validateFinalizers(r *kinds.Resource, u *unstructured.Unstructured) (errs field.ErrorList) {
	if r.Group == "coordination.k8s.io" { // the real server does not check those of leases
		return nil
	}
	for i, finalizer := range u.GetFinalizers() {
		errs = append(errs, invalidFinalizer(field.NewPath("metadata", "finalizers").Index(i), finalizer)...)
	}
	return errs
}

func invalidFinalizer(at *field.Path, name string) field.ErrorList {
	if strings.Contains(name, "/") || IsFinalizer(name) {
		return nil
	}
	return field.ErrorList{field.Invalid(at, name, "name is neither a standard finalizer name nor is it fully qualified")}
}

func validateLease(spec map[string]any) field.ErrorList {
	at := field.NewPath("spec")
	var errs field.ErrorList
	if seconds, ok := spec["leaseDurationSeconds"].(int64); ok && seconds <= 0 {
		errs = append(errs, field.Invalid(at.Child("leaseDurationSeconds"), seconds, "must be greater than 0"))
	}
	return append(errs, nonNegative(spec, at, "leaseTransitions")...)
}

// IsFinalizer reports whether a name without a domain is a finalizer of Kubernetes itself.
func IsFinalizer(name string) bool {
	return slices.Contains([]string{"kubernetes", "orphan", "foregroundDeletion"}, name)
}

// ValidateUpdate returns the rules that a change from current to next breaks: rules about next itself, and rules about changes.
func ValidateUpdate(r *kinds.Resource, current, next *unstructured.Unstructured) field.ErrorList {
	if IsDefinitions(r) {
		return validateDefinitionUpdate(current, next)
	}
	errs := validate(r, next, false)
	was, is := fieldObject(current.Object, "spec"), fieldObject(next.Object, "spec")
	spec := field.NewPath("spec")
	switch r.GroupResource().String() {
	case "configmaps", "secrets":
		return slices.Insert(errs, firstOutsideMetadata(errs), changedData(current, next)...)
	case "deployments.apps", "replicasets.apps", "daemonsets.apps":
		return append(errs, immutable(spec.Child("selector"), was["selector"], is["selector"])...)
	case "statefulsets.apps":
		errs = append(errs, immutable(spec.Child("selector"), was["selector"], is["selector"])...)
		if !equality.Semantic.DeepEqual(was["volumeClaimTemplates"], is["volumeClaimTemplates"]) {
			errs = append(errs, field.Invalid(spec.Child("volumeClaimTemplates"), formsOfClaims(is), "field is immutable"))
		}
		for _, name := range []string{"serviceName", "podManagementPolicy"} {
			errs = append(errs, immutable(spec.Child(name), was[name], is[name])...)
		}
	case "pods":
		return append(errs, changedPodSpec(was, is)...)
	case "services":
		return append(changedClusterIP(was, is), errs...)
	}
	return errs
}

// KeepInStatus copies to next the parts of the status that an update of the status does not change: those of pods that old clients leave
// out.
func KeepInStatus(r *kinds.Resource, current, next *unstructured.Unstructured) {
	if r.GroupResource().String() == "pods" {
		keepPodStatus(fieldObject(current.Object, "status"), child(next.Object, "status"))
	}
}

// ValidateStatusUpdate returns the rules that a change of the status breaks.
func ValidateStatusUpdate(r *kinds.Resource, current, next *unstructured.Unstructured) field.ErrorList {
	errs := validateFinalizers(r, next)
	status, at := fieldObject(next.Object, "status"), field.NewPath("status")
	switch r.GroupResource().String() {
	case "pods":
		return append(errs, validatePodStatus(current, next)...)
	case "namespaces":
		phase, only, when := text(status, "phase"), "Active", "empty"
		if next.GetDeletionTimestamp() != nil {
			only, when = "Terminating", "not empty"
		}
		if phase != only {
			return append(errs, field.Invalid(at.Child("Phase"), phase, fmt.Sprintf("may only be '%s' if `deletionTimestamp` is %s", only, when)))
		}
	case "services":
		ingress, _ := fieldObject(status, "loadBalancer")["ingress"].([]any)
		if len(ingress) > 0 && text(fieldObject(next.Object, "spec"), "type") != "LoadBalancer" {
			return append(errs, field.Forbidden(at.Child("loadBalancer", "ingress"), "may only be used when `spec.type` is 'LoadBalancer'"))
		}
	case "deployments.apps", "statefulsets.apps", "replicasets.apps":
		return append(errs, validateReplicas(r.Kind, status, at)...)
	}
	return errs
}

// CountsAnnotations reports whether a change of annotations increases the generation of a resource's objects. It does for deployments,
// which copy their annotations to replica sets.
func CountsAnnotations(r *kinds.Resource) bool {
	return r.GroupResource().String() == "deployments.apps"
}

// KeepOnUpdate copies to next what an update of the resource does not change: the finalizers in the spec of a namespace, which only the
// subresource finalize changes, and the fields of a pod that admission has set.
func KeepOnUpdate(r *kinds.Resource, current, next *unstructured.Unstructured) {
	if r.GroupResource().String() == "pods" {
		spec, was := child(next.Object, "spec"), fieldObject(current.Object, "spec")
		for _, name := range []string{"priority", "preemptionPolicy"} {
			if was[name] != nil {
				put(spec, name, was[name])
			}
		}
		tolerate(spec)
	}
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

// HasFinalizersInSpec reports whether a namespace has finalizers in its spec, which hold it until its content is deleted.
func HasFinalizersInSpec(namespace *unstructured.Unstructured) bool {
	finalizers, _, _ := unstructured.NestedSlice(namespace.Object, "spec", "finalizers")
	return len(finalizers) > 0
}

// GracePeriod returns the grace period of a deletion in seconds. asked is the client's, nil if it gave none. Only pods that run on a node
// have a grace period.
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
