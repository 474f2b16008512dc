// Package views has what programs of this project need of pods and robots, for caches of just that.
package views

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
)

// PodView is what a scheduler needs of a pod: where it runs and how it is. A program with this view links nothing of k8s.io/api.
//
// +typewright:view=k8s.io/api/core/v1.Pod
type PodView struct {
	metav1.TypeMeta `json:",inline"`
	Meta            `json:"metadata"`

	Spec struct {
		NodeName string `json:"nodeName,omitempty"`
	} `json:"spec"`
	Status struct {
		Phase string `json:"phase,omitempty"`
	} `json:"status"`
}

// RobotView is where a robot is and what it has to do.
//
// +typewright:view=github.com/typewright/typewright/apis/fleet/v1beta1.Robot
type RobotView struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec struct {
		SiteName string     `json:"siteName"`
		Tasks    []TaskName `json:"tasks,omitempty"`
	} `json:"spec"`
	Status struct {
		Phase v1beta1.RobotPhase `json:"phase,omitempty"`
	} `json:"status,omitempty"`
}

// TaskName is all that a RobotView has of a task.
type TaskName struct {
	Name string `json:"name"`
}

// Meta is the least metadata that a cache can work with, and labels.
type Meta struct {
	Name            string            `json:"name,omitempty"`
	Namespace       string            `json:"namespace,omitempty"`
	UID             types.UID         `json:"uid,omitempty"`
	ResourceVersion string            `json:"resourceVersion,omitempty"`
	Labels          map[string]string `json:"labels,omitempty"`
}
