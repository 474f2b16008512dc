package serve

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

func TestSelectors(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, pods, `{metadata: {name: a, labels: {x: one}}, spec: {nodeName: n1, containers: [{name: c, image: i}]}}`)
	must(t, api, http.MethodPost, pods, `{metadata: {name: b, labels: {x: two}}, spec: {containers: [{name: c, image: i}]}}`)
	must(t, api, http.MethodPost, "/api/v1/namespaces/kube-system/pods", `{metadata: {name: a}, spec: {containers: [{name: c, image: i}]}}`)
	tests := []struct {
		path, labels, fields string
		want                 []string
	}{
		{pods, "", "", []string{"a", "b"}},
		{"/api/v1/pods", "", "", []string{"a", "b", "a"}},
		{"/api/v1/pods", "", "metadata.namespace=kube-system", []string{"a"}},
		{"/api/v1/pods", "", "metadata.namespace!=kube-system,metadata.name=a", []string{"a"}},
		{pods, "x=two", "", []string{"b"}},
		{pods, "x notin (two)", "", []string{"a"}},
		{"/api/v1/pods", "!x", "", []string{"a"}},
		{pods, "", "spec.nodeName=n1", []string{"a"}},
		{pods, "", "spec.nodeName=", []string{"b"}},
		{pods, "x=two", "spec.nodeName=n1", nil},
		{pods, "", "spec.hostNetwork=false", []string{"a", "b"}},
	}
	for _, tt := range tests {
		query := url.Values{"labelSelector": {tt.labels}, "fieldSelector": {tt.fields}}
		assert.Equal(t, tt.want, names(t, api, tt.path+"?"+query.Encode()), "%s %s", tt.labels, tt.fields)
	}
	for _, query := range []string{"labelSelector=%3D", "fieldSelector=x", "fieldSelector=spec.colour%3Dred"} {
		_, w := do(t, api, http.MethodGet, pods+"?"+query, "")
		assert.Equal(t, http.StatusBadRequest, w.Code, query)
	}
}

func TestPagesAreOfOneState(t *testing.T) {
	api := newAPI(t, Options{})
	for _, name := range []string{"a", "b", "c", "d"} {
		must(t, api, http.MethodPost, configMaps, `metadata: {name: `+name+`}`)
	}
	page := func(token string) (names []string, list *unstructured.Unstructured) {
		list = must(t, api, http.MethodGet, configMaps+"?limit=2&continue="+token, "")
		items, _, err := unstructured.NestedSlice(list.Object, "items")
		require.NoError(t, err)
		for _, item := range items {
			u := unstructured.Unstructured{Object: item.(map[string]any)}
			names = append(names, u.GetName())
		}
		return names, list
	}
	meta := func(list *unstructured.Unstructured, field string) any {
		value, _, _ := unstructured.NestedFieldNoCopy(list.Object, "metadata", field)
		return value
	}
	first, list := page("")
	assert.Equal(t, []string{"a", "b"}, first)
	assert.Equal(t, int64(2), meta(list, "remainingItemCount"))
	version := list.GetResourceVersion()
	token := meta(list, "continue").(string)

	must(t, api, http.MethodDelete, configMaps+"/d", "")
	must(t, api, http.MethodPost, configMaps, `metadata: {name: e}`)
	second, list := page(token)
	assert.Equal(t, []string{"c", "d"}, second, "what has changed since the first page is not seen")
	assert.Equal(t, version, list.GetResourceVersion())
	assert.Nil(t, meta(list, "continue"))

	api.Forget()
	u, w := do(t, api, http.MethodGet, configMaps+"?limit=2&continue="+token, "")
	assert.Equal(t, http.StatusGone, w.Code)
	third, _ := page(meta(u, "continue").(string))
	assert.Equal(t, []string{"c", "e"}, third, "the error's token goes on with what there is")
}

