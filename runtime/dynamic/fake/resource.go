package fake

import (
	"context"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/testing"
)

// resourceClient is the fake client of a resource, in one namespace, in all, or cluster-scoped.
type resourceClient struct {
	client    *FakeDynamicClient
	resource  schema.GroupVersionResource
	namespace string
}

func (c *resourceClient) Namespace(namespace string) dynamic.ResourceInterface {
	in := *c
	in.namespace = namespace
	return &in
}

// invoke performs an action and converts its result; it returns nil if no reactor responds.
func (c *resourceClient) invoke(action testing.Action) (*unstructured.Unstructured, error) {
	obj, err := c.client.Invokes(action, nil)
	if err != nil || obj == nil {
		return nil, err
	}
	result := &unstructured.Unstructured{}
	if err := c.client.scheme.Convert(obj, result, nil); err != nil {
		return nil, err
	}
	return result, nil
}

func (c *resourceClient) Create(_ context.Context, obj *unstructured.Unstructured, opts metav1.CreateOptions, subresources ...string) (*unstructured.Unstructured, error) {
	action := testing.NewCreateActionWithOptions(c.resource, c.namespace, obj, opts)
	if len(subresources) > 0 {
		action.Name, action.Subresource = obj.GetName(), strings.Join(subresources, "/")
	}
	return c.invoke(action)
}

func (c *resourceClient) Update(_ context.Context, obj *unstructured.Unstructured, opts metav1.UpdateOptions, subresources ...string) (*unstructured.Unstructured, error) {
	return c.invoke(testing.NewUpdateSubresourceActionWithOptions(c.resource, strings.Join(subresources, "/"), c.namespace, obj, opts))
}

func (c *resourceClient) UpdateStatus(ctx context.Context, obj *unstructured.Unstructured, opts metav1.UpdateOptions) (*unstructured.Unstructured, error) {
	return c.Update(ctx, obj, opts, "status")
}

func (c *resourceClient) Delete(_ context.Context, name string, opts metav1.DeleteOptions, subresources ...string) error {
	_, err := c.client.Invokes(testing.NewDeleteSubresourceActionWithOptions(
		c.resource, strings.Join(subresources, "/"), c.namespace, name, opts,
	), nil)
	return err
}

func (c *resourceClient) DeleteCollection(_ context.Context, opts metav1.DeleteOptions, listOptions metav1.ListOptions) error {
	_, err := c.client.Invokes(testing.NewDeleteCollectionActionWithOptions(c.resource, c.namespace, opts, listOptions), nil)
	return err
}

func (c *resourceClient) Get(_ context.Context, name string, opts metav1.GetOptions, subresources ...string) (*unstructured.Unstructured, error) {
	return c.invoke(testing.NewGetSubresourceActionWithOptions(c.resource, c.namespace, strings.Join(subresources, "/"), name, opts))
}

// List returns the objects whose labels match the options. It panics if the kind of the resource's lists is unknown.
func (c *resourceClient) List(_ context.Context, opts metav1.ListOptions) (*unstructured.UnstructuredList, error) {
	listKind, ok := c.client.listKinds[c.resource]
	if !ok {
		panic(fmt.Errorf("coding error: you must register resource to list kind for every resource you're going to LIST when "+
			"creating the client: the scheme has no list kind for %v; see NewSimpleDynamicClientWithCustomListKinds", c.resource))
	}
	kind := c.resource.GroupVersion().WithKind(strings.TrimSuffix(listKind, "List"))
	action := testing.NewListActionWithOptions(c.resource, kind, c.namespace, opts)
	answer, err := c.invoke(action)
	if err != nil || answer == nil {
		return nil, err
	}
	all, err := answer.ToList()
	if err != nil {
		return nil, err
	}
	list := &unstructured.UnstructuredList{}
	list.SetRemainingItemCount(all.GetRemainingItemCount())
	list.SetResourceVersion(all.GetResourceVersion())
	list.SetContinue(all.GetContinue())
	list.SetGroupVersionKind(c.resource.GroupVersion().WithKind(listKind))
	for i := range all.Items {
		if action.ListRestrictions.Labels.Matches(labels.Set(all.Items[i].GetLabels())) {
			list.Items = append(list.Items, all.Items[i])
		}
	}
	return list, nil
}

func (c *resourceClient) Watch(_ context.Context, opts metav1.ListOptions) (watch.Interface, error) {
	opts.Watch = true
	return c.client.InvokesWatch(testing.NewWatchActionWithOptions(c.resource, c.namespace, opts))
}

func (c *resourceClient) Patch(_ context.Context, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions, subresources ...string) (*unstructured.Unstructured, error) {
	action := testing.NewPatchActionWithOptions(c.resource, c.namespace, name, pt, data, opts)
	action.Subresource = strings.Join(subresources, "/")
	return c.invoke(action)
}

func (c *resourceClient) Apply(ctx context.Context, name string, obj *unstructured.Unstructured, opts metav1.ApplyOptions, subresources ...string) (*unstructured.Unstructured, error) {
	data, err := runtime.Encode(unstructured.UnstructuredJSONScheme, obj)
	if err != nil {
		return nil, err
	}
	return c.Patch(ctx, name, types.ApplyPatchType, data, opts.ToPatchOptions(), subresources...)
}

func (c *resourceClient) ApplyStatus(ctx context.Context, name string, obj *unstructured.Unstructured, opts metav1.ApplyOptions) (*unstructured.Unstructured, error) {
	return c.Apply(ctx, name, obj, opts, "status")
}
