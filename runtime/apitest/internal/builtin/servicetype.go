package builtin

import (
	"maps"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// What of a service depends on its type.

func hasAddress(spec map[string]any) bool { return text(spec, "type") != "ExternalName" }

func hasNodePorts(spec map[string]any) bool {
	return text(spec, "type") == "NodePort" || isBalanced(spec)
}

func isBalanced(spec map[string]any) bool { return text(spec, "type") == "LoadBalancer" }

func hasHealthCheck(spec map[string]any) bool {
	return isBalanced(spec) && text(spec, "externalTrafficPolicy") == "Local"
}

// isReachable reports whether a service can be reached from outside of its cluster.
func isReachable(spec map[string]any) bool {
	external, _ := spec["externalIPs"].([]any)
	return hasNodePorts(spec) || text(spec, "type") == "ClusterIP" && len(external) > 0
}

// defaultBalancers says how a load balancer treats its address.
func defaultBalancers(service map[string]any) {
	if !isBalanced(fieldObject(service, "spec")) {
		return
	}
	each(fieldObject(fieldObject(service, "status"), "loadBalancer"), "ingress", func(_ int, ingress map[string]any) {
		if text(ingress, "ip") != "" && ingress["ipMode"] == nil {
			ingress["ipMode"] = "VIP"
		}
	})
}

// dropByType removes from a service what its old type had and its new type does not have. What the update has changed stays, so
// that it is refused.
func dropByType(current, next *unstructured.Unstructured) {
	was, is := fieldObject(current.Object, "spec"), fieldObject(next.Object, "spec")
	drop := func(has func(spec map[string]any) bool, names ...string) {
		if !has(was) || has(is) {
			return
		}
		for _, name := range names {
			if !equality.Semantic.DeepEqual(was[name], is[name]) {
				return
			}
		}
		for _, name := range names {
			delete(is, name)
		}
	}
	drop(hasAddress, "clusterIP", "clusterIPs")
	drop(hasAddress, "ipFamilies")
	drop(hasAddress, "ipFamilyPolicy")
	if hasNodePorts(was) && !hasNodePorts(is) {
		dropNodePorts(was, is)
	}
	drop(hasHealthCheck, "healthCheckNodePort")
	drop(isBalanced, "allocateLoadBalancerNodePorts")
	drop(isBalanced, "loadBalancerClass")
	drop(isReachable, "externalTrafficPolicy")
	if status := maps.Clone(fieldObject(next.Object, "status")); status != nil && !isBalanced(is) { // a copy, for it is current's, too
		status["loadBalancer"] = map[string]any{}
		next.Object["status"] = status
	}
}

// dropNodePorts removes the node ports of a service, unless one of them is new.
func dropNodePorts(was, is map[string]any) {
	old := map[any]bool{nil: true}
	each(was, "ports", func(_ int, port map[string]any) { old[port["nodePort"]] = true })
	same := true
	each(is, "ports", func(_ int, port map[string]any) { same = same && old[port["nodePort"]] })
	if same {
		each(is, "ports", func(_ int, port map[string]any) { delete(port, "nodePort") })
	}
}
