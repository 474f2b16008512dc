package encode

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
)

// resources are some of each sort: built-in, in several versions, custom, and a question.
func resources(t *testing.T) []*kinds.Resource {
	t.Helper()
	var all []*kinds.Resource
	for _, gvk := range []schema.GroupVersionKind{
		{Version: "v1", Kind: "Pod"},
		{Group: "apps", Version: "v1beta2", Kind: "Deployment"},
		{Group: "apps", Version: "v1", Kind: "Deployment"},
		{Group: "apps", Version: "v1alpha3", Kind: "Deployment"},
	} {
		r := &kinds.Resource{GroupVersionKind: gvk, Status: true}
		r.Complete(nil, nil)
		all = append(all, r)
	}
	question := &kinds.Resource{GroupVersionKind: schema.GroupVersionKind{Group: "authorization.k8s.io", Version: "v1", Kind: "SubjectAccessReview"}, ClusterScoped: true, CreateOnly: true}
	question.Complete(nil, nil)
	return append(all, question, customCodec(t).Resource)
}

// get requests a document. Headers are names and values in turn.
func get(d *Documents, path string, headers ...string) (served bool, w *httptest.ResponseRecorder) {
	req := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w = httptest.NewRecorder()
	return d.Serve(w, req), w
}

func read[T any](t *testing.T, d *Documents, path string, headers ...string) (into T) {
	t.Helper()
	served, w := get(d, path, headers...)
	require.True(t, served, path)
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &into), w.Body.String())
	return into
}

func TestDocumentsServe(t *testing.T) {
	d := NewDocuments(kinds.NewRegistry(resources(t)))
	for path, want := range map[string]bool{
		"/": true, "/healthz": true, "/livez/": true, "/version": true, "/api": true, "/apis": true, "/api/v1": true, "/apis/apps": true,
		"/apis/apps/v1": true, "/openapi/v3": true, "/openapi/v3/api/v1": true, "/openapi/v3/apis/example.com/v1": true,
		"/api/v2": false, "/apis/other": false, "/apis/apps/v9": false, "/api/v1/pods": false, "/apis/apps/v1/deployments": false,
		"/openapi/v2": true, "/openapi/v2/api/v1": false, "/openapi/v1": false, "/openapi/v3/apis/apps/v9": false, "/openapi/v3/nonsense": false, "/metrics": false,
	} {
		served, _ := get(d, path)
		assert.Equal(t, want, served, path)
	}
	req := httptest.NewRequest(http.MethodPost, "/api/v1", http.NoBody)
	assert.False(t, d.Serve(httptest.NewRecorder(), req), "documents are read and not written")
}

func TestGroupsPreferTheMostStableVersion(t *testing.T) {
	d := NewDocuments(kinds.NewRegistry(resources(t)))
	list := read[metav1.APIGroupList](t, d, "/apis")
	var names []string
	for _, group := range list.Groups {
		names = append(names, group.Name)
	}
	assert.Equal(t, []string{"apps", "authorization.k8s.io", "example.com"}, names, "the core group is not among them")

	group := read[metav1.APIGroup](t, d, "/apis/apps")
	assert.Equal(t, "v1", group.PreferredVersion.Version)
	var versions []string
	for _, v := range group.Versions {
		versions = append(versions, v.Version)
	}
	assert.Equal(t, []string{"v1", "v1beta2", "v1alpha3"}, versions)
}

