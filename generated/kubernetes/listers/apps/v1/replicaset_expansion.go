package v1

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes/internal/selected"
)

// ReplicaSetListerExpansion are the methods of [ReplicaSetLister] that find what selects an object.
type ReplicaSetListerExpansion interface {
	// GetPodReplicaSets returns the ReplicaSets whose selector matches the pod; at most one of them owns it, which the pod's
	// controller reference tells. It is an error if there are none.
	GetPodReplicaSets(pod *corev1.Pod) ([]*appsv1.ReplicaSet, error)
}

// ReplicaSetNamespaceListerExpansion adds nothing to [ReplicaSetNamespaceLister].
type ReplicaSetNamespaceListerExpansion interface{}

func selectingReplicaSets() selected.Rule[*appsv1.ReplicaSet] {
	return selected.Rule[*appsv1.ReplicaSet]{
		Kind:     "ReplicaSets",
		Selector: func(o *appsv1.ReplicaSet) *metav1.LabelSelector { return o.Spec.Selector },
	}
}

// GetPodReplicaSets implements [ReplicaSetListerExpansion].
func (s *replicaSetLister) GetPodReplicaSets(pod *corev1.Pod) ([]*appsv1.ReplicaSet, error) {
	return selectingReplicaSets().For(pod, s.ReplicaSets(pod.Namespace).List)
}
