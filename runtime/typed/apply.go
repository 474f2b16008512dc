package typed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// NamedApplyConfiguration is an apply configuration of a kind that has a client: a pointer to a struct whose fields are
// all optional, the object's name among them.
type NamedApplyConfiguration interface {
	comparable
	// GetName returns the name of the object to apply to; nil when it was not set.
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

// Apply sends config as this field manager's whole intent for the object that it names, which is created when there is
// none, and returns the outcome. A nil config and a config without a name are errors; the object is nil with them.
func (c *ApplyClient[T, L, C]) Apply(ctx context.Context, config C, opts metav1.ApplyOptions) (T, error) {
	return c.apply(ctx, config, opts)
}

// ApplyStatus does what Apply does for the object's status.
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

// apply sends config as an apply patch. The body is JSON, which is YAML as well: the content type that every server
// with server-side apply takes.
func (t Target) apply(ctx context.Context, config any, opts metav1.ApplyOptions, into runtime.Object) error {
	data, err := json.Marshal(config)
	if err != nil {
		return fmt.Errorf("encode the apply configuration of %s %q: %w", t.resource, t.name, err)
	}
	patchOptions := opts.ToPatchOptions()
	return t.patch(ctx, patch{Type: types.ApplyYAMLPatchType, Data: data}, &patchOptions, into)
}
