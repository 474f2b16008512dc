package v1

import (
	"maps"
)

// LabelSelectorApplyConfiguration configures a query over labels. All of its parts must match.
type LabelSelectorApplyConfiguration struct {
	// MatchLabels are labels that an object must have.
	MatchLabels map[string]string `json:"matchLabels,omitempty"`
	// MatchExpressions are requirements on the labels of an object.
	MatchExpressions []LabelSelectorRequirementApplyConfiguration `json:"matchExpressions,omitempty"`
}

// LabelSelector returns a LabelSelector configuration without any field set.
func LabelSelector() *LabelSelectorApplyConfiguration {
	return &LabelSelectorApplyConfiguration{}
}

// WithMatchLabels adds entries, which replace those with the same key.
func (b *LabelSelectorApplyConfiguration) WithMatchLabels(entries map[string]string) *LabelSelectorApplyConfiguration {
	if b.MatchLabels == nil && len(entries) > 0 {
		b.MatchLabels = make(map[string]string, len(entries))
	}
	maps.Copy(b.MatchLabels, entries)
	return b
}

// WithMatchExpressions adds values and skips nil.
func (b *LabelSelectorApplyConfiguration) WithMatchExpressions(values ...*LabelSelectorRequirementApplyConfiguration) *LabelSelectorApplyConfiguration {
	for _, value := range values {
		if value != nil {
			b.MatchExpressions = append(b.MatchExpressions, *value)
		}
	}
	return b
}
