package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// +genclient
// +genclient:nonNamespaced
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster,categories=fleet
// +kubebuilder:subresource:status
// +kubebuilder:subresource:scale:specpath=.spec.robots,statuspath=.status.robots
// +kubebuilder:storageversion

// Site is a place where robots work. It belongs to the cluster, not to a namespace.
type Site struct {
	metav1.TypeMeta `json:",inline"`
	// Standard object metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what the site is like.
	Spec SiteSpec `json:"spec"`
	// Status is what happens on the site.
	// +optional
	Status SiteStatus `json:"status,omitempty"`
}

// SiteSpec is what a site is like.
type SiteSpec struct {
	// Region is a name for the part of the world that the site is in.
	Region string `json:"region"`
	// Robots is how many robots the site should have.
	// +optional
	Robots *int32 `json:"robots,omitempty"`
	// Zones by name.
	// +optional
	Zones map[string]Zone `json:"zones,omitempty"`
	// Plan is a drawing of the site in whatever form the planning tool uses. Go writes an empty one as null.
	// +optional
	// +nullable
	Plan runtime.RawExtension `json:"plan,omitempty"`
	// Contact is told when something is wrong.
	// +optional
	Contact Contact `json:"contact,omitempty"`
}

// Zone is a part of a site.
type Zone struct {
	// Corners of the zone, each a pair of coordinates in millimetres.
	// +listType=atomic
	Corners [][2]int64 `json:"corners"`
	// Closed zones are not entered.
	// +optional
	Closed bool `json:"closed,omitempty"`
}

// Contact is how to reach a person.
type Contact struct {
	// Mail is an address.
	// +optional
	Mail string `json:"mail,omitempty"`
	// Notes in free form, by topic.
	// +optional
	Notes map[string][]string `json:"notes,omitempty"`
}

// SiteStatus is what happens on a site.
type SiteStatus struct {
	// Robots counts the robots of the site.
	// +optional
	Robots int32 `json:"robots,omitempty"`
	// Conditions are the usual ones.
	// +optional
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// +kubebuilder:object:root=true

// SiteList is a list of Sites.
type SiteList struct {
	metav1.TypeMeta `json:",inline"`
	// Standard list metadata.
	// +optional
	metav1.ListMeta `json:"metadata,omitempty"`

	// Items are the Sites.
	Items []Site `json:"items"`
}
