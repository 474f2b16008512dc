package clients_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	applyautoscaling "github.com/typewright/typewright/generated/kubernetes/applyconfigurations/autoscaling/v1"
	applycore "github.com/typewright/typewright/generated/kubernetes/applyconfigurations/core/v1"
)

func TestSubresources(t *testing.T) {
	for encoding, config := range encodings() {
		ns := namespace(t, "subresources-"+encoding)
		c := builtIn(t, config)
		for name, test := range map[string]func(*testing.T){
			"scale of a deployment": func(t *testing.T) {
				deployments := c.AppsV1().Deployments(ns)
				d := &appsv1.Deployment{ObjectMeta: named("web"), Spec: appsv1.DeploymentSpec{Selector: selectsTemplate(), Template: template()}}
				_, err := deployments.Create(t.Context(), d, metav1.CreateOptions{})
				require.NoError(t, err)
				scale, err := deployments.GetScale(t.Context(), "web", metav1.GetOptions{})
				require.NoError(t, err)
				assert.Equal(t, "app=web", scale.Status.Selector)
				scale.Spec.Replicas = 3
				_, err = deployments.UpdateScale(t.Context(), "web", scale, metav1.UpdateOptions{})
				require.NoError(t, err)
				_, err = deployments.UpdateScale(t.Context(), "web", scale, metav1.UpdateOptions{})
				require.True(t, apierrors.IsConflict(err), "%v", err)
				intent := applyautoscaling.Scale().WithSpec(applyautoscaling.ScaleSpec().WithReplicas(5))
				scale, err = deployments.ApplyScale(t.Context(), "web", intent, metav1.ApplyOptions{FieldManager: "one", Force: true})
				require.NoError(t, err)
				assert.EqualValues(t, 5, scale.Spec.Replicas)
				assert.Equal(t, "5", kubectl(t, "get", "deployment", "web", "-n", ns, "-o", "jsonpath={.spec.replicas}"))
			},
			"bind and evict a pod": func(t *testing.T) {
				pods := c.CoreV1().Pods(ns)
				_, err := pods.Create(t.Context(), &corev1.Pod{ObjectMeta: named("bound"), Spec: podSpec()}, metav1.CreateOptions{})
				require.NoError(t, err)
				binding := &corev1.Binding{ObjectMeta: named("bound"), Target: corev1.ObjectReference{Kind: "Node", Name: "n1"}}
				require.NoError(t, pods.Bind(t.Context(), binding, metav1.CreateOptions{}))
				require.True(t, apierrors.IsConflict(pods.Bind(t.Context(), binding, metav1.CreateOptions{})))
				require.NoError(t, pods.EvictV1(t.Context(), &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Name: "bound", Namespace: ns}}))
				pod, err := pods.Get(t.Context(), "bound", metav1.GetOptions{})
				require.NoError(t, err)
				assert.Equal(t, "n1", pod.Spec.NodeName)
				assert.NotNil(t, pod.DeletionTimestamp, "its node is to end it")
				require.NoError(t, pods.Delete(t.Context(), "bound", metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}))
			},
			"ephemeral containers and status of a pod": func(t *testing.T) {
				pods := c.CoreV1().Pods(ns)
				pod, err := pods.Create(t.Context(), &corev1.Pod{ObjectMeta: named("debugged"), Spec: podSpec()}, metav1.CreateOptions{})
				require.NoError(t, err)
				pod.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug", Image: "example.com/debug"}}}
				pod, err = pods.UpdateEphemeralContainers(t.Context(), "debugged", pod, metav1.UpdateOptions{})
				require.NoError(t, err)
				assert.Len(t, pod.Spec.EphemeralContainers, 1)
				intent := applycore.Pod("debugged", ns).WithStatus(applycore.PodStatus().WithMessage("applied"))
				pod, err = pods.ApplyStatus(t.Context(), intent, metav1.ApplyOptions{FieldManager: "one"})
				require.NoError(t, err)
				assert.Equal(t, "applied", pod.Status.Message)
			},
			"logs of a pod on no node": func(t *testing.T) {
				pods := c.CoreV1().Pods(ns)
				_, err := pods.Create(t.Context(), &corev1.Pod{ObjectMeta: named("silent"), Spec: podSpec()}, metav1.CreateOptions{})
				require.NoError(t, err)
				data, err := pods.GetLogs("silent", &corev1.PodLogOptions{TailLines: new(int64(1))}).DoRaw(t.Context())
				require.NoError(t, err, "%s", data)
				assert.Empty(t, data)
				_, err = pods.GetLogs("none", &corev1.PodLogOptions{}).DoRaw(t.Context())
				require.True(t, apierrors.IsNotFound(err), "%v", err)
			},
			"token of a service account": func(t *testing.T) {
				accounts := c.CoreV1().ServiceAccounts(ns)
				_, err := accounts.Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: named("worker")}, metav1.CreateOptions{})
				require.NoError(t, err)
				request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: new(int64(600))}}
				answer, err := accounts.CreateToken(t.Context(), "worker", request, metav1.CreateOptions{})
				require.NoError(t, err)
				review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: answer.Status.Token}}
				review, err = c.AuthenticationV1().TokenReviews().Create(t.Context(), review, metav1.CreateOptions{})
				require.NoError(t, err)
				assert.Equal(t, "system:serviceaccount:"+ns+":worker", review.Status.User.Username)
			},
			"status of a node": func(t *testing.T) {
				_, err := c.CoreV1().Nodes().Create(t.Context(), &corev1.Node{ObjectMeta: named("node-" + encoding)}, metav1.CreateOptions{})
				require.NoError(t, err)
				node, err := c.CoreV1().Nodes().PatchStatus(t.Context(), "node-"+encoding, []byte(`{"status":{"conditions":[{"type":"Ready","status":"True"}]}}`))
				require.NoError(t, err)
				assert.Equal(t, corev1.NodeReady, node.Status.Conditions[0].Type)
				node, err = c.CoreV1().Nodes().Patch(t.Context(), "node-"+encoding, types.StrategicMergePatchType, []byte(`{"status":{"conditions":[{"type":"Odd","status":"True"}]}}`), metav1.PatchOptions{}, "status")
				require.NoError(t, err)
				assert.Len(t, node.Status.Conditions, 2)
			},
			"a namespace is finalized by hand": func(t *testing.T) {
				namespaces, name := c.CoreV1().Namespaces(), "finalized-"+encoding
				namespace(t, name)
				require.NoError(t, namespaces.Delete(t.Context(), name, metav1.DeleteOptions{}))
				ns, err := namespaces.Get(t.Context(), name, metav1.GetOptions{})
				require.NoError(t, err)
				ns.Spec.Finalizers = nil
				_, err = namespaces.Finalize(t.Context(), ns, metav1.UpdateOptions{})
				require.NoError(t, err)
				_, err = namespaces.Get(t.Context(), name, metav1.GetOptions{})
				require.True(t, apierrors.IsNotFound(err), "%v", err)
			},
		} {
			t.Run(encoding+"/"+name, test)
		}
	}
}
