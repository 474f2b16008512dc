package apitest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

func gadgets(versions ...any) map[string]any {
	return map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": map[string]any{"name": "gadgets.example.com"},
		"spec": map[string]any{
			"group": "example.com", "scope": "Cluster", "names": map[string]any{"plural": "gadgets", "kind": "Gadget"}, "versions": versions,
		},
	}
}

func gadgetVersion(name string, storage bool, spec map[string]any) map[string]any {
	return map[string]any{
		"name": name, "served": true, "storage": storage,
		"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object", "properties": map[string]any{"spec": spec}}},
	}
}

var anySpec = map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}

func TestADefinitionIsServedWhileItIsThere(t *testing.T) {
	c := start(t, Options{})
	const path = "/apis/example.com/v1/gadgets"
	gadget := map[string]any{"apiVersion": "example.com/v1", "kind": "Gadget", "metadata": map[string]any{"name": "a"}, "spec": map[string]any{"x": 1}}
	resp := c.send(http.MethodGet, path, nil)
	resp.Body.Close()
	require.Equal(t, http.StatusNotFound, resp.StatusCode)

	code, created := c.do(http.MethodPost, crds, gadgets(gadgetVersion("v1", true, anySpec), gadgetVersion("v2", false, anySpec)))
	require.Equal(t, http.StatusCreated, code, "%v", created.Object)
	_, established := c.do(http.MethodGet, crds+"/gadgets.example.com", nil)
	conditions, _, _ := unstructured.NestedSlice(established.Object, "status", "conditions")
	assert.Len(t, conditions, 2)
	code, u := c.do(http.MethodPost, path, gadget)
	require.Equal(t, http.StatusCreated, code, "%v", u.Object)
	code, u = c.do(http.MethodGet, "/apis/example.com/v2/gadgets/a", nil)
	require.Equal(t, http.StatusOK, code)
	assert.Equal(t, "example.com/v2", u.GetAPIVersion(), "every version shows the same objects")

	strict := gadgets(gadgetVersion("v1", true, map[string]any{"type": "object", "properties": map[string]any{"y": map[string]any{"type": "string"}}}))
	strict["metadata"] = established.Object["metadata"]
	code, u = c.do(http.MethodPut, crds+"/gadgets.example.com", strict)
	require.Equal(t, http.StatusOK, code, "%v", u.Object)
	gadget["metadata"] = map[string]any{"name": "b"}
	code, u = c.do(http.MethodPost, path, gadget)
	require.Equal(t, http.StatusCreated, code)
	assert.NotContains(t, u.Object["spec"], "x", "the new schema does not have the field")

	code, _ = c.do(http.MethodDelete, crds+"/gadgets.example.com", nil)
	require.Equal(t, http.StatusOK, code)
	resp = c.send(http.MethodGet, path, nil)
	resp.Body.Close()
	assert.Equal(t, http.StatusNotFound, resp.StatusCode)
	code, _ = c.do(http.MethodPost, crds, gadgets(gadgetVersion("v1", true, anySpec)))
	require.Equal(t, http.StatusCreated, code)
	_, list := c.do(http.MethodGet, path, nil)
	assert.Empty(t, list.Object["items"], "its objects went with it")
}

func TestInvalidDefinitionsAreRefused(t *testing.T) {
	c := start(t, Options{})
	misnamed := gadgets(gadgetVersion("v1", true, anySpec))
	misnamed["metadata"] = map[string]any{"name": "other"}
	for name, test := range map[string]struct {
		definition map[string]any
		want       string
	}{
		"name":              {misnamed, `metadata.name: Invalid value: "other": must be spec.names.plural+"."+spec.group`},
		"no version stored": {gadgets(gadgetVersion("v1", false, anySpec)), "must have exactly one version marked as storage version"},
		"no schema":         {gadgets(map[string]any{"name": "v1", "served": true, "storage": true}), "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"},
		"version's name":    {gadgets(gadgetVersion("V1", true, anySpec)), "spec.versions[0].name: Invalid value"},
	} {
		t.Run(name, func(t *testing.T) {
			code, status := c.do(http.MethodPost, crds, test.definition)
			assert.Equal(t, http.StatusUnprocessableEntity, code)
			assert.Contains(t, message(status), test.want)
		})
	}
}

func TestGarbageIsCollectedWhereItIsAskedFor(t *testing.T) {
	for _, collect := range []bool{false, true} {
		c := start(t, Options{GarbageCollection: collect})
		owner := c.create("owner", "1")
		owned := configMap("owned", "1")
		owned["metadata"].(map[string]any)["ownerReferences"] = []any{
			map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": string(owner.GetUID())},
		}
		code, u := c.do(http.MethodPost, configMaps, owned)
		require.Equal(t, http.StatusCreated, code, "%v", u.Object)
		code, _ = c.do(http.MethodDelete, configMaps+"/owner?propagationPolicy=Foreground", nil)
		require.Equal(t, http.StatusOK, code)
		code, left := c.do(http.MethodGet, configMaps+"/owner", nil)
		if collect {
			assert.Equal(t, http.StatusNotFound, code)
			code, _ = c.do(http.MethodGet, configMaps+"/owned", nil)
			assert.Equal(t, http.StatusNotFound, code)
			continue
		}
		assert.Equal(t, []string{"foregroundDeletion"}, left.GetFinalizers(), "as of a kube-apiserver alone")
	}
}

func TestProtobuf(t *testing.T) {
	scheme := coreScheme()
	require.NoError(t, appsv1.AddToScheme(scheme))
	c := start(t, Options{Scheme: scheme})
	c.create("a", "1")
	resp := c.send(http.MethodGet, configMaps, nil, "Accept", "application/vnd.kubernetes.protobuf")
	defer resp.Body.Close()
	assert.Equal(t, "application/vnd.kubernetes.protobuf", resp.Header.Get("Content-Type"))
	list := &corev1.ConfigMapList{}
	decodeProtobuf(t, scheme, resp, list)
	require.Len(t, list.Items, 1)
	assert.Equal(t, "1", list.Items[0].Data["value"])

	var body writer
	sent := &corev1.ConfigMap{Data: map[string]string{"value": "2"}}
	sent.Name = "b"
	sent.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("ConfigMap"))
	require.NoError(t, protobuf.NewSerializer(scheme, scheme).Encode(sent, &body))
	code, u := c.do(http.MethodPost, configMaps, string(body), "Content-Type", "application/vnd.kubernetes.protobuf")
	require.Equal(t, http.StatusCreated, code, "%v", u.Object)
	assert.Equal(t, "b", u.GetName())
}

type writer []byte

func (w *writer) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	return len(p), nil
}

func decodeProtobuf(t *testing.T, scheme *runtime.Scheme, resp *http.Response, into runtime.Object) {
	t.Helper()
	var data writer
	buffer := make([]byte, 4096)
	for {
		n, err := resp.Body.Read(buffer)
		data = append(data, buffer[:n]...)
		if err != nil {
			break
		}
	}
	_, _, err := protobuf.NewSerializer(scheme, scheme).Decode(data, nil, into)
	require.NoError(t, err)
}
