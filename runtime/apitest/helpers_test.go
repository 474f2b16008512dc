package apitest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

func coreScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(scheme))
	return scheme
}

// client speaks to a server in plain HTTP.
type client struct {
	t      *testing.T
	server *Server
	http   *http.Client
}

func start(t *testing.T, opts Options) client {
	t.Helper()
	if opts.Scheme == nil {
		opts.Scheme = coreScheme()
	}
	opts.ClusterScoped = append(opts.ClusterScoped, "nodes", "persistentvolumes", "componentstatuses")
	transport := &http.Transport{}
	c := client{t: t, server: Start(t, opts), http: &http.Client{Transport: transport}}
	t.Cleanup(transport.CloseIdleConnections)
	return c
}

func (c client) send(method, path string, body any, headers ...string) *http.Response {
	c.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = bytes.NewReader([]byte(b))
	default:
		data, err := json.Marshal(b)
		require.NoError(c.t, err)
		reader = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.server.URL()+path, reader)
	require.NoError(c.t, err)
	if reader != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := c.http.Do(req)
	require.NoError(c.t, err)
	return resp
}

// do sends a request and returns status and document of the answer.
func (c client) do(method, path string, body any, headers ...string) (int, *unstructured.Unstructured) {
	c.t.Helper()
	resp := c.send(method, path, body, headers...)
	defer resp.Body.Close()
	u := &unstructured.Unstructured{}
	data, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	require.NoError(c.t, utiljson.Unmarshal(data, &u.Object))
	return resp.StatusCode, u
}

const configMaps = "/api/v1/namespaces/default/configmaps"

func configMap(name, value string) map[string]any {
	return map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": name, "labels": map[string]any{"value": value}},
		"data":     map[string]any{"value": value},
	}
}

func (c client) create(name, value string) *unstructured.Unstructured {
	c.t.Helper()
	code, u := c.do(http.MethodPost, configMaps, configMap(name, value))
	require.Equal(c.t, http.StatusCreated, code, "%v", u.Object)
	return u
}

// frames opens a watch and returns a function that reads the next event, "" at the end.
func (c client) frames(query string) (next func() (string, *unstructured.Unstructured)) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(c.t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server.URL()+configMaps+"?watch=true&"+query, nil)
	require.NoError(c.t, err)
	resp, err := c.http.Do(req)
	require.NoError(c.t, err)
	c.t.Cleanup(func() { cancel(); resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	return func() (string, *unstructured.Unstructured) {
		c.t.Helper()
		if !lines.Scan() {
			return "", nil
		}
		var frame struct {
			Type   string
			Object map[string]any
		}
		require.NoError(c.t, json.Unmarshal(lines.Bytes(), &frame))
		return frame.Type, &unstructured.Unstructured{Object: frame.Object}
	}
}
