package builtin

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// find returns the column with a name.
func find(t *testing.T, r *kinds.Resource, name string) Column {
	t.Helper()
	for _, c := range Columns(r) {
		if c.Name == name {
			return c
		}
	}
	require.Fail(t, "no such column", name)
	return Column{}
}

func TestComputedCells(t *testing.T) {
	tests := []struct {
		apiVersion, kind, column string
		given                    string
		want                     any
	}{
		{"v1", "Pod", "Ready", `{}`, "0/0"},
		{"v1", "Pod", "Ready", `{spec: {containers: [{}, {}]}, status: {containerStatuses: [{ready: true}, {ready: false}]}}`, "1/2"},
		{"v1", "Pod", "Status", `status: {phase: Running}`, "Running"},
		{"v1", "Pod", "Status", `status: {phase: Failed, reason: Evicted}`, "Evicted"},
		{"v1", "Pod", "Status", `{metadata: {deletionTimestamp: "2026-01-02T03:04:05Z"}, status: {phase: Running, reason: Evicted}}`, "Terminating"},
		{"v1", "Pod", "Restarts", `{}`, "0"},
		{"v1", "Pod", "Restarts", `status: {containerStatuses: [{restartCount: 2}, {restartCount: 3}, {}]}`, "5"},
		{"apps/v1", "Deployment", "Ready", `{spec: {replicas: 3}, status: {readyReplicas: 2}}`, "2/3"},
		{"apps/v1", "Deployment", "Up-to-date", `{status: {updatedReplicas: 1, availableReplicas: 2}}`, int64(1)},
		{"apps/v1", "Deployment", "Available", `{status: {updatedReplicas: 1, availableReplicas: 2}}`, int64(2)},
		{"apps/v1", "StatefulSet", "Ready", `{spec: {replicas: 3}}`, "0/3"},
		{"apps/v1", "ReplicaSet", "Current", `status: {replicas: 4, readyReplicas: 3}`, int64(4)},
		{"apps/v1", "ReplicaSet", "Ready", `status: {replicas: 4, readyReplicas: 3}`, int64(3)},
		{"v1", "Pod", "Status", `{metadata: {deletionTimestamp: "2026-01-02T03:04:05Z"}, status: {phase: Succeeded}}`, "Succeeded"},
		{"v1", "Pod", "IP", `{}`, "<none>"},
		{"v1", "Pod", "IP", `status: {podIPs: [{ip: 10.0.0.1}, {ip: "::1"}]}`, "10.0.0.1"},
		{"v1", "Pod", "Node", `{}`, "<none>"},
		{"v1", "Pod", "Node", `spec: {nodeName: n1}`, "n1"},
		{"v1", "Pod", "Nominated Node", `status: {nominatedNodeName: n2}`, "n2"},
		{"v1", "Pod", "Readiness Gates", `{}`, "<none>"},
		{"v1", "Pod", "Readiness Gates", `{spec: {readinessGates: [{conditionType: a}, {conditionType: b}]}, status: {conditions: [{type: a, status: "True"}, {type: b, status: "False"}]}}`, "1/2"},
		{"apps/v1", "Deployment", "Containers", `spec: {template: {spec: {containers: [{name: c, image: i}, {name: d, image: j}]}}}`, "c,d"},
		{"apps/v1", "Deployment", "Images", `spec: {template: {spec: {containers: [{name: c, image: i}, {name: d, image: j}]}}}`, "i,j"},
		{"apps/v1", "Deployment", "Selector", `spec: {selector: {matchLabels: {a: b}, matchExpressions: [{key: c, operator: Exists}]}}`, "a=b,c"},
		{"apps/v1", "ReplicaSet", "Selector", `{}`, "<none>"},
		{"v1", "Service", "Cluster-IP", `spec: {type: ExternalName, externalName: example.com}`, "<none>"},
		{"v1", "Service", "External-IP", `{}`, "<none>"},
		{"v1", "Service", "External-IP", `spec: {type: NodePort, externalIPs: [1.1.1.1, 2.2.2.2]}`, "1.1.1.1,2.2.2.2"},
		{"v1", "Service", "External-IP", `spec: {type: ExternalName, externalName: example.com}`, "example.com"},
		{"v1", "Service", "External-IP", `spec: {type: LoadBalancer}`, "<pending>"},
		{"v1", "Service", "External-IP", `{spec: {type: LoadBalancer, externalIPs: [1.1.1.1]}, status: {loadBalancer: {ingress: [{hostname: b}, {ip: 3.3.3.3}, {hostname: b}]}}}`, "3.3.3.3,b,1.1.1.1"},
		{"v1", "Service", "Port(s)", `spec: {ports: [{port: 80, nodePort: 30001, protocol: TCP}]}`, "80:30001/TCP"},
		{"v1", "Service", "Selector", `{}`, "<none>"},
		{"v1", "Service", "Selector", `spec: {selector: {b: c, a: d}}`, "a=d,b=c"},
		{"v1", "Service", "Port(s)", `{}`, "<none>"},
		{"v1", "Service", "Port(s)", `spec: {ports: [{port: 80}, {port: 53, protocol: UDP}]}`, "80/TCP,53/UDP"},
		{"v1", "ConfigMap", "Data", `{data: {a: b, c: d}, binaryData: {e: Zg==}}`, int64(3)},
		{"v1", "Secret", "Data", `data: {a: Yg==}`, int64(1)},
		{"v1", "Node", "Status", `{}`, "Unknown"},
		{"v1", "Node", "Status", `status: {conditions: [{type: Other, status: "True"}, {type: Ready, status: "True"}]}`, "Ready"},
		{"v1", "Node", "Status", `{spec: {unschedulable: true}, status: {conditions: [{type: Ready, status: Unknown}]}}`, "NotReady,SchedulingDisabled"},
		{"v1", "Node", "Internal-IP", `status: {addresses: [{type: Hostname, address: h}, {type: InternalIP, address: 10.0.0.1}]}`, "10.0.0.1"},
		{"v1", "Node", "External-IP", `status: {addresses: [{type: InternalIP, address: 10.0.0.1}]}`, "<none>"},
		{"v1", "Node", "OS-Image", `{}`, "<unknown>"},
		{"v1", "Node", "Kernel-Version", `status: {nodeInfo: {kernelVersion: "6.1", architecture: arm64}}`, "6.1 (arm64)"},
		{"v1", "Node", "Container-Runtime", `status: {nodeInfo: {containerRuntimeVersion: "containerd://2"}}`, "containerd://2"},
		{"v1", "Pod", "Age", `{}`, "<unknown>"},
		{"coordination.k8s.io/v1", "Lease", "Holder", `{}`, ""},
		{"coordination.k8s.io/v1", "Lease", "Holder", `spec: {holderIdentity: me}`, "me"},
		{"apps/v1", "DaemonSet", "Up-to-date", `status: {updatedNumberScheduled: 2}`, int64(2)},
		{"apps/v1", "DaemonSet", "Node Selector", `spec: {template: {spec: {nodeSelector: {a: b}}}}`, "a=b"},
		{"v1", "Node", "Roles", `metadata: {labels: {a: b}}`, "<none>"},
		{"v1", "Node", "Roles", `metadata: {labels: {node-role.kubernetes.io/worker: "", node-role.kubernetes.io/control-plane: ""}}`, "control-plane,worker"},
		{
			"apiextensions.k8s.io/v1", "CustomResourceDefinition", "Created At", `metadata: {creationTimestamp: "2026-01-02T05:04:05+02:00"}`,
			"2026-01-02T03:04:05Z",
		},
	}
	for _, tt := range tests {
		t.Run(tt.kind+" "+tt.column, func(t *testing.T) {
			c := find(t, resource(t, tt.apiVersion, tt.kind), tt.column)
			require.NotNil(t, c.Cell)
			assert.Equal(t, tt.want, c.Cell(object(t, tt.given)), tt.given)
		})
	}
}

