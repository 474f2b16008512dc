package serve

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const deployments = "/apis/apps/v1/namespaces/default/deployments"

const bindings = "/api/v1/namespaces/default/bindings"

const twoContainers = `{metadata: {name: a}, spec: {containers: [{name: one, image: i}, {name: two, image: i}]}}`

func TestPodSubresources(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, pods, twoContainers)
	for _, tt := range []exchange{
		{"a log of which", http.MethodGet, pods + "/a/log", "", "", http.StatusBadRequest, "a container name must be specified for pod a, choose one of: [one two]"},
		{"a log of none", http.MethodGet, pods + "/a/log?container=on", "", "", http.StatusBadRequest, "container on is not valid for pod a"},
		{"a log", http.MethodGet, pods + "/a/log?container=two", "", "", http.StatusOK, ""},
		{"a log of nothing", http.MethodGet, pods + "/b/log", "", "", http.StatusNotFound, `pods "b" not found`},
		{"another kind", http.MethodPost, pods + "/a/binding", `{kind: Eviction}`, "", http.StatusBadRequest, "cannot be handled as a Binding"},
		{"another name", http.MethodPost, pods + "/a/binding", `{metadata: {name: b}}`, "", http.StatusBadRequest, "name in URL does not match name in Binding object"},
		{"a binding", http.MethodPost, pods + "/a/binding", `{metadata: {name: a}, target: {name: n1}}`, "", http.StatusCreated, ""},
		{"a second binding", http.MethodPost, pods + "/a/binding", `{metadata: {name: a}, target: {name: n2}}`, "", http.StatusConflict, `pod a is already assigned to node "n1"`},
		{"a binding of the pod that it names", http.MethodPost, bindings, `{metadata: {name: a}, target: {name: n2}}`, "", http.StatusConflict, `pod a is already assigned to node "n1"`},
		{"a binding of nothing", http.MethodPost, bindings, `{metadata: {name: b}, target: {name: n2}}`, "", http.StatusNotFound, `pods "b" not found`},
		{"a binding of another kind", http.MethodPost, bindings, `{apiVersion: v1, kind: Pod, metadata: {name: a}}`, "", http.StatusBadRequest, ""},
		{"bindings are not kept", http.MethodGet, bindings, "", "", http.StatusMethodNotAllowed, "the server does not allow this method on the requested resource"},
		{"an eviction that is tried", http.MethodPost, pods + "/a/eviction", `{metadata: {name: a}, deleteOptions: {dryRun: [All], gracePeriodSeconds: 0}}`, "", http.StatusCreated, ""},
		{"the pod is there", http.MethodGet, pods + "/a", "", "", http.StatusOK, ""},
		{"an eviction", http.MethodPost, pods + "/a/eviction", `{metadata: {name: a}, deleteOptions: {gracePeriodSeconds: 0}}`, "", http.StatusCreated, ""},
		{"the pod has gone", http.MethodGet, pods + "/a", "", "", http.StatusNotFound, ""},
		{"an eviction of nothing", http.MethodPost, pods + "/a/eviction", `{metadata: {name: a}}`, "", http.StatusNotFound, ""},
		{"an eviction of nobody", http.MethodPost, pods + "/a/eviction", `{}`, "", http.StatusBadRequest, "name in URL does not match name in Eviction object"},
	} {
		tt.run(t, api)
	}
}

func TestABindingGivesThePodThatItNamesItsNode(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, pods, twoContainers)
	must(t, api, http.MethodPost, bindings, `{metadata: {name: a}, target: {name: n1}}`)
	node, _, _ := unstructured.NestedString(must(t, api, http.MethodGet, pods+"/a", "").Object, "spec", "nodeName")
	assert.Equal(t, "n1", node)
}

func TestFinalizeEndsANamespace(t *testing.T) {
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, "/api/v1/namespaces", `metadata: {name: a}`)
	must(t, api, http.MethodPut, "/api/v1/namespaces/a/finalize", `{metadata: {name: a}, spec: {finalizers: [kubernetes, example.com/x]}}`)
	must(t, api, http.MethodDelete, "/api/v1/namespaces/a", "")
	must(t, api, http.MethodPut, "/api/v1/namespaces/a/finalize", `{metadata: {name: a}, spec: {finalizers: [example.com/x]}}`)
	must(t, api, http.MethodGet, "/api/v1/namespaces/a", "")
	must(t, api, http.MethodPut, "/api/v1/namespaces/a/finalize", `{metadata: {name: a}}`)
	_, w := do(t, api, http.MethodGet, "/api/v1/namespaces/a", "")
	assert.Equal(t, http.StatusNotFound, w.Code)
}

func TestAnApprovalChangesConditions(t *testing.T) {
	const requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, requests, `{metadata: {name: a}, spec: {signerName: x/y, usages: [client auth], request: AAAA}}`)
	must(t, api, http.MethodPut, requests+"/a/status", `{metadata: {name: a}, status: {certificate: BBBB}}`)
	u := must(t, api, http.MethodPut, requests+"/a/approval",
		`{metadata: {name: a}, spec: {signerName: z/z}, status: {certificate: CCCC, conditions: [{type: Approved, status: "True"}]}}`)
	assert.Equal(t, "x/y", u.Object["spec"].(map[string]any)["signerName"])
	status, _, _ := unstructured.NestedMap(u.Object, "status")
	assert.Equal(t, "BBBB", status["certificate"])
	assert.Len(t, status["conditions"], 1)
	u = must(t, api, http.MethodPut, requests+"/a", `{metadata: {name: a, labels: {l: v}}, spec: {signerName: x/y, usages: [client auth], request: AAAA}}`)
	assert.Equal(t, status, u.Object["status"])
	u = must(t, api, http.MethodPut, requests+"/a/approval", `{metadata: {name: a}}`)
	assert.Equal(t, map[string]any{"certificate": "BBBB"}, u.Object["status"])
}

