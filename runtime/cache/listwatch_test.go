package cache_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
)

// connect starts a server with config maps a and b in "here" and a in "there", and returns a REST client of core/v1.
func connect(t *testing.T) rest.Interface {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	var objects []runtime.Object
	for _, key := range []cache.ObjectName{{Namespace: "here", Name: "a"}, {Namespace: "here", Name: "b"}, {Namespace: "there", Name: "a"}} {
		objects = append(objects, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}})
	}
	config := apitest.Start(t, apitest.Options{Scheme: scheme, Objects: objects}).Config()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	config.WrapTransport = func(http.RoundTripper) http.RoundTripper { return transport }
	config.APIPath, config.GroupVersion = "/api", &corev1.SchemeGroupVersion
	config.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	client, err := rest.RESTClientFor(config)
	require.NoError(t, err)
	return client
}

func TestListWatchFromClient(t *testing.T) {
	client := connect(t)
	for name, test := range map[string]struct {
		lw          *cache.ListWatch
		first, last []string
	}{
		"of a namespace": {
			cache.NewListWatchFromClient(client, "configmaps", "here", fields.Everything()),
			[]string{"here/a", "here/b"},
			[]string{"here/a", "here/b", "here/c"},
		},
		"of all namespaces": {
			cache.NewListWatchFromClient(client, "configmaps", metav1.NamespaceAll, fields.Everything()),
			[]string{"here/a", "here/b", "there/a"},
			[]string{"here/a", "here/b", "here/c", "there/a"},
		},
		"with a field selector": {
			cache.NewListWatchFromClient(client, "configmaps", "here", fields.OneTermNotEqualSelector("metadata.name", "a")),
			[]string{"here/b"},
			[]string{"here/b", "here/c"},
		},
		"with changed options": {
			cache.NewFilteredListWatchFromClient(client, "configmaps", "here", func(options *metav1.ListOptions) { options.FieldSelector = "metadata.name=c" }),
			[]string{},
			[]string{"here/c"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			added := make(chan string, 10)
			store, controller := cache.NewInformerWithOptions(cache.InformerOptions{
				ListerWatcher: test.lw, ObjectType: &corev1.ConfigMap{},
				Handler: cache.ResourceEventHandlerFuncs{AddFunc: func(obj interface{}) { added <- obj.(*corev1.ConfigMap).Name }},
			})
			run(t, controller.RunWithContext)
			require.True(t, cache.WaitForCacheSync(ctx.Done(), controller.HasSynced))
			assert.ElementsMatch(t, test.first, store.ListKeys())

			created := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "c"}}
			require.NoError(t, client.Post().Namespace("here").Resource("configmaps").Body(created).Do(ctx).Error())
			for name := <-added; name != "c"; name = <-added {
				// those of the list come first
			}
			assert.ElementsMatch(t, test.last, store.ListKeys())
			require.NoError(t, client.Delete().Namespace("here").Resource("configmaps").Name("c").Do(ctx).Error())
		})
	}
}
