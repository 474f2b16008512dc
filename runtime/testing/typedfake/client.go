package typedfake

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/testing"
	"github.com/typewright/typewright/runtime/typed"
)

// Options say what a fake client is for. All fields are required, but for Namespace, and for NewList where the kind has no
// list type.
type Options[T typed.Object, L runtime.Object] struct {
	// Fake records what the client does, and answers.
	Fake *testing.Fake
	// Namespace is "" for the whole cluster.
	Namespace string
	Resource  schema.GroupVersionResource
	Kind      schema.GroupVersionKind
	// New and NewList return what calls decode into: here, what they return where no reactor has an answer.
	New     func() T
	NewList func() L
}

// Client is the fake client of one resource: every verb but apply.
type Client[T typed.Object, L runtime.Object] struct{ options Options[T, L] }

// NewClient returns a client for the resource that opts describes.
func NewClient[T typed.Object, L runtime.Object](opts Options[T, L]) *Client[T, L] {
	return &Client[T, L]{options: opts}
}

// Namespace returns the client's namespace, "" for the whole cluster.
func (c *Client[T, L]) Namespace() string { return c.options.Namespace }

// Kind returns the kind of the objects.
func (c *Client[T, L]) Kind() schema.GroupVersionKind { return c.options.Kind }

// Resource returns the resource that actions are on.
func (c *Client[T, L]) Resource() schema.GroupVersionResource { return c.options.Resource }

// At addresses an object, or something below it, as At of a real client does.
func (c *Client[T, L]) At(name string, subresource ...string) Target {
	return Target{
		fake: c.options.Fake, resource: c.options.Resource, kind: c.options.Kind, namespace: c.options.Namespace,
		name: name, subresource: strings.Join(subresource, "/"),
	}
}

// Target is a place that actions are on. It is made by [Client.At].
type Target struct {
	fake                         *testing.Fake
	resource                     schema.GroupVersionResource
	kind                         schema.GroupVersionKind
	namespace, name, subresource string
}

// AnswerError reports that a fake answered with an object of another type than the call returns. A tracker does so where
// an object and its subresource have different types.
type AnswerError struct {
	// Verb and Resource are those of the action, such as "get" and "deployments/scale".
	Verb, Resource string
	Got, Want      runtime.Object
}

// Error says what to do about it.
func (e *AnswerError) Error() string {
	return fmt.Sprintf("the fake answered %s %s with a %T where a %T is returned: add a reactor for it, "+
		"or test with a clientset made by NewServerBacked", e.Verb, e.Resource, e.Got, e.Want)
}

// Invoke performs an action, and returns empty where nothing answers. It is for handwritten methods of fake clients. An answer
// of another type than R is an *[AnswerError].
func Invoke[R runtime.Object](fake *testing.Fake, action testing.Action, empty R) (R, error) {
	obj, err := fake.Invokes(action, empty)
	if obj == nil {
		return empty, err
	}
	result, ok := obj.(R)
	if ok || err != nil {
		if !ok {
			result = empty
		}
		return result, err
	}
	where := strings.TrimSuffix(action.GetResource().Resource+"/"+action.GetSubresource(), "/")
	return empty, &AnswerError{Verb: action.GetVerb(), Resource: where, Got: obj, Want: empty}
}
