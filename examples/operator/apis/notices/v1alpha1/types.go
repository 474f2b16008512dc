package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// +genclient
// +genclient:nonNamespaced
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster
// +kubebuilder:subresource:status
// +kubebuilder:printcolumn:name="Copies",type=integer,JSONPath=`.status.copies`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`

// Notice is a text that is to be read in several namespaces: each has a copy of it, a ConfigMap.
type Notice struct {
	metav1.TypeMeta `json:",inline"`
	// Standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what is to be read where.
	Spec NoticeSpec `json:"spec"`
	// Status is how far that is done.
	// +optional
	Status NoticeStatus `json:"status,omitempty"`
}

// NoticeSpec is what is to be read where.
type NoticeSpec struct {
	// Text of the notice.
	// +kubebuilder:validation:MinLength=1
	Text string `json:"text"`
	// Namespaces that have a copy.
	// +optional
	// +listType=set
	Namespaces []string `json:"namespaces,omitempty"`
}

// NoticeStatus is how far a notice has come.
type NoticeStatus struct {
	// Copies counts the copies that are up to date.
	// +optional
	Copies int32 `json:"copies,omitempty"`
	// Conditions of the notice: Ready says whether all copies are up to date.
	// +optional
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// +kubebuilder:object:root=true

// NoticeList is a list of Notices.
type NoticeList struct {
	metav1.TypeMeta `json:",inline"`
	// Standard list metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// Items are the Notices.
	Items []Notice `json:"items"`
}
