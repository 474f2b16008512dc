package v1

import (
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes/internal/selected"
)

// PodDisruptionBudgetListerExpansion are the methods of [PodDisruptionBudgetLister] that find what selects an object.
type PodDisruptionBudgetListerExpansion interface {
	// GetPodPodDisruptionBudgets returns the budgets whose selector matches the pod. It is an error if there are none.
	GetPodPodDisruptionBudgets(pod *corev1.Pod) ([]*policyv1.PodDisruptionBudget, error)
}

// PodDisruptionBudgetNamespaceListerExpansion adds nothing to [PodDisruptionBudgetNamespaceLister].
type PodDisruptionBudgetNamespaceListerExpansion interface{}

func selectingPodDisruptionBudgets() selected.Rule[*policyv1.PodDisruptionBudget] {
	return selected.Rule[*policyv1.PodDisruptionBudget]{
		Kind:          "PodDisruptionBudgets",
		Selector:      func(o *policyv1.PodDisruptionBudget) *metav1.LabelSelector { return o.Spec.Selector },
		EmptyMatches:  true,
		WithoutLabels: true,
	}
}

// GetPodPodDisruptionBudgets implements [PodDisruptionBudgetListerExpansion].
func (s *podDisruptionBudgetLister) GetPodPodDisruptionBudgets(pod *corev1.Pod) ([]*policyv1.PodDisruptionBudget, error) {
	return selectingPodDisruptionBudgets().For(pod, s.PodDisruptionBudgets(pod.Namespace).List)
}
