package metadata

import (
	"context"
	"encoding/json"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/internal/untyped"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// The values of the Accept header: metadata in protobuf, else in JSON, else the whole object in JSON.
const (
	asObject = ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
	asList   = ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

	acceptObject = runtime.ContentTypeProtobuf + asObject + "," + runtime.ContentTypeJSON + asObject + "," + runtime.ContentTypeJSON
	acceptList   = runtime.ContentTypeProtobuf + asList + "," + runtime.ContentTypeJSON + asList + "," + runtime.ContentTypeJSON
)

// resourceClient is a client for one resource, in one namespace, in all, or cluster-scoped.
type resourceClient struct {
	client   rest.Interface
	resource untyped.Resource
}

// Describe returns the resource and the namespace, which may be "", for logs.
func (c *resourceClient) Describe() (resource, namespace string) {
	return c.resource.GroupResource().String(), c.resource.Namespace
}

func (c *resourceClient) Namespace(namespace string) ResourceInterface {
	in := *c
	in.resource.Namespace = namespace
	return &in
}

func (c *resourceClient) Delete(ctx context.Context, name string, opts metav1.DeleteOptions, subresources ...string) error {
	return c.delete(ctx, untyped.At(name, subresources...), opts, nil)
}

func (c *resourceClient) DeleteCollection(ctx context.Context, opts metav1.DeleteOptions, listOptions metav1.ListOptions) error {
	return c.delete(ctx, untyped.Place{}, opts, &listOptions)
}

// delete always sends its options as JSON, because servers of custom resources do not accept protobuf.
func (c *resourceClient) delete(ctx context.Context, at untyped.Place, opts metav1.DeleteOptions, params runtime.Object) error {
	opts.TypeMeta = metav1.TypeMeta{Kind: "DeleteOptions", APIVersion: "v1"}
	body, err := json.Marshal(&opts)
	if err != nil {
		return err
	}
	request := c.client.Delete().SetHeader("Content-Type", runtime.ContentTypeJSON).Body(body)
	if request, err = c.resource.Address(request, at, params); err != nil {
		return err
	}
	return c.resource.Explain(request.Do(ctx).Error())
}

func (c *resourceClient) Get(ctx context.Context, name string, opts metav1.GetOptions, subresources ...string) (*metav1.PartialObjectMetadata, error) {
	return c.object(ctx, c.client.Get(), untyped.At(name, subresources...), &opts)
}

func (c *resourceClient) Patch(ctx context.Context, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions, subresources ...string) (*metav1.PartialObjectMetadata, error) {
	return c.object(ctx, c.client.Patch(pt).Body(data), untyped.At(name, subresources...), &opts)
}

// object sends a request and decodes the metadata in the response.
func (c *resourceClient) object(ctx context.Context, request *rest.Request, at untyped.Place, opts runtime.Object) (*metav1.PartialObjectMetadata, error) {
	request, err := c.resource.Address(request.SetHeader("Accept", acceptObject), at, opts)
	if err != nil {
		return nil, err
	}
	return c.decodeObject(request.Do(ctx))
}

func (c *resourceClient) List(ctx context.Context, opts metav1.ListOptions) (*metav1.PartialObjectMetadataList, error) {
	items := []metav1.PartialObjectMetadata{}
	list, err := c.streamList(ctx, cache.StreamOptions{ListOptions: opts}, true, func(item *metav1.PartialObjectMetadata) error {
		items = append(items, *item)
		return nil
	})
	if err != nil {
		return nil, err
	}
	list.Items = items
	return list, nil
}

// streamList calls each with the items of a list, and returns the list without them. Bounded says that each keeps all items.
func (c *resourceClient) streamList(
	ctx context.Context, opts cache.StreamOptions, bounded bool, each func(*metav1.PartialObjectMetadata) error,
) (*metav1.PartialObjectMetadataList, error) {
	request, err := c.resource.Address(c.client.Get().SetHeader("Accept", acceptList), untyped.Place{}, &opts.ListOptions)
	if err != nil {
		return nil, err
	}
	list := &metav1.PartialObjectMetadataList{}
	consumer := typed.ListConsumer(list, newObject, opts, each)
	consumer.Bounded = bounded
	if err := request.ListInto(ctx, consumer); err != nil {
		return nil, c.resource.Explain(err)
	}
	if list.Kind != "PartialObjectMetadataList" {
		list.TypeMeta = metav1.TypeMeta{}
	}
	return list, nil
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
	request := c.client.Get().SetHeader("Accept", acceptObject)
	if opts.TimeoutSeconds != nil {
		request = request.Timeout(time.Duration(*opts.TimeoutSeconds) * time.Second)
	}
	return c.resource.Address(request, untyped.Place{}, &opts)
}

var _ cache.StreamListerWatcher[*metav1.PartialObjectMetadata] = (*resourceClient)(nil)

func newObject() *metav1.PartialObjectMetadata { return &metav1.PartialObjectMetadata{} }

// EndsWithContext reports whether StreamList and StreamWatch return soon after their context has ended, whatever the server does; see
// [rest.RESTClient.EndsWithContext].
func (c *resourceClient) EndsWithContext() bool { return rest.EndsWithContext(c.client) }

// StreamList implements [typed.StreamLister].
func (c *resourceClient) StreamList(ctx context.Context, opts cache.StreamOptions, each func(*metav1.PartialObjectMetadata) error) (metav1.ListMeta, error) {
	list, err := c.streamList(ctx, opts, false, each)
	if err != nil {
		return metav1.ListMeta{}, err
	}
	return list.ListMeta, nil
}

// StreamWatch implements [typed.StreamWatcher].
func (c *resourceClient) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[*metav1.PartialObjectMetadata]) error) error {
	request, err := c.watchRequest(opts.ListOptions)
	if err != nil {
		return err
	}
	err = request.WatchInto(ctx, typed.WatchConsumer(newObject, opts, func(event cache.StreamEvent[*metav1.PartialObjectMetadata]) error {
		if event.Object != nil {
			forgetKind(event.Object)
		}
		return each(event)
	}))
	return c.resource.Explain(err)
}
