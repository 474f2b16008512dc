package v1

import (
	"k8s.io/apimachinery/pkg/types"
)

// PreconditionsApplyConfiguration configures what must be true of an object before a request changes it.
type PreconditionsApplyConfiguration struct {
	// UID is the identity that the object must have.
	UID *types.UID `json:"uid,omitempty"`
	// ResourceVersion is the version that the object must have.
	ResourceVersion *string `json:"resourceVersion,omitempty"`
}

// Preconditions returns a Preconditions configuration without any field set.
func Preconditions() *PreconditionsApplyConfiguration {
	return &PreconditionsApplyConfiguration{}
}

// WithUID sets UID.
func (b *PreconditionsApplyConfiguration) WithUID(value types.UID) *PreconditionsApplyConfiguration {
	b.UID = &value
	return b
}

// WithResourceVersion sets ResourceVersion.
func (b *PreconditionsApplyConfiguration) WithResourceVersion(value string) *PreconditionsApplyConfiguration {
	b.ResourceVersion = &value
	return b
}
