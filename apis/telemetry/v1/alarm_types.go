package v1

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Alarm says who hears of a reading, and how. It has a field for each kind of marker of definitions.
//
// +kubebuilder:validation:ExactlyOneOf=mail;page
// +kubebuilder:validation:AtMostOneOf=every;share
// +kubebuilder:validation:AtLeastOneOf=mail;page;robots
// +kubebuilder:externalDocs:url="https://example.com/alarms",description="who hears of what"
type Alarm struct {
	// Mail is an address.
	// +kubebuilder:validation:Format=email
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:example="ops@example.com"
	// +k8s:optional
	Mail string `json:"mail,omitempty"`
	// Page is the number of a pager.
	// +kubebuilder:validation:Pattern=`^[0-9-]+$`
	// +k8s:minLength=3
	// +k8s:maxLength=16
	// +kubebuilder:validation:Optional
	Page string `json:"page,omitempty"`
	// Severity decides how loud it is.
	// +kubebuilder:validation:Enum=low;high
	// +kubebuilder:default=low
	Severity string `json:"severity,omitempty"`
	// Floor is the lowest rank of those who hear of it.
	// +default=1
	// +k8s:minimum=0
	// +k8s:maximum=9
	Floor int32 `json:"floor,omitempty"`
	// Every is the number of minutes after which it is repeated.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:ExclusiveMinimum=true
	// +kubebuilder:validation:Maximum=60
	// +kubebuilder:validation:ExclusiveMaximum=false
	// +kubebuilder:validation:MultipleOf=5
	Every int32 `json:"every,omitempty"`
	// Share is the part of the readings that must pass the bound: a number of them, or a percentage.
	// +kubebuilder:validation:XIntOrString
	// +kubebuilder:validation:Pattern=`^[0-9]+%?$`
	Share *intstr.IntOrString `json:"share,omitempty"`
	// Robots stop.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:UniqueItems=false
	// +kubebuilder:validation:items:MinLength=1
	// +k8s:listType=set
	Robots []string `json:"robots,omitempty"`
	// Steps are what is done, in this order.
	// +k8s:minItems=1
	// +k8s:maxItems=8
	// +k8s:listType=map
	// +k8s:listMapKey=name
	Steps []AlarmStep `json:"steps,omitempty"`
	// Labels are given to events.
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=8
	// +k8s:mapType=granular
	Labels map[string]string `json:"labels,omitempty"`
	// Notes are for people, by language.
	// +k8s:minProperties=1
	// +k8s:maxProperties=4
	// +nullable
	Notes map[string]string `json:"notes,omitempty"`
	// Owner answers for the alarm.
	// +k8s:immutable
	// +required
	// +kubebuilder:title="The owner"
	Owner string `json:"owner"`
	// Report is an object that is made when it begins.
	// +kubebuilder:validation:EmbeddedResource
	// +kubebuilder:pruning:PreserveUnknownFields
	Report *runtime.RawExtension `json:"report,omitempty"`
	// Archive is an object that is made when it ends.
	// +kubebuilder:validation:XEmbeddedResource
	// +kubebuilder:validation:XPreserveUnknownFields
	Archive *runtime.RawExtension `json:"archive,omitempty"`
	// Free is a value of any type.
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	Free *runtime.RawExtension `json:"free,omitempty"`
}

// AlarmStep is something to do.
//
// +k8s:structType=atomic
type AlarmStep struct {
	// Name tells the steps of an alarm apart.
	// +k8s:required
	Name string `json:"name"`
	// Wait is how long it may take.
	// +kubebuilder:validation:Required
	Wait Wait `json:"wait"`
}

// Wait is a time in seconds, as a text.
//
// +kubebuilder:validation:Type=string
// +kubebuilder:validation:Pattern=`^[0-9]+s$`
type Wait string
