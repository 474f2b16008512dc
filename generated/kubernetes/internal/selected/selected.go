// Package selected finds, for listers, the objects whose label selector matches a given object.
package selected

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Rule is how a kind selects.
type Rule[T any] struct {
	// Kind is the plural that errors name.
	Kind string
	// Selector returns the selector of an object.
	Selector func(T) *metav1.LabelSelector
	// EmptyMatches tells that an empty selector matches everything; without it, it matches nothing.
	EmptyMatches bool
	// WithoutLabels tells that objects without labels can be matched too.
	WithoutLabels bool
}

// For returns those of all that select obj. Objects with a selector that is not valid select nothing. It is an error if
// there are none.
func (r Rule[T]) For(obj metav1.Object, list func(labels.Selector) ([]T, error)) ([]T, error) {
	if len(obj.GetLabels()) == 0 && !r.WithoutLabels {
		return nil, fmt.Errorf("no %s select %s: it has no labels", r.Kind, name(obj))
	}
	all, err := list(labels.Everything())
	if err != nil {
		return nil, err
	}
	var found []T
	for _, candidate := range all {
		if r.matches(candidate, obj) {
			found = append(found, candidate)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no %s select %s with labels %v", r.Kind, name(obj), obj.GetLabels())
	}
	return found, nil
}

func (r Rule[T]) matches(candidate T, obj metav1.Object) bool {
	selector, err := metav1.LabelSelectorAsSelector(r.Selector(candidate))
	if err != nil || selector.Empty() && !r.EmptyMatches {
		return false
	}
	return selector.Matches(labels.Set(obj.GetLabels()))
}

func name(obj metav1.Object) string {
	return obj.GetNamespace() + "/" + obj.GetName()
}
