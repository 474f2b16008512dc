package serve

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
)

func TestFinalizersOfADeletion(t *testing.T) {
	const orphan, foreground, other = metav1.FinalizerOrphanDependents, metav1.FinalizerDeleteDependents, "example.com/x"
	tests := []struct {
		name string
		have []string
		opts metav1.DeleteOptions
		want []string
	}{
		{"nothing is asked", []string{other}, metav1.DeleteOptions{}, []string{other}},
		{"in the background", []string{foreground}, metav1.DeleteOptions{PropagationPolicy: new(metav1.DeletePropagationBackground)}, nil},
		{"in the foreground", []string{other}, metav1.DeleteOptions{PropagationPolicy: new(metav1.DeletePropagationForeground)}, []string{other, foreground}},
		{"orphans", []string{foreground}, metav1.DeleteOptions{PropagationPolicy: new(metav1.DeletePropagationOrphan)}, []string{orphan}},
		{"as it was said before", []string{foreground, other}, metav1.DeleteOptions{}, []string{other, foreground}},
		{"orphans win", []string{foreground, orphan}, metav1.DeleteOptions{}, []string{orphan}},
		{"orphans in the old way", nil, metav1.DeleteOptions{OrphanDependents: new(true)}, []string{orphan}},                 //nolint:staticcheck // old clients send it
		{"no orphans in the old way", []string{orphan, foreground}, metav1.DeleteOptions{OrphanDependents: new(false)}, nil}, //nolint:staticcheck // old clients send it
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := object(t, `metadata: {name: a}`)
			o.SetFinalizers(tt.have)
			assert.Equal(t, tt.want, (&request{}).finalizers(encode.NewObject(o), tt.opts))
		})
	}
}

func TestDelete(t *testing.T) {
	tests := []struct {
		name, given, path, body string
		code                    int
		want                    string // the kind of the response
		left                    bool
	}{
		{"a config map", `{kind: ConfigMap, metadata: {name: a}}`, configMaps, "", http.StatusOK, "Status", false},
		{"a pod without a node goes at once", `{kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, image: i}]}}`, pods, "", http.StatusOK, "Pod", false},
		{"a pod on a node has time", `{kind: Pod, metadata: {name: a}, spec: {nodeName: n1, containers: [{name: c, image: i}]}}`, pods, "", http.StatusOK, "Pod", true},
		{"a pod on a node without time", `{kind: Pod, metadata: {name: a}, spec: {nodeName: n1, containers: [{name: c, image: i}]}}`, pods, `gracePeriodSeconds: 0`, http.StatusOK, "Pod", false},
		{"a finalizer", `{kind: ConfigMap, metadata: {name: a, finalizers: [example.com/x]}}`, configMaps, "", http.StatusOK, "ConfigMap", true},
		{"a finalizer for its dependents", `{kind: ConfigMap, metadata: {name: a}}`, configMaps, `propagationPolicy: Foreground`, http.StatusOK, "ConfigMap", true},
		{"a dry run", `{kind: ConfigMap, metadata: {name: a}}`, configMaps, `dryRun: [All]`, http.StatusOK, "Status", true},
		{"another uid", `{kind: ConfigMap, metadata: {name: a}}`, configMaps, `preconditions: {uid: other}`, http.StatusConflict, "Status", true},
		{"another version", `{kind: ConfigMap, metadata: {name: a}}`, configMaps, `preconditions: {resourceVersion: "1"}`, http.StatusConflict, "Status", true},
		{"options of something else", `{kind: ConfigMap, metadata: {name: a}}`, configMaps, `{apiVersion: v1, kind: Pod}`, http.StatusBadRequest, "Status", true},
		{"options that contradict each other", `{kind: ConfigMap, metadata: {name: a}}`, configMaps, `{orphanDependents: true, propagationPolicy: Orphan}`, http.StatusUnprocessableEntity, "Status", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := newAPI(t, Options{})
			must(t, api, http.MethodPost, tt.path, tt.given)
			u, w := do(t, api, http.MethodDelete, tt.path+"/a", tt.body)
			assert.Equal(t, tt.code, w.Code, w.Body.String())
			assert.Equal(t, tt.want, u.GetKind())
			_, w = do(t, api, http.MethodGet, tt.path+"/a", "")
			assert.Equal(t, tt.left, w.Code == http.StatusOK)
		})
	}
}

