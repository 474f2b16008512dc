// Package controllers_test tests clients with a kube-controller-manager: rollouts, the garbage collection of owned objects, and the
// deletion of namespaces.
package controllers_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes"
	"github.com/typewright/typewright/runtime/retry"
	"github.com/typewright/typewright/test/e2e/cluster"
)

var live *cluster.Cluster

func TestMain(m *testing.M) {
	cluster.Main(m, cluster.Options{ControllerManager: true}, func(c *cluster.Cluster) { live = c })
}

const timeout = 60 * time.Second

func client(t *testing.T) *kubernetes.Clientset {
	t.Helper()
	c, err := kubernetes.NewForConfig(live.Config())
	require.NoError(t, err)
	return c
}

func namespace(t *testing.T, name string) string {
	t.Helper()
	_, err := client(t).CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	require.NoError(t, err)
	return name
}

// rollOut creates a deployment and waits for its pods.
func rollOut(t *testing.T, c *kubernetes.Clientset, ns string, replicas int) {
	t.Helper()
	labels := map[string]string{"app": "web"}
	_, err := c.AppsV1().Deployments(ns).Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32(replicas)), Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "example.com/main"}}},
			},
		},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	awaitPods(t, c, ns, replicas)
}

func awaitPods(t *testing.T, c *kubernetes.Clientset, ns string, count int) {
	t.Helper()
	require.Eventually(t, func() bool {
		pods, err := c.CoreV1().Pods(ns).List(t.Context(), metav1.ListOptions{LabelSelector: "app=web"})
		return assert.NoError(t, err) && len(pods.Items) == count
	}, timeout, 50*time.Millisecond, "%d pods", count)
}

func TestRollout(t *testing.T) {
	c, ns := client(t), namespace(t, "rollout")
	rollOut(t, c, ns, 3)
	// The deployment controller updates the status at the same time.
	require.NoError(t, retry.RetryOnConflictWithContext(t.Context(), retry.DefaultBackoff, func(ctx context.Context) error {
		scale, err := c.AppsV1().Deployments(ns).GetScale(ctx, "web", metav1.GetOptions{})
		require.NoError(t, err)
		scale.Spec.Replicas = 1
		_, err = c.AppsV1().Deployments(ns).UpdateScale(ctx, "web", scale, metav1.UpdateOptions{})
		return err
	}))
	awaitPods(t, c, ns, 1)
	require.Eventually(t, func() bool {
		d, err := c.AppsV1().Deployments(ns).Get(t.Context(), "web", metav1.GetOptions{})
		return assert.NoError(t, err) && d.Status.ObservedGeneration == d.Generation && d.Status.Replicas == 1
	}, timeout, 50*time.Millisecond, "the status is updated")
}

func TestPropagation(t *testing.T) {
	c := client(t)
	for policy, left := range map[metav1.DeletionPropagation]int{
		metav1.DeletePropagationForeground: 0, metav1.DeletePropagationBackground: 0, metav1.DeletePropagationOrphan: 2,
	} {
		t.Run(string(policy), func(t *testing.T) {
			ns := namespace(t, map[metav1.DeletionPropagation]string{"Foreground": "front", "Background": "back", "Orphan": "orphans"}[policy])
			rollOut(t, c, ns, 2)
			require.NoError(t, c.AppsV1().Deployments(ns).Delete(t.Context(), "web", metav1.DeleteOptions{PropagationPolicy: &policy}))
			require.Eventually(t, func() bool {
				_, err := c.AppsV1().Deployments(ns).Get(t.Context(), "web", metav1.GetOptions{})
				return apierrors.IsNotFound(err)
			}, timeout, 50*time.Millisecond, "the deployment is deleted")
			awaitPods(t, c, ns, left)
			sets, err := c.AppsV1().ReplicaSets(ns).List(t.Context(), metav1.ListOptions{})
			require.NoError(t, err)
			if policy == metav1.DeletePropagationOrphan {
				require.Len(t, sets.Items, 1)
				assert.Empty(t, sets.Items[0].OwnerReferences)
			}
		})
	}
}

// Deleting a namespace deletes the objects in it, and a watch sees the deletion.
func TestNamespaceDeletion(t *testing.T) {
	c, ns := client(t), namespace(t, "ends")
	rollOut(t, c, ns, 1)
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	w, err := c.CoreV1().Namespaces().Watch(ctx, metav1.ListOptions{FieldSelector: "metadata.name=" + ns})
	require.NoError(t, err)
	defer w.Stop()
	require.NoError(t, c.CoreV1().Namespaces().Delete(ctx, ns, metav1.DeleteOptions{}))
	var phases []corev1.NamespacePhase
	for event := range w.ResultChan() {
		space, ok := event.Object.(*corev1.Namespace)
		require.True(t, ok, "%T", event.Object)
		phases = append(phases, space.Status.Phase)
		if event.Type == "DELETED" {
			break
		}
	}
	require.NoError(t, ctx.Err())
	assert.Equal(t, corev1.NamespaceActive, phases[0])
	assert.Equal(t, corev1.NamespaceTerminating, phases[len(phases)-1])
	pods, err := c.CoreV1().Pods(ns).List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	assert.Empty(t, pods.Items)
}
