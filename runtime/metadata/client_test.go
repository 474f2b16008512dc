package metadata_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/metadata"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var pods = schema.GroupVersionResource{Version: "v1", Resource: "pods"}

func pod(name string) *corev1.Pod {
	return &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{Kind: "Pod", APIVersion: "v1"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "hall", Name: name, Labels: map[string]string{"name": name}},
		Spec:       corev1.PodSpec{NodeName: "n1"},
	}
}

// connect returns a client for a configuration, without connections that outlive the test.
func connect(t *testing.T, config *rest.Config) metadata.Interface {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	config.WrapTransport = func(http.RoundTripper) http.RoundTripper { return transport }
	client, err := metadata.NewForConfig(config)
	require.NoError(t, err)
	return client
}

func serve(t *testing.T, handler http.HandlerFunc) metadata.Interface {
	t.Helper()
	return serveWith(t, rest.Config{}, handler)
}

func serveWith(t *testing.T, config rest.Config, handler http.HandlerFunc) metadata.Interface {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	config.Host = server.URL
	return connect(t, &config)
}

func partial(name string) metav1.PartialObjectMetadata {
	return metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{Kind: "PartialObjectMetadata", APIVersion: "meta.k8s.io/v1"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "hall", Name: name, ResourceVersion: "7"},
	}
}

// From a server that supports metadata requests the client requests metadata, preferably in protobuf.
func TestPartialObjects(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, metav1.AddMetaToScheme(scheme))
	for _, contentType := range []string{runtime.ContentTypeJSON, runtime.ContentTypeProtobuf} {
		t.Run(contentType, func(t *testing.T) {
			info, ok := runtime.SerializerInfoForMediaType(serializer.NewCodecFactory(scheme).SupportedMediaTypes(), contentType)
			require.True(t, ok)
			client := serve(t, func(w http.ResponseWriter, req *http.Request) {
				accept := strings.Split(req.Header.Get("Accept"), ",")
				assert.Len(t, accept, 3)
				assert.True(t, strings.HasPrefix(accept[0], "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata"), accept[0])
				w.Header().Set("Content-Type", contentType+";as=PartialObjectMetadata;g=meta.k8s.io;v=v1")
				var obj runtime.Object = &metav1.PartialObjectMetadataList{
					TypeMeta: metav1.TypeMeta{Kind: "PartialObjectMetadataList", APIVersion: "meta.k8s.io/v1"},
					ListMeta: metav1.ListMeta{ResourceVersion: "9"},
					Items:    []metav1.PartialObjectMetadata{partial("a"), partial("b")},
				}
				if strings.HasSuffix(req.URL.Path, "/a") {
					one := partial("a")
					obj = &one
				}
				assert.NoError(t, info.Serializer.Encode(obj, w))
			})
			in := client.Resource(pods).Namespace("hall")
			one, err := in.Get(t.Context(), "a", metav1.GetOptions{})
			require.NoError(t, err)
			assert.Equal(t, "7", one.ResourceVersion)
			list, err := in.List(t.Context(), metav1.ListOptions{})
			require.NoError(t, err)
			assert.Equal(t, "9", list.ResourceVersion)
			assert.Len(t, list.Items, 2)
			count := 0
			for obj, err := range typed.All[*metav1.PartialObjectMetadata](t.Context(), in, metav1.ListOptions{}) {
				require.NoError(t, err)
				assert.Equal(t, "hall", obj.Namespace)
				count++
			}
			assert.Equal(t, 2, count)
		})
	}
}

