package v1beta2

import (
	appsv1beta2 "k8s.io/api/apps/v1beta2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes/internal/selected"
)

// StatefulSetListerExpansion are the methods of [StatefulSetLister] that find what selects an object.
type StatefulSetListerExpansion interface {
	// GetPodStatefulSets returns the StatefulSets whose selector matches the pod; at most one of them owns it, which the pod's
	// controller reference tells. It is an error if there are none.
	GetPodStatefulSets(pod *corev1.Pod) ([]*appsv1beta2.StatefulSet, error)
}

// StatefulSetNamespaceListerExpansion adds nothing to [StatefulSetNamespaceLister].
type StatefulSetNamespaceListerExpansion interface{}

func selectingStatefulSets() selected.Rule[*appsv1beta2.StatefulSet] {
	return selected.Rule[*appsv1beta2.StatefulSet]{
		Kind:     "StatefulSets",
		Selector: func(o *appsv1beta2.StatefulSet) *metav1.LabelSelector { return o.Spec.Selector },
	}
}

// GetPodStatefulSets implements [StatefulSetListerExpansion].
func (s *statefulSetLister) GetPodStatefulSets(pod *corev1.Pod) ([]*appsv1beta2.StatefulSet, error) {
	return selectingStatefulSets().For(pod, s.StatefulSets(pod.Namespace).List)
}
