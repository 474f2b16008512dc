package builtin

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFormsOfStatefulSets(t *testing.T) {
	const current = `spec: {volumeClaimTemplates: []}`
	tests := []struct{ name, next, want string }{
		{
			"a strategy", `spec: {podManagementPolicy: Parallel, updateStrategy: {type: Bad, rollingUpdate: {partition: 2}}}`,
			`spec.updateStrategy: Invalid value: {"Type":"Bad","RollingUpdate":{"Partition":2,"MaxUnavailable":null}}: must be 'RollingUpdate' or 'OnDelete'`,
		},
		{
			"its settings", `spec: {podManagementPolicy: Parallel, updateStrategy: {type: OnDelete, rollingUpdate: {partition: 0, maxUnavailable: 50%}}}`,
			`spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":0,"MaxUnavailable":"50%"}: only allowed for updateStrategy 'RollingUpdate'`,
		},
		{
			"claims", `spec: {volumeClaimTemplates: [{metadata: {name: d, labels: {a: b}}, spec: {accessModes: [ReadWriteOnce], volumeMode: Filesystem, selector: {matchLabels: {a: b}},
				dataSource: {kind: K, name: src}, resources: {requests: {storage: 1Gi}}}, status: {phase: Pending}}]}`,
			`spec.volumeClaimTemplates: Invalid value: [{"name":"d","labels":{"a":"b"},"Spec":{"AccessModes":["ReadWriteOnce"],"Selector":{"matchLabels":{"a":"b"}},` +
				`"Resources":{"Limits":null,"Requests":{"storage":"1Gi"}},"VolumeName":"","StorageClassName":null,"VolumeMode":"Filesystem",` +
				`"DataSource":{"APIGroup":null,"Kind":"K","Name":"src"},"DataSourceRef":null,"VolumeAttributesClassName":null},` +
				`"Status":{"Phase":"Pending","AccessModes":null,"Capacity":null,"Conditions":null,"AllocatedResources":null,"AllocatedResourceStatuses":null,` +
				`"CurrentVolumeAttributesClassName":null,"ModifyVolumeStatus":null,"HealthStatus":null}}]: field is immutable`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var all []string
			for _, err := range ValidateUpdate(resource(t, "apps/v1", "StatefulSet"), object(t, current), object(t, tt.next)) {
				all = append(all, err.Error())
			}
			assert.Contains(t, all, tt.want)
		})
	}
}
