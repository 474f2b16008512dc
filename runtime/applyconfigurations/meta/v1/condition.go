package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ConditionApplyConfiguration configures a condition, one aspect of an object's state.
type ConditionApplyConfiguration struct {
	// Type names the aspect, such as "Ready".
	Type *string `json:"type,omitempty"`
	// Status is True, False or Unknown.
	Status *metav1.ConditionStatus `json:"status,omitempty"`
	// ObservedGeneration is the object's generation for which the condition was set.
	ObservedGeneration *int64 `json:"observedGeneration,omitempty"`
	// LastTransitionTime is when the status last changed.
	LastTransitionTime *metav1.Time `json:"lastTransitionTime,omitempty"`
	// Reason is the cause of that change as a word for programs.
	Reason *string `json:"reason,omitempty"`
	// Message is the cause of that change as a sentence for people.
	Message *string `json:"message,omitempty"`
}

// Condition returns a Condition configuration without any field set.
func Condition() *ConditionApplyConfiguration {
	return &ConditionApplyConfiguration{}
}

// WithType sets Type.
func (b *ConditionApplyConfiguration) WithType(value string) *ConditionApplyConfiguration {
	b.Type = &value
	return b
}

// WithStatus sets Status.
func (b *ConditionApplyConfiguration) WithStatus(value metav1.ConditionStatus) *ConditionApplyConfiguration {
	b.Status = &value
	return b
}

// WithObservedGeneration sets ObservedGeneration.
func (b *ConditionApplyConfiguration) WithObservedGeneration(value int64) *ConditionApplyConfiguration {
	b.ObservedGeneration = &value
	return b
}

// WithLastTransitionTime sets LastTransitionTime.
func (b *ConditionApplyConfiguration) WithLastTransitionTime(value metav1.Time) *ConditionApplyConfiguration {
	b.LastTransitionTime = &value
	return b
}

// WithReason sets Reason.
func (b *ConditionApplyConfiguration) WithReason(value string) *ConditionApplyConfiguration {
	b.Reason = &value
	return b
}

// WithMessage sets Message.
func (b *ConditionApplyConfiguration) WithMessage(value string) *ConditionApplyConfiguration {
	b.Message = &value
	return b
}
