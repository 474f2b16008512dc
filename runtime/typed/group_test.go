package typed_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

func TestGroupPointsAtItsVersion(t *testing.T) {
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
		assert.Equal(t, &rest.Config{Host: "https://server.example"}, config, "the caller's configuration was changed")
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
