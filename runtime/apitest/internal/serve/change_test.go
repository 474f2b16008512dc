package serve

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// exchange is a request and the expected response. message is a part of the Status message.
type exchange struct {
	name, method, path, body, contentType string
	code                                  int
	message                               string
}

func (e exchange) run(t *testing.T, api *API) {
	t.Helper()
	t.Run(e.name, func(t *testing.T) {
		var headers []string
		if e.contentType != "" {
			headers = []string{"Content-Type", e.contentType}
		}
		u, w := do(t, api, e.method, e.path, e.body, headers...)
		assert.Equal(t, e.code, w.Code, w.Body.String())
		if e.message != "" {
			assert.Contains(t, u.Object["message"], e.message)
		}
	})
}

func TestCreate(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, definitions, siteDefinition)
	must(t, api, http.MethodPost, configMaps, `metadata: {name: there}`)
	must(t, api, http.MethodPost, configMaps, `metadata: {name: going, finalizers: [example.com/x]}`)
	must(t, api, http.MethodDelete, configMaps+"/going", "")
	must(t, api, http.MethodPost, "/api/v1/namespaces", `metadata: {name: ending}`)
	must(t, api, http.MethodDelete, "/api/v1/namespaces/ending", "")
	for _, tt := range []exchange{
		{"it is there", http.MethodPost, configMaps, `metadata: {name: there}`, "", http.StatusConflict, `configmaps "there" already exists`},
		{"it is there and going", http.MethodPost, configMaps, `metadata: {name: going}`, "", http.StatusConflict, "object is being deleted: "},
		{"a version", http.MethodPost, configMaps, `metadata: {name: a, resourceVersion: "1"}`, "", http.StatusInternalServerError, "resourceVersion should not be set"},
		{"no name", http.MethodPost, configMaps, `metadata: {}`, "", http.StatusUnprocessableEntity, "name or generateName is required"},
		{"a bad name", http.MethodPost, configMaps, `metadata: {name: A}`, "", http.StatusUnprocessableEntity, "metadata.name"},
		{"another namespace", http.MethodPost, configMaps, `metadata: {name: a, namespace: b}`, "", http.StatusBadRequest, "does not match the namespace sent on the request"},
		{"no such namespace", http.MethodPost, "/api/v1/namespaces/none/configmaps", `metadata: {name: a}`, "", http.StatusNotFound, `namespaces "none" not found`},
		{"a namespace that ends", http.MethodPost, "/api/v1/namespaces/ending/configmaps", `metadata: {name: a}`, "", http.StatusForbidden, "because it is being terminated"},
		{"another kind", http.MethodPost, configMaps, `{apiVersion: v1, kind: Secret, metadata: {name: a}}`, "", http.StatusBadRequest, "converting (v1.Secret) to (core.ConfigMap): unknown conversion"},
		{"an unknown kind", http.MethodPost, configMaps, `{apiVersion: v1, kind: Colour, metadata: {name: a}}`, "", http.StatusBadRequest, `no kind "Colour" is registered for version "v1"`},
		{"another version of a kind", http.MethodPost, "/apis/apps/v1/namespaces/default/deployments", `{apiVersion: v1, kind: Secret}`, "", http.StatusBadRequest, "unknown conversion"},
		{"another kind than a custom one", http.MethodPost, sites, `{apiVersion: example.com/v1, kind: Place, metadata: {name: a}}`, "", http.StatusUnprocessableEntity, "must be Site"},
		{"another version than a custom one's", http.MethodPost, sites, `{apiVersion: example.com/v2, kind: Site, metadata: {name: a}}`, "", http.StatusBadRequest, "does not match the expected API version (example.com/v1)"},
		{"an unknown field, strictly", http.MethodPost, configMaps + "?fieldValidation=Strict", `{metadata: {name: a}, colour: red}`, "", http.StatusBadRequest, `unknown field "colour"`},
		{"not a document", http.MethodPost, configMaps, `{`, "application/json", http.StatusBadRequest, "couldn't get version/kind; json parse error"},
		{"too much", http.MethodPost, configMaps, strings.Repeat("x", bodyLimit+1), "", http.StatusRequestEntityTooLarge, "limit is 3145728"},
		{"a dry run", http.MethodPost, configMaps + "?dryRun=All", `metadata: {name: dry}`, "", http.StatusCreated, ""},
		{"a version in a dry run", http.MethodPost, configMaps + "?dryRun=All", `metadata: {name: dry, resourceVersion: "1"}`, "", http.StatusCreated, ""},
	} {
		tt.run(t, api)
	}
	assert.Equal(t, []string{"going", "there"}, names(t, api, configMaps), "nothing of all that is stored")
}