func TestListsOfAVersion(t *testing.T) {
	api := newAPI(t, Options{})
	first := must(t, api, http.MethodPost, configMaps, `metadata: {name: a}`).GetResourceVersion()
	must(t, api, http.MethodPost, configMaps, `metadata: {name: b}`)
	tests := []struct {
		query string
		want  []string
	}{
		{"", []string{"a", "b"}},
		{"?resourceVersion=0", []string{"a", "b"}},
		{"?resourceVersion=" + first, []string{"a", "b"}},
		{"?resourceVersionMatch=NotOlderThan&resourceVersion=" + first, []string{"a", "b"}},
		{"?resourceVersionMatch=Exact&resourceVersion=" + first, []string{"a"}},
		{"?limit=10&resourceVersion=" + first, []string{"a"}},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, names(t, api, configMaps+tt.query), tt.query)
	}
	for query, code := range map[string]int{
		"?resourceVersion=x": http.StatusBadRequest, "?resourceVersion=9999": http.StatusGatewayTimeout, "?resourceVersionMatch=Exact": http.StatusUnprocessableEntity,
		"?continue=x": http.StatusBadRequest,
	} {
		_, w := do(t, api, http.MethodGet, configMaps+query, "")
		assert.Equal(t, code, w.Code, query)
	}
}

func TestSeedAndRestore(t *testing.T) {
	api := newAPI(t, Options{})
	require.NoError(t, api.Seed([]runtime.Object{
		object(t, `{apiVersion: example.com/v1, kind: Site, metadata: {name: a, namespace: elsewhere}, status: {phase: Ready}}`), object(t, siteDefinition),
		object(t, `{apiVersion: v1, kind: Node, metadata: {name: n1, uid: mine, resourceVersion: "77"}, status: {phase: Ready}}`),
	}))
	site := must(t, api, http.MethodGet, "/apis/example.com/v1/namespaces/elsewhere/sites/a", "")
	phase, _, _ := unstructured.NestedString(site.Object, "status", "phase")
	assert.Equal(t, "Ready", phase, "the status is seeded too")
	assert.Equal(t, []string{"default", "elsewhere", "kube-node-lease", "kube-public", "kube-system"}, names(t, api, "/api/v1/namespaces"))
	node := must(t, api, http.MethodGet, "/api/v1/nodes/n1", "")
	assert.Equal(t, "mine", string(node.GetUID()))
	assert.NotEqual(t, "77", node.GetResourceVersion(), "versions are the server's")

	for text, want := range map[string]string{
		`{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}`:               "has no namespace",
		`{apiVersion: v1, kind: Colour, metadata: {name: a, namespace: b}}`:    "no such kind is served",
		`{apiVersion: v1, kind: ConfigMap, metadata: {name: A, namespace: b}}`: "Invalid value",
	} {
		assert.ErrorContains(t, api.Seed([]runtime.Object{object(t, text)}), want)
	}

	saved, version := api.Save(), api.Version()
	must(t, api, http.MethodDelete, definitions+"/sites.example.com", "")
	must(t, api, http.MethodPost, definitions, `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: places.other.com},
		spec: {group: other.com, scope: Cluster, names: {plural: places, kind: Place}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}`)
	must(t, api, http.MethodGet, "/apis/other.com/v1/places", "")
	require.NoError(t, api.Restore(saved))
	assert.Equal(t, version, api.Version())
	assert.Equal(t, site.Object, must(t, api, http.MethodGet, "/apis/example.com/v1/namespaces/elsewhere/sites/a", "").Object)
	_, w := do(t, api, http.MethodGet, "/apis/other.com/v1/places", "")
	assert.Equal(t, http.StatusNotFound, w.Code, "a later definition is not served")
}

func TestDefaultsOfListOptions(t *testing.T) {
	r := &request{}
	for query, want := range map[string]struct {
		match   metav1.ResourceVersionMatch
		initial *bool
		fails   bool
	}{
		"":                             {},
		"watch=true&resourceVersion=0": {match: metav1.ResourceVersionMatchNotOlderThan, initial: new(true)}, // the old form of the same
		"watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan": {match: metav1.ResourceVersionMatchNotOlderThan, initial: new(true)},
		"watch=true&sendInitialEvents=true":                                   {fails: true},
		"sendInitialEvents=true&resourceVersionMatch=NotOlderThan":            {fails: true},
	} {
		req, err := http.NewRequest(http.MethodGet, "/?"+query, http.NoBody)
		require.NoError(t, err)
		r.http = req
		opts, err := r.readListOptions()
		if want.fails {
			assertStatus(t, err, http.StatusUnprocessableEntity, "ListOptions")
			continue
		}
		require.NoError(t, err, query)
		assert.Equal(t, want.match, opts.ResourceVersionMatch, query)
		assert.Equal(t, want.initial, opts.SendInitialEvents, query)
	}
}
