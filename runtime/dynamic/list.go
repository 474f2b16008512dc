package dynamic

import (
	"context"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/internal/adapter"
	"github.com/typewright/typewright/runtime/internal/unreadable"
	"github.com/typewright/typewright/runtime/internal/untyped"
	"github.com/typewright/typewright/runtime/typed"
)

var _ cache.StreamListerWatcher[*unstructured.Unstructured] = (*resourceClient)(nil)

func newObject() *unstructured.Unstructured { return &unstructured.Unstructured{} }

func (c *resourceClient) List(ctx context.Context, opts metav1.ListOptions) (*unstructured.UnstructuredList, error) {
	items := []unstructured.Unstructured{}
	list, err := c.streamList(ctx, cache.StreamOptions{ListOptions: opts}, true, func(item *unstructured.Unstructured) error {
		items = append(items, *item)
		return nil
	})
	if err != nil {
		return nil, err
	}
	list.Items = items
	return list, nil
}

// StreamList implements [typed.StreamLister].
func (c *resourceClient) StreamList(ctx context.Context, opts cache.StreamOptions, each func(*unstructured.Unstructured) error) (metav1.ListMeta, error) {
	list, err := c.streamList(ctx, opts, false, each)
	if err != nil {
		return metav1.ListMeta{}, err
	}
	return adapter.ListMeta(list)
}

// streamList calls each with the items of a list, and returns the list without them. Bounded says that each keeps all items.
func (c *resourceClient) streamList(
	ctx context.Context, opts cache.StreamOptions, bounded bool, each func(*unstructured.Unstructured) error,
) (*unstructured.UnstructuredList, error) {
	request, err := c.resource.Address(c.client.Get(), untyped.Place{}, &opts.ListOptions)
	if err != nil {
		return nil, err
	}
	list, named := &unstructured.UnstructuredList{}, naming{each: each}
	consumer := typed.ListConsumer(list, newObject, opts, named.item)
	consumer.Kind, consumer.Bounded = named.list, bounded
	if err := request.ListInto(ctx, consumer); err != nil {
		return nil, c.resource.Explain(err)
	}
	if err := refusal(list); err != nil {
		return nil, c.resource.Explain(err)
	}
	return list, named.end(list)
}

// naming names the kind of items that do not name it, as those of built-in kinds in lists: that of the list, without List. Items that come
// before the kind of the list is known wait for it, and so do those behind them; servers that send such lists name the kind in each item.
type naming struct {
	each             func(*unstructured.Unstructured) error
	apiVersion, kind any // strings, which the items share
	waiting          []*unstructured.Unstructured
}

// list takes the kind of the list.
func (n *naming) list(apiVersion, kind string) {
	n.apiVersion, n.kind = apiVersion, strings.TrimSuffix(kind, "List")
}

func (n *naming) item(item *unstructured.Unstructured) error {
	if len(n.waiting) > 0 || n.kind == nil && unnamed(item) {
		n.waiting = append(n.waiting, item)
		return nil
	}
	return n.pass(item)
}

// pass passes on an item, with a kind.
func (n *naming) pass(item *unstructured.Unstructured) error {
	if unnamed(item) {
		n.name(item)
	}
	return n.each(item)
}

func unnamed(item *unstructured.Unstructured) bool {
	return item.GetKind() == "" && item.GetAPIVersion() == ""
}

func (n *naming) name(item *unstructured.Unstructured) {
	if item.Object == nil {
		item.Object = map[string]any{}
	}
	item.Object["apiVersion"], item.Object["kind"] = n.apiVersion, n.kind
}

// end passes on the items that wait.
func (n *naming) end(list *unstructured.UnstructuredList) error {
	n.list(list.GetAPIVersion(), list.GetKind())
	for _, item := range n.waiting {
		if err := n.pass(item); err != nil {
			return err
		}
	}
	return nil
}

// refusal returns the error that a server sent in place of a list, with a code of success.
func refusal(list *unstructured.UnstructuredList) error {
	if list.GetKind() != "Status" || list.GetAPIVersion() != untyped.Version.String() {
		return nil
	}
	status := &metav1.Status{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(list.Object, status); err != nil {
		return unreadable.Mark(err)
	}
	if status.Status == metav1.StatusSuccess {
		return nil
	}
	return apierrors.FromObject(status)
}
