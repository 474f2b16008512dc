package events

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	eventsv1beta1 "k8s.io/api/events/v1beta1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// GetFieldSelector returns a selector, for List and Watch, of events about an object, in the names of a version of the API of events.
// What is empty does not matter.
func GetFieldSelector(
	eventsGroupVersion schema.GroupVersion, regardingGroupVersionKind schema.GroupVersionKind, regardingName string, regardingUID types.UID,
) (fields.Selector, error) {
	var object string
	switch eventsGroupVersion {
	case eventsv1.SchemeGroupVersion, eventsv1beta1.SchemeGroupVersion:
		object = "regarding"
	case corev1.SchemeGroupVersion:
		object = "involvedObject"
	default:
		return nil, fmt.Errorf("unknown version %v", eventsGroupVersion)
	}
	var terms []fields.Selector
	for _, term := range []struct{ field, value string }{
		{"apiVersion", regardingGroupVersionKind.GroupVersion().String()},
		{"kind", regardingGroupVersionKind.Kind},
		{"name", regardingName},
		{"uid", string(regardingUID)},
	} {
		if term.value != "" {
			terms = append(terms, fields.OneTermEqualSelector(object+"."+term.field, term.value))
		}
	}
	return fields.AndSelectors(terms...), nil
}
