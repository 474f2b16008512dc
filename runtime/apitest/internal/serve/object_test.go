package serve

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

func TestContentChanged(t *testing.T) {
	tests := []struct {
		name, a, b          string
		changed, withStatus bool // without and with the status
		same                bool
	}{
		{"nothing", `{spec: {x: 1}}`, `{spec: {x: 1}}`, false, false, true},
		{"another version of the kind", `{apiVersion: a/v1, kind: A, spec: {x: 1}}`, `{apiVersion: a/v2, kind: B, spec: {x: 1}}`, false, false, true},
		{"metadata", `{metadata: {name: a}}`, `{metadata: {name: a, labels: {x: one}}}`, false, false, false},
		{"the spec", `{spec: {x: 1}}`, `{spec: {x: 2}}`, true, true, false},
		{"the status", `{status: {x: 1}}`, `{status: {x: 2}}`, false, true, false},
		{"a new field", `{}`, `{data: {}}`, true, true, false},
		{"a field less", `{data: {x: 1}}`, `{}`, true, true, false},
		{"null is nothing", `{}`, `{data: null}`, false, false, true},
		{"an empty list is nothing", `{spec: {list: []}}`, `{spec: {list: null}}`, true, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := object(t, tt.a), object(t, tt.b)
			assert.Equal(t, tt.changed, contentChanged(a.Object, b.Object, false))
			assert.Equal(t, tt.withStatus, contentChanged(a.Object, b.Object, true))
			assert.Equal(t, tt.same, sameContent(a, b))
		})
	}
}

// resource returns a resource with a subresource status.
func resource(group, kind string) *kinds.Resource {
	r := &kinds.Resource{GroupVersionKind: schema.GroupVersionKind{Group: group, Version: "v1", Kind: kind}, Status: true}
	r.Complete(nil, nil)
	return r
}

func TestKeepTheRest(t *testing.T) {
	const current = `{metadata: {name: a, labels: {l: old}, annotations: {a: old}, ownerReferences: [{uid: old}]}, spec: {x: old}, status: {phase: old}}`
	const next = `{metadata: {name: a, labels: {l: new}, annotations: {a: new}, ownerReferences: [{uid: new}]}, spec: {x: new}, status: {phase: new}}`
	pick := func(u *unstructured.Unstructured) map[string]string {
		fields := map[string]string{"labels": u.GetLabels()["l"], "annotations": u.GetAnnotations()["a"], "owners": string(u.GetOwnerReferences()[0].UID)}
		fields["spec"], _, _ = unstructured.NestedString(u.Object, "spec", "x")
		fields["status"], _, _ = unstructured.NestedString(u.Object, "status", "phase")
		return fields
	}
	tests := []struct {
		name        string
		resource    *kinds.Resource
		subresource string
		kept        []string
	}{
		{"the object keeps its status", resource("", "PersistentVolume"), "", []string{"status"}},
		{"so does a custom one", resource("example.com", "Site"), "", []string{"status"}},
		{"the status keeps the spec", resource("", "PersistentVolume"), "status", []string{"spec"}},
		{"that of pods the owners too", resource("", "Pod"), "status", []string{"spec", "owners"}},
		{"that of deployments the labels too", resource("apps", "Deployment"), "status", []string{"spec", "labels"}},
		{"that of custom resources all metadata", resource("example.com", "Site"), "status", []string{"spec", "labels", "annotations", "owners"}},
		{"that of flow schemas too", resource("flowcontrol.apiserver.k8s.io", "FlowSchema"), "status", []string{"spec", "labels", "annotations", "owners"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			was, is := object(t, current), object(t, next)
			r := &request{resource: tt.resource, subresource: tt.subresource}
			r.keepTheRest(was, is)
			want := map[string]string{"labels": "new", "annotations": "new", "owners": "new", "spec": "new", "status": "new"}
			for _, field := range tt.kept {
				want[field] = "old"
			}
			assert.Equal(t, want, pick(is))
			assert.Equal(t, object(t, current), was, "the current object is not written to")
		})
	}
}

func TestAStatusThatIsNotASubresourceIsAFieldLikeOthers(t *testing.T) {
	r := &request{resource: resource("example.com", "Site")}
	r.resource.Status = false
	next := object(t, `status: {phase: new}`)
	r.keepTheRest(object(t, `status: {phase: old}`), next)
	assert.Equal(t, parse(t, `status: {phase: new}`), next.Object)
}

func TestLastStateIsACopy(t *testing.T) {
	o := encode.NewObject(object(t, `metadata: {name: a, resourceVersion: "3"}`))
	assert.Equal(t, "9", lastState(o, 9).GetResourceVersion())
	assert.Equal(t, "3", o.GetResourceVersion())
}

func TestDedupOwners(t *testing.T) {
	r := &request{}
	u := object(t, `metadata: {ownerReferences: [{uid: a}, {uid: b}, {uid: a}, {uid: a, controller: true}]}`)
	r.dedupOwners(u)
	var uids []string
	for _, ref := range u.GetOwnerReferences() {
		uids = append(uids, string(ref.UID))
	}
	assert.Equal(t, []string{"a", "b", "a"}, uids, "references that differ stay")
	if assert.Len(t, r.warnings, 1) {
		assert.Contains(t, r.warnings[0], "duplicate UID(s) observed: a")
	}
	r.warnings = nil
	r.dedupOwners(u)
	assert.Empty(t, r.warnings)
}

func TestMayGo(t *testing.T) {
	const deleted = `deletionTimestamp: "2026-01-02T03:04:05Z"`
	tests := []struct {
		current, next string
		want          bool
	}{
		{`metadata: {` + deleted + `}`, `{}`, true},
		{`metadata: {` + deleted + `, deletionGracePeriodSeconds: 0}`, `{}`, true},
		{`metadata: {` + deleted + `, deletionGracePeriodSeconds: 5}`, `{}`, false},
		{`metadata: {` + deleted + `}`, `metadata: {finalizers: [x]}`, false},
		{`metadata: {}`, `{}`, false},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, mayGo(object(t, tt.current), object(t, tt.next)), "%s, then %s", tt.current, tt.next)
	}
}
