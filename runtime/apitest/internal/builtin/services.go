package builtin

import (
	"net/netip"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func defaultService(spec map[string]any) {
	put(spec, "sessionAffinity", "None")
	switch spec["sessionAffinity"] {
	case "None":
		delete(spec, "sessionAffinityConfig")
	case "ClientIP":
		if clientIP := fieldObject(fieldObject(spec, "sessionAffinityConfig"), "clientIP"); clientIP["timeoutSeconds"] == nil {
			spec["sessionAffinityConfig"] = map[string]any{"clientIP": map[string]any{"timeoutSeconds": int64(10800)}}
		}
	}
	put(spec, "type", "ClusterIP")
	each(spec, "ports", func(_ int, port map[string]any) {
		put(port, "protocol", "TCP")
		if target, ok := port["targetPort"].(int64); port["targetPort"] == nil || port["targetPort"] == "" || ok && target == 0 {
			port["targetPort"] = port["port"]
		}
	})
	kind := text(spec, "type")
	if isReachable(spec) {
		put(spec, "externalTrafficPolicy", "Cluster")
	}
	if slices.Contains([]string{"NodePort", "LoadBalancer", "ClusterIP"}, kind) {
		put(spec, "internalTrafficPolicy", "Cluster")
	}
	if kind == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"] == nil {
		spec["allocateLoadBalancerNodePorts"] = true
	}
}

// validateService returns the rules that the spec of a service breaks: about its type, its ports, its selector and its addresses.
func validateService(spec map[string]any, at *field.Path) (errs field.ErrorList) {
	kind := text(spec, "type")
	headless := text(spec, "clusterIP") == "None"
	ports, _ := spec["ports"].([]any)
	if len(ports) == 0 && !headless && kind != "ExternalName" {
		errs = append(errs, field.Required(at.Child("ports"), ""))
	}
	switch {
	case headless && (kind == "LoadBalancer" || kind == "NodePort"):
		errs = append(errs, field.Invalid(at.Child("clusterIPs").Index(0), "None", "may not be set to 'None' for "+kind+" services"))
	case kind == "ExternalName":
		errs = append(errs, validateExternalName(spec, at)...)
	}
	errs = append(errs, validateServicePorts(spec, at.Child("ports"))...)
	selector, _, _ := unstructured.NestedStringMap(spec, "selector")
	errs = append(errs, metavalidation.ValidateLabels(selector, at.Child("selector"))...)
	errs = append(errs, oneOf(spec, at, "sessionAffinity", "ClientIP", "None")...)
	errs = append(errs, oneOf(spec, at, "type", "ClusterIP", "ExternalName", "LoadBalancer", "NodePort")...)
	errs = append(errs, repeatedPorts(spec, at.Child("ports"))...)
	return append(errs, validateTraffic(spec, at)...)
}

func validateExternalName(spec map[string]any, at *field.Path) (errs field.ErrorList) {
	for _, name := range []string{"clusterIPs", "ipFamilies", "ipFamilyPolicy"} {
		if spec[name] != nil {
			errs = append(errs, field.Forbidden(at.Child(name), "may not be set for ExternalName services"))
		}
	}
	name := text(spec, "externalName")
	if name == "" {
		return append(errs, field.Required(at.Child("externalName"), ""))
	}
	for _, msg := range validation.IsDNS1123Subdomain(name) {
		errs = append(errs, field.Invalid(at.Child("externalName"), name, msg))
	}
	return errs
}

func validateServicePorts(spec map[string]any, at *field.Path) (errs field.ErrorList) {
	names := map[string]bool{}
	ports, _ := spec["ports"].([]any)
	each(spec, "ports", func(i int, port map[string]any) {
		at := at.Index(i)
		name := text(port, "name")
		switch {
		case name == "" && len(ports) > 1:
			errs = append(errs, field.Required(at.Child("name"), ""))
		case name != "":
			for _, msg := range validation.IsDNS1123Label(name) {
				errs = append(errs, field.Invalid(at.Child("name"), name, msg))
			}
			if names[name] {
				errs = append(errs, field.Duplicate(at.Child("name"), name))
			}
			names[name] = true
		}
		number, _ := port["port"].(int64)
		errs = append(errs, portNumber(at.Child("port"), number)...)
		errs = append(errs, oneOf(port, at, "protocol", "SCTP", "TCP", "UDP")...)
		errs = append(errs, portOrName(at.Child("targetPort"), port["targetPort"])...)
	})
	return errs
}

