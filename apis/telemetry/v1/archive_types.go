package v1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// +genclient
// +genclient:readonly
// +resourceName=telemetryarchives
// +kubebuilder:resource:path=telemetryarchives,singular=telemetryarchive
// +kubebuilder:deprecatedversion:warning="read files instead"
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// Archive is a closed file of readings: the server makes it, clients read it.
type Archive struct {
	metav1.TypeMeta `json:",inline"`
	// Standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Readings counts the readings in the file.
	Readings int64 `json:"readings"`
	// Digest is the file's SHA-256.
	Digest []byte `json:"digest,omitempty"`
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// ArchiveList is a list of Archives.
type ArchiveList struct {
	metav1.TypeMeta `json:",inline"`
	// Standard list metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// Items are the Archives.
	Items []Archive `json:"items"`
}
