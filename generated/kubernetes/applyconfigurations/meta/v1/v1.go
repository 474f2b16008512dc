// Package v1 gives apply configurations of metadata the import path that programs for client-go expect below
// applyconfigurations. All of it is package runtime/applyconfigurations/meta/v1 of the main module, under other names.
package v1

import "github.com/typewright/typewright/runtime/applyconfigurations/meta/v1"

// These are the types of the runtime.
type (
	ConditionApplyConfiguration                = v1.ConditionApplyConfiguration
	DeleteOptionsApplyConfiguration            = v1.DeleteOptionsApplyConfiguration
	GroupResourceApplyConfiguration            = v1.GroupResourceApplyConfiguration
	LabelSelectorApplyConfiguration            = v1.LabelSelectorApplyConfiguration
	LabelSelectorRequirementApplyConfiguration = v1.LabelSelectorRequirementApplyConfiguration
	ManagedFieldsEntryApplyConfiguration       = v1.ManagedFieldsEntryApplyConfiguration
	ObjectMetaApplyConfiguration               = v1.ObjectMetaApplyConfiguration
	OwnerReferenceApplyConfiguration           = v1.OwnerReferenceApplyConfiguration
	PreconditionsApplyConfiguration            = v1.PreconditionsApplyConfiguration
	TypeMetaApplyConfiguration                 = v1.TypeMetaApplyConfiguration
)

// Condition returns an empty apply configuration.
func Condition() *ConditionApplyConfiguration { return v1.Condition() }

// DeleteOptions returns an empty apply configuration.
func DeleteOptions() *DeleteOptionsApplyConfiguration { return v1.DeleteOptions() }

// GroupResource returns an empty apply configuration.
func GroupResource() *GroupResourceApplyConfiguration { return v1.GroupResource() }

// LabelSelector returns an empty apply configuration.
func LabelSelector() *LabelSelectorApplyConfiguration { return v1.LabelSelector() }

// LabelSelectorRequirement returns an empty apply configuration.
func LabelSelectorRequirement() *LabelSelectorRequirementApplyConfiguration {
	return v1.LabelSelectorRequirement()
}

// ManagedFieldsEntry returns an empty apply configuration.
func ManagedFieldsEntry() *ManagedFieldsEntryApplyConfiguration { return v1.ManagedFieldsEntry() }

// ObjectMeta returns an empty apply configuration.
func ObjectMeta() *ObjectMetaApplyConfiguration { return v1.ObjectMeta() }

// OwnerReference returns an empty apply configuration.
func OwnerReference() *OwnerReferenceApplyConfiguration { return v1.OwnerReference() }

// Preconditions returns an empty apply configuration.
func Preconditions() *PreconditionsApplyConfiguration { return v1.Preconditions() }

// TypeMeta returns an empty apply configuration.
func TypeMeta() *TypeMetaApplyConfiguration { return v1.TypeMeta() }
