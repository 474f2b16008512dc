package v1

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes/internal/selected"
)

// ReplicationControllerListerExpansion are the methods of [ReplicationControllerLister] that find what selects an object.
type ReplicationControllerListerExpansion interface {
	// GetPodControllers returns the ReplicationControllers whose selector matches the pod; at most one of them owns it, which the pod's
	// controller reference tells. It is an error if there are none.
	GetPodControllers(pod *corev1.Pod) ([]*corev1.ReplicationController, error)
}

// ReplicationControllerNamespaceListerExpansion adds nothing to [ReplicationControllerNamespaceLister].
type ReplicationControllerNamespaceListerExpansion interface{}

func selectingReplicationControllers() selected.Rule[*corev1.ReplicationController] {
	return selected.Rule[*corev1.ReplicationController]{
		Kind: "ReplicationControllers",
		Selector: func(o *corev1.ReplicationController) *metav1.LabelSelector {
			return &metav1.LabelSelector{MatchLabels: o.Spec.Selector}
		},
	}
}

// GetPodControllers implements [ReplicationControllerListerExpansion].
func (s *replicationControllerLister) GetPodControllers(pod *corev1.Pod) ([]*corev1.ReplicationController, error) {
	return selectingReplicationControllers().For(pod, s.ReplicationControllers(pod.Namespace).List)
}
