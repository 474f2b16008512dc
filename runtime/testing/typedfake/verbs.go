package typedfake

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/testing"
)

// Create is the action create.
func (c *Client[T, L]) Create(_ context.Context, obj T, opts metav1.CreateOptions) (T, error) {
	o := c.options
	return Invoke(o.Fake, testing.NewCreateActionWithOptions(o.Resource, o.Namespace, obj, opts), o.New())
}

// Update is the action update.
func (c *Client[T, L]) Update(_ context.Context, obj T, opts metav1.UpdateOptions) (T, error) {
	o := c.options
	return Invoke(o.Fake, testing.NewUpdateActionWithOptions(o.Resource, o.Namespace, obj, opts), o.New())
}

// UpdateStatus is the action update on the subresource status.
func (c *Client[T, L]) UpdateStatus(_ context.Context, obj T, opts metav1.UpdateOptions) (T, error) {
	o := c.options
	return Invoke(o.Fake, testing.NewUpdateSubresourceActionWithOptions(o.Resource, "status", o.Namespace, obj, opts), o.New())
}

// Delete is the action delete.
func (c *Client[T, L]) Delete(_ context.Context, name string, opts metav1.DeleteOptions) error {
	o := c.options
	_, err := o.Fake.Invokes(testing.NewDeleteActionWithOptions(o.Resource, o.Namespace, name, opts), o.New())
	return err
}

// DeleteCollection is the action delete-collection. A tracker does not react to it.
func (c *Client[T, L]) DeleteCollection(_ context.Context, opts metav1.DeleteOptions, listOpts metav1.ListOptions) error {
	o := c.options
	_, err := o.Fake.Invokes(testing.NewDeleteCollectionActionWithOptions(o.Resource, o.Namespace, opts, listOpts), o.New())
	return err
}

// Get is the action get.
func (c *Client[T, L]) Get(_ context.Context, name string, opts metav1.GetOptions) (T, error) {
	o := c.options
	return Invoke(o.Fake, testing.NewGetActionWithOptions(o.Resource, o.Namespace, name, opts), o.New())
}

// List is the action list. It returns the objects of the response whose labels match the options.
func (c *Client[T, L]) List(_ context.Context, opts metav1.ListOptions) (L, error) {
	o := c.options
	action := testing.NewListActionWithOptions(o.Resource, o.Kind, o.Namespace, opts)
	list, err := Invoke(o.Fake, action, o.NewList())
	if err != nil {
		return list, err
	}
	result := o.NewList()
	return result, selectItems(result, list, action.ListRestrictions.Labels)
}

// selectItems copies the metadata of from and its matching items to into. If no item matches, into keeps its own items.
func selectItems(into, from runtime.Object, selector labels.Selector) error {
	source, err := meta.ListAccessor(from)
	if err != nil {
		return err
	}
	target, err := meta.ListAccessor(into)
	if err != nil {
		return err
	}
	target.SetResourceVersion(source.GetResourceVersion())
	target.SetContinue(source.GetContinue())
	target.SetRemainingItemCount(source.GetRemainingItemCount())
	target.SetSelfLink(source.GetSelfLink())
	var matching []runtime.Object
	err = meta.EachListItem(from, func(item runtime.Object) error {
		accessor, err := meta.Accessor(item)
		if err == nil && selector.Matches(labels.Set(accessor.GetLabels())) {
			matching = append(matching, item)
		}
		return err
	})
	if err != nil || matching == nil {
		return err
	}
	return meta.SetList(into, matching)
}

// Watch is the action watch. It reports all events of the watch reactors, and ignores the selectors.
func (c *Client[T, L]) Watch(_ context.Context, opts metav1.ListOptions) (watch.Interface, error) {
	opts.Watch = true
	return c.options.Fake.InvokesWatch(testing.NewWatchActionWithOptions(c.options.Resource, c.options.Namespace, opts))
}

// Patch is the action patch, on the subresource if one is given.
func (c *Client[T, L]) Patch(
	_ context.Context, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions, subresources ...string,
) (T, error) {
	return patch(c.At(name, subresources...), pt, data, opts, c.options.New())
}
