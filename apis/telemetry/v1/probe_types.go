package v1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// +genclient
// +genclient:noStatus
// +genclient:method=GetCalibration,verb=get,subresource=calibration,result=Calibration
// +genclient:method=Calibrate,verb=create,subresource=calibration,input=Calibration,result=Calibration
// +genclient:method=UpdateCalibration,verb=update,subresource=calibration,input=Calibration,result=Calibration
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// Probe is a sensor on a robot. Its readings are not kept in the API, so it has no status; its calibration is a
// subresource of its own.
type Probe struct {
	metav1.TypeMeta `json:",inline"`
	// Standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what the probe measures.
	Spec ProbeSpec `json:"spec"`
}

// ProbeSpec is what a probe measures.
type ProbeSpec struct {
	// Quantity is what is measured, such as "temperature".
	Quantity string `json:"quantity"`
	// Unit is the unit of the readings, such as "K".
	Unit string `json:"unit"`
	// Ranges are the bounds within which readings are believed, by robot model.
	// +optional
	Ranges map[string]*Range `json:"ranges,omitempty"`
}

// Range is a pair of bounds.
type Range struct {
	// Low is the least believable reading.
	Low float64 `json:"low"`
	// High is the greatest believable reading.
	High float64 `json:"high"`
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// ProbeList is a list of Probes.
type ProbeList struct {
	metav1.TypeMeta `json:",inline"`
	// Standard list metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// Items are the Probes.
	Items []Probe `json:"items"`
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// Calibration is the subresource "calibration" of a Probe.
type Calibration struct {
	metav1.TypeMeta `json:",inline"`
	// Standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Offset is added to each reading.
	Offset float64 `json:"offset"`
	// Scale multiplies each reading, before the offset is added.
	Scale float64 `json:"scale"`
}
