package builtin

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
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

// saying returns the column with a description.
func (c Column) saying(description string) Column {
	c.Description = description
	return c
}

// NameColumn is the column with the object's name, which every table begins with.
func NameColumn() Column {
	c := column("Name", "string", ".metadata.name").saying(metav1.ObjectMeta{}.SwaggerDoc()["name"])
	c.Format = "name"
	return c
}

// DateColumn shows the age of an object. Tables of custom resources have it.
func DateColumn() Column {
	return column("Age", "date", ".metadata.creationTimestamp").saying(metav1.ObjectMeta{}.SwaggerDoc()["creationTimestamp"])
}

// ageColumn shows the age of an object of a built-in kind, whose tables say that it is a text.
func ageColumn() Column {
	return computed("Age", "string", age).saying(metav1.ObjectMeta{}.SwaggerDoc()["creationTimestamp"])
}

// Columns returns what kubectl prints of a resource after the name. Pods, services, nodes, namespaces, config maps, secrets, leases,
// definitions and workloads of group apps have columns of their own; the others show their age.
func Columns(r *kinds.Resource) []Column {
	switch r.GroupResource().String() {
	case "pods":
		return podColumns()
	case "deployments.apps", "replicasets.apps", "statefulsets.apps", "daemonsets.apps":
		return workloadColumns(r.Kind)
	case "services":
		return serviceColumns()
	case "configmaps":
		return []Column{computed("Data", "string", dataCount).saying(corev1.ConfigMap{}.SwaggerDoc()["data"]), ageColumn()}
	case "secrets":
		doc := corev1.Secret{}.SwaggerDoc()
		return []Column{computed("Type", "string", textOr("", "type")).saying(doc["type"]), computed("Data", "string", dataCount).saying(doc["data"]), ageColumn()}
	case "namespaces":
		return []Column{computed("Status", "string", textOr("", "status", "phase")).saying("The status of the namespace"), ageColumn()}
	case "nodes":
		return nodeColumns()
	case "leases.coordination.k8s.io":
		return []Column{computed("Holder", "string", textOr("", "spec", "holderIdentity")).saying(coordinationv1.LeaseSpec{}.SwaggerDoc()["holderIdentity"]), ageColumn()}
	case "customresourcedefinitions.apiextensions.k8s.io":
		return []Column{computed("Created At", "date", createdAt).saying(metav1.ObjectMeta{}.SwaggerDoc()["creationTimestamp"])}
	}
	if r.Custom() {
		return []Column{DateColumn()}
	}
	return []Column{ageColumn()}
}

// ScaleColumns returns all columns of the scale of a built-in or a custom object.
func ScaleColumns(custom bool) []Column {
	name, age := NameColumn(), DateColumn()
	desired, available := "Number of desired replicas", "Number of actual replicas"
	if !custom {
		name.Format, age = "", ageColumn()
		desired, available = autoscalingv1.ScaleSpec{}.SwaggerDoc()["replicas"], autoscalingv1.ScaleStatus{}.SwaggerDoc()["replicas"]
	}
	return []Column{
		name, computed("Desired", "integer", numberAt("spec", "replicas")).saying(desired),
		computed("Available", "integer", numberAt("status", "replicas")).saying(available), age,
	}
}

func podColumns() []Column {
	spec, status := corev1.PodSpec{}.SwaggerDoc(), corev1.PodStatus{}.SwaggerDoc()
	return []Column{
		computed("Ready", "string", podReady).saying("The aggregate readiness state of this pod for accepting traffic."),
		computed("Status", "string", podStatus).saying("The aggregate status of the containers in this pod."),
		computed("Restarts", "string", restarts).saying("The number of times the containers in this pod have been restarted and when the last container in this pod has restarted."),
		ageColumn(), wide("IP", podIP).saying(status["podIP"]), wide("Node", textOr(none, "spec", "nodeName")).saying(spec["nodeName"]),
		wide("Nominated Node", textOr(none, "status", "nominatedNodeName")).saying(status["nominatedNodeName"]),
		wide("Readiness Gates", readinessGates).saying(spec["readinessGates"]),
	}
}

