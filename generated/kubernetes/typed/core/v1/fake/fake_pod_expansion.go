package fake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	policyv1beta1 "k8s.io/api/policy/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/generated/kubernetes/scheme"
	"github.com/typewright/typewright/runtime/rest"
	fakerest "github.com/typewright/typewright/runtime/rest/fake"
	clienttesting "github.com/typewright/typewright/runtime/testing"
	"github.com/typewright/typewright/runtime/testing/typedfake"
)

// post is the action create on a subresource, in a namespace.
func (c *fakePods) post(namespace, subresource string, obj runtime.Object) error {
	action := clienttesting.NewCreateAction(c.Resource(), namespace, obj)
	action.Subresource = subresource
	_, err := c.Fake.Invokes(action, obj)
	return err
}

// Bind is the action create on the subresource binding, in the binding's namespace.
func (c *fakePods) Bind(_ context.Context, binding *corev1.Binding, _ metav1.CreateOptions) error {
	return c.post(binding.Namespace, "binding", binding)
}

// GetBinding is the action get on the subresource binding. Real clients do not have it.
func (c *fakePods) GetBinding(name string) (*corev1.Binding, error) {
	return typedfake.SubresourceGet[corev1.Binding](context.Background(), c.At(name, "binding"), metav1.GetOptions{})
}

// Evict is EvictV1beta1.
func (c *fakePods) Evict(ctx context.Context, eviction *policyv1beta1.Eviction) error {
	return c.EvictV1beta1(ctx, eviction)
}

// EvictV1 is the action create on the subresource eviction. A tracker deletes nothing.
func (c *fakePods) EvictV1(_ context.Context, eviction *policyv1.Eviction) error {
	return c.post(c.Namespace(), "eviction", eviction)
}

// EvictV1beta1 is the action create on the subresource eviction. A tracker deletes nothing.
func (c *fakePods) EvictV1beta1(_ context.Context, eviction *policyv1beta1.Eviction) error {
	return c.post(c.Namespace(), "eviction", eviction)
}

// GetLogs is a generic action get on the subresource log, whose value are the options. The request that it returns reads
// "fake logs", or what a reactor has put into the Raw of a *runtime.Unknown, or fails with the reactor's error.
func (c *fakePods) GetLogs(name string, opts *corev1.PodLogOptions) *rest.Request {
	logs, err := c.logs(opts)
	client := &fakerest.RESTClient{
		NegotiatedSerializer: scheme.Codecs.WithoutConversion(),
		GroupVersion:         c.Kind().GroupVersion(),
		VersionedAPIPath:     fmt.Sprintf("/api/v1/namespaces/%s/pods/%s/log", c.Namespace(), name),
		Client: fakerest.CreateHTTPClient(func(*http.Request) (*http.Response, error) {
			if err != nil {
				return nil, err
			}
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(logs))}, nil
		}),
	}
	return client.Request()
}

func (c *fakePods) logs(opts *corev1.PodLogOptions) ([]byte, error) {
	action := clienttesting.GenericActionImpl{Value: opts}
	action.Verb, action.Namespace, action.Resource, action.Subresource = "get", c.Namespace(), c.Resource(), "log"
	obj, err := c.Fake.Invokes(action, &runtime.Unknown{Raw: []byte("fake logs")})
	if err != nil {
		return nil, err
	}
	unknown, ok := obj.(*runtime.Unknown)
	if !ok || unknown == nil {
		return nil, fmt.Errorf("fake Pods.GetLogs expected reactor to return *runtime.Unknown, got %T", obj)
	}
	return unknown.Raw, nil
}

// ProxyGet asks the proxy reactors.
func (c *fakePods) ProxyGet(scheme, name, port, path string, params map[string]string) rest.ResponseWrapper {
	return c.Fake.InvokesProxy(clienttesting.NewProxyGetAction(c.Resource(), c.Namespace(), scheme, name, port, path, params))
}