func TestCreateSetsWhatTheServerSets(t *testing.T) {
	api := newAPI(t, Options{})
	u := must(t, api, http.MethodPost, pods, `{metadata: {generateName: a-, uid: mine, creationTimestamp: "2001-01-01T00:00:00Z", generation: 9},
		spec: {containers: [{name: c, image: i}]}, status: {phase: Running}}`)
	assert.Regexp(t, "^a-[a-z0-9]{5}$", u.GetName())
	assert.Equal(t, "default", u.GetNamespace())
	assert.Len(t, u.GetUID(), 36)
	assert.NotEqual(t, 2001, u.GetCreationTimestamp().Year())
	assert.Equal(t, int64(1), u.GetGeneration())
	phase, _, _ := unstructured.NestedString(u.Object, "status", "phase")
	assert.Equal(t, "Pending", phase, "a new pod is not running yet")
	assert.NotEmpty(t, u.GetManagedFields())

	node := must(t, api, http.MethodPost, "/api/v1/nodes", `{metadata: {name: n1}, status: {phase: Running}}`)
	phase, _, _ = unstructured.NestedString(node.Object, "status", "phase")
	assert.Equal(t, "Running", phase, "a node describes itself")

	assert.Len(t, generateName(strings.Repeat("x", 100)), 63)
}

