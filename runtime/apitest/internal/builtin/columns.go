package builtin

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// Column is a column that kubectl prints of a built-in resource.
type Column struct {
	kinds.Column

	// Cell computes the column's cells; nil if the column shows the field at its JSONPath.
	Cell func(*unstructured.Unstructured) any
}

func column(name, columnType, path string) Column {
	return Column{Column: kinds.Column{TableColumnDefinition: metav1.TableColumnDefinition{Name: name, Type: columnType}, JSONPath: path}}
}

func computed(name, columnType string, cell func(*unstructured.Unstructured) any) Column {
	c := column(name, columnType, "")
	c.Cell = cell
	return c
}

// NameColumn is the column with the object's name, which every table begins with.
func NameColumn() Column {
	c := column("Name", "string", ".metadata.name")
	c.Format, c.Description = "name", metav1.ObjectMeta{}.SwaggerDoc()["name"]
	return c
}

func ageColumn() Column {
	c := column("Age", "date", ".metadata.creationTimestamp")
	c.Description = metav1.ObjectMeta{}.SwaggerDoc()["creationTimestamp"]
	return c
}

// Columns returns what kubectl prints of a built-in resource after the name. Pods, services, nodes, namespaces, config maps,
// secrets, leases, definitions and most workloads of group apps have columns of their own; the others show their age.
func Columns(r *kinds.Resource) []Column {
	age := ageColumn()
	switch r.GroupResource().String() {
	case "pods":
		return []Column{
			computed("Ready", "string", podReady), computed("Status", "string", podStatus), computed("Restarts", "string", restarts), age,
		}
	case "deployments.apps":
		return []Column{
			computed("Ready", "string", replicasReady), computed("Up-to-date", "integer", numberAt("status", "updatedReplicas")),
			computed("Available", "integer", numberAt("status", "availableReplicas")), age,
		}
	case "statefulsets.apps":
		return []Column{computed("Ready", "string", replicasReady), age}
	case "replicasets.apps":
		return []Column{
			column("Desired", "integer", ".spec.replicas"), computed("Current", "integer", numberAt("status", "replicas")),
			computed("Ready", "integer", numberAt("status", "readyReplicas")), age,
		}
	case "services":
		return []Column{
			column("Type", "string", ".spec.type"), column("Cluster-IP", "string", ".spec.clusterIP"),
			computed("External-IP", "string", func(*unstructured.Unstructured) any { return none }), computed("Port(s)", "string", ports), age,
		}
	case "configmaps":
		return []Column{computed("Data", "string", dataCount), age}
	case "secrets":
		return []Column{column("Type", "string", ".type"), computed("Data", "string", dataCount), age}
	case "namespaces":
		return []Column{column("Status", "string", ".status.phase"), age}
	case "nodes":
		return []Column{
			computed("Status", "string", nodeStatus), computed("Roles", "string", roles), age,
			column("Version", "string", ".status.nodeInfo.kubeletVersion"),
		}
	case "leases.coordination.k8s.io":
		return []Column{column("Holder", "string", ".spec.holderIdentity"), age}
	case "customresourcedefinitions.apiextensions.k8s.io":
		return []Column{computed("Created At", "date", createdAt)}
	}
	return []Column{age}
}

// none is what kubectl prints for an empty cell.
const none = "<none>"

// numberAt computes cells that show a number, zero if the object does not have it.
func numberAt(path ...string) func(*unstructured.Unstructured) any {
	return func(o *unstructured.Unstructured) any { return number(o, path...) }
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
	if o.GetDeletionTimestamp() != nil {
		return "Terminating"
	}
	if reason, _, _ := unstructured.NestedString(o.Object, "status", "reason"); reason != "" {
		return reason
	}
	phase, _, _ := unstructured.NestedString(o.Object, "status", "phase")
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

func ports(o *unstructured.Unstructured) any {
	var all []string
	for _, port := range objects(o, "spec", "ports") {
		protocol, _ := port["protocol"].(string)
		if protocol == "" {
			protocol = "TCP"
		}
		all = append(all, fmt.Sprintf("%v/%s", port["port"], protocol))
	}
	if all == nil {
		return none
	}
	return strings.Join(all, ",")
}

func dataCount(o *unstructured.Unstructured) any {
	data, _, _ := unstructured.NestedMap(o.Object, "data")
	binary, _, _ := unstructured.NestedMap(o.Object, "binaryData")
	return strconv.Itoa(len(data) + len(binary))
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
	sort.Strings(all)
	return strings.Join(all, ",")
}