func TestColumnsOfKinds(t *testing.T) {
	tests := []struct {
		apiVersion, kind string
		want             []string
	}{
		{"v1", "Pod", []string{"Ready", "Status", "Restarts", "Age", "IP", "Node", "Nominated Node", "Readiness Gates"}},
		{"v1", "Service", []string{"Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector"}},
		{"v1", "Namespace", []string{"Status", "Age"}},
		{"v1", "Node", []string{"Status", "Roles", "Age", "Version", "Internal-IP", "External-IP", "OS-Image", "Kernel-Version", "Container-Runtime"}},
		{"v1", "Endpoints", []string{"Age"}},
		{"coordination.k8s.io/v1", "Lease", []string{"Holder", "Age"}},
		{"apps/v1", "ReplicaSet", []string{"Desired", "Current", "Ready", "Age", "Containers", "Images", "Selector"}},
		{"apps/v1", "DaemonSet", []string{"Desired", "Current", "Ready", "Up-to-date", "Available", "Node Selector", "Age", "Containers", "Images", "Selector"}},
		{"example.com/v1", "Deployment", []string{"Age"}},
	}
	for _, tt := range tests {
		var names []string
		for _, c := range Columns(resource(t, tt.apiVersion, tt.kind)) {
			names = append(names, c.Name)
			assert.NotEmpty(t, c.Description, "column %s of %s", c.Name, tt.kind)
			assert.NotEqual(t, c.Cell == nil, c.JSONPath == "", "column %s of %s shows a field or is computed", c.Name, tt.kind)
		}
		assert.Equal(t, tt.want, names, tt.kind)
	}
	assert.Equal(t, "name", NameColumn().Format)
}
