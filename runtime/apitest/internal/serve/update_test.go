package serve

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"sigs.k8s.io/structured-merge-diff/v6/typed"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// rival changes the config map "a" once during the next change of it, so that this change has a conflict.
type rival struct {
	managedfields.TypeConverter

	api   *API
	armed bool
	lost  int
}

// ObjectToTyped is called while a change is computed. It leaves the merging to the server's own converter.
func (r *rival) ObjectToTyped(runtime.Object, ...typed.ValidationOptions) (*typed.TypedValue, error) {
	if r.armed {
		r.armed = false
		r.lost++
		_, err := r.api.storage.Update(configMapResource, storage.Key{Namespace: "default", Name: "a"}, func(current *encode.Object) (*encode.Object, error) {
			next := current.DeepCopy()
			next.SetLabels(map[string]string{"rival": "was-here"})
			return encode.NewObject(next), nil
		})
		if err != nil {
			return nil, err
		}
	}
	return nil, errors.New("no corresponding type for anything")
}

// racing returns an API with a config map "a", and its rival.
func racing(t *testing.T) (*API, *rival) {
	t.Helper()
	r := &rival{}
	r.api = newAPI(t, Options{TypeConverter: r})
	must(t, r.api, http.MethodPost, configMaps, `{metadata: {name: a}, data: {b: c}}`)
	return r.api, r
}

// odd is a body with an unknown field and a duplicate owner reference. The server warns of both.
const odd = `{"apiVersion": "v1", "kind": "ConfigMap", "colour": "red", "data": {"b": "d"}, "metadata": {"name": "a", "ownerReferences": [
	{"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "u"}, {"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "u"}]}}`

func TestAChangeThatLosesARaceIsDoneAgainInFull(t *testing.T) {
	const plain = `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"b": "d"}}`
	tests := []struct {
		name, method, query, contentType, body string
		warnings, owners                       int
	}{
		{"update", http.MethodPut, "", encode.MediaJSON, odd, 2, 1},
		{"merge patch", http.MethodPatch, "", "application/merge-patch+json", odd, 2, 1},
		{"apply", http.MethodPatch, "?fieldManager=tester&force=true", "application/apply-patch+yaml", plain, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			send := func(race bool) (warnings []string, owners int, data any) {
				api, rival := racing(t)
				rival.armed = race
				u, w := do(t, api, tt.method, configMaps+"/a"+tt.query, tt.body, "Content-Type", tt.contentType)
				require.Equal(t, http.StatusOK, w.Code, w.Body.String())
				assert.Equal(t, map[bool]int{true: 1}[race], rival.lost)
				return w.Header().Values("Warning"), len(u.GetOwnerReferences()), u.Object["data"]
			}
			warnings, owners, data := send(false)
			assert.Len(t, warnings, tt.warnings)
			assert.Equal(t, tt.owners, owners)
			assert.Equal(t, map[string]any{"b": "d"}, data)

			again, owners, data := send(true)
			assert.Equal(t, warnings, again, "each warning once, as without a race")
			assert.Equal(t, tt.owners, owners, "repeated owner references are removed")
			assert.Equal(t, map[string]any{"b": "d"}, data)
		})
	}
}

func TestALostRaceIsAConflictForAnUpdateOfAVersion(t *testing.T) {
	api, rival := racing(t)
	u := must(t, api, http.MethodGet, configMaps+"/a", "")
	rival.armed = true
	_, w := do(t, api, http.MethodPut, configMaps+"/a", `{metadata: {name: a, resourceVersion: "`+u.GetResourceVersion()+`"}, data: {b: d}}`)
	assert.Equal(t, http.StatusConflict, w.Code)
	assert.Equal(t, map[string]string{"rival": "was-here"}, must(t, api, http.MethodGet, configMaps+"/a", "").GetLabels())
}

