package builtin

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestCheckAllocation(t *testing.T) {
	const other = `spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ports: [{nodePort: 30001}], healthCheckNodePort: 30002}`
	const external = `spec: {type: ExternalName}`
	const node = `spec: {type: NodePort, ports: [{nodePort: 30003}]}`
	tests := []struct {
		name, current, next string
		errors, claims      []string
	}{
		{"nothing chosen", "", `spec: {ports: [{port: 80}]}`, nil, nil},
		{"a free address", "", `spec: {clusterIP: 10.0.0.2}`, nil, []string{"10.0.0.2"}},
		{"an address of another", "", `spec: {clusterIP: 10.0.0.1}`, []string{"FieldValueInvalid spec.clusterIPs"}, nil},
		{"a public address", "", `spec: {clusterIP: 1.2.3.4}`, []string{"FieldValueInvalid spec.clusterIPs"}, nil},
		{"only the list", "", `spec: {clusterIPs: [10.0.0.2]}`, []string{"FieldValueInvalid spec.clusterIPs"}, nil},
		{"a change of the address is no allocation", `spec: {clusterIP: 10.0.0.3}`, `spec: {clusterIP: 10.0.0.1}`, nil, nil},
		{"the first address", external, `spec: {clusterIP: 10.0.0.1}`, []string{"FieldValueInvalid spec.clusterIPs"}, nil},
		{"a free port", "", `spec: {type: NodePort, ports: [{nodePort: 30004}]}`, nil, []string{"30004"}},
		{"ports of others", "", `spec: {type: NodePort, ports: [{nodePort: 30001}]}`, []string{"FieldValueInvalid spec.ports[0].nodePort"}, nil},
		{"a port for health checks", "", `spec: {type: LoadBalancer, ports: [{}, {nodePort: 30002}]}`, []string{"FieldValueInvalid spec.ports[1].nodePort"}, nil},
		{"out of range", "", `spec: {type: NodePort, ports: [{nodePort: 80}]}`, []string{"FieldValueInvalid spec.ports[0].nodePort"}, nil},
		{"for two protocols", "", `spec: {type: NodePort, ports: [{nodePort: 30004, protocol: TCP}, {nodePort: 30004, protocol: UDP}]}`, nil, []string{"30004"}},
		{
			"twice for one", "", `spec: {type: NodePort, ports: [{nodePort: 30004, protocol: TCP}, {nodePort: 30004, protocol: TCP}]}`,
			[]string{"FieldValueInvalid spec.ports[1].nodePort"},
			[]string{"30004"},
		},
		{"the same as before", node, node, nil, nil},
		{"another port", node, `spec: {type: NodePort, ports: [{nodePort: 30001}]}`, []string{"FieldValueInvalid spec.ports[0].nodePort"}, nil},
		{"no type with ports", "", `spec: {type: ClusterIP, ports: [{nodePort: 30001}]}`, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var current *unstructured.Unstructured
			if tt.current != "" {
				current = object(t, tt.current)
			}
			var claims []string
			errs := CheckAllocation(current, object(t, tt.next), []*unstructured.Unstructured{object(t, other)}, func(text string) { claims = append(claims, text) })
			assert.Equal(t, tt.errors, where(errs))
			assert.Equal(t, tt.claims, claims)
			assert.Equal(t, len(tt.errors)+len(tt.claims) > 0, AsksForAddress(current, object(t, tt.next)))
		})
	}
}

func TestNumbersSkipWhatClientsHaveClaimed(t *testing.T) {
	n := int64(0)
	numbers := Numbers{Next: func() int64 { n++; return n }, Claimed: func(text string) bool { return text == "10.96.0.2" || text == "30002" }}
	assert.Equal(t, "10.96.0.3", numbers.address())
	n = 1
	assert.Equal(t, int64(30003), numbers.port())
}

func TestCheckName(t *testing.T) {
	numbers := Numbers{Next: func() int64 { return 1 }, Claimed: func(string) bool { return false }}
	tests := []struct {
		name, next string
		refused    bool
	}{
		{"a name", `{metadata: {name: a}, spec: {}}`, false},
		{"no name", `{metadata: {}, spec: {}}`, true},
		{"no address", `{metadata: {}, spec: {clusterIP: None}}`, false},
		{"an external name", `{metadata: {}, spec: {type: ExternalName}}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			errs := CheckName(nil, object(t, tt.next), numbers)
			assert.Equal(t, tt.refused, len(errs) == 1)
			assert.Empty(t, CheckName(object(t, tt.next), object(t, tt.next), numbers), "only new services get an address")
		})
	}
}

func TestValidateClusterIPs(t *testing.T) {
	tests := []struct {
		name, service string
		want          []string
	}{
		{"valid", `spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, "::1"]}`, nil},
		{"another first one", `spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2]}`, []string{"FieldValueInvalid spec.clusterIPs"}},
		{"no address", `spec: {clusterIP: 1.2.3, clusterIPs: [1.2.3]}`, []string{"FieldValueInvalid spec.clusterIPs[0]"}},
		{"needs none", `spec: {type: ExternalName, clusterIP: 1.2.3, clusterIPs: [1.2.3]}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, where(ValidateClusterIPs(object(t, tt.service))))
		})
	}
}
