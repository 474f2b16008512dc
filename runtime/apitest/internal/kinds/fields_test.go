package kinds

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

func builtinResource(group, kind string, clusterScoped bool) *Resource {
	r := &Resource{GroupVersionKind: schema.GroupVersionKind{Group: group, Version: "v1", Kind: kind}, ClusterScoped: clusterScoped}
	r.Complete(nil, nil)
	return r
}

func TestCheckField(t *testing.T) {
	custom := builtinResource("example.com", "Site", false)
	custom.SelectableFields = []string{"spec.region"}
	tests := []struct {
		resource *Resource
		label    string
		want     string
	}{
		{builtinResource("", "Pod", false), "metadata.namespace", ""},
		{builtinResource("", "Pod", false), "spec.nodeName", ""},
		{builtinResource("", "Pod", false), "spec.region", "field label not supported: spec.region"},
		{builtinResource("", "Node", true), "metadata.name", ""},
		{builtinResource("", "Node", true), "metadata.namespace", "field label not supported: metadata.namespace"},
		{builtinResource("batch", "Job", false), "spec.x", `field label "spec.x" not supported for Job`},
		{builtinResource("", "ConfigMap", false), "data", `"data" is not a known field selector: only "metadata.name", "metadata.namespace"`},
		{custom, "spec.region", ""},
		{custom, "spec.nodeName", "field label not supported: spec.nodeName"},
	}
	for _, tt := range tests {
		err := tt.resource.CheckField(tt.label)
		if tt.want == "" {
			assert.NoError(t, err, "%s of %s", tt.label, tt.resource.Kind)
			continue
		}
		assert.EqualError(t, err, tt.want, "%s of %s", tt.label, tt.resource.Kind)
	}
}

func TestFieldValue(t *testing.T) {
	o := &unstructured.Unstructured{Object: map[string]any{
		"metadata": map[string]any{"name": "a"}, "source": map[string]any{"component": "kubelet"},
		"spec": map[string]any{"unschedulable": true, "port": int64(8)}, "status": map[string]any{"podIPs": []any{"10.0.0.1"}, "phase": nil},
	}}
	none := &unstructured.Unstructured{Object: map[string]any{}}
	node, event, pod := builtinResource("", "Node", true), builtinResource("", "Event", false), builtinResource("", "Pod", false)
	custom := builtinResource("example.com", "Site", false)
	tests := []struct {
		resource *Resource
		object   *unstructured.Unstructured
		label    string
		want     string
	}{
		{pod, o, "metadata.name", "a"},
		{pod, o, "status.phase", ""},
		{pod, o, "status.podIPs", ""},
		{pod, none, "spec.hostNetwork", "false"},
		{node, o, "spec.unschedulable", "true"},
		{node, none, "spec.unschedulable", "false"},
		{event, o, "source", "kubelet"},
		{event, none, "source", ""},
		{builtinResource("batch", "Job", false), none, "status.successful", "0"},
		{builtinResource("", "ReplicationController", false), none, "status.replicas", "0"},
		{custom, o, "spec.port", "8"},
		{custom, none, "status.replicas", ""},
		{custom, none, "spec.unschedulable", ""},
		{custom, o, "source", "map[component:kubelet]"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, tt.resource.FieldValue(tt.object, tt.label), "%s of %s", tt.label, tt.resource.Kind)
	}
}
