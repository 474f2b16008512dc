package gentype

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/testing"
	"github.com/typewright/typewright/runtime/testing/typedfake"
	"github.com/typewright/typewright/runtime/typed"
)

// FakeClient is a fake client of a kind that has no list type.
type FakeClient[T typed.Object] struct {
	*testing.Fake
	*typedfake.Client[T, typed.NoList]
}

// FakeClientWithList is a fake client of a kind.
type FakeClientWithList[T typed.Object, L runtime.Object] struct {
	*testing.Fake
	*typedfake.Client[T, L]

	items itemsOf[T, L]
}

// FakeClientWithApply is a fake client of a kind that has no list type, with server-side apply.
type FakeClientWithApply[T typed.Object, C typed.NamedApplyConfiguration] struct {
	*testing.Fake
	*typedfake.ApplyClient[T, typed.NoList, C]
}

// FakeClientWithListAndApply is a fake client of a kind, with server-side apply.
type FakeClientWithListAndApply[T typed.Object, L runtime.Object, C typed.NamedApplyConfiguration] struct {
	*testing.Fake
	*typedfake.ApplyClient[T, L, C]

	items itemsOf[T, L]
}

// NewFakeClient returns a fake client of a resource, in a namespace or, with "", in the cluster.
func NewFakeClient[T typed.Object](
	fake *testing.Fake, namespace string, resource schema.GroupVersionResource, kind schema.GroupVersionKind, emptyObjectCreator func() T,
) *FakeClient[T] {
	return &FakeClient[T]{fake, typedfake.NewClient(typedfake.Options[T, typed.NoList]{
		Fake: fake, Namespace: namespace, Resource: resource, Kind: kind, New: emptyObjectCreator, NewList: noList,
	})}
}

// NewFakeClientWithList returns a fake client of a resource. The functions on lists copy the metadata of a list, and get and set
// its items.
func NewFakeClientWithList[T typed.Object, L runtime.Object]( //nolint:revive // the drop-in signature
	fake *testing.Fake, namespace string, resource schema.GroupVersionResource, kind schema.GroupVersionKind, emptyObjectCreator func() T,
	emptyListCreator func() L, listMetaCopier func(L, L), itemGetter func(L) []T, itemSetter func(L, []T),
) *FakeClientWithList[T, L] {
	return &FakeClientWithList[T, L]{
		fake,
		typedfake.NewClient(typedfake.Options[T, L]{
			Fake: fake, Namespace: namespace, Resource: resource, Kind: kind, New: emptyObjectCreator, NewList: emptyListCreator,
		}),
		itemsOf[T, L]{emptyListCreator, listMetaCopier, itemGetter, itemSetter},
	}
}

// NewFakeClientWithApply returns a fake client of a resource, in a namespace or, with "", in the cluster.
func NewFakeClientWithApply[T typed.Object, C typed.NamedApplyConfiguration](
	fake *testing.Fake, namespace string, resource schema.GroupVersionResource, kind schema.GroupVersionKind, emptyObjectCreator func() T,
) *FakeClientWithApply[T, C] {
	return &FakeClientWithApply[T, C]{fake, typedfake.NewApplyClient[T, typed.NoList, C](typedfake.Options[T, typed.NoList]{
		Fake: fake, Namespace: namespace, Resource: resource, Kind: kind, New: emptyObjectCreator, NewList: noList,
	})}
}

// NewFakeClientWithListAndApply returns a fake client of a resource; see [NewFakeClientWithList].
func NewFakeClientWithListAndApply[T typed.Object, L runtime.Object, C typed.NamedApplyConfiguration]( //nolint:revive // the drop-in signature
	fake *testing.Fake, namespace string, resource schema.GroupVersionResource, kind schema.GroupVersionKind, emptyObjectCreator func() T,
	emptyListCreator func() L, listMetaCopier func(L, L), itemGetter func(L) []T, itemSetter func(L, []T),
) *FakeClientWithListAndApply[T, L, C] {
	return &FakeClientWithListAndApply[T, L, C]{
		fake,
		typedfake.NewApplyClient[T, L, C](typedfake.Options[T, L]{
			Fake: fake, Namespace: namespace, Resource: resource, Kind: kind, New: emptyObjectCreator, NewList: emptyListCreator,
		}),
		itemsOf[T, L]{emptyListCreator, listMetaCopier, itemGetter, itemSetter},
	}
}

// List is the action list. It returns the objects of the response whose labels match the options.
func (c *FakeClientWithList[T, L]) List(_ context.Context, opts metav1.ListOptions) (L, error) {
	action := testing.NewListActionWithOptions(c.Resource(), c.Kind(), c.Namespace(), opts)
	return c.items.list(c.Fake, action)
}

// List is the action list. It returns the objects of the response whose labels match the options.
func (c *FakeClientWithListAndApply[T, L, C]) List(_ context.Context, opts metav1.ListOptions) (L, error) {
	action := testing.NewListActionWithOptions(c.Resource(), c.Kind(), c.Namespace(), opts)
	return c.items.list(c.Fake, action)
}

// itemsOf are the functions of generated code that know how a list holds its items.
type itemsOf[T typed.Object, L runtime.Object] struct {
	newList  func() L
	copyMeta func(into, from L)
	get      func(L) []T
	set      func(L, []T)
}

func (i itemsOf[T, L]) list(fake *testing.Fake, action testing.ListActionImpl) (L, error) {
	all, err := typedfake.Invoke(fake, action, i.newList())
	if err != nil {
		return all, err
	}
	selected := i.newList()
	i.copyMeta(selected, all)
	var items []T
	for _, item := range i.get(all) {
		if action.ListRestrictions.Labels.Matches(labels.Set(item.GetLabels())) {
			items = append(items, item)
		}
	}
	i.set(selected, items)
	return selected, nil
}

// ToPointerSlice returns pointers to the elements of src, nil for nil.
func ToPointerSlice[T any](src []T) []*T {
	if src == nil {
		return nil
	}
	pointers := make([]*T, len(src))
	for i := range src {
		pointers[i] = &src[i]
	}
	return pointers
}

// FromPointerSlice returns what the elements of src point to, nil for nil.
func FromPointerSlice[T any](src []*T) []T {
	if src == nil {
		return nil
	}
	values := make([]T, len(src))
	for i, pointer := range src {
		values[i] = *pointer
	}
	return values
}
