package v1

// GroupResourceApplyConfiguration configures the name of a resource without its version.
type GroupResourceApplyConfiguration struct {
	// Group is the API group.
	Group *string `json:"group,omitempty"`
	// Resource is the plural name of the resource.
	Resource *string `json:"resource,omitempty"`
}

// GroupResource returns a GroupResource configuration without any field set.
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
