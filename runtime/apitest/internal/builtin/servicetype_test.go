package builtin

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAServiceLosesWhatItsNewTypeDoesNotHave(t *testing.T) {
	const port = `ports: [{port: 80, protocol: TCP}]`
	tests := []struct{ name, current, next, want string }{
		{
			"from node ports", `spec: {type: NodePort, externalTrafficPolicy: Cluster, clusterIP: 10.0.0.1, ports: [{port: 80, nodePort: 30001}]}`,
			`spec: {type: ClusterIP, externalTrafficPolicy: Cluster, clusterIP: 10.0.0.1, ports: [{port: 80, nodePort: 30001}, {port: 81}]}`,
			`spec: {type: ClusterIP, clusterIP: 10.0.0.1, ports: [{port: 80}, {port: 81}]}`,
		},
		{
			"with another node port", `spec: {type: NodePort, ports: [{port: 80, nodePort: 30001}]}`,
			`spec: {type: ClusterIP, ports: [{port: 80, nodePort: 30002}]}`, `spec: {type: ClusterIP, ports: [{port: 80, nodePort: 30002}]}`,
		},
		{
			"with another policy", `spec: {type: NodePort, externalTrafficPolicy: Cluster}`,
			`spec: {type: ClusterIP, externalTrafficPolicy: Local}`, `spec: {type: ClusterIP, externalTrafficPolicy: Local}`,
		},
		{
			"reachable still", `spec: {type: NodePort, externalTrafficPolicy: Cluster}`,
			`spec: {type: ClusterIP, externalTrafficPolicy: Cluster, externalIPs: [1.1.1.1]}`, `spec: {type: ClusterIP, externalTrafficPolicy: Cluster, externalIPs: [1.1.1.1]}`,
		},
		{
			"to a name", `spec: {type: ClusterIP, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4], ipFamilyPolicy: SingleStack}`,
			`spec: {type: ExternalName, externalName: b, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4], ipFamilyPolicy: SingleStack}`,
			`spec: {type: ExternalName, externalName: b}`,
		},
		{
			"to a name, with another address", `spec: {type: ClusterIP, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1]}`,
			`spec: {type: ExternalName, clusterIP: 10.0.0.2, clusterIPs: [10.0.0.1]}`, `spec: {type: ExternalName, clusterIP: 10.0.0.2, clusterIPs: [10.0.0.1]}`,
		},
		{
			"from a load balancer",
			`{spec: {type: LoadBalancer, allocateLoadBalancerNodePorts: true, loadBalancerClass: a/b, healthCheckNodePort: 30002, externalTrafficPolicy: Local}, status: {loadBalancer: {ingress: [{ip: 1.1.1.1}]}}}`,
			`{spec: {type: NodePort, allocateLoadBalancerNodePorts: true, loadBalancerClass: a/b, healthCheckNodePort: 30002, externalTrafficPolicy: Local}, status: {loadBalancer: {ingress: [{ip: 1.1.1.1}]}}}`,
			`{spec: {type: NodePort, externalTrafficPolicy: Local}, status: {loadBalancer: {}}}`,
		},
		{
			"the same type", `{spec: {type: LoadBalancer, allocateLoadBalancerNodePorts: true, ` + port + `}, status: {loadBalancer: {ingress: [{ip: 1.1.1.1}]}}}`,
			`{spec: {type: LoadBalancer, allocateLoadBalancerNodePorts: true, ` + port + `}, status: {loadBalancer: {ingress: [{ip: 1.1.1.1}]}}}`,
			`{spec: {type: LoadBalancer, allocateLoadBalancerNodePorts: true, ` + port + `}, status: {loadBalancer: {ingress: [{ip: 1.1.1.1}]}}}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			current, next := object(t, tt.current), object(t, tt.next)
			next.Object["status"] = current.Object["status"] // as in an update, which does not change it
			dropByType(current, next)
			want := object(t, tt.want)
			assert.Equal(t, want.Object["spec"], next.Object["spec"])
			assert.Equal(t, want.Object["status"], next.Object["status"])
			assert.Equal(t, object(t, tt.current), current)
		})
	}
}
