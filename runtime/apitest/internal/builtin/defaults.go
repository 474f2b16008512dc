package builtin

import (
	"encoding/base64"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// SetDefaults fills in the fields that the real server fills in, as far as clients commonly rely on them: those of namespaces,
// definitions, pods, secrets, services, the workloads of group apps and persistent volume claims. Defaults of custom resources come from their schema.
func SetDefaults(r *kinds.Resource, u *unstructured.Unstructured) {
	switch r.GroupResource().String() {
	case "namespaces":
		labelNamespace(u)
		if status := fieldObject(u.Object, "status"); status != nil {
			put(status, "phase", "Active")
		}
	case "customresourcedefinitions.apiextensions.k8s.io":
		defaultDefinition(u)
	case "pods":
		spec := child(u.Object, "spec")
		defaultPodSpec(spec)
		defaultPod(spec)
		defaultAddresses(fieldObject(u.Object, "status"))
	case "secrets":
		put(u.Object, "type", "Opaque")
		encodeStrings(u)
	case "services":
		defaultService(child(u.Object, "spec"))
		defaultBalancers(u.Object)
	case "deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps":
		defaultWorkload(r.Kind, child(u.Object, "spec"))
	case "persistentvolumeclaims":
		defaultClaim(u.Object)
	}
}

// child returns the object in a field, and makes an empty one if the field holds none.
func child(object map[string]any, name string) map[string]any {
	inner, ok := object[name].(map[string]any)
	if !ok {
		inner = map[string]any{}
		object[name] = inner
	}
	return inner
}

// put sets a field if it is missing, null or empty.
func put(object map[string]any, name string, value any) {
	if have := object[name]; have == nil || have == "" {
		object[name] = value
	}
}

// SetFirstStatus gives a new object the status that the real server gives it: a phase to pods and namespaces. A namespace
// also gets the finalizer that holds it until its content is gone, a pod its class of service and what admission gives it.
func SetFirstStatus(r *kinds.Resource, u *unstructured.Unstructured) {
	switch r.GroupResource().String() {
	case "namespaces":
		spec := child(u.Object, "spec")
		finalizers, _ := spec["finalizers"].([]any)
		if !slices.Contains(finalizers, any("kubernetes")) {
			spec["finalizers"] = append(slices.Clone(finalizers), "kubernetes")
		}
		u.Object["status"] = map[string]any{"phase": "Active"}
	case "pods":
		tolerate(child(u.Object, "spec"))
		status := child(u.Object, "status")
		put(status, "phase", "Pending")
		put(status, "qosClass", quality(child(u.Object, "spec")))
	}
}

// encodeStrings moves a secret's stringData to its data, encoded.
func encodeStrings(u *unstructured.Unstructured) {
	strings, _ := u.Object["stringData"].(map[string]any)
	delete(u.Object, "stringData")
	for name, value := range strings {
		if text, ok := value.(string); ok {
			child(u.Object, "data")[name] = base64.StdEncoding.EncodeToString([]byte(text))
		}
	}
}

// labelNamespace sets the label by which selectors find a namespace by its name.
func labelNamespace(u *unstructured.Unstructured) {
	if u.GetName() == "" {
		return
	}
	labels := u.GetLabels()
	if labels == nil {
		labels = map[string]string{}
	}
	labels["kubernetes.io/metadata.name"] = u.GetName()
	u.SetLabels(labels)
}
