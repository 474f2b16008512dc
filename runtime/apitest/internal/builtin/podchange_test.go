package builtin

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKeepInPod(t *testing.T) {
	const current = `{metadata: {labels: {a: b}}, spec: {nodeName: n, containers: [{name: c, image: i, resizePolicy: []}], ephemeralContainers: [{name: e}]}}`
	tests := []struct{ subresource, asked, want string }{
		{
			"ephemeralcontainers", `{metadata: {labels: {c: d}}, spec: {containers: [], ephemeralContainers: [{name: f}]}}`,
			`{metadata: {labels: {a: b}}, spec: {nodeName: n, containers: [{name: c, image: i, resizePolicy: []}], ephemeralContainers: [{name: f}]}}`,
		},
		{
			"ephemeralcontainers", `{metadata: {}, spec: {}}`,
			`{metadata: {labels: {a: b}}, spec: {nodeName: n, containers: [{name: c, image: i, resizePolicy: []}]}}`,
		},
		{
			"resize", `{metadata: {}, spec: {containers: [{name: c, image: j, resources: {requests: {cpu: "1"}}}]}}`,
			`{metadata: {labels: {a: b}}, spec: {nodeName: n, containers: [{name: c, image: i, resources: {requests: {cpu: "1"}}}], ephemeralContainers: [{name: e}]}}`,
		},
		{"resize", `{metadata: {}, spec: {containers: [{name: d}]}}`, `{metadata: {}, spec: {containers: [{name: d}]}}`},
	}
	for _, tt := range tests {
		t.Run(tt.subresource, func(t *testing.T) {
			have, next := object(t, current), object(t, tt.asked)
			KeepInPod(tt.subresource, have, next)
			assert.Equal(t, object(t, tt.want).Object, next.Object)
			assert.Equal(t, object(t, current).Object, have.Object, "the current pod does not change")
		})
	}
}

func TestValidatePodChange(t *testing.T) {
	const rest = `restartPolicy: Always, dnsPolicy: Default`
	const container = `{name: c, image: i, imagePullPolicy: Always, resources: {requests: {cpu: "1", example.com/x: "1"}}}`
	const current = `spec: {` + rest + `, containers: [` + container + `], ephemeralContainers: [{name: e, image: i, imagePullPolicy: Always}]}`
	tests := []struct {
		name, subresource, next string
		want                    []string
	}{
		{"no change", "ephemeralcontainers", current, nil},
		{"gone", "ephemeralcontainers", `spec: {` + rest + `, containers: [` + container + `]}`, []string{"FieldValueForbidden spec.ephemeralContainers"}},
		{
			"another image", "ephemeralcontainers", `spec: {` + rest + `, containers: [` + container + `], ephemeralContainers: [{name: e, image: j, imagePullPolicy: Always}]}`,
			[]string{"FieldValueForbidden spec.ephemeralContainers"},
		},
		{
			"two of a name", "ephemeralcontainers", `spec: {` + rest + `, containers: [` + container + `], ephemeralContainers: [{name: e, image: i, imagePullPolicy: Always}, {name: c, image: i, imagePullPolicy: Always}]}`,
			[]string{"FieldValueDuplicate spec.ephemeralContainers[1].name"},
		},
		{"no resize", "resize", current, nil},
		{
			"another class", "resize", `spec: {` + rest + `, containers: [{name: c, image: i, imagePullPolicy: Always, resources: {requests: {example.com/x: "2"}}}]}`,
			[]string{"FieldValueInvalid spec", "FieldValueForbidden spec.containers[0].resources.requests"},
		},
		{"more", "resize", `spec: {` + rest + `, containers: [{name: c, image: i, imagePullPolicy: Always, resources: {requests: {cpu: "2", example.com/x: "1"}}}]}`, nil},
		{"another name", "resize", `spec: {` + rest + `, containers: [{name: d, image: i, imagePullPolicy: Always, resources: {requests: {cpu: "1"}}}]}`, []string{"FieldValueForbidden spec.containers[0].name"}},
		{"one more", "resize", `spec: {` + rest + `, containers: [` + container + `, {name: d, image: i, imagePullPolicy: Always}]}`, []string{"FieldValueForbidden spec.containers"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, where(ValidatePodChange(tt.subresource, object(t, current), object(t, tt.next))))
		})
	}
}
