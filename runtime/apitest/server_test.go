package apitest

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

func reason(u *unstructured.Unstructured) string {
	text, _, _ := unstructured.NestedString(u.Object, "reason")
	return text
}

func message(u *unstructured.Unstructured) string {
	text, _, _ := unstructured.NestedString(u.Object, "message")
	return text
}

func TestLifeOfAnObject(t *testing.T) {
	c := start(t, Options{})
	created := c.create("a", "1")
	assert.NotEmpty(t, created.GetUID())
	assert.NotZero(t, created.GetCreationTimestamp().Unix())
	assert.Zero(t, created.GetGeneration(), "config maps have no generation")

	changed := created.DeepCopy()
	require.NoError(t, unstructured.SetNestedField(changed.Object, "2", "data", "value"))
	code, updated := c.do(http.MethodPut, configMaps+"/a", changed.Object)
	require.Equal(t, http.StatusOK, code)
	assert.NotEqual(t, created.GetResourceVersion(), updated.GetResourceVersion())

	code, again := c.do(http.MethodPut, configMaps+"/a", updated.Object)
	assert.Equal(t, http.StatusOK, code)
	assert.Equal(t, updated.GetResourceVersion(), again.GetResourceVersion(), "no change, no version")

	code, conflict := c.do(http.MethodPut, configMaps+"/a", created.Object)
	assert.Equal(t, http.StatusConflict, code)
	assert.Equal(t, "Conflict", reason(conflict))
	assert.Equal(t, `Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again`, message(conflict))

	code, patched := c.do(http.MethodPatch, configMaps+"/a", `{"data":{"value":null,"other":"x"}}`, "Content-Type", "application/merge-patch+json")
	require.Equal(t, http.StatusOK, code, "%v", patched.Object)
	data, _, _ := unstructured.NestedStringMap(patched.Object, "data")
	assert.Equal(t, map[string]string{"other": "x"}, data)

	code, patched = c.do(http.MethodPatch, configMaps+"/a", `[{"op":"add","path":"/data/more","value":"y"}]`, "Content-Type", "application/json-patch+json")
	require.Equal(t, http.StatusOK, code, "%v", patched.Object)

	code, gone := c.do(http.MethodDelete, configMaps+"/a", nil)
	assert.Equal(t, http.StatusOK, code)
	assert.Equal(t, "Success", gone.Object["status"])
	code, missing := c.do(http.MethodGet, configMaps+"/a", nil)
	assert.Equal(t, http.StatusNotFound, code)
	assert.Equal(t, `configmaps "a" not found`, message(missing))
}

func TestStatusChangesOnItsOwn(t *testing.T) {
	c := start(t, Options{})
	const controllers = "/api/v1/namespaces/default/replicationcontrollers"
	replicas := func(u *unstructured.Unstructured, part string) any {
		n, _, _ := unstructured.NestedFieldNoCopy(u.Object, part, "replicas")
		return n
	}
	controller := map[string]any{
		"apiVersion": "v1", "kind": "ReplicationController", "metadata": map[string]any{"name": "n"},
		"spec": map[string]any{"replicas": 1}, "status": map[string]any{"replicas": 7},
	}
	code, created := c.do(http.MethodPost, controllers, controller)
	require.Equal(t, http.StatusCreated, code, "%v", created.Object)
	assert.EqualValues(t, 0, replicas(created, "status"), "a new object has no status yet")

	created.Object["status"] = map[string]any{"replicas": 5}
	created.Object["spec"] = map[string]any{"replicas": 5}
	code, updated := c.do(http.MethodPut, controllers+"/n/status", created.Object)
	require.Equal(t, http.StatusOK, code)
	assert.EqualValues(t, 5, replicas(updated, "status"))
	assert.EqualValues(t, 1, replicas(updated, "spec"))
	assert.Equal(t, int64(1), updated.GetGeneration())

	updated.Object["spec"] = map[string]any{"replicas": 3}
	delete(updated.Object, "status")
	code, updated = c.do(http.MethodPut, controllers+"/n", updated.Object)
	require.Equal(t, http.StatusOK, code)
	assert.EqualValues(t, 5, replicas(updated, "status"))
	assert.EqualValues(t, 3, replicas(updated, "spec"))
	assert.Equal(t, int64(2), updated.GetGeneration())
}

