package fake_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/rest/fake"
)

func client() *fake.RESTClient {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		panic(err)
	}
	return &fake.RESTClient{
		NegotiatedSerializer: serializer.NewCodecFactory(scheme).WithoutConversion(),
		GroupVersion:         corev1.SchemeGroupVersion,
		VersionedAPIPath:     "/api/v1",
	}
}

func response(body string) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader(body)),
	}
}

func ExampleRESTClient() {
	c := client()
	c.Resp = response(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"}}`) //nolint:bodyclose // the client closes it

	var pod corev1.Pod
	err := c.Get().Namespace("default").Resource("pods").Name("web").Do(context.Background()).Into(&pod)
	fmt.Println(pod.Name, err, c.Req.Method, c.Req.URL.Path)
	// Output: web <nil> GET /api/v1/namespaces/default/pods/web
}

func TestRESTClientAnswersByClientAndErr(t *testing.T) {
	c := client()
	c.Client = fake.CreateHTTPClient(func(req *http.Request) (*http.Response, error) {
		return response(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"` + req.Method + `"}}`), nil
	})
	var pod corev1.Pod
	require.NoError(t, c.Patch(types.MergePatchType).Resource("pods").Name("web").Body([]byte("{}")).Do(t.Context()).Into(&pod))
	assert.Equal(t, "PATCH", pod.Name)
	assert.Equal(t, "application/merge-patch+json", c.Req.Header.Get("Content-Type"))

	c.Req, c.Err = nil, errors.New("no way")
	require.ErrorIs(t, c.Delete().Resource("pods").Name("web").Do(t.Context()).Error(), c.Err)
	assert.Nil(t, c.Req)
	assert.Nil(t, c.GetRateLimiter())
	assert.Equal(t, corev1.SchemeGroupVersion, c.APIVersion())
}
