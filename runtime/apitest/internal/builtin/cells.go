package builtin

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/duration"
)

// none is what kubectl prints for an empty cell.
const none = "<none>"

// unknown is what kubectl prints for what was not reported.
const unknown = "<unknown>"

// numberAt computes cells that show a number, zero if the object does not have it.
func numberAt(path ...string) func(*unstructured.Unstructured) any {
	return func(o *unstructured.Unstructured) any { return number(o, path...) }
}

// textOr computes cells that show a text, or a word for what is missing if the object does not have it.
func textOr(missing string, path ...string) func(*unstructured.Unstructured) any {
	return func(o *unstructured.Unstructured) any {
		value, _, _ := unstructured.NestedString(o.Object, path...)
		return cmp.Or(value, missing)
	}
}

// age shows for how long an object has existed.
func age(o *unstructured.Unstructured) any {
	created := o.GetCreationTimestamp()
	if created.IsZero() {
		return unknown
	}
	return duration.HumanDuration(time.Since(created.Time))
}

func replicasReady(o *unstructured.Unstructured) any {
	return fmt.Sprintf("%d/%d", number(o, "status", "readyReplicas"), number(o, "spec", "replicas"))
}

func createdAt(o *unstructured.Unstructured) any {
	return o.GetCreationTimestamp().UTC().Format("2006-01-02T15:04:05Z")
}

func number(o *unstructured.Unstructured, path ...string) int64 {
	n, _, _ := unstructured.NestedInt64(o.Object, path...)
	return n
}

func objects(o *unstructured.Unstructured, path ...string) (found []map[string]any) {
	list, _, _ := unstructured.NestedSlice(o.Object, path...)
	for _, item := range list {
		if item, ok := item.(map[string]any); ok {
			found = append(found, item)
		}
	}
	return found
}

func podReady(o *unstructured.Unstructured) any {
	ready := 0
	for _, status := range objects(o, "status", "containerStatuses") {
		if status["ready"] == true {
			ready++
		}
	}
	return fmt.Sprintf("%d/%d", ready, len(objects(o, "spec", "containers")))
}

func podStatus(o *unstructured.Unstructured) any {
	phase, _, _ := unstructured.NestedString(o.Object, "status", "phase")
	if o.GetDeletionTimestamp() != nil && phase != "Succeeded" && phase != "Failed" {
		return "Terminating"
	}
	if reason, _, _ := unstructured.NestedString(o.Object, "status", "reason"); reason != "" {
		return reason
	}
	return phase
}

func restarts(o *unstructured.Unstructured) any {
	var n int64
	for _, status := range objects(o, "status", "containerStatuses") {
		count, _ := status["restartCount"].(int64)
		n += count
	}
	return strconv.FormatInt(n, 10)
}

func podIP(o *unstructured.Unstructured) any {
	for _, ip := range objects(o, "status", "podIPs") {
		return ip["ip"]
	}
	return none
}

// readinessGates says how many of the conditions that a pod waits for are true.
func readinessGates(o *unstructured.Unstructured) any {
	gates := objects(o, "spec", "readinessGates")
	if len(gates) == 0 {
		return none
	}
	isTrue := map[any]bool{}
	for _, condition := range objects(o, "status", "conditions") {
		isTrue[condition["type"]] = condition["status"] == "True"
	}
	open := 0
	for _, gate := range gates {
		if isTrue[gate["conditionType"]] {
			open++
		}
	}
	return fmt.Sprintf("%d/%d", open, len(gates))
}

// containers computes cells that show a field of each container of a pod template.
func containers(field string) func(*unstructured.Unstructured) any {
	return func(o *unstructured.Unstructured) any {
		var all []string
		for _, container := range objects(o, "spec", "template", "spec", "containers") {
			value, _ := container[field].(string)
			all = append(all, value)
		}
		return strings.Join(all, ",")
	}
}

