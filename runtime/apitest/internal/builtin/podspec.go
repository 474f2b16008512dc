package builtin

import (
	"slices"

	apiresource "k8s.io/apimachinery/pkg/api/resource"
)

// defaultPodSpec fills in the defaults of pods and of the templates of workloads.
func defaultPodSpec(spec map[string]any) {
	put(spec, "restartPolicy", "Always")
	put(spec, "dnsPolicy", "ClusterFirst")
	put(spec, "terminationGracePeriodSeconds", int64(30))
	put(spec, "schedulerName", "default-scheduler")
	put(spec, "securityContext", map[string]any{})
	if account := text(spec, "serviceAccountName"); account != "" {
		spec["serviceAccount"] = account
	} else if account := text(spec, "serviceAccount"); account != "" {
		spec["serviceAccountName"] = account
	}
	for _, field := range []string{"containers", "initContainers", "ephemeralContainers"} {
		each(spec, field, func(_ int, container map[string]any) { defaultContainer(container) })
	}
	each(spec, "volumes", func(_ int, volume map[string]any) { defaultVolume(volume) })
}

// defaultPod fills in the defaults that pods have and templates do not.
func defaultPod(spec map[string]any) {
	put(spec, "enableServiceLinks", true)
	if grace, ok := spec["terminationGracePeriodSeconds"].(int64); ok && grace < 0 {
		spec["terminationGracePeriodSeconds"] = int64(1)
	}
	for _, field := range []string{"containers", "initContainers"} {
		each(spec, field, func(_ int, container map[string]any) {
			resources := fieldObject(container, "resources")
			for name, limit := range fieldObject(resources, "limits") {
				put(child(resources, "requests"), name, limit)
			}
			each(container, "ports", func(_ int, port map[string]any) {
				if spec["hostNetwork"] == true {
					put(port, "hostPort", port["containerPort"])
				}
			})
		})
	}
}

func defaultContainer(container map[string]any) {
	put(container, "terminationMessagePath", "/dev/termination-log")
	put(container, "terminationMessagePolicy", "File")
	put(container, "imagePullPolicy", pullPolicy(container["image"]))
	each(container, "ports", func(_ int, port map[string]any) { put(port, "protocol", "TCP") })
	for _, name := range []string{"livenessProbe", "readinessProbe", "startupProbe"} {
		if probe := fieldObject(container, name); probe != nil {
			defaultProbe(probe)
		}
	}
	for _, name := range []string{"postStart", "preStop"} {
		defaultHTTPGet(fieldObject(fieldObject(fieldObject(container, "lifecycle"), name), "httpGet"))
	}
	each(container, "env", func(_ int, env map[string]any) {
		if ref := fieldObject(fieldObject(env, "valueFrom"), "fieldRef"); ref != nil {
			put(ref, "apiVersion", "v1")
		}
	})
}

func defaultProbe(probe map[string]any) {
	for name, value := range map[string]int64{"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3} {
		if have, _ := probe[name].(int64); have == 0 {
			probe[name] = value
		}
	}
	defaultHTTPGet(fieldObject(probe, "httpGet"))
	if grpc := fieldObject(probe, "grpc"); grpc != nil && grpc["service"] == nil {
		grpc["service"] = ""
	}
}

func defaultHTTPGet(get map[string]any) {
	if get == nil {
		return
	}
	put(get, "path", "/")
	put(get, "scheme", "HTTP")
}

// defaultMode is the mode of files in volumes of config maps, secrets and the like: 0644.
const defaultMode = int64(0o644)

func defaultVolume(volume map[string]any) {
	sources := 0
	for name, source := range volume {
		if name != "name" && source != nil {
			sources++
		}
	}
	if sources == 0 {
		volume["emptyDir"] = map[string]any{}
	}
	for _, name := range []string{"configMap", "secret", "downwardAPI", "projected"} {
		if source := fieldObject(volume, name); source != nil {
			put(source, "defaultMode", defaultMode)
		}
	}
	each(fieldObject(volume, "projected"), "sources", func(_ int, source map[string]any) {
		if token := fieldObject(source, "serviceAccountToken"); token != nil {
			put(token, "expirationSeconds", int64(3600))
		}
	})
	if path := fieldObject(volume, "hostPath"); path != nil && path["type"] == nil {
		path["type"] = ""
	}
}

// pullPolicy returns IfNotPresent for an image with a tag other than latest or a digest, and for no image. It returns Always for the others.
func pullPolicy(image any) string {
	name, _ := image.(string)
	if name == "" {
		return "IfNotPresent"
	}
	for i := len(name) - 1; i >= 0 && name[i] != '/'; i-- {
		if name[i] == ':' && name[i:] != ":latest" || name[i] == '@' {
			return "IfNotPresent"
		}
	}
	return "Always"
}

// tolerate sets the tolerations for nodes that are not ready or unreachable, as a cluster's admission does.
func tolerate(spec map[string]any) {
	tolerations, _ := spec["tolerations"].([]any)
	tolerations = slices.Clone(tolerations)
	for _, key := range []string{"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"} {
		if !tolerates(tolerations, key) {
			tolerations = append(tolerations, map[string]any{
				"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": int64(300),
			})
		}
	}
	spec["tolerations"] = tolerations
}

// tolerates reports whether a toleration matches a taint, or all taints.
func tolerates(tolerations []any, key string) bool {
	return slices.ContainsFunc(tolerations, func(each any) bool {
		toleration, _ := each.(map[string]any)
		has, effect := text(toleration, "key"), text(toleration, "effect")
		return (has == key || has == "") && (effect == "NoExecute" || effect == "")
	})
}

// quality returns the QoS class of a pod, which follows from the requests and limits of its containers.
func quality(spec map[string]any) string {
	class := ""
	for _, field := range []string{"initContainers", "containers"} {
		each(spec, field, func(_ int, container map[string]any) {
			own := containerQuality(fieldObject(container, "resources"))
			if class != "" && class != own {
				own = "Burstable"
			}
			class = own
		})
	}
	if class == "" {
		return "BestEffort"
	}
	return class
}

func containerQuality(resources map[string]any) string {
	requests, limits := amounts(fieldObject(resources, "requests")), amounts(fieldObject(resources, "limits"))
	if len(requests)+len(limits) == 0 {
		return "BestEffort"
	}
	for _, name := range []string{"cpu", "memory"} {
		limit, limited := limits[name]
		if request, asked := requests[name]; !limited || asked && request.Cmp(limit) != 0 {
			return "Burstable"
		}
	}
	return "Guaranteed"
}

// amounts returns the amounts of CPU and memory that are not zero.
func amounts(content map[string]any) map[string]apiresource.Quantity {
	found := map[string]apiresource.Quantity{}
	for _, name := range []string{"cpu", "memory"} {
		if quantity, err := apiresource.ParseQuantity(text(content, name)); err == nil && quantity.Sign() > 0 {
			found[name] = quantity
		}
	}
	return found
}
