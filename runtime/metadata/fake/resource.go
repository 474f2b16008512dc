package fake

import (
	"context"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/metadata"
	"github.com/typewright/typewright/runtime/testing"
)

// resourceClient is the fake client of a resource, in one namespace, in all, or cluster-scoped. As in client-go, its
// actions have the options of deletions and the selectors of lists, and no other options.
type resourceClient struct {
	fake      *testing.Fake
	resource  schema.GroupVersionResource
	namespace string
}

var _ MetadataClient = &resourceClient{}

func (c *resourceClient) Namespace(namespace string) metadata.ResourceInterface {
	in := *c
	in.namespace = namespace
	return &in
}

// invoke performs an action whose result is metadata; it returns nil if no reactor responds.
func (c *resourceClient) invoke(action testing.Action) (*metav1.PartialObjectMetadata, error) {
	obj, err := c.fake.Invokes(action, nil)
	if err != nil || obj == nil {
		return nil, err
	}
	partial, ok := obj.(*metav1.PartialObjectMetadata)
	if !ok {
		return nil, fmt.Errorf("unexpected return value type %T", obj)
	}
	return partial, nil
}

// CreateFake implements [MetadataClient].
func (c *resourceClient) CreateFake(obj *metav1.PartialObjectMetadata, _ metav1.CreateOptions, subresources ...string) (*metav1.PartialObjectMetadata, error) {
	action := testing.NewCreateAction(c.resource, c.namespace, obj)
	if len(subresources) > 0 {
		action.Name, action.Subresource = obj.GetName(), strings.Join(subresources, "/")
	}
	return c.invoke(action)
}

// UpdateFake implements [MetadataClient].
func (c *resourceClient) UpdateFake(obj *metav1.PartialObjectMetadata, _ metav1.UpdateOptions, subresources ...string) (*metav1.PartialObjectMetadata, error) {
	return c.invoke(testing.NewUpdateSubresourceAction(c.resource, strings.Join(subresources, "/"), c.namespace, obj))
}

// UpdateStatus is the action update on the subresource status.
func (c *resourceClient) UpdateStatus(obj *metav1.PartialObjectMetadata, opts metav1.UpdateOptions) (*metav1.PartialObjectMetadata, error) {
	return c.UpdateFake(obj, opts, "status")
}

func (c *resourceClient) Delete(_ context.Context, name string, opts metav1.DeleteOptions, subresources ...string) error {
	_, err := c.fake.Invokes(testing.NewDeleteSubresourceActionWithOptions(
		c.resource, strings.Join(subresources, "/"), c.namespace, name, opts,
	), nil)
	return err
}

func (c *resourceClient) DeleteCollection(_ context.Context, _ metav1.DeleteOptions, listOptions metav1.ListOptions) error {
	_, err := c.fake.Invokes(testing.NewDeleteCollectionAction(c.resource, c.namespace, listOptions), nil)
	return err
}

func (c *resourceClient) Get(_ context.Context, name string, _ metav1.GetOptions, subresources ...string) (*metav1.PartialObjectMetadata, error) {
	return c.invoke(testing.NewGetSubresourceAction(c.resource, c.namespace, strings.Join(subresources, "/"), name))
}

// List returns the metadata of the objects whose labels match the options.
func (c *resourceClient) List(_ context.Context, opts metav1.ListOptions) (*metav1.PartialObjectMetadataList, error) {
	itemKind := listKind
	itemKind.Kind = "" // trackers append "List"
	action := testing.NewListAction(c.resource, itemKind, c.namespace, opts)
	obj, err := c.fake.Invokes(action, nil)
	if err != nil || obj == nil {
		return nil, err
	}
	all, ok := obj.(*metav1.List)
	if !ok {
		return nil, fmt.Errorf("incoming object is incorrect type %T", obj)
	}
	list := &metav1.PartialObjectMetadataList{ListMeta: all.ListMeta}
	for i := range all.Items {
		partial, ok := all.Items[i].Object.(*metav1.PartialObjectMetadata)
		if !ok {
			return nil, fmt.Errorf("item %d in list %T is %T", i, all, all.Items[i].Object)
		}
		if action.ListRestrictions.Labels.Matches(labels.Set(partial.Labels)) {
			list.Items = append(list.Items, *partial)
		}
	}
	return list, nil
}

func (c *resourceClient) Watch(_ context.Context, opts metav1.ListOptions) (watch.Interface, error) {
	opts.Watch = true
	return c.fake.InvokesWatch(testing.NewWatchAction(c.resource, c.namespace, opts))
}

func (c *resourceClient) Patch(_ context.Context, name string, pt types.PatchType, data []byte, _ metav1.PatchOptions, subresources ...string) (*metav1.PartialObjectMetadata, error) {
	return c.invoke(testing.NewPatchSubresourceAction(c.resource, c.namespace, name, pt, data, subresources...))
}