func TestFinalizersHoldADeletionUp(t *testing.T) {
	c := start(t, Options{})
	held := configMap("a", "1")
	held["metadata"].(map[string]any)["finalizers"] = []string{"example.com/wait"}
	code, _ := c.do(http.MethodPost, configMaps, held)
	require.Equal(t, http.StatusCreated, code)
	code, marked := c.do(http.MethodDelete, configMaps+"/a", nil)
	require.Equal(t, http.StatusOK, code)
	assert.NotNil(t, marked.GetDeletionTimestamp())

	marked.SetFinalizers(nil)
	code, _ = c.do(http.MethodPut, configMaps+"/a", marked.Object)
	assert.Equal(t, http.StatusOK, code)
	code, _ = c.do(http.MethodGet, configMaps+"/a", nil)
	assert.Equal(t, http.StatusNotFound, code)
}

func TestRefusals(t *testing.T) {
	c := start(t, Options{})
	c.create("taken", "1")
	for name, test := range map[string]struct {
		method, path string
		body         any
		code         int
		reason, text string
	}{
		"taken name":         {http.MethodPost, configMaps, configMap("taken", "1"), 409, "AlreadyExists", `configmaps "taken" already exists`},
		"bad name":           {http.MethodPost, configMaps, configMap("Not A Name", "1"), 422, "Invalid", "ConfigMap \"Not A Name\" is invalid"},
		"no name":            {http.MethodPost, configMaps, configMap("", "1"), 422, "Invalid", "name or generateName is required"},
		"missing namespace":  {http.MethodPost, "/api/v1/namespaces/nowhere/configmaps", configMap("a", "1"), 404, "NotFound", `namespaces "nowhere" not found`},
		"malformed":          {http.MethodPost, configMaps, "{", 400, "BadRequest", "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input ({)"},
		"another kind":       {http.MethodPost, configMaps, map[string]any{"apiVersion": "v1", "kind": "Pod"}, 400, "BadRequest", "cannot be handled as a ConfigMap"},
		"unknown resource":   {http.MethodGet, "/api/v1/unknowns", nil, 404, "NotFound", "the server could not find the requested resource"},
		"bad label selector": {http.MethodGet, configMaps + "?labelSelector=a%3D%3D%3D", nil, 400, "BadRequest", "unable to parse requirement"},
		"bad field":          {http.MethodGet, configMaps + "?fieldSelector=data.value%3Da", nil, 400, "BadRequest", `"data.value" is not a known field selector: only "metadata.name", "metadata.namespace"`},
		"bad token":          {http.MethodGet, configMaps + "?continue=x", nil, 400, "BadRequest", "continue key is not valid"},
		"future version":     {http.MethodGet, configMaps + "?resourceVersion=99999", nil, 504, "Timeout", "Too large resource version"},
		"unknown patch":      {http.MethodPatch, configMaps + "/taken", "{}", 415, "UnsupportedMediaType", "415: Unsupported Media Type"},
		"stale uid":          {http.MethodDelete, configMaps + "/taken", map[string]any{"preconditions": map[string]any{"uid": "x"}}, 409, "Conflict", "the UID in the precondition (x) does not match the UID in record"},
	} {
		t.Run(name, func(t *testing.T) {
			code, status := c.do(test.method, test.path, test.body)
			assert.Equal(t, test.code, code)
			assert.Equal(t, test.reason, reason(status))
			assert.Contains(t, message(status), test.text)
			assert.Equal(t, "Failure", status.Object["status"])
		})
	}
}

func TestListInPagesAndBySelector(t *testing.T) {
	c := start(t, Options{})
	for i := range 5 {
		c.create(fmt.Sprintf("cm-%d", i), strconv.Itoa(i%2))
	}
	var names []string
	token, pages := "", 0
	for {
		_, list := c.do(http.MethodGet, configMaps+"?limit=2&continue="+token, nil)
		items, _, _ := unstructured.NestedSlice(list.Object, "items")
		for _, item := range items {
			names = append(names, (&unstructured.Unstructured{Object: item.(map[string]any)}).GetName())
		}
		pages++
		if token, _, _ = unstructured.NestedString(list.Object, "metadata", "continue"); token == "" {
			break
		}
	}
	assert.Equal(t, []string{"cm-0", "cm-1", "cm-2", "cm-3", "cm-4"}, names)
	assert.Equal(t, 3, pages)

	_, list := c.do(http.MethodGet, configMaps+"?labelSelector=value%3D1", nil)
	items, _, _ := unstructured.NestedSlice(list.Object, "items")
	assert.Len(t, items, 2)
	_, list = c.do(http.MethodGet, "/api/v1/configmaps?fieldSelector=metadata.name%3Dcm-3", nil)
	items, _, _ = unstructured.NestedSlice(list.Object, "items")
	assert.Len(t, items, 1)
}

