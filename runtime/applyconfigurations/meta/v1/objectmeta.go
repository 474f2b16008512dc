package v1

import (
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// ObjectMetaApplyConfiguration is the metadata that every object carries, as far as a field manager has an opinion on it.
type ObjectMetaApplyConfiguration struct {
	// Name names the object; unique among its kind in its namespace.
	Name *string `json:"name,omitempty"`
	// GenerateName is the prefix from which the server makes a name when there is none.
	GenerateName *string `json:"generateName,omitempty"`
	// Namespace is where the object lives; unset for cluster-scoped kinds.
	Namespace *string `json:"namespace,omitempty"`
	// UID identifies the object for all time; set by the server.
	UID *types.UID `json:"uid,omitempty"`
	// ResourceVersion makes the server refuse the change when the object has another version.
	ResourceVersion *string `json:"resourceVersion,omitempty"`
	// Generation counts the versions of the desired state; set by the server.
	Generation *int64 `json:"generation,omitempty"`
	// CreationTimestamp is when the object was created; set by the server.
	CreationTimestamp *metav1.Time `json:"creationTimestamp,omitempty"`
	// DeletionTimestamp is when the object is to be gone; set by the server.
	DeletionTimestamp *metav1.Time `json:"deletionTimestamp,omitempty"`
	// DeletionGracePeriodSeconds is the time that the object was given to end; set by the server.
	DeletionGracePeriodSeconds *int64 `json:"deletionGracePeriodSeconds,omitempty"`
	// Labels are what selectors select by.
	Labels map[string]string `json:"labels,omitempty"`
	// Annotations are notes for tools, which nothing selects by.
	Annotations map[string]string `json:"annotations,omitempty"`
	// OwnerReferences name the objects on whose account this one exists.
	OwnerReferences []OwnerReferenceApplyConfiguration `json:"ownerReferences,omitempty"`
	// Finalizers name what must be done before the object may go.
	Finalizers []string `json:"finalizers,omitempty"`
}

// ObjectMeta returns an ObjectMeta configuration without an opinion on anything.
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

// WithLabels adds entries; one whose key is there already replaces it.
func (b *ObjectMetaApplyConfiguration) WithLabels(entries map[string]string) *ObjectMetaApplyConfiguration {
	if b.Labels == nil && len(entries) > 0 {
		b.Labels = make(map[string]string, len(entries))
	}
	maps.Copy(b.Labels, entries)
	return b
}

// WithAnnotations adds entries; one whose key is there already replaces it.
func (b *ObjectMetaApplyConfiguration) WithAnnotations(entries map[string]string) *ObjectMetaApplyConfiguration {
	if b.Annotations == nil && len(entries) > 0 {
		b.Annotations = make(map[string]string, len(entries))
	}
	maps.Copy(b.Annotations, entries)
	return b
}

// WithOwnerReferences adds values; nil ones are left out.
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

// GetName returns Name; nil when it was not set.
func (b *ObjectMetaApplyConfiguration) GetName() *string {
	return b.Name
}

// GetNamespace returns Namespace; nil when it was not set.
func (b *ObjectMetaApplyConfiguration) GetNamespace() *string {
	return b.Namespace
}
