package dynamic_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	robots = schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}
	sites  = schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "sites"}
	pods   = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
)

// connect starts a server with built-in and custom kinds and returns a client for it.
func connect(t *testing.T) *dynamic.DynamicClient {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{
		Scheme:        scheme,
		ClusterScoped: []string{"nodes", "persistentvolumes", "componentstatuses"},
		Resources: []apitest.Resource{
			{GroupVersionKind: robots.GroupVersion().WithKind("Robot"), Status: true},
			{GroupVersionKind: sites.GroupVersion().WithKind("Site"), ClusterScoped: true},
		},
		Objects: []runtime.Object{&corev1.Namespace{TypeMeta: metav1.TypeMeta{Kind: "Namespace", APIVersion: "v1"}, ObjectMeta: metav1.ObjectMeta{Name: "hall"}}},
	})
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	config := server.Config()
	config.WrapTransport = func(http.RoundTripper) http.RoundTripper { return transport }
	client, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	return client
}

func object(gvr schema.GroupVersionResource, kind, name string) *unstructured.Unstructured {
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(gvr.GroupVersion().WithKind(kind))
	obj.SetName(name)
	if kind == "Pod" { // a server refuses one without containers
		containers := []any{map[string]any{"name": "c", "image": "i"}}
		_ = unstructured.SetNestedSlice(obj.Object, containers, "spec", "containers")
	}
	return obj
}

// Every verb, on a built-in kind, on a custom one and on a cluster-scoped one.
func TestVerbs(t *testing.T) {
	tests := map[string]struct {
		gvr       schema.GroupVersionResource
		kind      string
		namespace string
	}{
		"built-in":       {pods, "Pod", "hall"},
		"custom":         {robots, "Robot", "hall"},
		"cluster-scoped": {sites, "Site", ""},
	}
	for what, tc := range tests {
		t.Run(what, func(t *testing.T) {
			ctx, client := t.Context(), connect(t).Resource(tc.gvr).Namespace(tc.namespace)
			watcher, err := client.Watch(ctx, metav1.ListOptions{})
			require.NoError(t, err)
			defer watcher.Stop()

			created, err := client.Create(ctx, object(tc.gvr, tc.kind, "one"), metav1.CreateOptions{})
			require.NoError(t, err)
			assert.NotEmpty(t, created.GetUID())
			assert.Equal(t, tc.kind, created.GetKind())
			assertEvent(t, watcher, watch.Added, "one")

			created.SetLabels(map[string]string{"row": "1"})
			updated, err := client.Update(ctx, created, metav1.UpdateOptions{})
			require.NoError(t, err)
			assertEvent(t, watcher, watch.Modified, "one")
			_, err = client.Update(ctx, created, metav1.UpdateOptions{})
			assert.True(t, apierrors.IsConflict(err), "%v", err)

			patched, err := client.Patch(ctx, "one", types.MergePatchType, []byte(`{"metadata":{"labels":{"row":"2"}}}`), metav1.PatchOptions{})
			require.NoError(t, err)
			assert.Equal(t, map[string]string{"row": "2"}, patched.GetLabels())
			assert.NotEqual(t, updated.GetResourceVersion(), patched.GetResourceVersion())

			got, err := client.Get(ctx, "one", metav1.GetOptions{})
			require.NoError(t, err)
			assert.Equal(t, patched, got)

			_, err = client.Create(ctx, object(tc.gvr, tc.kind, "two"), metav1.CreateOptions{})
			require.NoError(t, err)
			list, err := client.List(ctx, metav1.ListOptions{LabelSelector: "row=2"})
			require.NoError(t, err)
			require.Len(t, list.Items, 1)
			assert.Equal(t, tc.kind, list.Items[0].GetKind())
			assert.NotEmpty(t, list.GetResourceVersion())

			require.NoError(t, client.Delete(ctx, "one", metav1.DeleteOptions{}))
			missing, err := client.Get(ctx, "one", metav1.GetOptions{})
			assert.True(t, apierrors.IsNotFound(err), "%v", err)
			assert.Nil(t, missing)
			assert.NotErrorAs(t, err, new(*dynamic.NoSuchResourceError))
			require.NoError(t, client.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{}))
			list, err = client.List(ctx, metav1.ListOptions{})
			require.NoError(t, err)
			assert.Empty(t, list.Items)
		})
	}
}

func assertEvent(t *testing.T, watcher watch.Interface, kind watch.EventType, name string) {
	t.Helper()
	event := <-watcher.ResultChan()
	assert.Equal(t, kind, event.Type)
	obj, ok := event.Object.(*unstructured.Unstructured)
	require.True(t, ok, "%T", event.Object)
	assert.Equal(t, name, obj.GetName())
}

