package builtin

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDefaultAddresses(t *testing.T) {
	tests := []struct{ name, given, want string }{
		{"an address", `{podIP: 1.1.1.1, hostIP: 2.2.2.2}`, `{podIP: 1.1.1.1, podIPs: [{ip: 1.1.1.1}], hostIP: 2.2.2.2, hostIPs: [{ip: 2.2.2.2}]}`},
		{"a list", `podIPs: [{ip: 1.1.1.1}, {ip: "::1"}]`, `{podIP: 1.1.1.1, podIPs: [{ip: 1.1.1.1}, {ip: "::1"}]}`},
		{"the address counts", `{podIP: 1.1.1.1, podIPs: [{ip: 3.3.3.3}]}`, `{podIP: 1.1.1.1, podIPs: [{ip: 1.1.1.1}]}`},
		{"both agree", `{podIP: 1.1.1.1, podIPs: [{ip: 1.1.1.1}, {ip: "::1"}]}`, `{podIP: 1.1.1.1, podIPs: [{ip: 1.1.1.1}, {ip: "::1"}]}`},
		{"none", `phase: Running`, `phase: Running`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status := object(t, tt.given).Object
			defaultAddresses(status)
			assert.Equal(t, object(t, tt.want).Object, status)
		})
	}
}

func TestKeepPodStatus(t *testing.T) {
	const current = `{qosClass: BestEffort, observedGeneration: 3, phase: Running,
		conditions: [{type: A, observedGeneration: 1}, {type: A, observedGeneration: 2}, {type: B}]}`
	next := object(t, `{conditions: [{type: B}, {type: A}, {type: A, observedGeneration: 7}, {type: A}]}`).Object
	keepPodStatus(object(t, current).Object, next)
	want := `{qosClass: BestEffort, observedGeneration: 3,
		conditions: [{type: B}, {type: A, observedGeneration: 1}, {type: A, observedGeneration: 7}, {type: A}]}`
	assert.Equal(t, object(t, want).Object, next)
}

func TestValidateStatusOfPod(t *testing.T) {
	tests := []struct {
		name, current, next string
		want                []string
	}{
		{"nothing wrong", `{}`, `{status: {conditions: [{type: Ready}], podIP: 1.1.1.1, podIPs: [{ip: 1.1.1.1}, {ip: "::1"}]}}`, nil},
		{"names", `{}`, `{metadata: {finalizers: [bad]}, status: {conditions: [{type: "a b", observedGeneration: -1}], nominatedNodeName: A_}}`, []string{
			"FieldValueInvalid metadata.finalizers[0]", "FieldValueInvalid status.conditions[0].observedGeneration",
			"FieldValueInvalid status.conditions[0].Type", "FieldValueInvalid status.nominatedNodeName",
		}},
		{"a nomination of a bound pod", `spec: {nodeName: n1}`, `status: {nominatedNodeName: m}`, []string{"FieldValueForbidden status.nominatedNodeName"}},
		{"what may not change", `status: {qosClass: Burstable}`, `status: {qosClass: Guaranteed, observedGeneration: -1}`, []string{
			"FieldValueInvalid status.observedGeneration", "FieldValueInvalid status.qosClass",
		}},
		{"addresses", `status: {podIPs: [{ip: old}]}`, `status: {podIPs: [{ip: old}, {ip: new}], hostIP: 1.1.1.1, hostIPs: [{ip: 2.2.2.2}, {ip: 3.3.3.3}]}`, []string{
			"FieldValueInvalid status.podIPs[1]", "FieldValueInvalid status.podIPs",
			"FieldValueInvalid status.hostIPs[0].ip", "FieldValueInvalid status.hostIPs",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ValidateStatusUpdate(resource(t, "v1", "Pod"), object(t, tt.current), object(t, tt.next))
			assert.Equal(t, tt.want, where(got))
		})
	}
}
