package v1

// TypeMetaApplyConfiguration configures the kind and version of an object.
type TypeMetaApplyConfiguration struct {
	// Kind is the name of the kind, such as "Pod".
	Kind *string `json:"kind,omitempty"`
	// APIVersion is the group and version, such as "apps/v1".
	APIVersion *string `json:"apiVersion,omitempty"`
}

// TypeMeta returns a TypeMeta configuration without any field set.
func TypeMeta() *TypeMetaApplyConfiguration {
	return &TypeMetaApplyConfiguration{}
}

// WithKind sets Kind.
func (b *TypeMetaApplyConfiguration) WithKind(value string) *TypeMetaApplyConfiguration {
	b.Kind = &value
	return b
}

// WithAPIVersion sets APIVersion.
func (b *TypeMetaApplyConfiguration) WithAPIVersion(value string) *TypeMetaApplyConfiguration {
	b.APIVersion = &value
	return b
}

// GetKind returns Kind, nil if it is not set.
func (b *TypeMetaApplyConfiguration) GetKind() *string {
	return b.Kind
}

// GetAPIVersion returns APIVersion, nil if it is not set.
func (b *TypeMetaApplyConfiguration) GetAPIVersion() *string {
	return b.APIVersion
}
