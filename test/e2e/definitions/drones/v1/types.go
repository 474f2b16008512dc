// Package v1 is an API with every marker of definitions that a cluster can be asked about.
//
// +groupName=drones.example.com
package v1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// +kubebuilder:object:root=true
// +kubebuilder:resource:shortName=dr,categories=fleet,singular=drone
// +kubebuilder:storageversion
// +kubebuilder:deprecatedversion:warning="use Robot"
// +kubebuilder:metadata:labels="app=fleet",annotations="example.com/owner=fleet"
// +typewright:conversion:service=fleet/webhook,path=/convert
// +kubebuilder:subresource:status
// +kubebuilder:subresource:scale:specpath=.spec.rotors,statuspath=.status.rotors
// +kubebuilder:printcolumn:name="Phase",type=string,JSONPath=`.status.phase`
// +kubebuilder:selectablefield:JSONPath=`.spec.model`
// +kubebuilder:validation:XValidation:rule="self.metadata.name != 'forbidden'",message="the name is forbidden"

// Drone flies.
type Drone struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec Spec `json:"spec"`
	// +optional
	Status Status `json:"status,omitempty"`
}

// Spec is what a drone should do.
//
// +kubebuilder:validation:XValidation:rule="!has(self.rotors) || self.rotors > 2",message="three rotors at least"
// +kubebuilder:validation:ExactlyOneOf=home;base
// +kubebuilder:validation:AtMostOneOf=speed;pace
// +kubebuilder:validation:AtLeastOneOf=home;speed
type Spec struct {
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=20
	// +kubebuilder:validation:Pattern=`^[a-z0-9-]+$`
	// +kubebuilder:example="glider-1"
	Model string `json:"model"`
	// +kubebuilder:default=4
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=16
	// +kubebuilder:validation:ExclusiveMaximum=true
	// +kubebuilder:validation:MultipleOf=1
	Rotors int32 `json:"rotors,omitempty"`
	// +default="slow"
	// +kubebuilder:validation:Enum=slow;fast
	// +nullable
	Mode *string `json:"mode,omitempty"`
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3
	// +kubebuilder:validation:items:MaxLength=8
	// +listType=set
	Zones []string `json:"zones,omitempty"`
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=2
	Notes map[string]string `json:"notes,omitempty"`
	// +kubebuilder:validation:Optional
	// +kubebuilder:validation:Format=uri
	Home *string `json:"home"`
	Base *string `json:"base,omitempty"`
	Call Call    `json:"call,omitempty"`
	// +kubebuilder:validation:MaxItems=2
	Spare Spare `json:"spare,omitempty"`
	// +kubebuilder:validation:Maximum:=100
	Speed *int32              `json:"speed,omitempty"`
	Pace  *intstr.IntOrString `json:"pace,omitempty"`
	Load  *resource.Quantity  `json:"load,omitempty"`
	Since *metav1.Time        `json:"since,omitempty"`
	// +k8s:immutable
	// +k8s:minLength=2
	// +k8s:maxLength=9
	Serial string `json:"serial,omitempty"`
	// +kubebuilder:validation:EmbeddedResource
	// +kubebuilder:pruning:PreserveUnknownFields
	Template runtime.RawExtension `json:"template,omitempty"`
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=8
	Parts []Part `json:"parts,omitempty"`
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	Free *Part `json:"free,omitempty"`
}

// Call is the sign that a drone calls by. It and Spare are names of other types, with markers of their own.
//
// +kubebuilder:validation:Pattern=`^[A-Z]+$`
type Call = string

// Spare are parts that a drone carries.
//
// +kubebuilder:validation:MinItems=1
// +listType=atomic
type Spare = []Part

// Part is a part of a drone.
type Part struct {
	Name string `json:"name"`
	// +kubebuilder:default={count: 1, tags: {"new"}}
	Stock Stock `json:"stock,omitempty"`
}

// Stock says how many there are.
type Stock struct {
	// +k8s:minimum=0
	Count int32    `json:"count,omitempty"`
	Tags  []string `json:"tags,omitempty"`
}

// Status is how a drone is.
type Status struct {
	Phase  Phase `json:"phase,omitempty"`
	Rotors int32 `json:"rotors,omitempty"`
}

// Phase is one of its constants.
//
// +k8s:enum
type Phase string

// The phases of a drone.
const (
	Landed Phase = "Landed"
	Flying Phase = "Flying"
)
