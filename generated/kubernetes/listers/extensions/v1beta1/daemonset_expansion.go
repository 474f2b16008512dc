package v1beta1

import (
	appsv1beta1 "k8s.io/api/apps/v1beta1"
	corev1 "k8s.io/api/core/v1"
	extensionsv1beta1 "k8s.io/api/extensions/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes/internal/selected"
)

// DaemonSetListerExpansion are the methods of [DaemonSetLister] that find what selects an object.
type DaemonSetListerExpansion interface {
	// GetPodDaemonSets returns the DaemonSets whose selector matches the pod; at most one of them owns it, which the pod's
	// controller reference tells. It is an error if there are none.
	GetPodDaemonSets(pod *corev1.Pod) ([]*extensionsv1beta1.DaemonSet, error)
	// GetHistoryDaemonSets returns the DaemonSets whose selector matches the revision; at most one of them owns it. It is an
	// error if there are none.
	GetHistoryDaemonSets(history *appsv1beta1.ControllerRevision) ([]*extensionsv1beta1.DaemonSet, error)
}

// DaemonSetNamespaceListerExpansion adds nothing to [DaemonSetNamespaceLister].
type DaemonSetNamespaceListerExpansion interface{}

func selectingDaemonSets() selected.Rule[*extensionsv1beta1.DaemonSet] {
	return selected.Rule[*extensionsv1beta1.DaemonSet]{
		Kind:     "DaemonSets",
		Selector: func(o *extensionsv1beta1.DaemonSet) *metav1.LabelSelector { return o.Spec.Selector },
	}
}

// GetPodDaemonSets implements [DaemonSetListerExpansion].
func (s *daemonSetLister) GetPodDaemonSets(pod *corev1.Pod) ([]*extensionsv1beta1.DaemonSet, error) {
	return selectingDaemonSets().For(pod, s.DaemonSets(pod.Namespace).List)
}

// GetHistoryDaemonSets implements [DaemonSetListerExpansion].
func (s *daemonSetLister) GetHistoryDaemonSets(history *appsv1beta1.ControllerRevision) ([]*extensionsv1beta1.DaemonSet, error) {
	return selectingDaemonSets().For(history, s.DaemonSets(history.Namespace).List)
}
