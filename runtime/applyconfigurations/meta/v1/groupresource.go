package v1

// GroupResourceApplyConfiguration is a resource of any version, as far as a field manager has an opinion on it.
type GroupResourceApplyConfiguration struct {
	// Group names the group.
	Group *string `json:"group,omitempty"`
	// Resource names the resource by its plural.
	Resource *string `json:"resource,omitempty"`
}

// GroupResource returns a GroupResource configuration without an opinion on anything.
func GroupResource() *GroupResourceApplyConfiguration {
	return &GroupResourceApplyConfiguration{}
}

// WithGroup sets Group.
func (b *GroupResourceApplyConfiguration) WithGroup(value string) *GroupResourceApplyConfiguration {
	b.Group = &value
	return b
}

// WithResource sets Resource.
func (b *GroupResourceApplyConfiguration) WithResource(value string) *GroupResourceApplyConfiguration {
	b.Resource = &value
	return b
}
