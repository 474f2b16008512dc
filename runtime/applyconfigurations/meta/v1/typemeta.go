package v1

// TypeMetaApplyConfiguration is the kind and version that an object says it is of, as far as a field manager has an opinion on it.
type TypeMetaApplyConfiguration struct {
	// Kind names the kind, such as "Pod".
	Kind *string `json:"kind,omitempty"`
	// APIVersion names group and version, such as "apps/v1".
	APIVersion *string `json:"apiVersion,omitempty"`
}

// TypeMeta returns a TypeMeta configuration without an opinion on anything.
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

// GetKind returns Kind; nil when it was not set.
func (b *TypeMetaApplyConfiguration) GetKind() *string {
	return b.Kind
}

// GetAPIVersion returns APIVersion; nil when it was not set.
func (b *TypeMetaApplyConfiguration) GetAPIVersion() *string {
	return b.APIVersion
}
