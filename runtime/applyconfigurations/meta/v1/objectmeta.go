package v1

import (
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// ObjectMetaApplyConfiguration configures the metadata of an object.
type ObjectMetaApplyConfiguration struct {
	// Name is unique among the objects of the kind in the namespace.
	Name *string `json:"name,omitempty"`
	// GenerateName is the prefix of the name that the server makes if Name is not set.
	GenerateName *string `json:"generateName,omitempty"`
	// Namespace is not set for cluster-scoped kinds.
	Namespace *string `json:"namespace,omitempty"`
	// UID is unique among all objects, past ones included; set by the server.
	UID *types.UID `json:"uid,omitempty"`
	// ResourceVersion makes the server refuse the change if the object has another version.
	ResourceVersion *string `json:"resourceVersion,omitempty"`
	// Generation counts the versions of the desired state; set by the server.
	Generation *int64 `json:"generation,omitempty"`
	// CreationTimestamp is when the object was created; set by the server.
	CreationTimestamp *metav1.Time `json:"creationTimestamp,omitempty"`
	// DeletionTimestamp is when the grace period of a deletion ends; set by the server.
	DeletionTimestamp *metav1.Time `json:"deletionTimestamp,omitempty"`
	// DeletionGracePeriodSeconds is how long the object may take to end after a deletion; set by the server.
	DeletionGracePeriodSeconds *int64 `json:"deletionGracePeriodSeconds,omitempty"`
	// Labels are what selectors select by.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations are data for tools. Selectors do not use them.
	Annotations map[string]string `json:"annotations,omitempty"`
	// OwnerReferences are the owners of the object. When all are gone, the object is deleted.
	OwnerReferences []OwnerReferenceApplyConfiguration `json:"ownerReferences,omitempty"`
	// Finalizers must all be removed before the object is deleted.
	Finalizers []string `json:"finalizers,omitempty"`
}

// ObjectMeta returns an ObjectMeta configuration without any field set.
func ObjectMeta() *ObjectMetaApplyConfiguration {
	return &ObjectMetaApplyConfiguration{}
}

// WithName sets Name.
func (b *ObjectMetaApplyConfiguration) WithName(value string) *ObjectMetaApplyConfiguration {
	b.Name = &value
	return b
}

// WithGenerateName sets GenerateName.
func (b *ObjectMetaApplyConfiguration) WithGenerateName(value string) *ObjectMetaApplyConfiguration {
	b.GenerateName = &value
	return b
}

// WithNamespace sets Namespace.
func (b *ObjectMetaApplyConfiguration) WithNamespace(value string) *ObjectMetaApplyConfiguration {
	b.Namespace = &value
	return b
}

// WithUID sets UID.
func (b *ObjectMetaApplyConfiguration) WithUID(value types.UID) *ObjectMetaApplyConfiguration {
	b.UID = &value
	return b
}

// WithResourceVersion sets ResourceVersion.
func (b *ObjectMetaApplyConfiguration) WithResourceVersion(value string) *ObjectMetaApplyConfiguration {
	b.ResourceVersion = &value
	return b
}

// WithGeneration sets Generation.
func (b *ObjectMetaApplyConfiguration) WithGeneration(value int64) *ObjectMetaApplyConfiguration {
	b.Generation = &value
	return b
}

// WithCreationTimestamp sets CreationTimestamp.
func (b *ObjectMetaApplyConfiguration) WithCreationTimestamp(value metav1.Time) *ObjectMetaApplyConfiguration {
	b.CreationTimestamp = &value
	return b
}

// WithDeletionTimestamp sets DeletionTimestamp.
func (b *ObjectMetaApplyConfiguration) WithDeletionTimestamp(value metav1.Time) *ObjectMetaApplyConfiguration {
	b.DeletionTimestamp = &value
	return b
}

// WithDeletionGracePeriodSeconds sets DeletionGracePeriodSeconds.
func (b *ObjectMetaApplyConfiguration) WithDeletionGracePeriodSeconds(value int64) *ObjectMetaApplyConfiguration {
	b.DeletionGracePeriodSeconds = &value
	return b
}

// WithLabels adds entries, which replace those with the same key.
func (b *ObjectMetaApplyConfiguration) WithLabels(entries map[string]string) *ObjectMetaApplyConfiguration {
	if b.Labels == nil && len(entries) > 0 {
		b.Labels = make(map[string]string, len(entries))
	}
	maps.Copy(b.Labels, entries)
	return b
}

// WithAnnotations adds entries, which replace those with the same key.
func (b *ObjectMetaApplyConfiguration) WithAnnotations(entries map[string]string) *ObjectMetaApplyConfiguration {
	if b.Annotations == nil && len(entries) > 0 {
		b.Annotations = make(map[string]string, len(entries))
	}
	maps.Copy(b.Annotations, entries)
	return b
}

// WithOwnerReferences adds values and skips nil.
func (b *ObjectMetaApplyConfiguration) WithOwnerReferences(values ...*OwnerReferenceApplyConfiguration) *ObjectMetaApplyConfiguration {
	for _, value := range values {
		if value != nil {
			b.OwnerReferences = append(b.OwnerReferences, *value)
		}
	}
	return b
}

// WithFinalizers adds values.
func (b *ObjectMetaApplyConfiguration) WithFinalizers(values ...string) *ObjectMetaApplyConfiguration {
	b.Finalizers = append(b.Finalizers, values...)
	return b
}

// GetName returns Name, nil if it is not set.
func (b *ObjectMetaApplyConfiguration) GetName() *string {
	return b.Name
}

// GetNamespace returns Namespace, nil if it is not set.
func (b *ObjectMetaApplyConfiguration) GetNamespace() *string {
	return b.Namespace
}