func TestScale(t *testing.T) {
	const mergePatch, jsonPatch, apply = "application/merge-patch+json", "application/json-patch+json", "application/apply-patch+yaml"
	api := newAPI(t, Options{})
	must(t, api, http.MethodPost, deployments, `{metadata: {name: a}, spec: {replicas: 2, selector: {matchLabels: {l: v}}, template: {metadata: {labels: {l: v}}, spec: {containers: [{name: c, image: i}]}}}}`)
	path := deployments + "/a/scale"
	replicas := func(u *unstructured.Unstructured) int64 {
		n, _, _ := unstructured.NestedInt64(u.Object, "spec", "replicas")
		return n
	}
	assert.Equal(t, int64(2), replicas(must(t, api, http.MethodGet, path, "")))
	assert.Equal(t, int64(3), replicas(must(t, api, http.MethodPut, path, `{metadata: {name: a}, spec: {replicas: 3}}`)))
	assert.Equal(t, int64(4), replicas(must(t, api, http.MethodPatch, path, `{"spec":{"replicas":4}}`, "Content-Type", mergePatch)))
	assert.Equal(t, int64(5), replicas(must(t, api, http.MethodPatch, path, `[{"op":"replace","path":"/spec/replicas","value":5}]`, "Content-Type", jsonPatch)))
	assert.Equal(t, int64(6), replicas(must(t, api, http.MethodPatch, path+"?fieldManager=me&force=true", `{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: a}, spec: {replicas: 6}}`, "Content-Type", apply)))
	assert.Equal(t, int64(6), replicas(must(t, api, http.MethodGet, deployments+"/a", "")))
	for _, tt := range []exchange{
		{"less than none", http.MethodPut, path, `{metadata: {name: a}, spec: {replicas: -1}}`, "", http.StatusUnprocessableEntity, "must be greater than or equal to 0"},
		{"a text", http.MethodPut, path, `{metadata: {name: a}, spec: {replicas: many}}`, "", http.StatusBadRequest, "cannot be handled as a Scale"},
		{"another name", http.MethodPut, path, `{metadata: {name: b}, spec: {replicas: 1}}`, "", http.StatusBadRequest, "does not match the name on the URL"},
		{"an old version", http.MethodPut, path, `{metadata: {name: a, resourceVersion: "1"}, spec: {replicas: 1}}`, "", http.StatusConflict, ""},
		{"an object that does not exist", http.MethodPut, deployments + "/b/scale", `{metadata: {name: b}}`, "", http.StatusNotFound, ""},
		{"a deletion", http.MethodDelete, path, "", "", http.StatusMethodNotAllowed, ""},
		{"a config map has no scale", http.MethodGet, configMaps + "/a/scale", "", "", http.StatusNotFound, ""},
	} {
		tt.run(t, api)
	}
	assert.Equal(t, int64(6), replicas(must(t, api, http.MethodGet, path, "")))
}

func TestReviewsAndTokens(t *testing.T) {
	users := map[string]string{}
	api := newAPI(t, Options{
		OnToken: func(token, user string) { users[token] = user },
		UserOf:  func(token string) (string, bool) { user, ok := users[token]; return user, ok },
	})
	status := func(path, body string, headers ...string) map[string]any {
		status, _ := must(t, api, http.MethodPost, path, body, headers...).Object["status"].(map[string]any)
		return status
	}
	must(t, api, http.MethodPost, "/api/v1/namespaces/default/serviceaccounts", `metadata: {name: robot}`)
	token, _ := status("/api/v1/namespaces/default/serviceaccounts/robot/token", `{spec: {expirationSeconds: 600}}`)["token"].(string)
	assert.Equal(t, map[string]string{token: "system:serviceaccount:default:robot"}, users)
	for _, tt := range []exchange{
		{"a short life", http.MethodPost, "/api/v1/namespaces/default/serviceaccounts/robot/token", `{spec: {expirationSeconds: 599}}`, "", http.StatusUnprocessableEntity, "less than 10 minutes"},
		{"nobody's token", http.MethodPost, "/api/v1/namespaces/default/serviceaccounts/none/token", `{}`, "", http.StatusNotFound, ""},
	} {
		tt.run(t, api)
	}

	const authentication, authorization = "/apis/authentication.k8s.io/v1/", "/apis/authorization.k8s.io/v1/"
	review := status(authentication+"tokenreviews", `{spec: {token: "`+token+`"}}`)
	assert.Equal(t, parse(t, `{authenticated: true, user: {username: "system:serviceaccount:default:robot"}}`), review)
	review = status(authentication+"tokenreviews", `{spec: {token: other}}`)
	assert.Equal(t, "invalid bearer token", review["error"])
	assert.Equal(t, parse(t, `{userInfo: {username: me}}`), status(authentication+"selfsubjectreviews", `{}`, UserHeader, "me"))
	assert.Equal(t, parse(t, `{userInfo: {username: "system:anonymous"}}`), status(authentication+"selfsubjectreviews", `{}`))
	assert.Equal(t, parse(t, `{allowed: true}`), status(authorization+"selfsubjectaccessreviews", `{}`))
	assert.NotEmpty(t, status(authorization+"selfsubjectrulesreviews", `{}`)["resourceRules"])
}
