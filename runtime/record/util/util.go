// Package util has functions about events that both event APIs use. Its names are those of client-go's tools/record/util.
package util

import (
	"fmt"

	"github.com/google/uuid"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"

	"github.com/typewright/typewright/runtime/internal/eventing"
)

// ValidateEventType reports whether a type of events is one that servers accept: Normal or Warning.
func ValidateEventType(eventtype string) bool {
	return eventtype == corev1.EventTypeNormal || eventtype == corev1.EventTypeWarning
}

// IsKeyNotFoundError reports whether a server answered that there is no such object. An error may wrap the answer.
func IsKeyNotFoundError(err error) bool { return eventing.IsNotFound(err) }

// GenerateEventName returns the name of a new event about an object: the object's name and a time, or a random name if the
// object's would not be a valid name of an event.
func GenerateEventName(refName string, unixNano int64) string {
	name := fmt.Sprintf("%s.%x", refName, unixNano)
	if len(validation.NameIsDNSSubdomain(name, false)) > 0 {
		return uuid.NewString()
	}
	return name
}