func TestUpdate(t *testing.T) {
	api := newAPI(t, Options{})
	created := must(t, api, http.MethodPost, configMaps, `{metadata: {name: a}, data: {b: c}}`)
	must(t, api, http.MethodPost, definitions, siteDefinition)
	must(t, api, http.MethodPost, sites, `{apiVersion: example.com/v1, kind: Site, metadata: {name: a}}`)
	tests := []struct {
		name, path, body string
		code             int
		message          string
	}{
		{"another name", configMaps + "/a", `metadata: {name: b}`, http.StatusBadRequest, "the name of the object (b) does not match the name on the URL (a)"},
		{"no name", configMaps + "/a", `metadata: {}`, http.StatusBadRequest, "name must be provided"},
		{"another namespace", configMaps + "/a", `metadata: {name: a, namespace: kube-system}`, http.StatusBadRequest, "the namespace of the provided object does not match"},
		{"another uid", configMaps + "/a", `metadata: {name: a, uid: other}`, http.StatusConflict, "Precondition failed: UID in precondition: other, UID in object meta: " + string(created.GetUID())},
		{"an old version", configMaps + "/a", `metadata: {name: a, resourceVersion: "1"}`, http.StatusConflict, "please apply your changes to the latest version"},
		{"no version at all", configMaps + "/a", `metadata: {name: a, resourceVersion: x}`, http.StatusInternalServerError, `strconv.ParseUint: parsing "x": invalid syntax`},
		{"an object that does not exist", configMaps + "/b", `metadata: {name: b}`, http.StatusNotFound, `configmaps "b" not found`},
		{"a bad body for one that does not exist", configMaps + "/b", `metadata: {name: c}`, http.StatusBadRequest, "does not match the name on the URL"},
		{"a custom resource without version", sites + "/a", `{apiVersion: example.com/v1, kind: Site, metadata: {name: a}}`, http.StatusUnprocessableEntity, "must be specified for an update"},
		{"a rule", configMaps + "/a", `metadata: {name: a, labels: {"?": ""}}`, http.StatusUnprocessableEntity, "metadata.labels"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, w := do(t, api, http.MethodPut, tt.path, tt.body)
			assert.Equal(t, tt.code, w.Code)
			assert.Contains(t, u.Object["message"], tt.message)
		})
	}
	assert.Equal(t, created.Object, must(t, api, http.MethodGet, configMaps+"/a", "").Object)

	same := must(t, api, http.MethodPut, configMaps+"/a", `{metadata: {name: a}, data: {b: c}}`, "User-Agent", "")
	assert.Equal(t, created.GetResourceVersion(), same.GetResourceVersion(), "a change of nothing makes no version")
	other := must(t, api, http.MethodPut, configMaps+"/a?dryRun=All", `{metadata: {name: a}, data: {b: d}}`)
	assert.Equal(t, map[string]any{"b": "d"}, other.Object["data"])
	assert.Equal(t, created.Object, must(t, api, http.MethodGet, configMaps+"/a", "").Object, "a dry run changes nothing")
}

func TestUpdateMayCreateSomeKinds(t *testing.T) {
	api := newAPI(t, Options{})
	endpoints := "/api/v1/namespaces/default/endpoints/a"
	_, w := do(t, api, http.MethodPut, endpoints, `metadata: {name: a}`)
	assert.Equal(t, http.StatusCreated, w.Code)
	_, w = do(t, api, http.MethodPut, endpoints, `metadata: {name: a}`)
	assert.Equal(t, http.StatusOK, w.Code)
	u, w := do(t, api, http.MethodPut, "/api/v1/namespaces/default/endpoints/b", `metadata: {name: b, uid: u}`)
	assert.Equal(t, http.StatusConflict, w.Code)
	assert.Contains(t, u.Object["message"], "Key: /registry/services/endpoints/default/b, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: u")
	_, w = do(t, api, http.MethodPut, "/api/v1/namespaces/none/endpoints/a", `metadata: {name: a}`)
	assert.Equal(t, http.StatusNotFound, w.Code, "the namespace does not exist")
}

func TestTheLastFinalizerEndsADeletedObject(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, configMaps, `metadata: {name: a, finalizers: [example.com/x, example.com/y]}`)
	must(t, api, http.MethodDelete, configMaps+"/a", "")
	must(t, api, http.MethodPut, configMaps+"/a", `metadata: {name: a, finalizers: [example.com/y]}`)
	must(t, api, http.MethodGet, configMaps+"/a", "")
	must(t, api, http.MethodPut, configMaps+"/a", `metadata: {name: a}`)
	_, w := do(t, api, http.MethodGet, configMaps+"/a", "")
	assert.Equal(t, http.StatusNotFound, w.Code)
}
