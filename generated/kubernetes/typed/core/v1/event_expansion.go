package v1

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/reference"
)

// EventExpansion are the methods of [EventInterface] that recorders and readers of events use. Those which take an event
// send it to the event's namespace; the client must be of the same namespace or, made with "", of all of them.
type EventExpansion interface {
	// CreateWithEventNamespace is CreateWithEventNamespaceWithContext.
	//
	// Deprecated: use the method with a context.
	CreateWithEventNamespace(event *corev1.Event) (*corev1.Event, error)
	// UpdateWithEventNamespace is UpdateWithEventNamespaceWithContext.
	//
	// Deprecated: use the method with a context.
	UpdateWithEventNamespace(event *corev1.Event) (*corev1.Event, error)
	// PatchWithEventNamespace is PatchWithEventNamespaceWithContext.
	//
	// Deprecated: use the method with a context.
	PatchWithEventNamespace(event *corev1.Event, data []byte) (*corev1.Event, error)
	// Search is SearchWithContext.
	//
	// Deprecated: use the method with a context.
	Search(scheme *runtime.Scheme, objOrRef runtime.Object) (*corev1.EventList, error)
	// CreateWithEventNamespaceWithContext creates an event in the event's namespace.
	CreateWithEventNamespaceWithContext(ctx context.Context, event *corev1.Event) (*corev1.Event, error)
	// UpdateWithEventNamespaceWithContext replaces an event in the event's namespace.
	UpdateWithEventNamespaceWithContext(ctx context.Context, event *corev1.Event) (*corev1.Event, error)
	// PatchWithEventNamespaceWithContext applies a strategic merge patch to the event of that namespace and name.
	PatchWithEventNamespaceWithContext(ctx context.Context, event *corev1.Event, data []byte) (*corev1.Event, error)
	// SearchWithContext lists the events about an object or, given a *corev1.ObjectReference, about what it refers to. The
	// scheme tells the kinds of objects that do not name theirs.
	SearchWithContext(ctx context.Context, scheme *runtime.Scheme, objOrRef runtime.Object) (*corev1.EventList, error)
	// GetFieldSelector returns a selector, for List and Watch, of events about an object; what is nil does not matter.
	GetFieldSelector(involvedObjectName, involvedObjectNamespace, involvedObjectKind, involvedObjectUID *string) fields.Selector
}

// CreateWithEventNamespace implements [EventExpansion].
func (c *events) CreateWithEventNamespace(event *corev1.Event) (*corev1.Event, error) {
	return c.CreateWithEventNamespaceWithContext(context.Background(), event)
}

// UpdateWithEventNamespace implements [EventExpansion].
func (c *events) UpdateWithEventNamespace(event *corev1.Event) (*corev1.Event, error) {
	return c.UpdateWithEventNamespaceWithContext(context.Background(), event)
}

// PatchWithEventNamespace implements [EventExpansion].
func (c *events) PatchWithEventNamespace(event *corev1.Event, data []byte) (*corev1.Event, error) {
	return c.PatchWithEventNamespaceWithContext(context.Background(), event, data)
}

// Search implements [EventExpansion].
func (c *events) Search(scheme *runtime.Scheme, objOrRef runtime.Object) (*corev1.EventList, error) {
	return c.SearchWithContext(context.Background(), scheme, objOrRef)
}

// CreateWithEventNamespaceWithContext implements [EventExpansion].
func (c *events) CreateWithEventNamespaceWithContext(ctx context.Context, event *corev1.Event) (*corev1.Event, error) {
	in, err := c.in("create", event.Namespace)
	if err != nil {
		return nil, err
	}
	return in.Create(ctx, event, metav1.CreateOptions{})
}

// UpdateWithEventNamespaceWithContext implements [EventExpansion].
func (c *events) UpdateWithEventNamespaceWithContext(ctx context.Context, event *corev1.Event) (*corev1.Event, error) {
	in, err := c.in("update", event.Namespace)
	if err != nil {
		return nil, err
	}
	return in.Update(ctx, event, metav1.UpdateOptions{})
}

// PatchWithEventNamespaceWithContext implements [EventExpansion].
func (c *events) PatchWithEventNamespaceWithContext(ctx context.Context, event *corev1.Event, data []byte) (*corev1.Event, error) {
	in, err := c.in("patch", event.Namespace)
	if err != nil {
		return nil, err
	}
	return in.Patch(ctx, event.Name, types.StrategicMergePatchType, data, metav1.PatchOptions{})
}

// in returns a client of the namespace of an event.
func (c *events) in(verb, namespace string) (*events, error) {
	if own := c.GetNamespace(); own != "" && own != namespace {
		return nil, fmt.Errorf("cannot %s an event of namespace %q through a client of namespace %q", verb, namespace, own)
	}
	return newEvents(New(c.GetClient()), namespace), nil
}

// SearchWithContext implements [EventExpansion].
func (c *events) SearchWithContext(ctx context.Context, scheme *runtime.Scheme, objOrRef runtime.Object) (*corev1.EventList, error) {
	ref, err := reference.GetReference(scheme, objOrRef)
	if err != nil {
		return nil, err
	}
	if own := c.GetNamespace(); own != "" && own != ref.Namespace {
		return nil, fmt.Errorf("a client of namespace %q finds no events about objects of namespace %q", own, ref.Namespace)
	}
	uid := string(ref.UID)
	selector := c.GetFieldSelector(&ref.Name, &ref.Namespace, unlessEmpty(&ref.Kind), unlessEmpty(&uid))
	return c.List(ctx, metav1.ListOptions{FieldSelector: selector.String()})
}

func unlessEmpty(s *string) *string {
	if *s == "" {
		return nil
	}
	return s
}

// GetFieldSelector implements [EventExpansion].
func (c *events) GetFieldSelector(involvedObjectName, involvedObjectNamespace, involvedObjectKind, involvedObjectUID *string) fields.Selector {
	var terms []fields.Selector
	for _, term := range []struct {
		field string
		value *string
	}{
		{"involvedObject.kind", involvedObjectKind},
		{GetInvolvedObjectNameFieldLabel("v1"), involvedObjectName},
		{"involvedObject.namespace", involvedObjectNamespace},
		{"involvedObject.uid", involvedObjectUID},
	} {
		if term.value != nil {
			terms = append(terms, fields.OneTermEqualSelector(term.field, *term.value))
		}
	}
	return fields.AndSelectors(terms...)
}

// GetInvolvedObjectNameFieldLabel returns the field by which events are selected by the name of their object, which is
// "involvedObject.name" in all versions.
func GetInvolvedObjectNameFieldLabel(_ string) string { return "involvedObject.name" }
