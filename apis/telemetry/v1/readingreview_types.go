package v1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// +genclient
// +genclient:onlyVerbs=create
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// ReadingReview asks the server whether a reading is believable. It is answered at once and never stored.
type ReadingReview struct {
	metav1.TypeMeta `json:",inline"`
	// Standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is the question.
	Spec ReadingReviewSpec `json:"spec"`
	// Status is the answer.
	// +optional
	Status ReadingReviewStatus `json:"status,omitempty"`
}

// ReadingReviewSpec is a reading to judge.
type ReadingReviewSpec struct {
	// Probe is the name of the Probe.
	Probe string `json:"probe"`
	// Value is the reading.
	Value float64 `json:"value"`
}

// ReadingReviewStatus is the judgement of a reading.
type ReadingReviewStatus struct {
	// Believable is true for a reading within its range.
	Believable bool `json:"believable"`
}
