package builtin

import (
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

// wide is a column that kubectl prints with -o wide alone.
func wide(name string, cell func(*unstructured.Unstructured) any) Column {
	c := computed(name, "string", cell)
	c.Priority = 1
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
			wide("IP", podIP), wide("Node", textOrNone("spec", "nodeName")), wide("Nominated Node", textOrNone("status", "nominatedNodeName")),
			wide("Readiness Gates", readinessGates),
		}
	case "deployments.apps":
		return []Column{
			computed("Ready", "string", replicasReady), computed("Up-to-date", "integer", numberAt("status", "updatedReplicas")),
			computed("Available", "integer", numberAt("status", "availableReplicas")), age,
			wide("Containers", containers("name")), wide("Images", containers("image")), wide("Selector", labelSelector),
		}
	case "statefulsets.apps":
		return []Column{computed("Ready", "string", replicasReady), age, wide("Containers", containers("name")), wide("Images", containers("image"))}
	case "replicasets.apps":
		return []Column{
			column("Desired", "integer", ".spec.replicas"), computed("Current", "integer", numberAt("status", "replicas")),
			computed("Ready", "integer", numberAt("status", "readyReplicas")), age,
			wide("Containers", containers("name")), wide("Images", containers("image")), wide("Selector", labelSelector),
		}
	case "services":
		return []Column{
			column("Type", "string", ".spec.type"), computed("Cluster-IP", "string", textOrNone("spec", "clusterIP")),
			computed("External-IP", "string", externalIP), computed("Port(s)", "string", ports), age, wide("Selector", serviceSelector),
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
