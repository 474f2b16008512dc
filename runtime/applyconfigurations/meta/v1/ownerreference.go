package v1

import (
	"k8s.io/apimachinery/pkg/types"
)

// OwnerReferenceApplyConfiguration configures a reference to the owner of an object, which is in the same namespace or cluster-scoped.
type OwnerReferenceApplyConfiguration struct {
	// APIVersion is the owner's group and version.
	APIVersion *string `json:"apiVersion,omitempty"`
	// Kind is the owner's kind.
	Kind *string `json:"kind,omitempty"`
	// Name is the owner's name.
	Name *string `json:"name,omitempty"`
	// UID is the owner's UID.
	UID *types.UID `json:"uid,omitempty"`
	// Controller marks the one owner that manages the object.
	Controller *bool `json:"controller,omitempty"`
	// BlockOwnerDeletion keeps an owner that is deleted in the foreground until the object is gone.
	BlockOwnerDeletion *bool `json:"blockOwnerDeletion,omitempty"`
}

// OwnerReference returns an OwnerReference configuration without any field set.
func OwnerReference() *OwnerReferenceApplyConfiguration {
	return &OwnerReferenceApplyConfiguration{}
}

// WithAPIVersion sets APIVersion.
func (b *OwnerReferenceApplyConfiguration) WithAPIVersion(value string) *OwnerReferenceApplyConfiguration {
	b.APIVersion = &value
	return b
}

// WithKind sets Kind.
func (b *OwnerReferenceApplyConfiguration) WithKind(value string) *OwnerReferenceApplyConfiguration {
	b.Kind = &value
	return b
}

// WithName sets Name.
func (b *OwnerReferenceApplyConfiguration) WithName(value string) *OwnerReferenceApplyConfiguration {
	b.Name = &value
	return b
}

// WithUID sets UID.
func (b *OwnerReferenceApplyConfiguration) WithUID(value types.UID) *OwnerReferenceApplyConfiguration {
	b.UID = &value
	return b
}

// WithController sets Controller.
func (b *OwnerReferenceApplyConfiguration) WithController(value bool) *OwnerReferenceApplyConfiguration {
	b.Controller = &value
	return b
}

// WithBlockOwnerDeletion sets BlockOwnerDeletion.
func (b *OwnerReferenceApplyConfiguration) WithBlockOwnerDeletion(value bool) *OwnerReferenceApplyConfiguration {
	b.BlockOwnerDeletion = &value
	return b
}
