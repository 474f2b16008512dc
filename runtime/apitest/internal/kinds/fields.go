package kinds

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// builtinFields returns the field labels of built-in kinds, for kinds with labels other than metadata.name and metadata.namespace.
var builtinFields = map[schema.GroupKind][]string{
	{Kind: "Pod"}: {
		"spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
		"status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
	},
	{Kind: "Node"}:                  {"spec.unschedulable"},
	{Kind: "ReplicationController"}: {"status.replicas"},
	{Kind: "Event"}: {
		"involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
		"involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
	},
	{Kind: "Namespace"}:           {"status.phase"},
	{Kind: "Secret"}:              {"type"},
	{Kind: "Service"}:             {"spec.clusterIP", "spec.type"},
	{Group: "batch", Kind: "Job"}: {"status.successful"},
	{Group: "certificates.k8s.io", Kind: "CertificateSigningRequest"}: {"spec.signerName"},
	{Group: "resource.k8s.io", Kind: "ResourceSlice"}:                 {"spec.nodeName", "spec.driver", "spec.pool.name"},
	{Group: "certificates.k8s.io", Kind: "PodCertificateRequest"}:     {"spec.signerName", "spec.podName", "spec.nodeName"},
	{Group: "certificates.k8s.io", Kind: "ClusterTrustBundle"}:        {"spec.signerName"},
}

// nowhereInNamespaces reports whether the resource is a built-in one whose field selectors do not support metadata.namespace.
func (r *Resource) nowhereInNamespaces() bool {
	return r.builtin && r.ClusterScoped && builtinFields[r.GroupKind()] != nil
}

// CheckField returns an error with the real server's message for a field label that selectors of the resource do not support.
func (r *Resource) CheckField(label string) error {
	if label == "metadata.name" || label == "metadata.namespace" && !r.nowhereInNamespaces() {
		return nil
	}
	if r.Custom() {
		if slices.Contains(r.SelectableFields, label) {
			return nil
		}
		return fmt.Errorf("field label not supported: %s", label)
	}
	fields, special := builtinFields[r.GroupKind()]
	if slices.Contains(fields, label) {
		return nil
	}
	switch {
	case r.Kind == "Job":
		return fmt.Errorf("field label %q not supported for Job", label)
	case special:
		return fmt.Errorf("field label not supported: %s", label)
	}
	return fmt.Errorf("%q is not a known field selector: only %q, %q", label, "metadata.name", "metadata.namespace")
}

// FieldValue returns the value of a supported field label in an object, as text; empty if the object has no such field. Some labels of
// built-in resources are not paths, or have a default.
func (r *Resource) FieldValue(o *unstructured.Unstructured, label string) string {
	value, found, _ := unstructured.NestedFieldNoCopy(o.Object, r.fieldPath(label)...)
	switch {
	case !found && r.builtin && (label == "spec.unschedulable" || label == "spec.hostNetwork"):
		return "false"
	case !found && r.builtin && (label == "status.replicas" || label == "status.successful"):
		return "0"
	case !found || value == nil:
		return ""
	}
	return fmt.Sprint(value)
}

func (r *Resource) fieldPath(label string) []string {
	switch {
	case r.builtin && label == "source":
		return []string{"source", "component"}
	case r.builtin && label == "status.podIPs": // a list, for which the real server returns nothing
		return []string{"status", "podIPs", ""}
	}
	return strings.Split(label, ".")
}
