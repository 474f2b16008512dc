package testing

import (
	"fmt"
	"path"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// The constructors below come in families: those with Root are for cluster-scoped resources and take no namespace,
// those with Subresource are for subresources, those WithOptions take the options of the call.

func impl(verb string, resource schema.GroupVersionResource, namespace, subresource string) ActionImpl {
	return ActionImpl{Verb: verb, Resource: resource, Namespace: namespace, Subresource: subresource}
}

// NewGetAction gets an object.
func NewGetAction(resource schema.GroupVersionResource, namespace, name string) GetActionImpl {
	return NewGetActionWithOptions(resource, namespace, name, metav1.GetOptions{})
}

// NewGetActionWithOptions gets an object.
func NewGetActionWithOptions(resource schema.GroupVersionResource, namespace, name string, opts metav1.GetOptions) GetActionImpl {
	return NewGetSubresourceActionWithOptions(resource, namespace, "", name, opts)
}

// NewRootGetAction gets a cluster-scoped object.
func NewRootGetAction(resource schema.GroupVersionResource, name string) GetActionImpl {
	return NewGetAction(resource, "", name)
}

// NewRootGetActionWithOptions gets a cluster-scoped object.
func NewRootGetActionWithOptions(resource schema.GroupVersionResource, name string, opts metav1.GetOptions) GetActionImpl {
	return NewGetActionWithOptions(resource, "", name, opts)
}

// NewGetSubresourceAction gets a subresource.
func NewGetSubresourceAction(resource schema.GroupVersionResource, namespace, subresource, name string) GetActionImpl {
	return NewGetSubresourceActionWithOptions(resource, namespace, subresource, name, metav1.GetOptions{})
}

// NewGetSubresourceActionWithOptions gets a subresource.
func NewGetSubresourceActionWithOptions(
	resource schema.GroupVersionResource, namespace, subresource, name string, opts metav1.GetOptions,
) GetActionImpl {
	return GetActionImpl{ActionImpl: impl("get", resource, namespace, subresource), Name: name, GetOptions: opts}
}

// NewRootGetSubresourceAction gets a subresource of a cluster-scoped object.
func NewRootGetSubresourceAction(resource schema.GroupVersionResource, subresource, name string) GetActionImpl {
	return NewGetSubresourceAction(resource, "", subresource, name)
}

// NewRootGetSubresourceActionWithOptions gets a subresource of a cluster-scoped object.
func NewRootGetSubresourceActionWithOptions(
	resource schema.GroupVersionResource, subresource, name string, opts metav1.GetOptions,
) GetActionImpl {
	return NewGetSubresourceActionWithOptions(resource, "", subresource, name, opts)
}

// NewListAction lists objects of a kind. opts is a [metav1.ListOptions]; it panics if opts is anything else.
func NewListAction(resource schema.GroupVersionResource, kind schema.GroupVersionKind, namespace string, opts interface{}) ListActionImpl {
	labelSelector, fieldSelector, _ := ExtractFromListOptions(opts)
	return NewListActionWithOptions(resource, kind, namespace,
		metav1.ListOptions{LabelSelector: labelSelector.String(), FieldSelector: fieldSelector.String()})
}

// NewListActionWithOptions lists objects of a kind. It panics if a selector cannot be parsed.
func NewListActionWithOptions(
	resource schema.GroupVersionResource, kind schema.GroupVersionKind, namespace string, opts metav1.ListOptions,
) ListActionImpl {
	return ListActionImpl{
		ActionImpl: impl("list", resource, namespace, ""), Kind: kind, ListRestrictions: listRestrictions(opts), ListOptions: opts,
	}
}

// NewRootListAction lists cluster-scoped objects. opts is a [metav1.ListOptions]; it panics if opts is anything else.
func NewRootListAction(resource schema.GroupVersionResource, kind schema.GroupVersionKind, opts interface{}) ListActionImpl {
	return NewListAction(resource, kind, "", opts)
}

// NewRootListActionWithOptions lists cluster-scoped objects. It panics if a selector cannot be parsed.
func NewRootListActionWithOptions(
	resource schema.GroupVersionResource, kind schema.GroupVersionKind, opts metav1.ListOptions,
) ListActionImpl {
	return NewListActionWithOptions(resource, kind, "", opts)
}

// NewWatchAction starts a watch. opts is a [metav1.ListOptions]; anything else counts as no options.
func NewWatchAction(resource schema.GroupVersionResource, namespace string, opts interface{}) WatchActionImpl {
	listOpts, _ := opts.(metav1.ListOptions)
	return NewWatchActionWithOptions(resource, namespace, listOpts)
}

// NewWatchActionWithOptions starts a watch. It panics if a selector cannot be parsed.
func NewWatchActionWithOptions(resource schema.GroupVersionResource, namespace string, opts metav1.ListOptions) WatchActionImpl {
	labelSelector, fieldSelector, resourceVersion := ExtractFromListOptions(opts)
	return WatchActionImpl{
		ActionImpl:        impl("watch", resource, namespace, ""),
		WatchRestrictions: WatchRestrictions{Labels: labelSelector, Fields: fieldSelector, ResourceVersion: resourceVersion},
		ListOptions:       opts,
	}
}

// NewRootWatchAction starts a watch of cluster-scoped objects. opts is a [metav1.ListOptions]; anything else counts as no options.
func NewRootWatchAction(resource schema.GroupVersionResource, opts interface{}) WatchActionImpl {
	return NewWatchAction(resource, "", opts)
}

// NewRootWatchActionWithOptions starts a watch of cluster-scoped objects.
func NewRootWatchActionWithOptions(resource schema.GroupVersionResource, opts metav1.ListOptions) WatchActionImpl {
	return NewWatchActionWithOptions(resource, "", opts)
}

// NewProxyGetAction reads path through the proxy of a pod, a service or a node.
//
//nolint:revive // the parameters are those of client-go
func NewProxyGetAction(
	resource schema.GroupVersionResource, namespace, scheme, name, port, path string, params map[string]string,
) ProxyGetActionImpl {
	return ProxyGetActionImpl{
		ActionImpl: impl("get", resource, namespace, ""), Scheme: scheme, Name: name, Port: port, Path: path, Params: params,
	}
}

func listRestrictions(opts metav1.ListOptions) ListRestrictions {
	labelSelector, fieldSelector, _ := ExtractFromListOptions(opts)
	return ListRestrictions{Labels: labelSelector, Fields: fieldSelector}
}

// ExtractFromListOptions parses the selectors of a [metav1.ListOptions]. It panics if they cannot be parsed or opts is
// of another type: the test is wrong.
func ExtractFromListOptions(opts interface{}) (labelSelector labels.Selector, fieldSelector fields.Selector, resourceVersion string) {
	list, ok := opts.(metav1.ListOptions)
	if !ok {
		panic(fmt.Errorf("testing: list options are a %T, want a metav1.ListOptions", opts))
	}
	labelSelector, err := labels.Parse(list.LabelSelector)
	if err != nil {
		panic(fmt.Errorf("testing: invalid label selector %q: %w", list.LabelSelector, err))
	}
	fieldSelector, err = fields.ParseSelector(list.FieldSelector)
	if err != nil {
		panic(fmt.Errorf("testing: invalid field selector %q: %w", list.FieldSelector, err))
	}
	return labelSelector, fieldSelector, list.ResourceVersion
}

// NewCreateAction creates an object.
func NewCreateAction(resource schema.GroupVersionResource, namespace string, object runtime.Object) CreateActionImpl {
	return NewCreateActionWithOptions(resource, namespace, object, metav1.CreateOptions{})
}

// NewCreateActionWithOptions creates an object.
func NewCreateActionWithOptions(
	resource schema.GroupVersionResource, namespace string, object runtime.Object, opts metav1.CreateOptions,
) CreateActionImpl {
	return CreateActionImpl{ActionImpl: impl("create", resource, namespace, ""), Object: object, CreateOptions: opts}
}

// NewRootCreateAction creates a cluster-scoped object.
func NewRootCreateAction(resource schema.GroupVersionResource, object runtime.Object) CreateActionImpl {
	return NewCreateAction(resource, "", object)
}

// NewRootCreateActionWithOptions creates a cluster-scoped object.
func NewRootCreateActionWithOptions(
	resource schema.GroupVersionResource, object runtime.Object, opts metav1.CreateOptions,
) CreateActionImpl {
	return NewCreateActionWithOptions(resource, "", object, opts)
}

// NewCreateSubresourceAction posts to a subresource of the object called name.
func NewCreateSubresourceAction(
	resource schema.GroupVersionResource, name, subresource, namespace string, object runtime.Object,
) CreateActionImpl {
	return NewCreateSubresourceActionWithOptions(resource, name, subresource, namespace, object, metav1.CreateOptions{})
}

// NewCreateSubresourceActionWithOptions posts to a subresource of the object called name.
func NewCreateSubresourceActionWithOptions(
	resource schema.GroupVersionResource, name, subresource, namespace string, object runtime.Object, opts metav1.CreateOptions,
) CreateActionImpl {
	return CreateActionImpl{
		ActionImpl: impl("create", resource, namespace, subresource), Name: name, Object: object, CreateOptions: opts,
	}
}

// NewRootCreateSubresourceAction posts to a subresource of a cluster-scoped object.
func NewRootCreateSubresourceAction(
	resource schema.GroupVersionResource, name, subresource string, object runtime.Object,
) CreateActionImpl {
	return NewCreateSubresourceAction(resource, name, subresource, "", object)
}

// NewRootCreateSubresourceActionWithOptions posts to a subresource of a cluster-scoped object.
func NewRootCreateSubresourceActionWithOptions(
	resource schema.GroupVersionResource, name, subresource string, object runtime.Object, opts metav1.CreateOptions,
) CreateActionImpl {
	return NewCreateSubresourceActionWithOptions(resource, name, subresource, "", object, opts)
}

// NewUpdateAction replaces an object.
func NewUpdateAction(resource schema.GroupVersionResource, namespace string, object runtime.Object) UpdateActionImpl {
	return NewUpdateActionWithOptions(resource, namespace, object, metav1.UpdateOptions{})
}

// NewUpdateActionWithOptions replaces an object.
func NewUpdateActionWithOptions(
	resource schema.GroupVersionResource, namespace string, object runtime.Object, opts metav1.UpdateOptions,
) UpdateActionImpl {
	return NewUpdateSubresourceActionWithOptions(resource, "", namespace, object, opts)
}

// NewRootUpdateAction replaces a cluster-scoped object.
func NewRootUpdateAction(resource schema.GroupVersionResource, object runtime.Object) UpdateActionImpl {
	return NewUpdateAction(resource, "", object)
}

// NewRootUpdateActionWithOptions replaces a cluster-scoped object.
func NewRootUpdateActionWithOptions(
	resource schema.GroupVersionResource, object runtime.Object, opts metav1.UpdateOptions,
) UpdateActionImpl {
	return NewUpdateActionWithOptions(resource, "", object, opts)
}

// NewUpdateSubresourceAction replaces a subresource.
func NewUpdateSubresourceAction(
	resource schema.GroupVersionResource, subresource, namespace string, object runtime.Object,
) UpdateActionImpl {
	return NewUpdateSubresourceActionWithOptions(resource, subresource, namespace, object, metav1.UpdateOptions{})
}

// NewUpdateSubresourceActionWithOptions replaces a subresource.
func NewUpdateSubresourceActionWithOptions(
	resource schema.GroupVersionResource, subresource, namespace string, object runtime.Object, opts metav1.UpdateOptions,
) UpdateActionImpl {
	return UpdateActionImpl{ActionImpl: impl("update", resource, namespace, subresource), Object: object, UpdateOptions: opts}
}

// NewRootUpdateSubresourceAction replaces a subresource of a cluster-scoped object.
func NewRootUpdateSubresourceAction(
	resource schema.GroupVersionResource, subresource string, object runtime.Object,
) UpdateActionImpl {
	return NewUpdateSubresourceAction(resource, subresource, "", object)
}

// NewRootUpdateSubresourceActionWithOptions replaces a subresource of a cluster-scoped object.
func NewRootUpdateSubresourceActionWithOptions(
	resource schema.GroupVersionResource, subresource string, object runtime.Object, opts metav1.UpdateOptions,
) UpdateActionImpl {
	return NewUpdateSubresourceActionWithOptions(resource, subresource, "", object, opts)
}

// NewPatchAction patches an object.
func NewPatchAction(
	resource schema.GroupVersionResource, namespace, name string, pt types.PatchType, patch []byte,
) PatchActionImpl {
	return NewPatchActionWithOptions(resource, namespace, name, pt, patch, metav1.PatchOptions{})
}

// NewPatchActionWithOptions patches an object.
func NewPatchActionWithOptions(
	resource schema.GroupVersionResource, namespace, name string, pt types.PatchType, patch []byte, opts metav1.PatchOptions,
) PatchActionImpl {
	return NewPatchSubresourceActionWithOptions(resource, namespace, name, pt, patch, opts)
}

// NewRootPatchAction patches a cluster-scoped object.
func NewRootPatchAction(resource schema.GroupVersionResource, name string, pt types.PatchType, patch []byte) PatchActionImpl {
	return NewPatchAction(resource, "", name, pt, patch)
}

// NewRootPatchActionWithOptions patches a cluster-scoped object.
func NewRootPatchActionWithOptions(
	resource schema.GroupVersionResource, name string, pt types.PatchType, patch []byte, opts metav1.PatchOptions,
) PatchActionImpl {
	return NewPatchActionWithOptions(resource, "", name, pt, patch, opts)
}

// NewPatchSubresourceAction patches a subresource. Several of them are joined by slashes.
func NewPatchSubresourceAction(
	resource schema.GroupVersionResource, namespace, name string, pt types.PatchType, patch []byte, subresources ...string,
) PatchActionImpl {
	return NewPatchSubresourceActionWithOptions(resource, namespace, name, pt, patch, metav1.PatchOptions{}, subresources...)
}

// NewPatchSubresourceActionWithOptions patches a subresource. Several of them are joined by slashes.
//
//nolint:revive // the parameters are those of client-go
func NewPatchSubresourceActionWithOptions(
	resource schema.GroupVersionResource, namespace, name string, pt types.PatchType, patch []byte, opts metav1.PatchOptions,
	subresources ...string,
) PatchActionImpl {
	return PatchActionImpl{
		ActionImpl: impl("patch", resource, namespace, path.Join(subresources...)),
		Name:       name, PatchType: pt, Patch: patch, PatchOptions: opts,
	}
}

// NewRootPatchSubresourceAction patches a subresource of a cluster-scoped object.
func NewRootPatchSubresourceAction(
	resource schema.GroupVersionResource, name string, pt types.PatchType, patch []byte, subresources ...string,
) PatchActionImpl {
	return NewPatchSubresourceAction(resource, "", name, pt, patch, subresources...)
}

// NewRootPatchSubresourceActionWithOptions patches a subresource of a cluster-scoped object.
func NewRootPatchSubresourceActionWithOptions(
	resource schema.GroupVersionResource, name string, pt types.PatchType, patch []byte, opts metav1.PatchOptions,
	subresources ...string,
) PatchActionImpl {
	return NewPatchSubresourceActionWithOptions(resource, "", name, pt, patch, opts, subresources...)
}

// NewDeleteAction deletes an object.
func NewDeleteAction(resource schema.GroupVersionResource, namespace, name string) DeleteActionImpl {
	return NewDeleteActionWithOptions(resource, namespace, name, metav1.DeleteOptions{})
}

// NewDeleteActionWithOptions deletes an object.
func NewDeleteActionWithOptions(
	resource schema.GroupVersionResource, namespace, name string, opts metav1.DeleteOptions,
) DeleteActionImpl {
	return NewDeleteSubresourceActionWithOptions(resource, "", namespace, name, opts)
}

// NewRootDeleteAction deletes a cluster-scoped object.
func NewRootDeleteAction(resource schema.GroupVersionResource, name string) DeleteActionImpl {
	return NewDeleteAction(resource, "", name)
}

// NewRootDeleteActionWithOptions deletes a cluster-scoped object.
func NewRootDeleteActionWithOptions(resource schema.GroupVersionResource, name string, opts metav1.DeleteOptions) DeleteActionImpl {
	return NewDeleteActionWithOptions(resource, "", name, opts)
}

// NewDeleteSubresourceAction deletes a subresource.
func NewDeleteSubresourceAction(resource schema.GroupVersionResource, subresource, namespace, name string) DeleteActionImpl {
	return NewDeleteSubresourceActionWithOptions(resource, subresource, namespace, name, metav1.DeleteOptions{})
}

// NewDeleteSubresourceActionWithOptions deletes a subresource.
func NewDeleteSubresourceActionWithOptions(
	resource schema.GroupVersionResource, subresource, namespace, name string, opts metav1.DeleteOptions,
) DeleteActionImpl {
	return DeleteActionImpl{ActionImpl: impl("delete", resource, namespace, subresource), Name: name, DeleteOptions: opts}
}

// NewRootDeleteSubresourceAction deletes a subresource of a cluster-scoped object.
func NewRootDeleteSubresourceAction(resource schema.GroupVersionResource, subresource, name string) DeleteActionImpl {
	return NewDeleteSubresourceAction(resource, subresource, "", name)
}

// NewRootDeleteSubresourceActionWithOptions deletes a subresource of a cluster-scoped object.
func NewRootDeleteSubresourceActionWithOptions(
	resource schema.GroupVersionResource, subresource, name string, opts metav1.DeleteOptions,
) DeleteActionImpl {
	return NewDeleteSubresourceActionWithOptions(resource, subresource, "", name, opts)
}

// NewDeleteCollectionAction deletes all objects that a list with the same options would return. opts is a [metav1.ListOptions]; anything else counts
// as none.
func NewDeleteCollectionAction(resource schema.GroupVersionResource, namespace string, opts interface{}) DeleteCollectionActionImpl {
	listOpts, _ := opts.(metav1.ListOptions)
	return NewDeleteCollectionActionWithOptions(resource, namespace, metav1.DeleteOptions{}, listOpts)
}

// NewDeleteCollectionActionWithOptions deletes all objects that a list with the same options would return. It panics if a selector cannot be parsed.
func NewDeleteCollectionActionWithOptions(
	resource schema.GroupVersionResource, namespace string, deleteOpts metav1.DeleteOptions, listOpts metav1.ListOptions,
) DeleteCollectionActionImpl {
	return DeleteCollectionActionImpl{
		ActionImpl:       impl("delete-collection", resource, namespace, ""),
		ListRestrictions: listRestrictions(listOpts),
		DeleteOptions:    deleteOpts,
		ListOptions:      listOpts,
	}
}

// NewRootDeleteCollectionAction deletes all cluster-scoped objects that a list with the same options would return.
func NewRootDeleteCollectionAction(resource schema.GroupVersionResource, opts interface{}) DeleteCollectionActionImpl {
	return NewDeleteCollectionAction(resource, "", opts)
}

// NewRootDeleteCollectionActionWithOptions deletes all cluster-scoped objects that a list with the same options would return.
func NewRootDeleteCollectionActionWithOptions(
	resource schema.GroupVersionResource, deleteOpts metav1.DeleteOptions, listOpts metav1.ListOptions,
) DeleteCollectionActionImpl {
	return NewDeleteCollectionActionWithOptions(resource, "", deleteOpts, listOpts)
}
