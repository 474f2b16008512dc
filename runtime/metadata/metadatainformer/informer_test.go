package metadatainformer_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/metadata"
	"github.com/typewright/typewright/runtime/metadata/metadatainformer"
	"github.com/typewright/typewright/runtime/metadata/metadatalister"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}

func connect(t *testing.T) metadata.Interface {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{Scheme: scheme, Objects: []runtime.Object{
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "hall", Name: "a"}, Data: map[string]string{"large": "content"}},
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "yard", Name: "b"}},
	}})
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	config := server.Config()
	config.WrapTransport = func(http.RoundTripper) http.RoundTripper { return transport }
	client, err := metadata.NewForConfig(config)
	require.NoError(t, err)
	return client
}

func TestInformerFollowsTheServer(t *testing.T) {
	client := connect(t)
	ctx, cancel := context.WithCancel(t.Context())
	factory := metadatainformer.NewSharedInformerFactory(client, 0)
	defer factory.Shutdown()
	defer cancel()
	informer := factory.ForResource(configMaps)
	deleted := make(chan string, 1)
	_, err := informer.Informer().(cache.TypedSharedIndexInformer[*metav1.PartialObjectMetadata]).AddTypedEventHandler(
		cache.TypedResourceEventHandlerFuncs[*metav1.PartialObjectMetadata]{
			DeleteFunc: func(cache.DeletedObject[*metav1.PartialObjectMetadata]) { deleted <- "deleted" },
		})
	require.NoError(t, err)
	factory.Start(ctx.Done())
	assert.True(t, factory.WaitForCacheSync(ctx.Done())[configMaps])
	all, err := informer.Lister().List(labels.Everything())
	require.NoError(t, err)
	assert.Len(t, all, 2)
	require.NoError(t, client.Resource(configMaps).Namespace("yard").Delete(ctx, "b", metav1.DeleteOptions{}))
	<-deleted
	one, err := metadatalister.New(informer.Informer().GetIndexer(), configMaps).Namespace("hall").Get("a")
	require.NoError(t, err)
	assert.Equal(t, "a", one.Name)
}

func TestFactoryOptions(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	factory := metadatainformer.NewSharedInformerFactoryWithOptions(connect(t), 0,
		metadatainformer.WithAutoStart(),
		metadatainformer.WithTransform(func(obj any) (any, error) {
			obj.(*metav1.PartialObjectMetadata).UID = ""
			return obj, nil
		}),
	)
	defer factory.Shutdown()
	defer cancel()
	factory.Start(ctx.Done())
	informer := factory.ForResource(configMaps).Informer()
	assert.True(t, factory.WaitForCacheSync(ctx.Done())[configMaps])
	for _, obj := range informer.GetStore().List() {
		assert.Empty(t, obj.(*metav1.PartialObjectMetadata).UID)
	}
	assert.Len(t, informer.GetStore().List(), 2)
}

func TestFilteredFactory(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	factory := metadatainformer.NewFilteredSharedInformerFactory(connect(t), 0, "", func(opts *metav1.ListOptions) {
		opts.FieldSelector = "metadata.name=b"
	})
	defer factory.Shutdown()
	defer cancel()
	informer := factory.ForResource(configMaps).Informer()
	factory.Start(ctx.Done())
	assert.True(t, factory.WaitForCacheSync(ctx.Done())[configMaps])
	assert.Equal(t, []string{"yard/b"}, informer.GetStore().ListKeys())
	shim := metadatalister.NewRuntimeObjectShim(metadatalister.New(informer.GetIndexer(), configMaps))
	_, err := shim.ByNamespace("yard").Get("b")
	require.NoError(t, err)
}
