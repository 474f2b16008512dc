package v1

import (
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes/internal/selected"
)

// JobListerExpansion are the methods of [JobLister] that find what selects an object.
type JobListerExpansion interface {
	// GetPodJobs returns the Jobs whose selector matches the pod; at most one of them owns it, which the pod's
	// controller reference tells. It is an error if there are none.
	GetPodJobs(pod *corev1.Pod) ([]batchv1.Job, error)
}

// JobNamespaceListerExpansion adds nothing to [JobNamespaceLister].
type JobNamespaceListerExpansion interface{}

func selectingJobs() selected.Rule[*batchv1.Job] {
	return selected.Rule[*batchv1.Job]{
		Kind:         "Jobs",
		Selector:     func(o *batchv1.Job) *metav1.LabelSelector { return o.Spec.Selector },
		EmptyMatches: true,
	}
}

// GetPodJobs implements [JobListerExpansion].
func (s *jobLister) GetPodJobs(pod *corev1.Pod) ([]batchv1.Job, error) {
	found, err := selectingJobs().For(pod, s.Jobs(pod.Namespace).List)
	if err != nil {
		return nil, err
	}
	values := make([]batchv1.Job, len(found))
	for i, o := range found {
		values[i] = *o
	}
	return values, nil
}
