package builtin

import (
	"fmt"
	"net/netip"
	"strconv"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// AsksForAddress reports whether a new version of a service has an address or a node port that a client has chosen.
func AsksForAddress(current, next *unstructured.Unstructured) bool {
	return len(askedAddresses(current, next)) > 0 || len(askedPorts(current, next)) > 0
}

// CheckName returns the error of a new service without a name that needs an address: the address is stored with the name of its service.
func CheckName(current, next *unstructured.Unstructured, free Numbers) field.ErrorList {
	spec := fieldObject(next.Object, "spec")
	if current != nil || next.GetName() != "" || !hasAddress(spec) || text(spec, "clusterIP") != "" {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath("spec", "clusterIPs"), []string{""},
		fmt.Sprintf("failed to allocate IP: IPAddress.networking.k8s.io %q is invalid: spec.parentRef.name: Required value", free.address()))}
}

// askedAddresses returns the cluster IPs that a client has chosen for a service that gets its first ones.
func askedAddresses(current, next *unstructured.Unstructured) (all []any) {
	spec := fieldObject(next.Object, "spec")
	if !hasAddress(spec) || current != nil && hasAddress(fieldObject(current.Object, "spec")) {
		return nil
	}
	if ips, _ := spec["clusterIPs"].([]any); len(ips) > 0 {
		return ips
	}
	if ip := text(spec, "clusterIP"); ip != "" {
		return []any{ip}
	}
	return nil
}

// askedPort is a node port that a client has chosen.
type askedPort struct {
	at   *field.Path
	port int64
	// again is set for a port that the service has already: with another protocol it may be there twice.
	again bool
}

// askedPorts returns the node ports that a client has chosen and the service did not have before.
func askedPorts(current, next *unstructured.Unstructured) (all []askedPort) {
	spec := fieldObject(next.Object, "spec")
	if !hasNodePorts(spec) {
		return nil
	}
	had := map[int64]bool{}
	if current != nil {
		had = nodePorts(current)
	}
	type key struct {
		port     int64
		protocol string
	}
	seen, numbers := map[key]bool{}, map[int64]bool{}
	each(spec, "ports", func(i int, port map[string]any) {
		number, _ := port["nodePort"].(int64)
		k := key{number, text(port, "protocol")}
		if number == 0 || had[number] || numbers[number] && !seen[k] {
			seen[k] = true
			return
		}
		all = append(all, askedPort{field.NewPath("spec", "ports").Index(i).Child("nodePort"), number, seen[k]})
		seen[k], numbers[number] = true, true
	})
	return all
}

// nodePorts returns the node ports of a service.
func nodePorts(service *unstructured.Unstructured) map[int64]bool {
	all := map[int64]bool{}
	spec := fieldObject(service.Object, "spec")
	each(spec, "ports", func(_ int, port map[string]any) {
		if number, _ := port["nodePort"].(int64); number != 0 {
			all[number] = true
		}
	})
	if number, _ := spec["healthCheckNodePort"].(int64); number != 0 {
		all[number] = true
	}
	return all
}

// CheckAllocation returns an error if a service cannot have the address or a node port that a client has chosen, because it is outside of
// the range, or another service has it. apitest has no range of addresses: it accepts all private ones. claim is called for each address
// and port that the service can have.
func CheckAllocation(current, next *unstructured.Unstructured, others []*unstructured.Unstructured, claim func(string)) field.ErrorList {
	ips, ports := map[any]bool{}, map[int64]bool{}
	for _, other := range others {
		all, _ := fieldObject(other.Object, "spec")["clusterIPs"].([]any)
		for _, ip := range all {
			ips[ip] = true
		}
		for port := range nodePorts(other) {
			ports[port] = true
		}
	}
	asked := askedAddresses(current, next)
	if current == nil && len(asked) > 0 && text(fieldObject(next.Object, "spec"), "clusterIP") == "" {
		return field.ErrorList{field.Invalid(field.NewPath("spec", "clusterIPs"), asked, "must be empty when `clusterIP` is not specified")}
	}
	for _, each := range asked {
		text, _ := each.(string)
		ip, err := netip.ParseAddr(text)
		problem := ""
		switch {
		case err != nil: // None, or validation reports it
			continue
		case !ip.IsPrivate():
			problem = "the provided network does not match the current range"
		case ips[each]:
			problem = "provided IP is already allocated"
		}
		if problem != "" {
			return field.ErrorList{field.Invalid(field.NewPath("spec", "clusterIPs"), asked, "failed to allocate IP "+text+": "+problem)}
		}
		claim(text)
	}
	for _, each := range askedPorts(current, next) {
		switch {
		case each.port < firstPort || each.port > lastPort:
			return field.ErrorList{field.Invalid(each.at, each.port, fmt.Sprintf("provided port is not in the valid range. The range of valid ports is %d-%d", firstPort, lastPort))}
		case ports[each.port] || each.again:
			return field.ErrorList{field.Invalid(each.at, each.port, "provided port is already allocated")}
		}
		claim(strconv.FormatInt(each.port, 10))
	}
	return nil
}
