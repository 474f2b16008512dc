package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ManagedFieldsEntryApplyConfiguration configures the record of the fields that a manager has set with one operation.
type ManagedFieldsEntryApplyConfiguration struct {
	// Manager is the name of the field manager.
	Manager *string `json:"manager,omitempty"`
	// Operation is Apply or Update.
	Operation *metav1.ManagedFieldsOperationType `json:"operation,omitempty"`
	// APIVersion is the version of the API whose names FieldsV1 uses.
	APIVersion *string `json:"apiVersion,omitempty"`
	// Time is when the entry last changed.
	Time *metav1.Time `json:"time,omitempty"`
	// FieldsType is the format of the fields, "FieldsV1".
	FieldsType *string `json:"fieldsType,omitempty"`
	// FieldsV1 is the set of fields.
	FieldsV1 *metav1.FieldsV1 `json:"fieldsV1,omitempty"`
	// Subresource is the subresource through which the fields were set; empty for the object itself.
	Subresource *string `json:"subresource,omitempty"`
}

// ManagedFieldsEntry returns a ManagedFieldsEntry configuration without any field set.
func ManagedFieldsEntry() *ManagedFieldsEntryApplyConfiguration {
	return &ManagedFieldsEntryApplyConfiguration{}
}

// WithManager sets Manager.
func (b *ManagedFieldsEntryApplyConfiguration) WithManager(value string) *ManagedFieldsEntryApplyConfiguration {
	b.Manager = &value
	return b
}

// WithOperation sets Operation.
func (b *ManagedFieldsEntryApplyConfiguration) WithOperation(value metav1.ManagedFieldsOperationType) *ManagedFieldsEntryApplyConfiguration {
	b.Operation = &value
	return b
}

// WithAPIVersion sets APIVersion.
func (b *ManagedFieldsEntryApplyConfiguration) WithAPIVersion(value string) *ManagedFieldsEntryApplyConfiguration {
	b.APIVersion = &value
	return b
}

// WithTime sets Time.
func (b *ManagedFieldsEntryApplyConfiguration) WithTime(value metav1.Time) *ManagedFieldsEntryApplyConfiguration {
	b.Time = &value
	return b
}

// WithFieldsType sets FieldsType.
func (b *ManagedFieldsEntryApplyConfiguration) WithFieldsType(value string) *ManagedFieldsEntryApplyConfiguration {
	b.FieldsType = &value
	return b
}

// WithFieldsV1 sets FieldsV1.
func (b *ManagedFieldsEntryApplyConfiguration) WithFieldsV1(value metav1.FieldsV1) *ManagedFieldsEntryApplyConfiguration {
	b.FieldsV1 = &value
	return b
}

// WithSubresource sets Subresource.
func (b *ManagedFieldsEntryApplyConfiguration) WithSubresource(value string) *ManagedFieldsEntryApplyConfiguration {
	b.Subresource = &value
	return b
}
