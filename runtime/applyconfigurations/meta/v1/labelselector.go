package v1

import (
	"maps"
)

// LabelSelectorApplyConfiguration is a query over labels; all of its parts must match, as far as a field manager has an opinion on it.
type LabelSelectorApplyConfiguration struct {
	// MatchLabels are labels that an object must carry.
	MatchLabels map[string]string `json:"matchLabels,omitempty"`
	// MatchExpressions are requirements on the labels of an object.
	MatchExpressions []LabelSelectorRequirementApplyConfiguration `json:"matchExpressions,omitempty"`
}

// LabelSelector returns a LabelSelector configuration without an opinion on anything.
func LabelSelector() *LabelSelectorApplyConfiguration {
	return &LabelSelectorApplyConfiguration{}
}

// WithMatchLabels adds entries; one whose key is there already replaces it.
func (b *LabelSelectorApplyConfiguration) WithMatchLabels(entries map[string]string) *LabelSelectorApplyConfiguration {
	if b.MatchLabels == nil && len(entries) > 0 {
		b.MatchLabels = make(map[string]string, len(entries))
	}
	maps.Copy(b.MatchLabels, entries)
	return b
}

// WithMatchExpressions adds values; nil ones are left out.
func (b *LabelSelectorApplyConfiguration) WithMatchExpressions(values ...*LabelSelectorRequirementApplyConfiguration) *LabelSelectorApplyConfiguration {
	for _, value := range values {
		if value != nil {
			b.MatchExpressions = append(b.MatchExpressions, *value)
		}
	}
	return b
}
