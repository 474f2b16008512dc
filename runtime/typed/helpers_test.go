package typed_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("internal/poll.runtime_pollWait"))
}

// request is a request that a test server has received.
type request struct {
	Method, Path, Body, Accept, ContentType string
	Query                                   url.Values
}

// recorder is a server that records every request and answers with answer.
type recorder struct {
	lock     sync.Mutex
	requests []request
	answer   http.HandlerFunc
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.lock.Lock()
	r.requests = append(r.requests, request{
		Method: req.Method, Path: req.URL.Path, Query: req.URL.Query(), Body: string(body),
		Accept: req.Header.Get("Accept"), ContentType: req.Header.Get("Content-Type"),
	})
	r.lock.Unlock()
	w.Header().Set("Content-Type", "application/json")
	r.answer(w, req)
}

// only returns the only request so far.
func (r *recorder) only(t *testing.T) request {
	t.Helper()
	r.lock.Lock()
	defer r.lock.Unlock()
	require.Len(t, r.requests, 1)
	return r.requests[0]
}

// answering returns a handler that answers every request with the object.
func answering(obj any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(obj) }
}

func newScheme(t testing.TB) *runtime.Scheme {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	metav1.AddToGroupVersion(scheme, corev1.SchemeGroupVersion)
	return scheme
}

// connect starts a server with the handler and returns a REST client for its core/v1.
func connect(t testing.TB, handler http.Handler) rest.Interface {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := rest.RESTClientFor(&rest.Config{
		Host:      server.URL,
		APIPath:   "/api",
		QPS:       -1,
		Transport: transport,
		ContentConfig: rest.ContentConfig{
			GroupVersion:         &corev1.SchemeGroupVersion,
			NegotiatedSerializer: serializer.NewCodecFactory(newScheme(t)).WithoutConversion(),
		},
	})
	require.NoError(t, err)
	return client
}

func podOptions(t testing.TB, handler http.Handler, namespace string) typed.Options[*corev1.Pod, *corev1.PodList] {
	t.Helper()
	return typed.Options[*corev1.Pod, *corev1.PodList]{
		Resource:       "pods",
		REST:           connect(t, handler),
		ParameterCodec: runtime.NewParameterCodec(newScheme(t)),
		Namespace:      namespace,
		Namespaced:     true,
		New:            func() *corev1.Pod { return &corev1.Pod{} },
		NewList:        func() *corev1.PodList { return &corev1.PodList{} },
	}
}

// podConfiguration is the smallest apply configuration that the client accepts.
type podConfiguration struct {
	Kind       string      `json:"kind"`
	APIVersion string      `json:"apiVersion"`
	Metadata   podMetadata `json:"metadata"`
}

type podMetadata struct {
	Name   *string           `json:"name,omitempty"`
	Labels map[string]string `json:"labels,omitempty"`
}

func (c *podConfiguration) GetName() *string { return c.Metadata.Name }

func newPod(namespace, name string) *corev1.Pod {
	return &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{Kind: "Pod", APIVersion: "v1"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
	}
}

// pager is a client that answers lists with pages.
type pager struct {
	calls []metav1.ListOptions
	pages func(call int, opts metav1.ListOptions) (*corev1.PodList, error)
}

func (p *pager) List(_ context.Context, opts metav1.ListOptions) (*corev1.PodList, error) {
	p.calls = append(p.calls, opts)
	return p.pages(len(p.calls), opts)
}