func TestStatus(t *testing.T) {
	ctx, client := t.Context(), connect(t).Resource(robots).Namespace("hall")
	robot, err := client.Create(ctx, object(robots, "Robot", "r2"), metav1.CreateOptions{})
	require.NoError(t, err)
	require.NoError(t, unstructured.SetNestedField(robot.Object, "Ready", "status", "phase"))
	_, err = client.UpdateStatus(ctx, robot, metav1.UpdateOptions{})
	require.NoError(t, err)
	robot, err = client.Get(ctx, "r2", metav1.GetOptions{})
	require.NoError(t, err)
	phase, _, err := unstructured.NestedString(robot.Object, "status", "phase")
	require.NoError(t, err)
	assert.Equal(t, "Ready", phase)
}

func TestAllPagesThroughAnyList(t *testing.T) {
	ctx, client := t.Context(), connect(t).Resource(robots)
	for i := range 7 {
		_, err := client.Namespace("hall").Create(ctx, object(robots, "Robot", fmt.Sprintf("r%d", i)), metav1.CreateOptions{})
		require.NoError(t, err)
	}
	count := 0
	for robot, err := range typed.All[*unstructured.Unstructured](ctx, client, metav1.ListOptions{Limit: 3}) {
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprintf("r%d", count), robot.GetName())
		count++
	}
	assert.Equal(t, 7, count)
}

func TestWhatTheServerDoesNotHave(t *testing.T) {
	ctx, client := t.Context(), connect(t)
	unicorns := schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "unicorns"}
	tests := map[string]struct {
		call    func() error
		message string
	}{
		"an unknown resource": {
			call:    func() error { _, err := client.Resource(unicorns).List(ctx, metav1.ListOptions{}); return err },
			message: `the server has no "unicorns" in "fleet.example.com/v1" without a namespace`,
		},
		"a namespace on a cluster-scoped kind": {
			call: func() error {
				_, err := client.Resource(sites).Namespace("hall").Get(ctx, "a", metav1.GetOptions{})
				return err
			},
			message: `in namespace "hall": check that it serves the resource, and whether it is cluster-scoped`,
		},
		"no namespace on a namespaced kind": {
			call:    func() error { _, err := client.Resource(robots).Get(ctx, "a", metav1.GetOptions{}); return err },
			message: "whether it is namespaced",
		},
		"creating in no namespace": {
			call: func() error {
				_, err := client.Resource(robots).Create(ctx, object(robots, "Robot", "a"), metav1.CreateOptions{})
				return err
			},
			message: "whether it is namespaced",
		},
		"watching an unknown resource": {
			call:    func() error { _, err := client.Resource(unicorns).Watch(ctx, metav1.ListOptions{}); return err },
			message: "unicorns",
		},
		"deleting what is not served": {
			call:    func() error { return client.Resource(unicorns).Delete(ctx, "a", metav1.DeleteOptions{}) },
			message: "unicorns",
		},
	}
	for what, tc := range tests {
		t.Run(what, func(t *testing.T) {
			err := tc.call()
			var unknown *dynamic.NoSuchResourceError
			require.ErrorAs(t, err, &unknown)
			assert.ErrorContains(t, err, tc.message)
			assert.True(t, apierrors.IsNotFound(err) || apierrors.IsMethodNotSupported(err), "%v", err)
		})
	}
}