func serviceColumns() []Column {
	doc := corev1.ServiceSpec{}.SwaggerDoc()
	return []Column{
		computed("Type", "string", textOr("", "spec", "type")).saying(doc["type"]),
		computed("Cluster-IP", "string", textOr(none, "spec", "clusterIP")).saying(doc["clusterIP"]),
		computed("External-IP", "string", externalIP).saying(doc["externalIPs"]),
		computed("Port(s)", "string", ports).saying(doc["ports"]), ageColumn(), wide("Selector", serviceSelector).saying(doc["selector"]),
	}
}

func nodeColumns() []Column {
	info, addresses := corev1.NodeSystemInfo{}.SwaggerDoc(), corev1.NodeStatus{}.SwaggerDoc()["addresses"]
	return []Column{
		computed("Status", "string", nodeStatus).saying("The status of the node"), computed("Roles", "string", roles).saying("The roles of the node"), ageColumn(),
		computed("Version", "string", textOr("", "status", "nodeInfo", "kubeletVersion")).saying(info["kubeletVersion"]),
		wide("Internal-IP", nodeAddress("InternalIP")).saying(addresses), wide("External-IP", nodeAddress("ExternalIP")).saying(addresses),
		wide("OS-Image", textOr(unknown, "status", "nodeInfo", "osImage")).saying(info["osImage"]),
		wide("Kernel-Version", kernel).saying(info["kernelVersion"]),
		wide("Container-Runtime", textOr(unknown, "status", "nodeInfo", "containerRuntimeVersion")).saying(info["containerRuntimeVersion"]),
	}
}

func workloadColumns(kind string) []Column {
	all := []Column{computed("Ready", "string", replicasReady).saying("Number of the pod with ready state")}
	selector := ""
	switch kind {
	case "Deployment":
		doc := appsv1.DeploymentStatus{}.SwaggerDoc()
		all = append(all, computed("Up-to-date", "string", numberAt("status", "updatedReplicas")).saying(doc["updatedReplicas"]),
			computed("Available", "string", numberAt("status", "availableReplicas")).saying(doc["availableReplicas"]))
		selector = appsv1.DeploymentSpec{}.SwaggerDoc()["selector"]
	case "ReplicaSet":
		spec, status := appsv1.ReplicaSetSpec{}.SwaggerDoc(), appsv1.ReplicaSetStatus{}.SwaggerDoc()
		all = []Column{
			column("Desired", "integer", ".spec.replicas").saying(spec["replicas"]),
			computed("Current", "integer", numberAt("status", "replicas")).saying(status["replicas"]),
			computed("Ready", "integer", numberAt("status", "readyReplicas")).saying(status["readyReplicas"]),
		}
		selector = spec["selector"]
	case "DaemonSet":
		doc := appsv1.DaemonSetStatus{}.SwaggerDoc()
		all = nil
		for _, c := range [][2]string{
			{"Desired", "desiredNumberScheduled"},
			{"Current", "currentNumberScheduled"},
			{"Ready", "numberReady"},
			{"Up-to-date", "updatedNumberScheduled"},
			{"Available", "numberAvailable"},
		} {
			all = append(all, computed(c[0], "integer", numberAt("status", c[1])).saying(doc[c[1]]))
		}
		all = append(all, computed("Node Selector", "string", nodeSelector).saying(corev1.PodSpec{}.SwaggerDoc()["nodeSelector"]))
		selector = appsv1.DaemonSetSpec{}.SwaggerDoc()["selector"]
	}
	all = append(all, ageColumn(), wide("Containers", containers("name")).saying("Names of each container in the template."),
		wide("Images", containers("image")).saying("Images referenced by each container in the template."))
	if selector != "" {
		all = append(all, wide("Selector", labelSelector).saying(selector))
	}
	return all
}
