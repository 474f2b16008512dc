package apply_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/apply"
	"github.com/typewright/typewright/runtime/rest"
)

func TestNewRequest(t *testing.T) {
	var got *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	client, err := rest.RESTClientFor(&rest.Config{Host: server.URL, APIPath: "/apis", ContentConfig: rest.ContentConfig{
		GroupVersion: &schema.GroupVersion{Group: "g", Version: "v1"}, NegotiatedSerializer: serializer.NewCodecFactory(runtime.NewScheme()),
	}})
	require.NoError(t, err)

	request, err := apply.NewRequest(client, map[string]any{"kind": "Robot"})
	require.NoError(t, err)
	_, err = request.Namespace("x").Resource("robots").Name("ada").Do(t.Context()).Raw()
	require.NoError(t, err)
	assert.Equal(t, http.MethodPatch, got.Method)
	assert.Equal(t, "/apis/g/v1/namespaces/x/robots/ada", got.URL.Path)
	assert.Equal(t, "application/apply-patch+yaml", got.Header.Get("Content-Type"))
	assert.JSONEq(t, `{"kind":"Robot"}`, string(body))

	_, err = apply.NewRequest(client, func() {})
	require.ErrorContains(t, err, "failed to marshal apply configuration")
}
