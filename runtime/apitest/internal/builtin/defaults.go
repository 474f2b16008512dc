package builtin

import (
	"encoding/base64"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// SetDefaults fills in the fields that the real server fills in, as far as clients commonly rely on them: those of namespaces,
// definitions, pods, secrets, services and the workloads of group apps. Defaults of custom resources come from their schema.
func SetDefaults(r *kinds.Resource, u *unstructured.Unstructured) {
	switch r.GroupResource().String() {
	case "namespaces":
		labelNamespace(u)
	case "customresourcedefinitions.apiextensions.k8s.io":
		defaultDefinition(u)
	case "pods":
		spec := child(u.Object, "spec")
		defaultPod(spec)
		put(spec, "enableServiceLinks", true)
	case "secrets":
		put(u.Object, "type", "Opaque")
		encodeStrings(u)
	case "services":
		defaultService(child(u.Object, "spec"))
	case "deployments.apps":
		defaultDeployment(child(u.Object, "spec"))
	case "replicasets.apps", "statefulsets.apps":
		put(child(u.Object, "spec"), "replicas", int64(1))
		defaultTemplate(child(u.Object, "spec"))
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

// put sets a field that is missing, null or the empty string.
func put(object map[string]any, name string, value any) {
	if have := object[name]; have == nil || have == "" {
		object[name] = value
	}
}

// SetFirstStatus gives a new object the status that the real server gives it: a phase to pods and namespaces. A namespace
// also gets the finalizer that holds it until its content is gone.
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
		put(child(u.Object, "status"), "phase", "Pending")
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

func defaultPod(spec map[string]any) {
	put(spec, "restartPolicy", "Always")
	put(spec, "dnsPolicy", "ClusterFirst")
	put(spec, "terminationGracePeriodSeconds", int64(30))
	put(spec, "schedulerName", "default-scheduler")
	put(spec, "securityContext", map[string]any{})
	for _, field := range []string{"containers", "initContainers"} {
		list, _ := spec[field].([]any)
		for _, each := range list {
			container, ok := each.(map[string]any)
			if !ok {
				continue
			}
			put(container, "terminationMessagePath", "/dev/termination-log")
			put(container, "terminationMessagePolicy", "File")
			put(container, "imagePullPolicy", pullPolicy(container["image"]))
			eachPort(container, func(port map[string]any) { put(port, "protocol", "TCP") })
		}
	}
}

// pullPolicy returns IfNotPresent for an image with a tag other than latest or a digest, and Always for the others.
func pullPolicy(image any) string {
	name, _ := image.(string)
	for i := len(name) - 1; i >= 0 && name[i] != '/'; i-- {
		if name[i] == ':' && name[i:] != ":latest" || name[i] == '@' {
			return "IfNotPresent"
		}
	}
	return "Always"
}

// eachPort calls do for every port that the object lists.
func eachPort(object map[string]any, do func(map[string]any)) {
	list, _ := object["ports"].([]any)
	for _, each := range list {
		if port, ok := each.(map[string]any); ok {
			do(port)
		}
	}
}

func defaultService(spec map[string]any) {
	put(spec, "type", "ClusterIP")
	put(spec, "sessionAffinity", "None")
	if spec["type"] != "ExternalName" {
		put(spec, "internalTrafficPolicy", "Cluster")
	}
	eachPort(spec, func(port map[string]any) {
		put(port, "protocol", "TCP")
		if target, ok := port["targetPort"].(int64); port["targetPort"] == nil || ok && target == 0 {
			port["targetPort"] = port["port"]
		}
	})
}

func defaultDeployment(spec map[string]any) {
	put(spec, "replicas", int64(1))
	put(spec, "revisionHistoryLimit", int64(10))
	put(spec, "progressDeadlineSeconds", int64(600))
	strategy := child(spec, "strategy")
	put(strategy, "type", "RollingUpdate")
	if strategy["type"] == "RollingUpdate" {
		rolling := child(strategy, "rollingUpdate")
		put(rolling, "maxUnavailable", "25%")
		put(rolling, "maxSurge", "25%")
	}
	defaultTemplate(spec)
}

// defaultTemplate fills in the defaults of the pods that a workload makes.
func defaultTemplate(spec map[string]any) {
	if template, ok := spec["template"].(map[string]any); ok {
		defaultPod(child(template, "spec"))
	}
}
