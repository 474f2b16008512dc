package typed_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/codec"
	"github.com/typewright/typewright/runtime/codec/encode"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

func TestGroupUsesThePathOfItsVersion(t *testing.T) {
	for _, test := range []struct {
		version schema.GroupVersion
		want    string
	}{
		{schema.GroupVersion{Version: "v1"}, "https://server.example/api/v1/pods"},
		{schema.GroupVersion{Group: "fleet.example.com", Version: "v1beta1"}, "https://server.example/apis/fleet.example.com/v1beta1/pods"},
	} {
		group := typed.NewGroup(test.version, corev1.AddToScheme)
		config := &rest.Config{Host: "https://server.example"}
		client, err := group.RESTClientFor(config)
		require.NoError(t, err)
		assert.Equal(t, test.want, client.Get().Resource("pods").URL().String())
		assert.Equal(t, test.version, client.APIVersion())

		client, err = group.RESTClientForConfigAndClient(config, &http.Client{})
		require.NoError(t, err)
		assert.Equal(t, test.want, client.Get().Resource("pods").URL().String())
		assert.Equal(t, &rest.Config{Host: "https://server.example"}, config, "the configuration of the caller is not changed")
	}
}

func TestGroupWritesOptions(t *testing.T) {
	group := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme)
	client, err := group.RESTClientFor(&rest.Config{Host: "https://server.example"})
	require.NoError(t, err)
	url := client.Get().Resource("pods").VersionedParams(&metav1.ListOptions{LabelSelector: "a=b"}, group.ParameterCodec()).URL()
	assert.Equal(t, "https://server.example/api/v1/pods?labelSelector=a%3Db", url.String())
}

func TestGroupReportsTypesThatCannotBeAdded(t *testing.T) {
	broken := errors.New("two types of one name")
	group := typed.NewGroup(corev1.SchemeGroupVersion, func(*runtime.Scheme) error { return broken })
	_, err := group.RESTClientFor(&rest.Config{})
	require.ErrorIs(t, err, broken)
	_, err = group.RESTClientForConfigAndClient(&rest.Config{}, &http.Client{})
	require.ErrorIs(t, err, broken)
	assert.NotNil(t, group.ParameterCodec())
}

// bodyOf creates obj with a client of the group and returns the body of the request.
func bodyOf(t *testing.T, group *typed.Group, contentType string, obj runtime.Object) string {
	t.Helper()
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
	}))
	defer server.Close()
	client, err := group.RESTClientFor(&rest.Config{Host: server.URL, ContentConfig: rest.ContentConfig{ContentType: contentType}})
	if assert.NoError(t, err) {
		assert.NoError(t, client.Post().Resource("configmaps").Body(obj).Do(t.Context()).Error())
	}
	return string(body)
}

// Bodies that an encoder writes equal those of the serializer, and the object does not change.
func TestGroupEncodesBodies(t *testing.T) {
	uses := 0
	table := func() codec.EncoderTable {
		return codec.EncoderTable{codec.EncoderFor(func(w *encode.Writer, v *corev1.ConfigMap) {
			uses++
			encode.Fallback(w, v)
		})}
	}
	plain := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme)
	group := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme).WithEncoders(table)
	configMap := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "<a>"}, Data: map[string]string{"b": "\u2028"}}
	other := configMap.DeepCopy()
	other.Kind, other.APIVersion = "Other", "of/v2"
	for _, obj := range []runtime.Object{configMap, other, &corev1.Secret{}} {
		before := obj.DeepCopyObject()
		for contentType, encoded := range map[string]bool{
			"": true, "application/json": true, "application/yaml": false, "application/vnd.kubernetes.protobuf": false,
		} {
			uses = 0
			assert.Equal(t, bodyOf(t, plain, contentType, obj.DeepCopyObject()), bodyOf(t, group, contentType, obj), contentType)
			_, hasEncoder := obj.(*corev1.ConfigMap)
			assert.Equal(t, encoded && hasEncoder, uses > 0, contentType)
			assert.Equal(t, before, obj)
		}
	}
}

// A request must not write into its object: others may read it meanwhile, such as one of a lister. The race detector would
// notice.
func TestBodiesOfSharedObjects(t *testing.T) {
	group := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme).WithEncoders(func() codec.EncoderTable {
		return codec.EncoderTable{codec.EncoderFor(func(w *encode.Writer, v *corev1.ConfigMap) { encode.Fallback(w, v) })}
	})
	shared := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "a"}}
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() { assert.Contains(t, bodyOf(t, group, "", shared), `"kind":"ConfigMap"`) })
	}
	all.Wait()
	assert.Empty(t, shared.Kind)
}
