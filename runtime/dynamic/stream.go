package dynamic

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

var _ cache.StreamListerWatcher[*unstructured.Unstructured] = (*resourceClient)(nil)

// StreamList implements [typed.StreamLister].
func (c *resourceClient) StreamList(ctx context.Context, opts cache.StreamOptions, each func(*unstructured.Unstructured) error) (metav1.ListMeta, error) {
	list, err := c.List(ctx, opts.ListOptions)
	if err != nil {
		return metav1.ListMeta{}, err
	}
	return typed.EachItem(list, opts, each)
}

// StreamWatch implements [typed.StreamWatcher].
func (c *resourceClient) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[*unstructured.Unstructured]) error) error {
	request, err := c.watchRequest(opts.ListOptions)
	if err != nil {
		return err
	}
	err = request.WatchInto(ctx, typed.WatchConsumer(func() *unstructured.Unstructured { return &unstructured.Unstructured{} }, opts, each))
	return c.resource.Explain(err)
}
