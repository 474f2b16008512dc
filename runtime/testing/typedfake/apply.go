package typedfake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/testing"
	"github.com/typewright/typewright/runtime/typed"
)

// ApplyClient is a [Client] with server-side apply.
type ApplyClient[T typed.Object, L runtime.Object, C typed.NamedApplyConfiguration] struct {
	Client[T, L]
}

// NewApplyClient returns a client for the resource that opts describes.
func NewApplyClient[T typed.Object, L runtime.Object, C typed.NamedApplyConfiguration](opts Options[T, L]) *ApplyClient[T, L, C] {
	return &ApplyClient[T, L, C]{Client: Client[T, L]{options: opts}}
}

// Apply is the action patch of type apply. It returns nil and an error if config is nil or has no name.
func (c *ApplyClient[T, L, C]) Apply(_ context.Context, config C, opts metav1.ApplyOptions) (T, error) {
	return c.apply(config, opts)
}

// ApplyStatus is Apply for the subresource status.
func (c *ApplyClient[T, L, C]) ApplyStatus(_ context.Context, config C, opts metav1.ApplyOptions) (T, error) {
	return c.apply(config, opts, "status")
}

func (c *ApplyClient[T, L, C]) apply(config C, opts metav1.ApplyOptions, subresource ...string) (T, error) {
	if config == *new(C) {
		return *new(T), errNilConfiguration
	}
	name := config.GetName()
	if name == nil {
		return *new(T), errNoName
	}
	return apply(c.At(*name, subresource...), config, opts, c.options.New())
}

var (
	errNilConfiguration = errors.New("configuration provided to Apply must not be nil")
	errNoName           = errors.New("configuration.Name must be provided to Apply")
)

func apply[R runtime.Object](target Target, config any, opts metav1.ApplyOptions, empty R) (R, error) {
	data, err := json.Marshal(config)
	if err != nil {
		return *new(R), fmt.Errorf("encode the apply configuration of %s %q: %w", target.resource.Resource, target.name, err)
	}
	return patch(target, types.ApplyPatchType, data, opts.ToPatchOptions(), empty)
}

func patch[R runtime.Object](target Target, pt types.PatchType, data []byte, opts metav1.PatchOptions, empty R) (R, error) {
	action := testing.NewPatchActionWithOptions(target.resource, target.namespace, target.name, pt, data, opts)
	action.Subresource = target.subresource
	return Invoke(target.fake, action, empty)
}
