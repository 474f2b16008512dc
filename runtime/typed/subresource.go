package typed

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

// PointerTo is a pointer to R that is an API object. Call functions with the type parameters [R any, P PointerTo[R]]
// with R alone, as in SubresourceGet[autoscalingv1.Scale](…): the compiler infers P.
type PointerTo[R any] interface {
	*R
	runtime.Object
}

// The functions below are the bodies of methods declared with +genclient:method. The caller names the result type R; it
// may differ from the client's type, and so may the type of the body. If a method has no subresource, its target is
// At("") for create and list, and At(name) otherwise.

// SubresourceGet gets the target.
func SubresourceGet[R any, P PointerTo[R]](ctx context.Context, target Target, opts metav1.GetOptions) (P, error) {
	result := P(new(R))
	return result, target.get(ctx, &opts, result)
}

// SubresourceList lists the target; R is the list type.
func SubresourceList[R any, P PointerTo[R]](ctx context.Context, target Target, opts metav1.ListOptions) (P, error) {
	result := P(new(R))
	return result, target.list(ctx, &opts, result)
}

// SubresourceWatch watches the target.
func SubresourceWatch(ctx context.Context, target Target, opts metav1.ListOptions) (watch.Interface, error) {
	return target.watch(ctx, &opts)
}

// SubresourceCreate posts obj to the target and returns the response.
func SubresourceCreate[R any, P PointerTo[R]](ctx context.Context, target Target, obj runtime.Object, opts metav1.CreateOptions) (P, error) {
	result := P(new(R))
	return result, target.create(ctx, obj, &opts, result)
}

// SubresourceUpdate puts obj to the target and returns the response.
func SubresourceUpdate[R any, P PointerTo[R]](ctx context.Context, target Target, obj runtime.Object, opts metav1.UpdateOptions) (P, error) {
	result := P(new(R))
	return result, target.update(ctx, obj, &opts, result)
}

// SubresourceDelete deletes the target.
func SubresourceDelete(ctx context.Context, target Target, opts metav1.DeleteOptions) error {
	return target.delete(ctx, &opts)
}

// SubresourcePatch patches the target and returns the response.
func SubresourcePatch[R any, P PointerTo[R]](ctx context.Context, target Target, pt types.PatchType, data []byte, opts metav1.PatchOptions) (P, error) {
	result := P(new(R))
	return result, target.patch(ctx, patch{Type: pt, Data: data}, &opts, result)
}

// SubresourceApply sends config, a pointer to an apply configuration, as the intent of the field manager for the target
// and returns the response. With the target At(""), config names the object. SubresourceApply returns nil and an error
// if config is nil, or does not have the name that it needs.
func SubresourceApply[R any, P PointerTo[R], C any](ctx context.Context, target Target, config *C, opts metav1.ApplyOptions) (P, error) {
	if config == nil {
		return nil, errNilConfiguration
	}
	if named, ok := any(config).(interface{ GetName() *string }); ok && target.name == "" && len(target.subresource) == 0 {
		name := named.GetName()
		if name == nil {
			return nil, errNoName
		}
		target.name = *name
	}
	result := P(new(R))
	return result, target.apply(ctx, config, opts, result)
}