func TestResourceList(t *testing.T) {
	d := NewDocuments(kinds.NewRegistry(resources(t)))
	verbs := func(path string) map[string]metav1.Verbs {
		all := map[string]metav1.Verbs{}
		for _, r := range read[metav1.APIResourceList](t, d, path).APIResources {
			all[r.Name] = r.Verbs
		}
		return all
	}
	change := metav1.Verbs{"get", "patch", "update"}
	all := metav1.Verbs{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}
	assert.Equal(t, map[string]metav1.Verbs{
		"pods": all, "pods/status": change, "pods/ephemeralcontainers": change, "pods/resize": change, "pods/binding": {"create"},
		"pods/eviction": {"create"}, "pods/log": {"get"},
	}, verbs("/api/v1"), "exec and its like are not served")
	assert.Equal(t, map[string]metav1.Verbs{"deployments": all, "deployments/status": change, "deployments/scale": change}, verbs("/apis/apps/v1"))
	assert.Equal(t, map[string]metav1.Verbs{"subjectaccessreviews": {"create"}}, verbs("/apis/authorization.k8s.io/v1"))
	assert.Equal(t, map[string]metav1.Verbs{
		"sites": {"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"}, "sites/status": change,
	}, verbs("/apis/example.com/v1"))

	for _, r := range read[metav1.APIResourceList](t, d, "/apis/apps/v1").APIResources {
		wantGroup := map[string]string{"deployments/scale": "autoscaling"}[r.Name]
		assert.Equal(t, wantGroup, r.Group, "%s has the list's group unless it says otherwise", r.Name)
	}
}

func TestNamespacesCannotBeDeletedAllAtOnce(t *testing.T) {
	namespaces := &kinds.Resource{GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}, ClusterScoped: true}
	namespaces.Complete(nil, nil)
	assert.NotContains(t, verbsOf(namespaces), "deletecollection")
}

func TestAggregatedDiscovery(t *testing.T) {
	d := NewDocuments(kinds.NewRegistry(resources(t)))
	const v2, beta = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"
	for accept, want := range map[string]string{
		v2: "APIGroupDiscoveryList", v2 + ",application/json": "APIGroupDiscoveryList", "application/yaml," + beta: "APIGroupDiscoveryList",
		"application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList," + beta: "APIGroupDiscoveryList",
		"application/json," + v2: "APIGroupList", "": "APIGroupList", "application/json": "APIGroupList",
	} {
		assert.Equal(t, want, read[metav1.TypeMeta](t, d, "/apis", "Accept", accept).Kind, accept)
	}
	_, w := get(d, "/apis", "Accept", beta)
	assert.Equal(t, "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList", w.Header().Get("Content-Type"))
	assert.Equal(t, "Accept", w.Header().Get("Vary"))

	type subresource struct{ Subresource string }
	type resource struct {
		Resource, Scope, SingularResource string
		ShortNames                        []string
		Subresources                      []subresource
	}
	type groups struct {
		Items []struct {
			Metadata metav1.ObjectMeta
			Versions []struct {
				Version   string
				Resources []resource
			}
		}
	}
	core := read[groups](t, d, "/api", "Accept", v2)
	require.Len(t, core.Items, 1)
	assert.Empty(t, core.Items[0].Metadata.Name)
	named := read[groups](t, d, "/apis", "Accept", v2)
	require.Len(t, named.Items, 3)
	assert.Equal(t, "v1", named.Items[0].Versions[0].Version)
	custom := named.Items[2]
	assert.Equal(t, "example.com", custom.Metadata.Name)
	assert.Equal(t, []resource{{"sites", "Namespaced", "site", []string{"st"}, []subresource{{"status"}}}}, custom.Versions[0].Resources)
	assert.Equal(t, "Cluster", named.Items[1].Versions[0].Resources[0].Scope)
}

func TestOpenAPIFollowsTheRegistry(t *testing.T) {
	registry := kinds.NewRegistry(resources(t))
	d := NewDocuments(registry)
	type openapi struct {
		Paths      map[string]any
		Components struct{ Schemas map[string]any }
	}
	index := read[openapi](t, d, "/openapi/v3")
	assert.Contains(t, index.Paths, "api/v1")
	assert.Contains(t, index.Paths, "apis/example.com/v1")
	sites := read[openapi](t, d, "/openapi/v3/apis/example.com/v1")
	assert.Contains(t, sites.Paths, "/apis/example.com/v1/namespaces/{namespace}/sites/{name}")
	assert.NotEmpty(t, sites.Components.Schemas)

	_, w := get(d, "/openapi/v3/apis/example.com/v1")
	etag := w.Header().Get("ETag")
	_, w = get(d, "/openapi/v3/apis/example.com/v1", "If-None-Match", etag)
	assert.Equal(t, http.StatusNotModified, w.Code)
	assert.Empty(t, w.Body.String())
	_, w = get(d, "/openapi/v3/api/v1", "If-None-Match", etag)
	assert.Equal(t, http.StatusOK, w.Code, "the ETag of another document")

	places := customCodec(t).Resource
	places.Name = "places"
	registry.Replace("sites.example.com", []*kinds.Resource{places})
	assert.Contains(t, read[openapi](t, d, "/openapi/v3/apis/example.com/v1").Paths, "/apis/example.com/v1/namespaces/{namespace}/places")
	registry.Replace("sites.example.com", nil)
	served, _ := get(d, "/openapi/v3/apis/example.com/v1")
	assert.False(t, served)
}

