package serve

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

func column(name, columnType, path string) kinds.Column {
	return kinds.Column{TableColumnDefinition: metav1.TableColumnDefinition{Name: name, Type: columnType}, JSONPath: path}
}

// builtinColumns are what kubectl prints of the built-in resources that people look at most; of others the age.
func builtinColumns(r *kinds.Resource) []kinds.Column {
	switch r.GroupResource().String() {
	case "pods":
		return []kinds.Column{
			column("Ready", "string", ".ready"), column("Status", "string", ".podStatus"), column("Restarts", "string", ".restarts"), ageColumn,
		}
	case "deployments.apps":
		return []kinds.Column{
			column("Ready", "string", ".replicasReady"), column("Up-to-date", "integer", ".updatedReplicas"),
			column("Available", "integer", ".availableReplicas"), ageColumn,
		}
	case "statefulsets.apps":
		return []kinds.Column{column("Ready", "string", ".replicasReady"), ageColumn}
	case "replicasets.apps":
		return []kinds.Column{
			column("Desired", "integer", ".spec.replicas"), column("Current", "integer", ".currentReplicas"),
			column("Ready", "integer", ".readyReplicas"), ageColumn,
		}
	case "services":
		return []kinds.Column{
			column("Type", "string", ".spec.type"), column("Cluster-IP", "string", ".spec.clusterIP"),
			column("External-IP", "string", ".none"), column("Port(s)", "string", ".ports"), ageColumn,
		}
	case "configmaps":
		return []kinds.Column{column("Data", "string", ".dataCount"), ageColumn}
	case "secrets":
		return []kinds.Column{column("Type", "string", ".type"), column("Data", "string", ".dataCount"), ageColumn}
	case "namespaces":
		return []kinds.Column{column("Status", "string", ".status.phase"), ageColumn}
	case "nodes":
		return []kinds.Column{
			column("Status", "string", ".nodeStatus"), column("Roles", "string", ".roles"), ageColumn,
			column("Version", "string", ".status.nodeInfo.kubeletVersion"),
		}
	case "customresourcedefinitions.apiextensions.k8s.io":
		return []kinds.Column{{
			TableColumnDefinition: metav1.TableColumnDefinition{Name: "Created At", Type: "date"}, JSONPath: ".createdAt",
		}}
	}
	return []kinds.Column{ageColumn}
}

// computedCells are columns that are more than a field.
var computedCells = map[string]func(*Object) any{
	".ready":     podReady,
	".podStatus": podStatus,
	".restarts":  restarts,
	".replicasReady": func(o *Object) any {
		return fmt.Sprintf("%d/%d", number(o, "status", "readyReplicas"), number(o, "spec", "replicas"))
	},
	".updatedReplicas":   func(o *Object) any { return number(o, "status", "updatedReplicas") },
	".availableReplicas": func(o *Object) any { return number(o, "status", "availableReplicas") },
	".currentReplicas":   func(o *Object) any { return number(o, "status", "replicas") },
	".readyReplicas":     func(o *Object) any { return number(o, "status", "readyReplicas") },
	".none":              func(*Object) any { return "<none>" },
	".ports":             ports,
	".dataCount":         dataCount,
	".nodeStatus":        nodeStatus,
	".roles":             roles,
	".createdAt":         func(o *Object) any { return o.GetCreationTimestamp().UTC().Format("2006-01-02T15:04:05Z") },
}

func number(o *Object, path ...string) int64 {
	n, _, _ := unstructured.NestedInt64(o.Object, path...)
	return n
}

func objects(o *Object, path ...string) (found []map[string]any) {
	list, _, _ := unstructured.NestedSlice(o.Object, path...)
	for _, item := range list {
		if item, ok := item.(map[string]any); ok {
			found = append(found, item)
		}
	}
	return found
}

func podReady(o *Object) any {
	ready := 0
	for _, status := range objects(o, "status", "containerStatuses") {
		if status["ready"] == true {
			ready++
		}
	}
	return fmt.Sprintf("%d/%d", ready, len(objects(o, "spec", "containers")))
}

func podStatus(o *Object) any {
	if o.GetDeletionTimestamp() != nil {
		return "Terminating"
	}
	if reason, _, _ := unstructured.NestedString(o.Object, "status", "reason"); reason != "" {
		return reason
	}
	phase, _, _ := unstructured.NestedString(o.Object, "status", "phase")
	return phase
}

func restarts(o *Object) any {
	var n int64
	for _, status := range objects(o, "status", "containerStatuses") {
		count, _ := status["restartCount"].(int64)
		n += count
	}
	return strconv.FormatInt(n, 10)
}

func ports(o *Object) any {
	var all []string
	for _, port := range objects(o, "spec", "ports") {
		protocol, _ := port["protocol"].(string)
		if protocol == "" {
			protocol = "TCP"
		}
		all = append(all, fmt.Sprintf("%v/%s", port["port"], protocol))
	}
	if all == nil {
		return "<none>"
	}
	return strings.Join(all, ",")
}

func dataCount(o *Object) any {
	data, _, _ := unstructured.NestedMap(o.Object, "data")
	binary, _, _ := unstructured.NestedMap(o.Object, "binaryData")
	return strconv.Itoa(len(data) + len(binary))
}

func nodeStatus(o *Object) any {
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

func roles(o *Object) any {
	var all []string
	for label := range o.GetLabels() {
		if role, ok := strings.CutPrefix(label, "node-role.kubernetes.io/"); ok {
			all = append(all, role)
		}
	}
	if all == nil {
		return "<none>"
	}
	sort.Strings(all)
	return strings.Join(all, ",")
}
