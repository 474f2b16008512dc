package builtin

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestWarnings(t *testing.T) {
	const headless, grace = " is ignored for headless services", "spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
	const history = "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"
	tests := []struct {
		name, apiVersion, kind, current, next string
		want                                  []string
	}{
		{"a service", "v1", "Service", "", `spec: {type: ClusterIP, sessionAffinity: None, clusterIP: 10.0.0.1}`, nil},
		{
			"a headless service", "v1", "Service", "", `spec: {clusterIP: None, sessionAffinity: ClientIP, loadBalancerIP: 1.1.1.1, externalIPs: [1.1.1.1]}`,
			[]string{"spec.loadBalancerIP" + headless, "spec.externalIPs" + headless, "spec.SessionAffinity" + headless},
		},
		{"an external name", "v1", "Service", "", `spec: {type: ExternalName, externalName: x, externalIPs: [1.1.1.1]}`, []string{`spec.externalIPs is ignored when spec.type is "ExternalName"`}},
		{"a name for nothing", "v1", "Service", "", `spec: {type: ClusterIP, externalName: x, externalIPs: [1.1.1.1], trafficDistribution: PreferClose}`, []string{
			"spec.externalIPs is deprecated and may no longer be implemented in some clusters", `spec.externalName is ignored when spec.type is not "ExternalName"`,
			`spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"`,
		}},
		{"a name with dots", "v1", "Pod", "", `metadata: {name: a.b}`, []string{
			"metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
		}},
		{"only of new pods", "v1", "Pod", `metadata: {name: a.b}`, `metadata: {name: a.b}`, nil},
		{"a stateful set", "apps/v1", "StatefulSet", "", `spec: {revisionHistoryLimit: -1, template: {spec: {terminationGracePeriodSeconds: -1}}}`, []string{grace, history}},
		{"the template of another generation", "apps/v1", "StatefulSet", `metadata: {generation: 1}`, `{metadata: {generation: 2}, spec: {template: {spec: {terminationGracePeriodSeconds: -1}}}}`, []string{grace}},
		{"the same template", "apps/v1", "StatefulSet", `metadata: {generation: 1}`, `{metadata: {generation: 1}, spec: {revisionHistoryLimit: -1, template: {spec: {terminationGracePeriodSeconds: -1}}}}`, []string{history}},
		{"a daemon set", "apps/v1", "DaemonSet", "", `{metadata: {name: a.b}, spec: {template: {spec: {terminationGracePeriodSeconds: -1}}}}`, []string{grace}},
		{"a key that is none", "v1", "Secret", "", `{type: kubernetes.io/tls, data: {tls.crt: "", tls.key: ""}}`, []string{"tls: failed to find any PEM data in certificate input"}},
		{"another secret", "v1", "Secret", "", `{type: Opaque, data: {tls.crt: "", tls.key: ""}}`, nil},
		{"custom resources", "example.com/v1", "Service", "", `spec: {externalName: x}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var current *unstructured.Unstructured
			if tt.current != "" {
				current = object(t, tt.current)
			}
			assert.Equal(t, tt.want, Warnings(resource(t, tt.apiVersion, tt.kind), current, object(t, tt.next)))
		})
	}
}
