package v1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// +genclient
// +genclient:nonNamespaced
// +genclient:skipVerbs=deleteCollection,patch
// +kubebuilder:object:root=true
// +kubebuilder:resource:path=thresholds,scope=Cluster
// +kubebuilder:metadata:annotations="telemetry.fleet.typewright.dev/team=night shift"

// Threshold raises an alarm when a reading passes it.
type Threshold struct {
	metav1.TypeMeta `json:",inline"`
	// Standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Quantity is what is watched, such as "temperature".
	Quantity string `json:"quantity"`
	// Above is the bound.
	Above float64 `json:"above"`
	// Alarm is raised; none means that the reading is only marked.
	// +optional
	Alarm *Alarm `json:"alarm,omitempty"`
}

// +kubebuilder:object:root=true

// ThresholdList is a list of Thresholds.
type ThresholdList struct {
	metav1.TypeMeta `json:",inline"`
	// Standard list metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// Items are the Thresholds.
	Items []Threshold `json:"items"`
}