// A server that sends whole objects: their metadata is taken from those.
func TestWholeObjects(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{Scheme: scheme, Objects: []runtime.Object{pod("a"), pod("b")}})
	ctx, in := t.Context(), connect(t, server.Config()).Resource(pods).Namespace("hall")
	watcher, err := in.Watch(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	defer watcher.Stop()
	for range 2 {
		assert.Equal(t, watch.Added, (<-watcher.ResultChan()).Type)
	}

	one, err := in.Get(ctx, "a", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "a", one.Name)
	assert.NotEmpty(t, one.UID)
	list, err := in.List(ctx, metav1.ListOptions{LabelSelector: "name=b"})
	require.NoError(t, err)
	require.Len(t, list.Items, 1)
	assert.NotEmpty(t, list.ResourceVersion)

	patched, err := in.Patch(ctx, "a", types.MergePatchType, []byte(`{"metadata":{"finalizers":["x/y"]}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	assert.Equal(t, []string{"x/y"}, patched.Finalizers)
	event := <-watcher.ResultChan()
	assert.Equal(t, watch.Modified, event.Type)
	assert.Equal(t, []string{"x/y"}, event.Object.(*metav1.PartialObjectMetadata).Finalizers)

	require.NoError(t, in.Delete(ctx, "b", metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}))
	_, err = in.Get(ctx, "b", metav1.GetOptions{})
	assert.True(t, apierrors.IsNotFound(err), "%v", err)
	_, err = in.Patch(ctx, "a", types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	require.NoError(t, in.DeleteCollection(ctx, metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}, metav1.ListOptions{}))
	list, err = in.List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	assert.Empty(t, list.Items)
}

// Servers of custom resources read no protobuf: options of a deletion go as JSON.
func TestDeletionsSendJSON(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, req *http.Request) {
		assert.Equal(t, "application/json", req.Header.Get("Content-Type"))
		var sent metav1.DeleteOptions
		body, _ := io.ReadAll(req.Body)
		assert.NoError(t, json.Unmarshal(body, &sent))
		assert.Equal(t, "DeleteOptions", sent.Kind)
		assert.Equal(t, metav1.DeletePropagationForeground, *sent.PropagationPolicy)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"kind":"Status","apiVersion":"v1","status":"Success"}`))
	})
	options := metav1.DeleteOptions{PropagationPolicy: new(metav1.DeletePropagationForeground)}
	require.NoError(t, client.Resource(pods).Namespace("hall").Delete(t.Context(), "a", options))
	require.NoError(t, client.Resource(pods).DeleteCollection(t.Context(), options, metav1.ListOptions{LabelSelector: "x"}))
}

func TestAnswersThatAreNoMetadata(t *testing.T) {
	for what, answer := range map[string]string{
		"no object of Kubernetes'": `{"kind":"Thing","apiVersion":"v1","spec":{}}`,
		"no kind":                  `{"metadata":{"name":"a"}}`,
		"no JSON":                  `{`,
		"another type":             `{"kind":"Table","apiVersion":"meta.k8s.io/v1"}`,
	} {
		t.Run(what, func(t *testing.T) {
			in := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(answer))
			}).Resource(pods).Namespace("hall")
			one, err := in.Get(t.Context(), "a", metav1.GetOptions{})
			require.Error(t, err)
			assert.Nil(t, one)
			list, err := in.List(t.Context(), metav1.ListOptions{})
			require.Error(t, err)
			assert.Nil(t, list)
		})
	}
}

// TestAnObjectWithoutAKindIsToldAsSuch holds what programs ask of the error, without unwrapping.
func TestAnObjectWithoutAKindIsToldAsSuch(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"apiVersion":"v1","metadata":{"name":"x"}}`))
	})
	_, err := client.Resource(pods).Namespace("hall").Get(t.Context(), "x", metav1.GetOptions{})
	assert.True(t, runtime.IsMissingKind(err), "%v", err)
}

func TestBadInput(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, req *http.Request) { http.NotFound(w, req) })
	_, err := client.Resource(pods).Get(t.Context(), "a", metav1.GetOptions{})
	var unknown *dynamic.NoSuchResourceError
	require.ErrorAs(t, err, &unknown)
	_, err = client.Resource(pods).Watch(t.Context(), metav1.ListOptions{TimeoutSeconds: new(int64(5))})
	require.ErrorAs(t, err, &unknown)
	_, err = client.Resource(pods).Get(t.Context(), "", metav1.GetOptions{})
	require.ErrorContains(t, err, "name is required")
	_, err = client.Resource(pods).List(t.Context(), metav1.ListOptions{})
	require.ErrorAs(t, err, &unknown)
	require.ErrorAs(t, client.Resource(pods).Delete(t.Context(), "a", metav1.DeleteOptions{}), &unknown)
	for _, call := range []func() error{
		func() error {
			_, err := client.Resource(pods).Namespace("..").List(t.Context(), metav1.ListOptions{})
			return err
		},
		func() error {
			_, err := client.Resource(pods).Namespace("..").Watch(t.Context(), metav1.ListOptions{})
			return err
		},
		func() error { return client.Resource(pods).Delete(t.Context(), "a/b", metav1.DeleteOptions{}) },
	} {
		require.Error(t, call())
	}
	assert.Panics(t, func() { metadata.NewForConfigOrDie(&rest.Config{Host: "http://a:b:c"}) })
}
