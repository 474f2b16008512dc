package informers

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/generated/kubernetes"
	"github.com/typewright/typewright/runtime/apitest/netfault"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/cluster"
)

var live *cluster.Cluster

func TestMain(m *testing.M) {
	cluster.Main(m, cluster.Options{}, func(c *cluster.Cluster) { live = c })
}

// timeout is how long a test waits. The server is slow, and so are informers that back off.
const timeout = 90 * time.Second

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	require.Eventually(t, done, timeout, 20*time.Millisecond, what)
}

func clientset(t *testing.T, config *rest.Config) *kubernetes.Clientset {
	t.Helper()
	c, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return c
}

func namespace(t *testing.T, name string) string {
	t.Helper()
	_, err := clientset(t, live.Config()).CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	require.NoError(t, err)
	return name
}

func configMap(name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"some": "content"}}
}

// throughProxy returns a configuration for a user with connections through a new proxy.
func throughProxy(t *testing.T, user string) (*rest.Config, *netfault.Proxy) {
	t.Helper()
	proxy, err := netfault.New(strings.TrimPrefix(live.URL(), "https://"))
	require.NoError(t, err)
	t.Cleanup(proxy.Close)
	config := live.ConfigFor(user)
	config.Host = "https://" + proxy.Addr()
	return config, proxy
}

// startInformer runs an informer until the test ends or stop is called.
func startInformer(t *testing.T, informer cache.SharedInformer) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { informer.RunWithContext(ctx) })
	stop = func() {
		cancel()
		running.Wait()
	}
	t.Cleanup(stop)
	return stop
}

func waitForSync(t *testing.T, informers ...cache.SharedInformer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	require.NoError(t, cache.WaitForSync(ctx, informers...))
}

// requests counts lists, pages and streamed lists. If told to, it refuses streamed lists like a server that does not support them.
type requests struct {
	next          http.RoundTripper
	refuseStreams bool

	mu                     sync.Mutex
	lists, pages, streamed int
}

func (r *requests) wrap(next http.RoundTripper) http.RoundTripper {
	r.next = next
	return r
}

const noStreams = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Invalid","code":422,"message":"sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"}`

func (r *requests) RoundTrip(req *http.Request) (*http.Response, error) {
	query := req.URL.Query()
	r.mu.Lock()
	switch {
	case query.Get("sendInitialEvents") == "true":
		r.streamed++
	case query.Get("watch") == "" && req.Method == http.MethodGet:
		r.lists++
		if query.Get("continue") != "" {
			r.pages++
		}
	}
	r.mu.Unlock()
	if r.refuseStreams && query.Get("sendInitialEvents") == "true" {
		return &http.Response{
			StatusCode: http.StatusUnprocessableEntity, Status: "422 Unprocessable Entity", Request: req,
			Header: http.Header{"Content-Type": []string{"application/json"}}, Body: io.NopCloser(strings.NewReader(noStreams)),
		}, nil
	}
	return r.next.RoundTrip(req)
}

func (r *requests) counts() (lists, pages, streamed int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lists, r.pages, r.streamed
}

// widgets returns the definition of a custom resource with the given versions, all of them served.
func widgets(plural string, versions ...string) *unstructured.Unstructured {
	var all []any
	for i, version := range versions {
		all = append(all, map[string]any{
			"name": version, "served": true, "storage": i == 0,
			"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
		})
	}
	kind := strings.ToUpper(plural[:1]) + plural[1:len(plural)-1]
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": map[string]any{"name": plural + ".example.com"},
		"spec": map[string]any{
			"group": "example.com", "scope": "Namespaced", "versions": all,
			"names": map[string]any{"kind": kind, "listKind": kind + "List", "plural": plural, "singular": plural[:len(plural)-1]},
		},
	}}
}
