package kubernetes_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	appslisters "github.com/typewright/typewright/generated/kubernetes/listers/apps/v1"
	batchlisters "github.com/typewright/typewright/generated/kubernetes/listers/batch/v1"
	corelisters "github.com/typewright/typewright/generated/kubernetes/listers/core/v1"
	policylisters "github.com/typewright/typewright/generated/kubernetes/listers/policy/v1"
	"github.com/typewright/typewright/runtime/cache"
)

func selector(app string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}
}

func indexer(t *testing.T, objects ...any) cache.Indexer {
	t.Helper()
	i := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	for _, obj := range objects {
		require.NoError(t, i.Add(obj))
	}
	return i
}

func TestListersFindWhatSelectsAPod(t *testing.T) {
	elsewhere := metav1.ObjectMeta{Name: "web", Namespace: "other"}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web-0", Namespace: "shop", Labels: map[string]string{"app": "web"}}}
	find := map[string]func(*testing.T, *corev1.Pod) (int, error){
		"replica sets": func(t *testing.T, pod *corev1.Pod) (int, error) {
			found, err := appslisters.NewReplicaSetLister(indexer(t,
				&appsv1.ReplicaSet{ObjectMeta: meta("web"), Spec: appsv1.ReplicaSetSpec{Selector: selector("web")}},
				&appsv1.ReplicaSet{ObjectMeta: meta("db"), Spec: appsv1.ReplicaSetSpec{Selector: selector("db")}},
				&appsv1.ReplicaSet{ObjectMeta: elsewhere, Spec: appsv1.ReplicaSetSpec{Selector: selector("web")}},
			)).GetPodReplicaSets(pod)
			return len(found), err
		},
		"daemon sets": func(t *testing.T, pod *corev1.Pod) (int, error) {
			found, err := appslisters.NewDaemonSetLister(indexer(t,
				&appsv1.DaemonSet{ObjectMeta: meta("web"), Spec: appsv1.DaemonSetSpec{Selector: selector("web")}},
				&appsv1.DaemonSet{ObjectMeta: elsewhere, Spec: appsv1.DaemonSetSpec{Selector: selector("web")}},
			)).GetPodDaemonSets(pod)
			return len(found), err
		},
		"stateful sets": func(t *testing.T, pod *corev1.Pod) (int, error) {
			found, err := appslisters.NewStatefulSetLister(indexer(t,
				&appsv1.StatefulSet{ObjectMeta: meta("web"), Spec: appsv1.StatefulSetSpec{Selector: selector("web")}},
			)).GetPodStatefulSets(pod)
			return len(found), err
		},
		"jobs": func(t *testing.T, pod *corev1.Pod) (int, error) {
			found, err := batchlisters.NewJobLister(indexer(t,
				&batchv1.Job{ObjectMeta: meta("web"), Spec: batchv1.JobSpec{Selector: selector("web")}},
			)).GetPodJobs(pod)
			return len(found), err
		},
		"replication controllers": func(t *testing.T, pod *corev1.Pod) (int, error) {
			found, err := corelisters.NewReplicationControllerLister(indexer(t,
				&corev1.ReplicationController{ObjectMeta: meta("web"), Spec: corev1.ReplicationControllerSpec{Selector: map[string]string{"app": "web"}}},
			)).GetPodControllers(pod)
			return len(found), err
		},
		"pod disruption budgets": func(t *testing.T, pod *corev1.Pod) (int, error) {
			found, err := policylisters.NewPodDisruptionBudgetLister(indexer(t,
				&policyv1.PodDisruptionBudget{ObjectMeta: meta("web"), Spec: policyv1.PodDisruptionBudgetSpec{Selector: selector("web")}},
			)).GetPodPodDisruptionBudgets(pod)
			return len(found), err
		},
	}
	for name, of := range find {
		t.Run(name, func(t *testing.T) {
			found, err := of(t, pod)
			require.NoError(t, err)
			assert.Equal(t, 1, found)

			stranger := pod.DeepCopy()
			stranger.Labels["app"] = "cron"
			found, err = of(t, stranger)
			require.ErrorContains(t, err, "web-0", "nothing selects it")
			assert.Zero(t, found)
		})
	}
}
