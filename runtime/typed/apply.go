package typed

import (
	"context"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apply"
)

// NamedApplyConfiguration is the apply configuration of a kind that has a client: a pointer to a struct whose fields,
// including the object's name, are all optional.
type NamedApplyConfiguration interface {
	comparable
	// GetName returns the name of the object to apply to, or nil if it is not set.
	GetName() *string
}

// ApplyClient is a [Client] with server-side apply.
type ApplyClient[T Object, L runtime.Object, C NamedApplyConfiguration] struct {
	Client[T, L]
}

// NewApplyClient returns a client for the resource that opts describes.
func NewApplyClient[T Object, L runtime.Object, C NamedApplyConfiguration](opts Options[T, L]) *ApplyClient[T, L, C] {
	return &ApplyClient[T, L, C]{Client: makeClient(opts)}
}

// Apply sends config as the complete intent of the field manager for the object that config names, and returns the
// result. The server creates the object if it does not exist. Apply returns nil and an error if config is nil or has no
// name.
func (c *ApplyClient[T, L, C]) Apply(ctx context.Context, config C, opts metav1.ApplyOptions) (T, error) {
	return c.apply(ctx, config, opts)
}

// ApplyStatus is Apply for the object's status.
func (c *ApplyClient[T, L, C]) ApplyStatus(ctx context.Context, config C, opts metav1.ApplyOptions) (T, error) {
	return c.apply(ctx, config, opts, "status")
}

func (c *ApplyClient[T, L, C]) apply(ctx context.Context, config C, opts metav1.ApplyOptions, subresource ...string) (T, error) {
	if config == *new(C) {
		return *new(T), errNilConfiguration
	}
	name := config.GetName()
	if name == nil {
		return *new(T), errNoName
	}
	result := c.newObject()
	return result, c.At(*name, subresource...).apply(ctx, config, opts, result)
}

var (
	errNilConfiguration = errors.New("the apply configuration must not be nil")
	errNoName           = errors.New("the apply configuration has no name: set it with WithName")
)

// apply sends config as an apply patch.
func (t Target) apply(ctx context.Context, config any, opts metav1.ApplyOptions, into runtime.Object) error {
	request, err := apply.NewRequest(t.rest, config)
	if err != nil {
		return fmt.Errorf("apply %s %q: %w", t.resource, t.name, err)
	}
	patchOptions := opts.ToPatchOptions()
	return t.at(request).VersionedParams(&patchOptions, t.params).Do(ctx).Into(into)
}