func TestAMarkedObject(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, pods, `{metadata: {name: a}, spec: {nodeName: n1, containers: [{name: c, image: i}]}}`)
	first := must(t, api, http.MethodDelete, pods+"/a", "")
	assert.Equal(t, new(int64(30)), first.GetDeletionGracePeriodSeconds())
	assert.Equal(t, int64(2), first.GetGeneration())
	again := must(t, api, http.MethodDelete, pods+"/a", `gracePeriodSeconds: 40`)
	assert.Equal(t, first.Object, again.Object, "more time is not given")
	less := must(t, api, http.MethodDelete, pods+"/a", `gracePeriodSeconds: 10`)
	assert.Equal(t, new(int64(10)), less.GetDeletionGracePeriodSeconds())
	assert.Equal(t, int64(20), int64(first.GetDeletionTimestamp().Sub(less.GetDeletionTimestamp().Time).Seconds()))
}

func TestDeleteCollectionHeedsSelectors(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, configMaps, `metadata: {name: a, labels: {x: one}}`)
	must(t, api, http.MethodPost, configMaps, `metadata: {name: b, labels: {x: two}}`)
	must(t, api, http.MethodDelete, configMaps+"?labelSelector=x%3Done", "")
	assert.Equal(t, []string{"b"}, names(t, api, configMaps))
}

func TestNothingIsCollectedUnlessAsked(t *testing.T) {
	for _, collect := range []bool{false, true} {
		api := newAPI(t, Options{Collect: collect})
		must(t, api, http.MethodPost, "/api/v1/namespaces", `metadata: {name: n1}`)
		must(t, api, http.MethodPost, "/api/v1/namespaces/n1/configmaps", `metadata: {name: inside}`)
		owner := must(t, api, http.MethodPost, configMaps, `metadata: {name: owner}`)
		other := must(t, api, http.MethodPost, configMaps, `metadata: {name: other}`)
		ref := func(uid string) string { return `{apiVersion: v1, kind: ConfigMap, name: o, uid: ` + uid + `}` }
		must(t, api, http.MethodPost, configMaps, `metadata: {name: owned, ownerReferences: [`+ref(string(owner.GetUID()))+`]}`)
		must(t, api, http.MethodPost, configMaps, `metadata: {name: shared, ownerReferences: [`+ref(string(owner.GetUID()))+`, `+ref(string(other.GetUID()))+`]}`)
		must(t, api, http.MethodDelete, configMaps+"/owner", "")
		must(t, api, http.MethodDelete, "/api/v1/namespaces/n1", "")

		_, w := do(t, api, http.MethodGet, "/api/v1/namespaces/n1", "")
		if !collect {
			assert.Equal(t, []string{"other", "owned", "shared"}, names(t, api, configMaps))
			assert.Equal(t, http.StatusOK, w.Code, "a namespace waits for a controller")
			continue
		}
		assert.Equal(t, []string{"other", "shared"}, names(t, api, configMaps), "an object with an owner left stays")
		assert.Equal(t, http.StatusNotFound, w.Code)
		assert.Empty(t, names(t, api, "/api/v1/namespaces/n1/configmaps"))
	}
}

func TestFinalizersForDependentsAreHeeded(t *testing.T) {
	for policy, left := range map[string][]string{"Foreground": nil, "Orphan": {"owned"}} {
		api := newAPI(t, Options{Collect: true})
		owner := must(t, api, http.MethodPost, configMaps, `metadata: {name: owner}`)
		must(t, api, http.MethodPost, configMaps, `metadata: {name: owned, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: owner, uid: `+string(owner.GetUID())+`}]}`)
		must(t, api, http.MethodDelete, configMaps+"/owner", `propagationPolicy: `+policy)
		assert.Equal(t, left, names(t, api, configMaps), policy)
		if left != nil {
			assert.Empty(t, must(t, api, http.MethodGet, configMaps+"/owned", "").GetOwnerReferences())
		}
	}
}

func TestADeletedDefinitionTakesItsObjectsAlong(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, definitions, siteDefinition)
	must(t, api, http.MethodPost, sites, `{apiVersion: example.com/v1, kind: Site, metadata: {name: a}}`)
	assert.Equal(t, "example.com/v2", must(t, api, http.MethodGet, "/apis/example.com/v2/namespaces/default/sites/a", "").GetAPIVersion())
	must(t, api, http.MethodDelete, definitions+"/sites.example.com", "")
	_, w := do(t, api, http.MethodGet, sites, "")
	assert.Equal(t, http.StatusNotFound, w.Code)
	must(t, api, http.MethodPost, definitions, siteDefinition)
	assert.Empty(t, names(t, api, sites), "the objects do not come back with a new definition")
}
