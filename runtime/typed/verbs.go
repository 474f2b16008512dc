package typed

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

// Create sends obj to be created and returns what the server made of it.
func (c *Client[T, L]) Create(ctx context.Context, obj T, opts metav1.CreateOptions) (T, error) {
	result := c.newObject()
	return result, c.At("").create(ctx, obj, &opts, result)
}

// Update replaces the object of obj's name and returns what the server made of it. With a resourceVersion in obj, the
// server answers with a conflict when the object has changed since.
func (c *Client[T, L]) Update(ctx context.Context, obj T, opts metav1.UpdateOptions) (T, error) {
	result := c.newObject()
	return result, c.At(obj.GetName()).update(ctx, obj, &opts, result)
}

// UpdateStatus replaces the status of the object of obj's name; all else in obj is ignored by the server.
func (c *Client[T, L]) UpdateStatus(ctx context.Context, obj T, opts metav1.UpdateOptions) (T, error) {
	result := c.newObject()
	return result, c.At(obj.GetName(), "status").update(ctx, obj, &opts, result)
}

// Delete deletes the object of that name, or begins to, where finalizers or a grace period delay the end.
func (c *Client[T, L]) Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error {
	return c.At(name).delete(ctx, &opts)
}

// DeleteCollection deletes every object that listOpts select.
func (c *Client[T, L]) DeleteCollection(ctx context.Context, opts metav1.DeleteOptions, listOpts metav1.ListOptions) error {
	return c.deleteCollection(ctx, &opts, &listOpts)
}

// Get returns the object of that name.
func (c *Client[T, L]) Get(ctx context.Context, name string, opts metav1.GetOptions) (T, error) {
	result := c.newObject()
	return result, c.At(name).get(ctx, &opts, result)
}

// List returns the objects that opts select: one page of them when opts.Limit is set, see [Client.All] for the rest.
func (c *Client[T, L]) List(ctx context.Context, opts metav1.ListOptions) (L, error) {
	result, err := c.emptyList()
	if err != nil {
		return result, err
	}
	return result, c.At("").list(ctx, &opts, result)
}

// emptyList returns a list to decode into.
func (c *Client[T, L]) emptyList() (L, error) {
	if c.newList == nil {
		return *new(L), fmt.Errorf("cannot list %s: its kind has no list type", c.resource)
	}
	return c.newList(), nil
}

// Watch reports changes to the objects that opts select, until the caller stops it, ctx ends or the server closes the
// stream. [Client.StreamWatch] does the same without a goroutine and with typed events.
func (c *Client[T, L]) Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
	return c.At("").watch(ctx, &opts)
}

// Patch applies a patch of type pt to the object of that name, or to a subresource of it, and returns the outcome.
func (c *Client[T, L]) Patch(ctx context.Context, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions, subresources ...string) (T, error) {
	result := c.newObject()
	return result, c.At(name, subresources...).patch(ctx, patch{Type: pt, Data: data}, &opts, result)
}