func portNumber(at *field.Path, number int64) (errs field.ErrorList) {
	for _, msg := range validation.IsValidPortNum(int(number)) {
		errs = append(errs, field.Invalid(at, number, msg))
	}
	return errs
}

// portOrName returns what is wrong with a port that may be a number or a name.
func portOrName(at *field.Path, value any) (errs field.ErrorList) {
	if name, ok := value.(string); ok {
		for _, msg := range validation.IsValidPortName(name) {
			errs = append(errs, field.Invalid(at, name, msg))
		}
		return errs
	}
	number, _ := value.(int64)
	return portNumber(at, number)
}

// servicePort has the format of the real server's errors for a duplicate port.
type servicePort struct {
	Name        string
	Protocol    string
	AppProtocol *string
	Port        int64
	TargetPort  any
	NodePort    int64
}

func repeatedPorts(spec map[string]any, at *field.Path) (errs field.ErrorList) {
	type key struct {
		protocol string
		port     int64
	}
	seen := map[key]bool{}
	each(spec, "ports", func(i int, port map[string]any) {
		number, _ := port["port"].(int64)
		k := key{text(port, "protocol"), number}
		if seen[k] {
			errs = append(errs, field.Duplicate(at.Index(i), servicePort{Protocol: k.protocol, Port: k.port, TargetPort: 0}))
		}
		seen[k] = true
	})
	return errs
}

// ValidateClusterIPs returns what is wrong with the addresses of a service. The real server reports it before it validates the rest.
func ValidateClusterIPs(service *unstructured.Unstructured) field.ErrorList {
	spec := fieldObject(service.Object, "spec")
	if !hasAddress(spec) {
		return nil
	}
	return validateClusterIPs(spec, field.NewPath("spec"))
}

func validateClusterIPs(spec map[string]any, at *field.Path) (errs field.ErrorList) {
	ips, _ := spec["clusterIPs"].([]any)
	if ip := text(spec, "clusterIP"); len(ips) > 0 && ip != ips[0] {
		errs = append(errs, field.Invalid(at.Child("clusterIPs"), ips, "first value must match `clusterIP`"))
	}
	for i, each := range ips {
		ip, _ := each.(string)
		if _, err := netip.ParseAddr(ip); err != nil && ip != "None" {
			errs = append(errs, field.Invalid(at.Child("clusterIPs").Index(i), ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"))
		}
	}
	return errs
}

// validateTraffic returns the rules about traffic policies that the spec of a service breaks.
func validateTraffic(spec map[string]any, at *field.Path) (errs field.ErrorList) {
	kind := text(spec, "type")
	if spec["allocateLoadBalancerNodePorts"] != nil && kind != "LoadBalancer" {
		errs = append(errs, field.Forbidden(at.Child("allocateLoadBalancerNodePorts"), "may only be used when `type` is 'LoadBalancer'"))
	}
	if policy := text(spec, "externalTrafficPolicy"); policy != "" && !isReachable(spec) {
		errs = append(errs, field.Invalid(at.Child("externalTrafficPolicy"), policy, "may only be set for externally-accessible services"))
	} else if policy != "" {
		errs = append(errs, oneOf(spec, at, "externalTrafficPolicy", "Cluster", "Local")...)
	}
	if text(spec, "internalTrafficPolicy") != "" {
		errs = append(errs, oneOf(spec, at, "internalTrafficPolicy", "Cluster", "Local")...)
	}
	return errs
}

// changedClusterIP returns an error for a service that changes its address: it can do so only together with its type.
func changedClusterIP(was, is map[string]any) (errs field.ErrorList) {
	if text(was, "type") == "ExternalName" || text(is, "type") == "ExternalName" {
		return nil
	}
	before, _ := was["clusterIPs"].([]any)
	after, _ := is["clusterIPs"].([]any)
	if len(validateClusterIPs(is, field.NewPath("spec"))) > 0 {
		return nil // another error reports that
	}
	if len(before) != len(after) {
		return nil
	}
	for i := range before {
		if before[i] != after[i] {
			errs = append(errs, field.Invalid(field.NewPath("spec", "clusterIPs").Index(i), after, "may not change once set"))
		}
	}
	return errs
}