// withTypes are resources whose Go types are known.
func withTypes(t *testing.T) []*kinds.Resource {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	return kinds.FromScheme(scheme, nil, apischema.NewTypes())
}

func TestOpenAPIV3SaysWhatKubectlExplains(t *testing.T) {
	d := NewDocuments(kinds.NewRegistry(withTypes(t)))
	type property struct {
		Type, Description string
		Ref               string `json:"$ref"`
		Enum              []string
		OneOf, AllOf      []property
		Properties        map[string]property
		Required          []string
	}
	document := read[struct {
		Components struct{ Schemas map[string]property }
		Paths      map[string]map[string]struct {
			RequestBody struct{ Content map[string]any }
		}
	}](t, d, "/openapi/v3/api/v1")
	assert.Contains(t, document.Paths["/api/v1/namespaces/{name}"]["patch"].RequestBody.Content, "application/strategic-merge-patch+json")
	defs := document.Components.Schemas
	spec := defs["io.k8s.api.core.v1.Service"].Properties["spec"]
	assert.Contains(t, spec.Description, "Spec defines the behavior of a service.", "beside the reference")
	assert.Empty(t, spec.Ref)
	assert.Equal(t, "#/components/schemas/io.k8s.api.core.v1.ServiceSpec", spec.AllOf[0].Ref)

	affinity := defs["io.k8s.api.core.v1.ServiceSpec"].Properties["sessionAffinity"]
	assert.Equal(t, []string{"ClientIP", "None"}, affinity.Enum)
	assert.Contains(t, affinity.Description, "\n\nPossible enum values:\n - `\"ClientIP\"` is the Client IP based.\n - `\"None\"` - no session affinity.")
	assert.Equal(t, []string{"Cluster", "Local"}, defs["io.k8s.api.core.v1.ServiceSpec"].Properties["internalTrafficPolicy"].Enum, "of a pointer")

	owner := defs["io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference"]
	assert.Equal(t, []string{"apiVersion", "kind", "name", "uid"}, slices.Sorted(slices.Values(owner.Required)))
	quantity := defs["io.k8s.apimachinery.pkg.api.resource.Quantity"]
	assert.Equal(t, []property{{Type: "string"}, {Type: "number"}}, quantity.OneOf)
	assert.Empty(t, quantity.Type)
	assert.Contains(t, quantity.Description, "Quantity is a fixed-point representation of a number.")
}

func TestOpenAPIV2DescribesEveryResource(t *testing.T) {
	registry := kinds.NewRegistry(append(withTypes(t), customCodec(t).Resource))
	d := NewDocuments(registry)
	type schemaV2 struct {
		Type       string
		Properties map[string]struct {
			Ref string `json:"$ref"`
		}
	}
	type document struct {
		Swagger     string
		Definitions map[string]schemaV2
		Paths       map[string]map[string]struct {
			Parameters []struct{ Name, In, Type string }
			Consumes   []string
		}
	}
	made := read[document](t, d, "/openapi/v2")
	assert.Equal(t, "2.0", made.Swagger)
	assert.Contains(t, made.Definitions, "com.example.v1.Site")
	assert.Equal(t, "#/definitions/io.k8s.api.core.v1.PodSpec", made.Definitions["io.k8s.api.core.v1.Pod"].Properties["spec"].Ref)
	var names []string
	for _, parameter := range made.Paths["/api/v1/namespaces/{name}"]["patch"].Parameters {
		assert.Equal(t, "query string", parameter.In+" "+parameter.Type)
		names = append(names, parameter.Name)
	}
	assert.Contains(t, names, "fieldValidation", "by which kubectl knows that the server validates a List")

	assert.Contains(t, made.Paths["/api/v1/namespaces/{name}"]["patch"].Consumes, "application/strategic-merge-patch+json")
	assert.NotContains(t, made.Paths["/apis/example.com/v1/namespaces/{namespace}/sites/{name}"]["patch"].Consumes, "application/strategic-merge-patch+json")

	registry.Replace("sites.example.com", nil)
	assert.NotContains(t, read[document](t, d, "/openapi/v2").Definitions, "com.example.v1.Site")
}