func TestRequestsThatAreNeverSent(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		t.Errorf("%s %s was sent", req.Method, req.URL.Path)
	}))
	t.Cleanup(server.Close)
	client, err := dynamic.NewForConfig(&rest.Config{Host: server.URL})
	require.NoError(t, err)
	ctx := t.Context()
	in := client.Resource(robots).Namespace("hall")
	managed := object(robots, "Robot", "a")
	managed.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: "me"}})
	calls := map[string]func() error{
		"get without a name":    func() error { _, err := in.Get(ctx, "", metav1.GetOptions{}); return err },
		"delete without a name": func() error { return in.Delete(ctx, "", metav1.DeleteOptions{}) },
		"update without a name": func() error {
			_, err := in.Update(ctx, object(robots, "Robot", ""), metav1.UpdateOptions{})
			return err
		},
		"status of nothing": func() error { _, err := in.UpdateStatus(ctx, nil, metav1.UpdateOptions{}); return err },
		"create nothing":    func() error { _, err := in.Create(ctx, nil, metav1.CreateOptions{}); return err },
		"create below an unnamed one": func() error {
			_, err := in.Create(ctx, object(robots, "Robot", ""), metav1.CreateOptions{}, "x")
			return err
		},
		"apply nothing":               func() error { _, err := in.Apply(ctx, "a", nil, metav1.ApplyOptions{}); return err },
		"apply what the server said":  func() error { _, err := in.Apply(ctx, "a", managed, metav1.ApplyOptions{}); return err },
		"a name that leads elsewhere": func() error { _, err := in.Get(ctx, "../secrets", metav1.GetOptions{}); return err },
		"a namespace that does": func() error {
			_, err := client.Resource(robots).Namespace("..").List(ctx, metav1.ListOptions{})
			return err
		},
		"a subresource that does": func() error { _, err := in.Get(ctx, "a", metav1.GetOptions{}, "x/../y"); return err },
		"a resource that does": func() error {
			return client.Resource(pods.GroupVersion().WithResource("a/b")).Delete(ctx, "x", metav1.DeleteOptions{})
		},
		"a group that does": func() error {
			_, err := client.Resource(schema.GroupVersionResource{Group: "..", Version: "v1", Resource: "x"}).Watch(ctx, metav1.ListOptions{})
			return err
		},
		"no resource": func() error {
			_, err := client.Resource(schema.GroupVersionResource{Version: "v1"}).List(ctx, metav1.ListOptions{})
			return err
		},
		"no version": func() error {
			return client.Resource(schema.GroupVersionResource{Resource: "pods"}).DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{})
		},
		"a patch without a name": func() error {
			_, err := in.Patch(ctx, "", types.MergePatchType, nil, metav1.PatchOptions{})
			return err
		},
	}
	for what, call := range calls {
		t.Run(what, func(t *testing.T) { assert.Error(t, call()) })
	}
}

func TestApplyOnTheWire(t *testing.T) {
	for _, subresource := range []string{"", "status"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			assert.Equal(t, http.MethodPatch, req.Method)
			assert.Equal(t, "application/apply-patch+yaml", req.Header.Get("Content-Type"))
			assert.Equal(t, "me", req.URL.Query().Get("fieldManager"))
			assert.Equal(t, "true", req.URL.Query().Get("force"))
			var sent map[string]any
			assert.NoError(t, json.NewDecoder(req.Body).Decode(&sent))
			sent["path"] = req.URL.Path
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(sent)
		}))
		t.Cleanup(server.Close)
		client, err := dynamic.NewForConfig(&rest.Config{Host: server.URL})
		require.NoError(t, err)
		in, options := client.Resource(robots).Namespace("hall"), metav1.ApplyOptions{FieldManager: "me", Force: true}
		var applied *unstructured.Unstructured
		want := "/apis/fleet.example.com/v1/namespaces/hall/robots/r2"
		if subresource == "" {
			applied, err = in.Apply(t.Context(), "r2", object(robots, "Robot", "r2"), options)
		} else {
			applied, err = in.ApplyStatus(t.Context(), "r2", object(robots, "Robot", "r2"), options)
			want += "/status"
		}
		require.NoError(t, err)
		assert.Equal(t, want, applied.Object["path"])
	}
}

// A server that answers with something else than an object of a kind.
func TestAnswersWithoutAKind(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"metadata":{"name":"a"}}`))
	}))
	t.Cleanup(server.Close)
	client, err := dynamic.NewForConfig(&rest.Config{Host: server.URL})
	require.NoError(t, err)
	obj, err := client.Resource(pods).Namespace("x").Get(t.Context(), "a", metav1.GetOptions{})
	assert.True(t, runtime.IsMissingKind(err), "%v", err)
	assert.Nil(t, obj)
}

func TestAContextEndsARequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := connect(t).Resource(pods).List(ctx, metav1.ListOptions{})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestConfigFor(t *testing.T) {
	given := &rest.Config{Host: "x"}
	config := dynamic.ConfigFor(given)
	assert.Equal(t, "application/json", config.ContentType)
	assert.NotEmpty(t, config.UserAgent)
	assert.Nil(t, given.NegotiatedSerializer)
	assert.Panics(t, func() { dynamic.NewForConfigOrDie(&rest.Config{Host: "http://a:b:c"}) })
	assert.Equal(t, "/api", dynamic.LegacyAPIPathResolverFunc(schema.GroupVersionKind{}))
	assert.Equal(t, "/apis", dynamic.LegacyAPIPathResolverFunc(schema.GroupVersionKind{Group: "x"}))
}
