package builtin

import (
	"fmt"
	"strconv"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Numbers are what addresses and node ports of services are made of.
type Numbers struct {
	// Next returns a new number at each call.
	Next func() int64
	// Claimed reports whether a client has asked for an address or a node port, so that no other service gets it.
	Claimed func(string) bool
}

// tries is how many numbers are tried for one that no client has claimed.
const tries = 2768

func (n Numbers) address() string {
	var ip string
	for range tries {
		i := n.Next()
		if ip = fmt.Sprintf("10.96.%d.%d", i/250%250, i%250+1); !n.Claimed(ip) {
			break
		}
	}
	return ip
}

// The range of node ports.
const firstPort, lastPort = 30000, 32767

func (n Numbers) port() (port int64) {
	for range tries {
		if port = firstPort + n.Next()%(lastPort-firstPort+1); !n.Claimed(strconv.FormatInt(port, 10)) {
			break
		}
	}
	return port
}

// Allocate sets the addresses and node ports of a service as a cluster does, and keeps those of current, which is nil for a new service,
// if next's type has any.
func Allocate(current, next *unstructured.Unstructured, free Numbers) {
	spec := fieldObject(next.Object, "spec")
	was := map[string]any{}
	if current != nil {
		was = fieldObject(current.Object, "spec")
		dropByType(current, next)
	}
	kind := text(spec, "type")
	if kind == "ExternalName" {
		delete(spec, "internalTrafficPolicy") // there is no traffic
		return
	}
	isNew := current == nil || text(was, "type") == "ExternalName"
	allocateAddress(was, spec, isNew, free)
	setFamilies(spec)
	if kind == "NodePort" || kind == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"] != false {
		allocatePorts(was, spec, free)
	}
}

// allocateAddress sets the cluster IP of a service. One that was created through its status has none, and gets none later.
func allocateAddress(was, spec map[string]any, isNew bool, free Numbers) {
	if ip := text(spec, "clusterIP"); ip != "" && ip != text(was, "clusterIP") && equality.Semantic.DeepEqual(spec["clusterIPs"], was["clusterIPs"]) {
		spec["clusterIPs"] = []any{ip}
	}
	if text(spec, "clusterIP") == "" && text(was, "clusterIP") != "" {
		spec["clusterIP"] = was["clusterIP"]
	}
	if text(spec, "clusterIP") == "" && isNew {
		spec["clusterIP"] = free.address()
	}
	if ips, _ := spec["clusterIPs"].([]any); len(ips) == 0 && text(spec, "clusterIP") != "" {
		spec["clusterIPs"] = []any{spec["clusterIP"]}
	}
}

// setFamilies sets the IP families of a service. The endpoints of a headless service without a selector may have addresses of both.
func setFamilies(spec map[string]any) {
	if text(spec, "clusterIP") == "None" && len(fieldObject(spec, "selector")) == 0 && spec["ipFamilies"] == nil && spec["ipFamilyPolicy"] == nil {
		spec["ipFamilies"], spec["ipFamilyPolicy"] = []any{"IPv4", "IPv6"}, "RequireDualStack"
	}
	if spec["ipFamilies"] == nil {
		spec["ipFamilies"] = []any{"IPv4"}
	}
	put(spec, "ipFamilyPolicy", "SingleStack")
}

// allocatePorts sets the node ports of a service.
func allocatePorts(was, spec map[string]any, free Numbers) {
	each(spec, "ports", func(_ int, port map[string]any) {
		if have, _ := port["nodePort"].(int64); have != 0 {
			return
		}
		each(was, "ports", func(_ int, old map[string]any) {
			if old["port"] == port["port"] && old["protocol"] == port["protocol"] && old["nodePort"] != nil {
				port["nodePort"] = old["nodePort"]
			}
		})
		if port["nodePort"] == nil {
			port["nodePort"] = free.port()
		}
	})
	if text(spec, "type") == "LoadBalancer" && text(spec, "externalTrafficPolicy") == "Local" {
		if spec["healthCheckNodePort"] = was["healthCheckNodePort"]; spec["healthCheckNodePort"] == nil {
			spec["healthCheckNodePort"] = free.port()
		}
	}
}
