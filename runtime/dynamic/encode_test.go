package dynamic_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/rest"
)

// TestObjectsAreSentAsTheyAre checks that the client sends the version of the object, also none, and not a version of its
// own.
func TestObjectsAreSentAsTheyAre(t *testing.T) {
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"kind":"Thing","apiVersion":"v7","metadata":{"name":"x"}}`))
	}))
	t.Cleanup(server.Close)
	client, err := dynamic.NewForConfig(&rest.Config{Host: server.URL})
	require.NoError(t, err)
	for _, text := range []string{
		`{"apiVersion":"v7","kind":"Thing","metadata":{"name":"x"}}`,
		`{"metadata":{"name":"x"}}`,
		`{"apiVersion":"example.com/v9","kind":"Thing","metadata":{"name":"x"}}`,
	} {
		obj := &unstructured.Unstructured{}
		require.NoError(t, json.Unmarshal([]byte(text), &obj.Object))
		_, err = client.Resource(robots).Create(t.Context(), obj, metav1.CreateOptions{})
		require.NoError(t, err)
		assert.JSONEq(t, text, string(body))
		again := &unstructured.Unstructured{}
		require.NoError(t, json.Unmarshal([]byte(text), &again.Object))
		assert.Equal(t, again, obj, "the caller's object stays")
	}
}