func TestWatchFromAVersion(t *testing.T) {
	c := start(t, Options{BookmarkInterval: 10 * time.Millisecond})
	first := c.create("a", "1")
	c.create("b", "1")
	next := c.frames("allowWatchBookmarks=true&labelSelector=value%3D1&resourceVersion=" + first.GetResourceVersion())
	kind, obj := next()
	assert.Equal(t, "ADDED b", kind+" "+obj.GetName())
	kind, obj = next()
	assert.Equal(t, "BOOKMARK", kind)
	assert.NotEmpty(t, obj.GetResourceVersion())

	first.SetLabels(map[string]string{"value": "2"})
	_, relabelled := c.do(http.MethodPut, configMaps+"/a", first.Object)
	for kind, obj = next(); kind == "BOOKMARK"; kind, obj = next() {
	}
	assert.Equal(t, "DELETED a", kind+" "+obj.GetName(), "what no longer matches is gone for this watch")
	assert.Equal(t, relabelled.GetResourceVersion(), obj.GetResourceVersion())
}

func TestWatchStreamsAList(t *testing.T) {
	c := start(t, Options{})
	c.create("a", "1")
	next := c.frames("allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan")
	kind, obj := next()
	assert.Equal(t, "ADDED a", kind+" "+obj.GetName())
	kind, obj = next()
	assert.Equal(t, "BOOKMARK", kind)
	assert.Equal(t, "true", obj.GetAnnotations()["k8s.io/initial-events-end"])
	c.create("b", "1")
	kind, obj = next()
	assert.Equal(t, "ADDED b", kind+" "+obj.GetName())
}

func TestWatchFromAForgottenVersionIsGone(t *testing.T) {
	c := start(t, Options{Window: 2})
	first := c.create("a", "1")
	for i := range 5 {
		c.create(fmt.Sprintf("cm-%d", i), "1")
	}
	next := c.frames("resourceVersion=" + first.GetResourceVersion())
	kind, status := next()
	assert.Equal(t, "ERROR", kind)
	assert.Equal(t, "Expired", reason(status))
	assert.EqualValues(t, 410, status.Object["code"])
	assert.Contains(t, message(status), "too old resource version: "+first.GetResourceVersion())

	last := c.create("last", "1")
	c.server.ForgetHistory()
	c.create("later", "1")
	kind, obj := c.frames("resourceVersion=" + last.GetResourceVersion())()
	assert.Equal(t, "ADDED later", kind+" "+obj.GetName(), "nothing was missed")
}

func TestObjectsFromTheBeginning(t *testing.T) {
	seed := &unstructured.Unstructured{Object: configMap("seed", "1")}
	seed.SetNamespace("elsewhere")
	c := start(t, Options{})
	server := Start(t, Options{Scheme: coreScheme(), ClusterScoped: []string{"nodes"}, Objects: []runtime.Object{seed}})
	c.server = server
	code, _ := c.do(http.MethodGet, "/api/v1/namespaces/elsewhere/configmaps/seed", nil)
	assert.Equal(t, http.StatusOK, code)
	code, _ = c.do(http.MethodGet, "/api/v1/namespaces/elsewhere", nil)
	assert.Equal(t, http.StatusOK, code)
}

func TestClusterScopedNamesHaveToBeTheSchemes(t *testing.T) {
	_, err := New(Options{Scheme: coreScheme(), ClusterScoped: []string{"nodes", "sitez"}})
	require.ErrorContains(t, err, `ClusterScoped names "sitez", but Scheme has no such resource: it has `)
	require.ErrorContains(t, err, "nodes, ")
	_, err = New(Options{ClusterScoped: []string{"sites"}})
	require.ErrorContains(t, err, `ClusterScoped names "sites", but Scheme has no resources`)
}
