package v1beta1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// +genclient
// +kubebuilder:storageversion
// +kubebuilder:resource:shortName=rb,categories=fleet
// +kubebuilder:subresource:status
// +kubebuilder:printcolumn:name="Model",type=string,JSONPath=`.spec.model`
// +kubebuilder:printcolumn:name="Phase",type=string,JSONPath=`.status.phase`
// +kubebuilder:selectablefield:JSONPath=`.spec.siteName`
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// Robot is one machine of a fleet: what it should do, and how it is.
type Robot struct {
	metav1.TypeMeta `json:",inline"`
	// Standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what the robot should do.
	Spec RobotSpec `json:"spec"`
	// Status is how the robot is, as its controller last saw it.
	// +optional
	Status RobotStatus `json:"status,omitempty"`
}

// RobotSpec is what a robot should do.
//
// +kubebuilder:validation:XValidation:rule="!has(self.serial) || size(self.serial) > 2",message="a serial number has three characters at least"
type RobotSpec struct {
	// Model is the maker's name of the robot, such as "carrier-2".
	Model string `json:"model"`
	// SiteName is the Site on which the robot works.
	SiteName string `json:"siteName"`
	// Paused keeps the robot where it is.
	// +optional
	Paused bool `json:"paused,omitempty"`
	// Serial is the number on the robot's plate, where it has one.
	// +optional
	Serial *string `json:"serial,omitempty"`
	// Payload is the heaviest load that the robot may carry, in kilograms.
	// +optional
	Payload *resource.Quantity `json:"payload,omitempty"`
	// Speed is an absolute speed in mm/s, or a percentage of what the model can do.
	// +optional
	Speed *intstr.IntOrString `json:"speed,omitempty"`
	// Limits are upper bounds by name, such as "current" or "temperature".
	// +optional
	// +mapType=granular
	Limits Limits `json:"limits,omitempty"`
	// Tasks are done in the order of their names.
	// +optional
	// +listType=map
	// +listMapKey=name
	Tasks []Task `json:"tasks,omitempty"`
	// Zones are the zones of the site in which the robot may move; none means all.
	// +optional
	// +listType=set
	Zones []string `json:"zones,omitempty"`
	// Selector chooses, by label, the shelves that the robot serves.
	// +optional
	// +structType=atomic
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
	// Route is the waypoints of the robot's round, each a pair of coordinates in millimetres.
	// +optional
	// +listType=atomic
	Route [][]int64 `json:"route,omitempty"`
}

// Limits are upper bounds by name.
type Limits map[string]resource.Quantity

// Task is one thing to do again and again.
type Task struct {
	// Name is unique within a robot.
	Name string `json:"name"`
	// Every is the time from the start of one run to the start of the next.
	Every metav1.Duration `json:"every"`
	// Arguments go to the robot as they are.
	// +optional
	// +mapType=atomic
	Arguments map[string]string `json:"arguments,omitempty"`
	// Retry says what follows a failure; nil means to wait for the next run.
	// +optional
	Retry *RetryPolicy `json:"retry,omitempty"`
}

// RetryPolicy says what follows a failed task.
type RetryPolicy struct {
	// Attempts is the number of attempts in all.
	// +kubebuilder:validation:Minimum=1
	Attempts int32 `json:"attempts"`
	// Backoff is the wait before the second attempt, which doubles with each further one.
	// +optional
	Backoff metav1.Duration `json:"backoff,omitempty,omitzero"`
}

// RobotPhase is a word for the state that a robot is in.
//
// +k8s:enum
type RobotPhase string

// The phases of a robot.
const (
	RobotIdle    RobotPhase = "Idle"
	RobotWorking RobotPhase = "Working"
	RobotLost    RobotPhase = "Lost"
)

// RobotStatus is how a robot is.
type RobotStatus struct {
	// Phase is the state in one word.
	// +optional
	Phase RobotPhase `json:"phase,omitempty"`
	// ObservedGeneration is the generation of the spec that the robot has taken over.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// BatteryPercent is the charge, from 0 to 100.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	BatteryPercent *int32 `json:"batteryPercent,omitempty"`
	// LastSeen is when the robot last reported.
	// +optional
	LastSeen *metav1.Time `json:"lastSeen,omitempty"`
	// Conditions are the usual ones: Ready, Charging, Stuck.
	// +optional
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`
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
