package typedfake

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/testing"
	"github.com/typewright/typewright/runtime/typed"
)

// The functions below are the fake versions of those in package typed.

// SubresourceGet is the action get.
func SubresourceGet[R any, P typed.PointerTo[R]](_ context.Context, t Target, opts metav1.GetOptions) (P, error) {
	return Invoke(t.fake, testing.NewGetSubresourceActionWithOptions(t.resource, t.namespace, t.subresource, t.name, opts), P(new(R)))
}

// SubresourceList is the action list.
func SubresourceList[R any, P typed.PointerTo[R]](_ context.Context, t Target, opts metav1.ListOptions) (P, error) {
	action := testing.NewListActionWithOptions(t.resource, t.kind, t.namespace, opts)
	action.Name, action.Subresource = t.name, t.subresource
	return Invoke(t.fake, action, P(new(R)))
}

// SubresourceWatch is the action watch.
func SubresourceWatch(_ context.Context, t Target, opts metav1.ListOptions) (watch.Interface, error) {
	opts.Watch = true
	action := testing.NewWatchActionWithOptions(t.resource, t.namespace, opts)
	action.Subresource = t.subresource
	return t.fake.InvokesWatch(action)
}

// SubresourceCreate is the action create.
func SubresourceCreate[R any, P typed.PointerTo[R]](_ context.Context, t Target, obj runtime.Object, opts metav1.CreateOptions) (P, error) {
	action := testing.NewCreateSubresourceActionWithOptions(t.resource, t.name, t.subresource, t.namespace, obj, opts)
	return Invoke(t.fake, action, P(new(R)))
}

// SubresourceUpdate is the action update.
func SubresourceUpdate[R any, P typed.PointerTo[R]](_ context.Context, t Target, obj runtime.Object, opts metav1.UpdateOptions) (P, error) {
	action := testing.NewUpdateSubresourceActionWithOptions(t.resource, t.subresource, t.namespace, obj, opts)
	return Invoke(t.fake, action, P(new(R)))
}

// SubresourceDelete is the action delete.
func SubresourceDelete(_ context.Context, t Target, opts metav1.DeleteOptions) error {
	action := testing.NewDeleteSubresourceActionWithOptions(t.resource, t.subresource, t.namespace, t.name, opts)
	_, err := t.fake.Invokes(action, nil)
	return err
}

// SubresourcePatch is the action patch.
func SubresourcePatch[R any, P typed.PointerTo[R]](
	_ context.Context, t Target, pt types.PatchType, data []byte, opts metav1.PatchOptions,
) (P, error) {
	return patch(t, pt, data, opts, P(new(R)))
}

// SubresourceApply is the action patch of type apply. With the target At(""), config names the object. It returns nil
// and an error if config is nil, or does not have the name that it needs.
func SubresourceApply[R any, P typed.PointerTo[R], C any](_ context.Context, t Target, config *C, opts metav1.ApplyOptions) (P, error) {
	if config == nil {
		return nil, errNilConfiguration
	}
	if named, ok := any(config).(interface{ GetName() *string }); ok && t.name == "" && t.subresource == "" {
		name := named.GetName()
		if name == nil {
			return nil, errNoName
		}
		t.name = *name
	}
	return apply(t, config, opts, P(new(R)))
}