// labelSelector shows which pods belong to a workload.
func labelSelector(o *unstructured.Unstructured) any {
	var selector metav1.LabelSelector
	given, _, _ := unstructured.NestedMap(o.Object, "spec", "selector")
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(given, &selector); err != nil {
		return "<error>"
	}
	return metav1.FormatLabelSelector(&selector)
}

func serviceSelector(o *unstructured.Unstructured) any {
	selector, _, _ := unstructured.NestedStringMap(o.Object, "spec", "selector")
	return labels.FormatLabels(selector)
}

// externalIP shows where a service is reached from outside, which for a load balancer its status says.
func externalIP(o *unstructured.Unstructured) any {
	spec := fieldObject(o.Object, "spec")
	external, _, _ := unstructured.NestedStringSlice(o.Object, "spec", "externalIPs")
	switch text(spec, "type") {
	case "ExternalName":
		return text(spec, "externalName")
	case "LoadBalancer":
		if all := append(balancers(o), external...); len(all) > 0 {
			return strings.Join(all, ",")
		}
		return "<pending>"
	}
	if len(external) == 0 {
		return none
	}
	return strings.Join(external, ",")
}

// balancers are the addresses or names of a service's load balancers.
func balancers(o *unstructured.Unstructured) (all []string) {
	for _, ingress := range objects(o, "status", "loadBalancer", "ingress") {
		ip, _ := ingress["ip"].(string)
		name, _ := ingress["hostname"].(string)
		if address := cmp.Or(ip, name); address != "" {
			all = append(all, address)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func ports(o *unstructured.Unstructured) any {
	var all []string
	for _, port := range objects(o, "spec", "ports") {
		number, protocol := fmt.Sprint(port["port"]), text(port, "protocol")
		if node, _ := port["nodePort"].(int64); node > 0 {
			number += fmt.Sprintf(":%d", node)
		}
		all = append(all, number+"/"+cmp.Or(protocol, "TCP"))
	}
	if all == nil {
		return none
	}
	return strings.Join(all, ",")
}

func dataCount(o *unstructured.Unstructured) any {
	data, _, _ := unstructured.NestedMap(o.Object, "data")
	binary, _, _ := unstructured.NestedMap(o.Object, "binaryData")
	return int64(len(data) + len(binary))
}

func nodeStatus(o *unstructured.Unstructured) any {
	status := "Unknown"
	for _, condition := range objects(o, "status", "conditions") {
		if condition["type"] == "Ready" {
			status = map[bool]string{true: "Ready", false: "NotReady"}[condition["status"] == "True"]
		}
	}
	if off, _, _ := unstructured.NestedBool(o.Object, "spec", "unschedulable"); off {
		status += ",SchedulingDisabled"
	}
	return status
}

func roles(o *unstructured.Unstructured) any {
	var all []string
	for label := range o.GetLabels() {
		if role, ok := strings.CutPrefix(label, "node-role.kubernetes.io/"); ok {
			all = append(all, role)
		}
	}
	if all == nil {
		return none
	}
	slices.Sort(all)
	return strings.Join(all, ",")
}

// nodeAddress computes cells that show the first address of a type.
func nodeAddress(kind string) func(*unstructured.Unstructured) any {
	return func(o *unstructured.Unstructured) any {
		for _, address := range objects(o, "status", "addresses") {
			if address["type"] == kind {
				return address["address"]
			}
		}
		return none
	}
}

// kernel shows the kernel of a node and its architecture.
func kernel(o *unstructured.Unstructured) any {
	info, _, _ := unstructured.NestedMap(o.Object, "status", "nodeInfo")
	version := cmp.Or(text(info, "kernelVersion"), unknown)
	if architecture := text(info, "architecture"); architecture != "" {
		version += " (" + architecture + ")"
	}
	return version
}

// nodeSelector shows on which nodes the pods of a template run.
func nodeSelector(o *unstructured.Unstructured) any {
	selector, _, _ := unstructured.NestedStringMap(o.Object, "spec", "template", "spec", "nodeSelector")
	return labels.FormatLabels(selector)
}
