package dynamic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/internal/untyped"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// resourceClient is a client for one resource, in one namespace, in all, or cluster-scoped.
type resourceClient struct {
	client   rest.Interface
	resource untyped.Resource
}

// NoSuchResourceError reports that the server does not serve the resource in that group and version, or that its scope
// differs: it is namespaced and the request had no namespace, or the reverse. Resource and Namespace are those of the
// request. It wraps the server's error, so that apierrors.IsNotFound and the like work.
type NoSuchResourceError = untyped.NoSuchResourceError

var errNilObject = errors.New("the object must not be nil")

// Describe returns the resource and the namespace, which may be "", for logs.
func (c *resourceClient) Describe() (resource, namespace string) {
	return c.resource.GroupResource().String(), c.resource.Namespace
}

func (c *resourceClient) Namespace(namespace string) ResourceInterface {
	in := *c
	in.resource.Namespace = namespace
	return &in
}

func (c *resourceClient) Create(ctx context.Context, obj *unstructured.Unstructured, opts metav1.CreateOptions, subresources ...string) (*unstructured.Unstructured, error) {
	if obj == nil {
		return nil, errNilObject
	}
	if len(subresources) == 0 {
		return c.do(ctx, c.client.Post().Body(obj), untyped.Place{}, &opts)
	}
	return c.do(ctx, c.client.Post().Body(obj), untyped.At(obj.GetName(), subresources...), &opts)
}

func (c *resourceClient) Update(ctx context.Context, obj *unstructured.Unstructured, opts metav1.UpdateOptions, subresources ...string) (*unstructured.Unstructured, error) {
	if obj == nil {
		return nil, errNilObject
	}
	return c.do(ctx, c.client.Put().Body(obj), untyped.At(obj.GetName(), subresources...), &opts)
}

func (c *resourceClient) UpdateStatus(ctx context.Context, obj *unstructured.Unstructured, opts metav1.UpdateOptions) (*unstructured.Unstructured, error) {
	return c.Update(ctx, obj, opts, "status")
}

func (c *resourceClient) Delete(ctx context.Context, name string, opts metav1.DeleteOptions, subresources ...string) error {
	request, err := c.resource.Address(c.client.Delete().Body(&opts), untyped.At(name, subresources...), nil)
	if err != nil {
		return err
	}
	return c.resource.Explain(request.Do(ctx).Error())
}

func (c *resourceClient) DeleteCollection(ctx context.Context, opts metav1.DeleteOptions, listOptions metav1.ListOptions) error {
	request, err := c.resource.Address(c.client.Delete().Body(&opts), untyped.Place{}, &listOptions)
	if err != nil {
		return err
	}
	return c.resource.Explain(request.Do(ctx).Error())
}

func (c *resourceClient) Get(ctx context.Context, name string, opts metav1.GetOptions, subresources ...string) (*unstructured.Unstructured, error) {
	return c.do(ctx, c.client.Get(), untyped.At(name, subresources...), &opts)
}

func (c *resourceClient) Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
	request, err := c.watchRequest(opts)
	if err != nil {
		return nil, err
	}
	watcher, err := request.Watch(ctx)
	return watcher, c.resource.Explain(err)
}

func (c *resourceClient) watchRequest(opts metav1.ListOptions) (*rest.Request, error) {
	opts.Watch = true
	return c.resource.Address(c.client.Get(), untyped.Place{}, &opts)
}

func (c *resourceClient) Patch(ctx context.Context, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions, subresources ...string) (*unstructured.Unstructured, error) {
	return c.do(ctx, c.client.Patch(pt).Body(data), untyped.At(name, subresources...), &opts)
}

func (c *resourceClient) Apply(ctx context.Context, name string, obj *unstructured.Unstructured, opts metav1.ApplyOptions, subresources ...string) (*unstructured.Unstructured, error) {
	if obj == nil {
		return nil, errNilObject
	}
	if len(obj.GetManagedFields()) > 0 {
		return nil, errors.New("cannot apply an object with managed fields already set: apply what one manager wants, not what the server returned")
	}
	// JSON is also YAML: every server with server-side apply accepts that content type.
	data, err := json.Marshal(obj.Object)
	if err != nil {
		return nil, fmt.Errorf("encode the configuration to apply to %s %q: %w", c.resource.GroupResource(), name, err)
	}
	patchOptions := opts.ToPatchOptions()
	return c.do(ctx, c.client.Patch(types.ApplyYAMLPatchType).Body(data), untyped.At(name, subresources...), &patchOptions)
}

func (c *resourceClient) ApplyStatus(ctx context.Context, name string, obj *unstructured.Unstructured, opts metav1.ApplyOptions) (*unstructured.Unstructured, error) {
	return c.Apply(ctx, name, obj, opts, "status")
}

// do sends a request and decodes the object in the response.
func (c *resourceClient) do(ctx context.Context, request *rest.Request, to untyped.Place, opts runtime.Object) (*unstructured.Unstructured, error) {
	request, err := c.resource.Address(request, to, opts)
	if err != nil {
		return nil, err
	}
	result := &unstructured.Unstructured{}
	if err := request.Do(ctx).Into(result); err != nil {
		return nil, c.resource.Explain(err)
	}
	return result, nil
}

// EndsWithContext reports whether StreamList and StreamWatch return soon after their context has ended, whatever the server does; see
// [rest.RESTClient.EndsWithContext].
func (c *resourceClient) EndsWithContext() bool { return rest.EndsWithContext(c.client) }

// StreamWatch implements [typed.StreamWatcher].
func (c *resourceClient) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[*unstructured.Unstructured]) error) error {
	request, err := c.watchRequest(opts.ListOptions)
	if err != nil {
		return err
	}
	err = request.WatchInto(ctx, typed.WatchConsumer(newObject, opts, each))
	return c.resource.Explain(err)
}
