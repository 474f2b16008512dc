package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// DeleteOptionsApplyConfiguration configures the options of a deletion.
type DeleteOptionsApplyConfiguration struct {
	TypeMetaApplyConfiguration `json:",inline"`

	// GracePeriodSeconds is how long the object may take to end; zero deletes it at once.
	GracePeriodSeconds *int64 `json:"gracePeriodSeconds,omitempty"`
	// Preconditions must be true of the object, or the server refuses to delete it.
	Preconditions *PreconditionsApplyConfiguration `json:"preconditions,omitempty"`
	// OrphanDependents keeps the objects that the object owns. PropagationPolicy has replaced it.
	OrphanDependents *bool `json:"orphanDependents,omitempty"`
	// PropagationPolicy says what happens to the objects that the object owns: Orphan, Background or Foreground.
	PropagationPolicy *metav1.DeletionPropagation `json:"propagationPolicy,omitempty"`
	// DryRun is "All" if the deletion is only checked.
	DryRun []string `json:"dryRun,omitempty"`
	// IgnoreStoreReadErrorWithClusterBreakingPotential deletes an object that the server cannot read, without regard to finalizers
	// and preconditions.
	IgnoreStoreReadErrorWithClusterBreakingPotential *bool `json:"ignoreStoreReadErrorWithClusterBreakingPotential,omitempty"`
}

// DeleteOptions returns a configuration with only kind and version set.
func DeleteOptions() *DeleteOptionsApplyConfiguration {
	b := &DeleteOptionsApplyConfiguration{}
	b.WithKind("DeleteOptions")
	b.WithAPIVersion("meta.k8s.io/v1")
	return b
}

// IsApplyConfiguration marks an apply configuration of a kind.
func (b DeleteOptionsApplyConfiguration) IsApplyConfiguration() {}

// WithKind sets Kind.
func (b *DeleteOptionsApplyConfiguration) WithKind(value string) *DeleteOptionsApplyConfiguration {
	b.Kind = &value
	return b
}

// WithAPIVersion sets APIVersion.
func (b *DeleteOptionsApplyConfiguration) WithAPIVersion(value string) *DeleteOptionsApplyConfiguration {
	b.APIVersion = &value
	return b
}

// WithGracePeriodSeconds sets GracePeriodSeconds.
func (b *DeleteOptionsApplyConfiguration) WithGracePeriodSeconds(value int64) *DeleteOptionsApplyConfiguration {
	b.GracePeriodSeconds = &value
	return b
}

// WithPreconditions sets Preconditions.
func (b *DeleteOptionsApplyConfiguration) WithPreconditions(value *PreconditionsApplyConfiguration) *DeleteOptionsApplyConfiguration {
	b.Preconditions = value
	return b
}

// WithOrphanDependents sets OrphanDependents.
func (b *DeleteOptionsApplyConfiguration) WithOrphanDependents(value bool) *DeleteOptionsApplyConfiguration {
	b.OrphanDependents = &value
	return b
}

// WithPropagationPolicy sets PropagationPolicy.
func (b *DeleteOptionsApplyConfiguration) WithPropagationPolicy(value metav1.DeletionPropagation) *DeleteOptionsApplyConfiguration {
	b.PropagationPolicy = &value
	return b
}

// WithDryRun adds values.
func (b *DeleteOptionsApplyConfiguration) WithDryRun(values ...string) *DeleteOptionsApplyConfiguration {
	b.DryRun = append(b.DryRun, values...)
	return b
}

// WithIgnoreStoreReadErrorWithClusterBreakingPotential sets IgnoreStoreReadErrorWithClusterBreakingPotential.
func (b *DeleteOptionsApplyConfiguration) WithIgnoreStoreReadErrorWithClusterBreakingPotential(value bool) *DeleteOptionsApplyConfiguration {
	b.IgnoreStoreReadErrorWithClusterBreakingPotential = &value
	return b
}

// GetKind returns Kind, nil if it is not set.
func (b *DeleteOptionsApplyConfiguration) GetKind() *string {
	return b.Kind
}

// GetAPIVersion returns APIVersion, nil if it is not set.
func (b *DeleteOptionsApplyConfiguration) GetAPIVersion() *string {
	return b.APIVersion
}
