package testing

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// The constructors below come in families: those with Root are for cluster-scoped resources and have no namespace, those
// with Subresource reach a subresource, those WithOptions carry the options of the call.

func impl(verb string, resource schema.GroupVersionResource, namespace, subresource string) ActionImpl {
	return ActionImpl{Verb: verb, Resource: resource, Namespace: namespace, Subresource: subresource}
}

// NewGetAction reads an object.
func NewGetAction(resource schema.GroupVersionResource, namespace, name string) GetActionImpl {
	return NewGetActionWithOptions(resource, namespace, name, metav1.GetOptions{})
}

// NewGetActionWithOptions reads an object.
func NewGetActionWithOptions(resource schema.GroupVersionResource, namespace, name string, opts metav1.GetOptions) GetActionImpl {
	return NewGetSubresourceActionWithOptions(resource, namespace, "", name, opts)
}

// NewRootGetAction reads a cluster-scoped object.
func NewRootGetAction(resource schema.GroupVersionResource, name string) GetActionImpl {
	return NewGetAction(resource, "", name)
}

// NewRootGetActionWithOptions reads a cluster-scoped object.
func NewRootGetActionWithOptions(resource schema.GroupVersionResource, name string, opts metav1.GetOptions) GetActionImpl {
	return NewGetActionWithOptions(resource, "", name, opts)
}

// NewGetSubresourceAction reads a subresource.
func NewGetSubresourceAction(resource schema.GroupVersionResource, namespace, subresource, name string) GetActionImpl {
	return NewGetSubresourceActionWithOptions(resource, namespace, subresource, name, metav1.GetOptions{})
}

// NewGetSubresourceActionWithOptions reads a subresource.
func NewGetSubresourceActionWithOptions(
	resource schema.GroupVersionResource, namespace, subresource, name string, opts metav1.GetOptions,
) GetActionImpl {
	return GetActionImpl{ActionImpl: impl("get", resource, namespace, subresource), Name: name, GetOptions: opts}
}

// NewRootGetSubresourceAction reads a subresource of a cluster-scoped object.
func NewRootGetSubresourceAction(resource schema.GroupVersionResource, subresource, name string) GetActionImpl {
	return NewGetSubresourceAction(resource, "", subresource, name)
}

// NewRootGetSubresourceActionWithOptions reads a subresource of a cluster-scoped object.
func NewRootGetSubresourceActionWithOptions(
	resource schema.GroupVersionResource, subresource, name string, opts metav1.GetOptions,
) GetActionImpl {
	return NewGetSubresourceActionWithOptions(resource, "", subresource, name, opts)
}

// NewListAction lists objects of a kind. opts is a [metav1.ListOptions]; anything else panics.
func NewListAction(resource schema.GroupVersionResource, kind schema.GroupVersionKind, namespace string, opts interface{}) ListActionImpl {
	labelSelector, fieldSelector, _ := ExtractFromListOptions(opts)
	return NewListActionWithOptions(resource, kind, namespace,
		metav1.ListOptions{LabelSelector: labelSelector.String(), FieldSelector: fieldSelector.String()})
}

// NewListActionWithOptions lists objects of a kind. Selectors that cannot be parsed panic.
func NewListActionWithOptions(
	resource schema.GroupVersionResource, kind schema.GroupVersionKind, namespace string, opts metav1.ListOptions,
) ListActionImpl {
	return ListActionImpl{
		ActionImpl: impl("list", resource, namespace, ""), Kind: kind, ListRestrictions: listRestrictions(opts), ListOptions: opts,
	}
}

// NewRootListAction lists cluster-scoped objects. opts is a [metav1.ListOptions]; anything else panics.
func NewRootListAction(resource schema.GroupVersionResource, kind schema.GroupVersionKind, opts interface{}) ListActionImpl {
	return NewListAction(resource, kind, "", opts)
}

// NewRootListActionWithOptions lists cluster-scoped objects. Selectors that cannot be parsed panic.
func NewRootListActionWithOptions(
	resource schema.GroupVersionResource, kind schema.GroupVersionKind, opts metav1.ListOptions,
) ListActionImpl {
	return NewListActionWithOptions(resource, kind, "", opts)
}

// NewWatchAction begins a watch. opts is a [metav1.ListOptions]; anything else counts as none.
func NewWatchAction(resource schema.GroupVersionResource, namespace string, opts interface{}) WatchActionImpl {
	listOpts, _ := opts.(metav1.ListOptions)
	return NewWatchActionWithOptions(resource, namespace, listOpts)
}

// NewWatchActionWithOptions begins a watch. Selectors that cannot be parsed panic.
func NewWatchActionWithOptions(resource schema.GroupVersionResource, namespace string, opts metav1.ListOptions) WatchActionImpl {
	labelSelector, fieldSelector, resourceVersion := ExtractFromListOptions(opts)
	return WatchActionImpl{
		ActionImpl:        impl("watch", resource, namespace, ""),
		WatchRestrictions: WatchRestrictions{Labels: labelSelector, Fields: fieldSelector, ResourceVersion: resourceVersion},
		ListOptions:       opts,
	}
}

// NewRootWatchAction begins a watch of cluster-scoped objects. opts is a [metav1.ListOptions]; anything else counts as none.
func NewRootWatchAction(resource schema.GroupVersionResource, opts interface{}) WatchActionImpl {
	return NewWatchAction(resource, "", opts)
}

// NewRootWatchActionWithOptions begins a watch of cluster-scoped objects.
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

// ExtractFromListOptions parses the selectors of a [metav1.ListOptions]. Selectors that cannot be parsed, and values of any
// other type, panic: a test that sends them is wrong.
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
