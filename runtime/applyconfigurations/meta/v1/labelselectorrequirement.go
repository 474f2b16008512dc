package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// LabelSelectorRequirementApplyConfiguration configures a requirement on a label.
type LabelSelectorRequirementApplyConfiguration struct {
	// Key is the key of the label.
	Key *string `json:"key,omitempty"`
	// Operator is In, NotIn, Exists or DoesNotExist.
	Operator *metav1.LabelSelectorOperator `json:"operator,omitempty"`
	// Values are what In and NotIn compare with.
	Values []string `json:"values,omitempty"`
}

// LabelSelectorRequirement returns a LabelSelectorRequirement configuration without any field set.
func LabelSelectorRequirement() *LabelSelectorRequirementApplyConfiguration {
	return &LabelSelectorRequirementApplyConfiguration{}
}

// WithKey sets Key.
func (b *LabelSelectorRequirementApplyConfiguration) WithKey(value string) *LabelSelectorRequirementApplyConfiguration {
	b.Key = &value
	return b
}

// WithOperator sets Operator.
func (b *LabelSelectorRequirementApplyConfiguration) WithOperator(value metav1.LabelSelectorOperator) *LabelSelectorRequirementApplyConfiguration {
	b.Operator = &value
	return b
}

// WithValues adds values.
func (b *LabelSelectorRequirementApplyConfiguration) WithValues(values ...string) *LabelSelectorRequirementApplyConfiguration {
	b.Values = append(b.Values, values...)
	return b
}
