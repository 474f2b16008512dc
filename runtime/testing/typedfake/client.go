package typedfake

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/testing"
	"github.com/typewright/typewright/runtime/typed"
)

// Options describe the resource of a fake client. All fields are required, except Namespace, and NewList if the kind
// has no list type.
type Options[T typed.Object, L runtime.Object] struct {
	// Fake records the actions and responds to them.
	Fake *testing.Fake
	// Namespace is "" for the whole cluster.
	Namespace string
	Resource  schema.GroupVersionResource
	Kind      schema.GroupVersionKind
	// New and NewList return the objects that calls return if no reactor responds.
	New     func() T
	NewList func() L
}

// Client is a fake client of one resource with every verb but apply.
type Client[T typed.Object, L runtime.Object] struct{ options Options[T, L] }

// NewClient returns a client for the resource that opts describes.
func NewClient[T typed.Object, L runtime.Object](opts Options[T, L]) *Client[T, L] {
	return &Client[T, L]{options: opts}
}

// Namespace returns the client's namespace, "" for the whole cluster.
func (c *Client[T, L]) Namespace() string { return c.options.Namespace }

// Kind returns the kind of the objects.
func (c *Client[T, L]) Kind() schema.GroupVersionKind { return c.options.Kind }

// Resource returns the resource of the actions.
func (c *Client[T, L]) Resource() schema.GroupVersionResource { return c.options.Resource }

// At returns a target, as At of a real client does.
func (c *Client[T, L]) At(name string, subresource ...string) Target {
	return Target{
		fake: c.options.Fake, resource: c.options.Resource, kind: c.options.Kind, namespace: c.options.Namespace,
		name: name, subresource: strings.Join(subresource, "/"),
	}
}

// Target is what an action is on: a resource, an object, or a subresource of an object. [Client.At] returns it.
type Target struct {
	fake                         *testing.Fake
	resource                     schema.GroupVersionResource
	kind                         schema.GroupVersionKind
	namespace, name, subresource string
}

// AnswerError reports that a fake responded with an object of another type than the call returns. A tracker does so if
// an object and its subresource have different types.
type AnswerError struct {
	// Verb and Resource describe the action, such as "get" and "deployments/scale".
	Verb, Resource string
	Got, Want      runtime.Object
}

// Error names the types and the remedy.
func (e *AnswerError) Error() string {
	return fmt.Sprintf("the fake responded to %s %s with a %T instead of a %T: add a reactor for it, "+
		"or test with a clientset made by NewServerBacked", e.Verb, e.Resource, e.Got, e.Want)
}

// Invoke performs an action, for handwritten methods of fake clients. It returns empty if no reactor responds, and an
// *[AnswerError] if the response is not an R.
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
