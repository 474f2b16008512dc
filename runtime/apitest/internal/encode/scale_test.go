package encode

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

func TestScaleOf(t *testing.T) {
	scaled := func(group, kind string, scale *kinds.Scale) *kinds.Resource {
		r := &kinds.Resource{GroupVersionKind: schema.GroupVersionKind{Group: group, Version: "v1", Kind: kind}, Scale: scale}
		r.Complete(nil, nil)
		return r
	}
	custom := scaled("example.com", "Fleet", &kinds.Scale{
		SpecReplicas: []string{"spec", "size"}, StatusReplicas: []string{"status", "size"}, LabelSelector: []string{"status", "labels"},
	})
	const head = `apiVersion: autoscaling/v1, kind: Scale, metadata: {name: a, namespace: ns, uid: u, resourceVersion: "7", creationTimestamp: "2026-01-02T03:04:05Z"}`
	const metadata = `metadata: {name: a, namespace: ns, uid: u, resourceVersion: "7", creationTimestamp: "2026-01-02T03:04:05Z", labels: {x: y}}`
	tests := []struct {
		name        string
		resource    *kinds.Resource
		given, want string
	}{
		{
			"a deployment", scaled("apps", "Deployment", nil),
			`{` + metadata + `, spec: {replicas: 3, selector: {matchLabels: {a: b}, matchExpressions: [{key: c, operator: Exists}]}}, status: {replicas: 2}}`,
			`{` + head + `, spec: {replicas: 3}, status: {replicas: 2, selector: "a=b,c"}}`,
		},
		{
			"a replication controller has plain labels", scaled("", "ReplicationController", nil),
			`{` + metadata + `, spec: {selector: {a: b}}}`, `{` + head + `, spec: {}, status: {replicas: 0, selector: a=b}}`,
		},
		{
			"a custom resource says where", custom, `{` + metadata + `, spec: {size: 1, replicas: 9}, status: {size: 4, labels: q=r}}`,
			`{` + head + `, spec: {replicas: 1}, status: {replicas: 4, selector: q=r}}`,
		},
		{"nothing is said", custom, `{` + metadata + `}`, `{` + head + `, spec: {}, status: {replicas: 0}}`},
		{
			"no selector that can be read", scaled("apps", "Deployment", nil), `{` + metadata + `, spec: {selector: {matchLabels: 1}}}`,
			`{` + head + `, spec: {}, status: {replicas: 0}}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, content(t, tt.want), ScaleOf(tt.resource, &object(t, tt.given).Unstructured))
		})
	}
}

func TestTypes(t *testing.T) {
	pod, review := schema.GroupVersionKind{Version: "v1", Kind: "Pod"}, schema.GroupVersionKind{Group: "authentication.k8s.io", Version: "v1", Kind: "TokenReview"}
	own, all := NewTypes(nil), builtinCodec(t, "Pod").Types
	assert.False(t, own.Recognizes(pod))
	assert.True(t, all.Recognizes(pod))
	assert.True(t, own.Recognizes(review))
	assert.True(t, all.Recognizes(review))
	_, err := own.New(pod)
	assert.Error(t, err)
	obj, err := all.New(pod)
	if assert.NoError(t, err) {
		gvks, _, err := all.ObjectKinds(obj)
		assert.NoError(t, err)
		assert.Equal(t, []schema.GroupVersionKind{pod}, gvks)
		_, _, err = own.ObjectKinds(obj)
		assert.Error(t, err)
	}
	assert.Nil(t, OwnType(pod))
	assert.Equal(t, "TokenReview", OwnType(review).Name())
}