func TestPatch(t *testing.T) {
	const jsonPatch, mergePatch, strategic, apply = "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, definitions, siteDefinition)
	must(t, api, http.MethodPost, sites, `{apiVersion: example.com/v1, kind: Site, metadata: {name: a}}`)
	must(t, api, http.MethodPost, configMaps, `{metadata: {name: a}, data: {b: c}}`)
	path := configMaps + "/a"
	for _, tt := range []exchange{
		{"not JSON", http.MethodPatch, path, `{`, mergePatch, http.StatusBadRequest, "invalid JSON patch"},
		{"an unknown type", http.MethodPatch, path, `{}`, "text/plain", http.StatusUnsupportedMediaType, "415: Unsupported Media Type"},
		{"a strategic patch of a custom resource", http.MethodPatch, sites + "/a", `{}`, strategic, http.StatusUnsupportedMediaType, "accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"},
		{"operations that are none", http.MethodPatch, path, `{"op":"add"}`, jsonPatch, http.StatusBadRequest, "handlers.jsonPatchOp"},
		{"an operation that fails", http.MethodPatch, path, `[{"op":"test","path":"/data/b","value":"x"}]`, jsonPatch, http.StatusUnprocessableEntity, "the server rejected our request"},
		{"too many operations", http.MethodPatch, path, `[` + strings.Repeat(`{"op":"test","path":"/data/b","value":"c"},`, maxOperations) + `{"op":"test","path":"/data/b","value":"c"}]`, jsonPatch, http.StatusRequestEntityTooLarge, "The allowed maximum operations in a JSON patch is 10000, got 10001"},
		{"a list for an object", http.MethodPatch, path, `[]`, mergePatch, http.StatusBadRequest, "error decoding patch"},
		{"another name", http.MethodPatch, path, `{"metadata":{"name":"b"}}`, mergePatch, http.StatusBadRequest, "the name of the object (b) does not match"},
		{"another kind", http.MethodPatch, path, `{"kind":"Secret"}`, mergePatch, http.StatusUnprocessableEntity, "unknown conversion"},
		{"a field of another type", http.MethodPatch, path, `{"data":{"b":1}}`, mergePatch, http.StatusUnprocessableEntity, "cannot unmarshal number"},
		{"an unknown field, strictly", http.MethodPatch, path + "?fieldValidation=Strict", `{"colour":"red"}`, mergePatch, http.StatusUnprocessableEntity, `strict decoding error: unknown field "colour"`},
		{"an unknown field of a strategic patch, strictly", http.MethodPatch, path + "?fieldValidation=Strict", `{"data":{"d":"e"},"colour":"red"}`, strategic, http.StatusUnprocessableEntity, `patch: Invalid value: "map[colour:red data:map[d:e]]": strict decoding error: unknown field "colour"`},
		{"another kind in a strategic patch", http.MethodPatch, path, `{"kind":"Secret"}`, strategic, http.StatusOK, ""},
		{"a repeated field, strictly", http.MethodPatch, path + "?fieldValidation=Strict", `{"data":{},"data":{}}`, mergePatch, http.StatusUnprocessableEntity, `strict decoding error: duplicate field "data"`},
		{"force without apply", http.MethodPatch, path + "?force=true", `{}`, mergePatch, http.StatusUnprocessableEntity, "force"},
		{"an apply without manager", http.MethodPatch, path, `{apiVersion: v1, kind: ConfigMap}`, apply, http.StatusUnprocessableEntity, "fieldManager"},
		{"an object that does not exist", http.MethodPatch, configMaps + "/b", `{}`, mergePatch, http.StatusNotFound, `configmaps "b" not found`},
		{"an apply of one", http.MethodPatch, configMaps + "/b?fieldManager=me", `{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {n: "1"}}`, apply, http.StatusCreated, ""},
	} {
		tt.run(t, api)
	}
	for body, contentType := range map[string]string{
		`[{"op":"replace","path":"/data/b","value":"json"}]`: jsonPatch, `{"data":{"b":"merge"}}`: mergePatch, `{"data":{"b":"strategic"}}`: strategic,
	} {
		u := must(t, api, http.MethodPatch, path, body, "Content-Type", contentType)
		data, _, _ := unstructured.NestedString(u.Object, "data", "b")
		assert.Contains(t, body, `"`+data+`"`)
	}
}

func TestStrategicPatchMergesLists(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, deployments, `{metadata: {name: a}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}},
	  spec: {containers: [{name: one, image: i}, {name: two, image: i}]}}}}`)
	images := func(contentType string) (all []any) {
		u := must(t, api, http.MethodPatch, deployments+"/a", `{"spec":{"template":{"spec":{"containers":[{"name":"two","image":"new"}]}}}}`, "Content-Type", contentType)
		containers, _, _ := unstructured.NestedSlice(u.Object, "spec", "template", "spec", "containers")
		for _, c := range containers {
			all = append(all, c.(map[string]any)["image"])
		}
		return all
	}
	assert.Equal(t, []any{"i", "new"}, images("application/strategic-merge-patch+json"))
	assert.Equal(t, []any{"new"}, images("application/merge-patch+json"))
}

func TestApplyRemovesWhatIsNoLongerSaid(t *testing.T) {
	api := newAPI(t, Options{})
	apply := func(manager, data string) (*unstructured.Unstructured, int) {
		u, w := do(t, api, http.MethodPatch, configMaps+"/a?fieldManager="+manager, `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: `+data+`}`,
			"Content-Type", "application/apply-patch+yaml")
		return u, w.Code
	}
	_, code := apply("one", `{a: x, b: x}`)
	assert.Equal(t, http.StatusCreated, code)
	u, code := apply("two", `{a: x, c: x}`)
	assert.Equal(t, http.StatusOK, code)
	assert.Equal(t, parse(t, `{a: x, b: x, c: x}`), u.Object["data"])
	u, _ = apply("one", `{}`)
	assert.Equal(t, parse(t, `{a: x, c: x}`), u.Object["data"], "what another manager owns stays")
	_, code = apply("one", `{c: other}`)
	assert.Equal(t, http.StatusConflict, code)
}
