package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// +genclient
// +kubebuilder:subresource:status
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// Robot is one machine of a fleet.
type Robot struct {
	metav1.TypeMeta `json:",inline"`
	// Standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what the robot should do.
	Spec RobotSpec `json:"spec"`
	// Status is how the robot is.
	// +optional
	Status RobotStatus `json:"status,omitempty"`
}

// RobotSpec is what a robot should do.
type RobotSpec struct {
	// Model is the maker's name of the robot.
	Model string `json:"model"`
	// Site is the name of the Site on which the robot works.
	Site string `json:"site"`
	// Tasks are done in turn.
	// +optional
	// +listType=atomic
	Tasks []string `json:"tasks,omitempty"`
}

// RobotStatus is how a robot is.
type RobotStatus struct {
	// Message is for people.
	// +optional
	Message string `json:"message,omitempty"`
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// RobotList is a list of Robots.
type RobotList struct {
	metav1.TypeMeta `json:",inline"`
	// Standard list metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// Items are the Robots.
	Items []Robot `json:"items"`
}

// +genclient
// +genclient:nonNamespaced
// +genclient:noStatus
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// Site is a place where robots work.
type Site struct {
	metav1.TypeMeta `json:",inline"`
	// Standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Region is a name for the part of the world that the site is in.
	Region string `json:"region"`
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// SiteList is a list of Sites.
type SiteList struct {
	metav1.TypeMeta `json:",inline"`
	// Standard list metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// Items are the Sites.
	Items []Site `json:"items"`
}
