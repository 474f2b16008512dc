package builtin

import (
	"maps"
	"net/netip"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// defaultAddresses keeps the first address of a pod and of its node in the lists of all addresses. If a pod's address and its list differ,
// the address counts.
func defaultAddresses(status map[string]any) {
	if ip := text(status, "hostIP"); ip != "" && status["hostIPs"] == nil {
		status["hostIPs"] = []any{map[string]any{"ip": ip}}
	}
	ip, ips := text(status, "podIP"), addresses(status, "podIPs")
	switch {
	case ip == "" && len(ips) > 0:
		status["podIP"] = ips[0].IP
	case ip != "" && (len(ips) == 0 || ips[0].IP != ip):
		status["podIPs"] = []any{map[string]any{"ip": ip}}
	}
}

// address has the format of an address in the real server's errors.
type address struct{ IP string }

func addresses(status map[string]any, name string) (all []address) {
	each(status, name, func(_ int, item map[string]any) { all = append(all, address{text(item, "ip")}) })
	return all
}

// keepPodStatus copies to next, the new status of a pod, what clients that do not know it leave out: the QoS class, the generations, and
// the states of resource claims.
func keepPodStatus(current, next map[string]any) {
	for _, name := range []string{"qosClass", "observedGeneration", "resourceClaimStatuses", "extendedResourceClaimStatus", "nodeAllocatableResourceClaimStatuses"} {
		if next[name] == nil && current[name] != nil {
			next[name] = current[name]
		}
	}
	generations := map[string][]any{} // by type, because a type may be there twice
	each(current, "conditions", func(_ int, condition map[string]any) {
		kind := text(condition, "type")
		generations[kind] = append(generations[kind], condition["observedGeneration"])
	})
	conditions, _ := next["conditions"].([]any)
	for i, item := range conditions {
		condition, _ := item.(map[string]any)
		kind := text(condition, "type")
		if len(generations[kind]) == 0 {
			continue
		}
		generation := generations[kind][0]
		generations[kind] = generations[kind][1:]
		if condition["observedGeneration"] == nil && generation != nil {
			condition = maps.Clone(condition)
			condition["observedGeneration"] = generation
			conditions[i] = condition
		}
	}
}

// validatePodStatus returns the rules that a change of a pod's status breaks.
func validatePodStatus(current, next *unstructured.Unstructured) (errs field.ErrorList) {
	was, status, at := fieldObject(current.Object, "status"), fieldObject(next.Object, "status"), field.NewPath("status")
	each(status, "conditions", func(i int, condition map[string]any) {
		at := at.Child("conditions").Index(i)
		errs = append(errs, negativeGeneration(condition, at)...)
		for _, msg := range validation.IsQualifiedName(text(condition, "type")) {
			errs = append(errs, field.Invalid(at.Child("Type"), text(condition, "type"), msg))
		}
	})
	if node := text(status, "nominatedNodeName"); node != "" && node != was["nominatedNodeName"] {
		errs = append(errs, validateNomination(current, node, at.Child("nominatedNodeName"))...)
	}
	errs = append(errs, negativeGeneration(status, at)...)
	errs = append(errs, immutable(at.Child("qosClass"), was["qosClass"], status["qosClass"])...)
	errs = append(errs, validateAddresses(addresses(was, "podIPs"), addresses(status, "podIPs"), at.Child("podIPs"))...)
	hosts := addresses(status, "hostIPs")
	if len(hosts) > 0 && hosts[0].IP != text(status, "hostIP") {
		errs = append(errs, field.Invalid(at.Child("hostIPs").Index(0).Child("ip"), hosts[0].IP, "must be equal to `hostIP`"))
	}
	return append(errs, validateAddresses(addresses(was, "hostIPs"), hosts, at.Child("hostIPs"))...)
}

func negativeGeneration(content map[string]any, at *field.Path) field.ErrorList {
	if generation, _ := content["observedGeneration"].(int64); generation < 0 {
		return field.ErrorList{field.Invalid(at.Child("observedGeneration"), generation, "must be a non-negative integer")}
	}
	return nil
}

func validateNomination(pod *unstructured.Unstructured, node string, at *field.Path) (errs field.ErrorList) {
	for _, msg := range validation.IsDNS1123Subdomain(node) {
		errs = append(errs, field.Invalid(at, node, msg))
	}
	if text(fieldObject(pod.Object, "spec"), "nodeName") != "" {
		errs = append(errs, field.Forbidden(at, "may not be set on pods that are already bound to a node"))
	}
	return errs
}

// validateAddresses returns the rules that a list of addresses breaks: new ones must be valid, and there is at most one of each IP family.
func validateAddresses(was, is []address, at *field.Path) (errs field.ErrorList) {
	var old []string
	for _, each := range was {
		old = append(old, each.IP)
	}
	families := map[bool]int{}
	for i, each := range is {
		errs = append(errs, validation.IsValidIPForLegacyField(at.Index(i), each.IP, true, old)...)
		ip, _ := netip.ParseAddr(each.IP)
		families[ip.Is4()]++
	}
	if families[true] > 1 || families[false] > 1 {
		errs = append(errs, field.Invalid(at, is, "may specify no more than one IP for each IP family"))
	}
	return errs
}
