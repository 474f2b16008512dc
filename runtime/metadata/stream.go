package metadata

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

var _ cache.StreamListerWatcher[*metav1.PartialObjectMetadata] = (*resourceClient)(nil)

// StreamList implements [typed.StreamLister].
func (c *resourceClient) StreamList(ctx context.Context, opts cache.StreamOptions, each func(*metav1.PartialObjectMetadata) error) (metav1.ListMeta, error) {
	list, err := c.List(ctx, opts.ListOptions)
	if err != nil {
		return metav1.ListMeta{}, err
	}
	return typed.EachItem(list, opts, each)
}

// StreamWatch implements [typed.StreamWatcher].
func (c *resourceClient) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[*metav1.PartialObjectMetadata]) error) error {
	request, err := c.watchRequest(opts.ListOptions)
	if err != nil {
		return err
	}
	newObject := func() *metav1.PartialObjectMetadata { return &metav1.PartialObjectMetadata{} }
	err = request.WatchInto(ctx, typed.WatchConsumer(newObject, opts, func(event cache.StreamEvent[*metav1.PartialObjectMetadata]) error {
		if event.Object != nil {
			forgetKind(event.Object)
		}
		return each(event)
	}))
	return c.resource.Explain(err)
}