func TestOpenAPIV2SaysTheSameInProtobuf(t *testing.T) {
	d := NewDocuments(kinds.NewRegistry(append(withTypes(t), customCodec(t).Resource)))
	_, w := get(d, "/openapi/v2", "Accept", "application/json")
	want, err := openapi_v2.ParseDocument(w.Body.Bytes())
	require.NoError(t, err)
	inJSON := w.Header().Get("ETag")

	_, w = get(d, "/openapi/v2", "Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf")
	assert.Equal(t, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf", w.Header().Get("Content-Type"))
	var got openapi_v2.Document
	require.NoError(t, proto.Unmarshal(w.Body.Bytes(), &got))
	assert.True(t, proto.Equal(want, &got))
	etag := w.Header().Get("ETag")
	assert.NotEqual(t, inJSON, etag)
	_, w = get(d, "/openapi/v2", "If-None-Match", inJSON)
	assert.Equal(t, http.StatusNotModified, w.Code)
}

func TestWriteError(t *testing.T) {
	tests := []struct {
		name       string
		err        error
		code       int
		retryAfter string
		body       string
	}{
		{"a Status", apierrors.NewBadRequest("no"), http.StatusBadRequest, "", `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"no","reason":"BadRequest","code":400}`},
		{"an error of the server", errors.New("no"), http.StatusInternalServerError, "", `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"no","code":500}`},
		{"wait", apierrors.NewTimeoutError("slow", 3), http.StatusGatewayTimeout, "3", `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Timeout: slow","reason":"Timeout","details":{"retryAfterSeconds":3},"code":504}`},
		{"the router", RouterError(http.StatusNotFound, metav1.StatusReasonNotFound, "no"), http.StatusNotFound, "", `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"no","reason":"NotFound","details":{},"code":404}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			WriteError(w, request("", ""), tt.err)
			assert.Equal(t, tt.code, w.Code)
			assert.Equal(t, tt.retryAfter, w.Header().Get("Retry-After"))
			assert.JSONEq(t, tt.body, w.Body.String())
		})
	}
	w := httptest.NewRecorder()
	WriteError(w, request("", ""), ErrPage)
	assert.Equal(t, http.StatusNotFound, w.Code)
	assert.Equal(t, "404 page not found\n", w.Body.String())
}

func TestWriteErrorInTheFormatOfTheClient(t *testing.T) {
	tests := []struct{ accept, mediaType, contains string }{
		{MediaYAML, MediaYAML, "message: \"no\"\n"},
		{"text/html", MediaJSON, `"message":"no"`},
		{MediaYAML + ";as=Table;g=meta.k8s.io;v=v1", MediaJSON, `"message":"no"`},
		{MediaProtobuf + ", " + MediaJSON, MediaProtobuf, "k8s"},
	}
	for _, tt := range tests {
		t.Run(tt.accept, func(t *testing.T) {
			w := httptest.NewRecorder()
			WriteError(w, request(tt.accept, ""), apierrors.NewBadRequest("no"))
			assert.Equal(t, http.StatusBadRequest, w.Code)
			assert.Equal(t, tt.mediaType, w.Header().Get("Content-Type"))
			assert.Contains(t, w.Body.String(), tt.contains)
		})
	}
}
