package kubernetes_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	certificatesv1beta1 "k8s.io/api/certificates/v1beta1"
	corev1 "k8s.io/api/core/v1"
	eventsv1beta1 "k8s.io/api/events/v1beta1"
	extensionsv1beta1 "k8s.io/api/extensions/v1beta1"
	policyv1 "k8s.io/api/policy/v1"
	policyv1beta1 "k8s.io/api/policy/v1beta1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/generated/kubernetes"
	applycorev1 "github.com/typewright/typewright/generated/kubernetes/applyconfigurations/core/v1"
	"github.com/typewright/typewright/generated/kubernetes/fake"
	"github.com/typewright/typewright/generated/kubernetes/informers"
	"github.com/typewright/typewright/runtime/rest"
	clienttesting "github.com/typewright/typewright/runtime/testing"
)

// TestFakeExpansionsAreActions holds what the handwritten methods of fakes record: "verb namespace/resource/subresource".
func TestFakeExpansionsAreActions(t *testing.T) {
	ctx, pod := t.Context(), &corev1.Pod{ObjectMeta: meta("web-0")}
	event := &corev1.Event{ObjectMeta: meta("e")}
	for want, call := range map[string]func(*fake.Clientset) error{
		"create shop/pods/binding": func(c *fake.Clientset) error {
			return c.CoreV1().Pods("").Bind(ctx, &corev1.Binding{ObjectMeta: meta("web-0")}, metav1.CreateOptions{})
		},
		"create shop/pods/eviction": func(c *fake.Clientset) error {
			return errors.Join(
				c.CoreV1().Pods("shop").Evict(ctx, &policyv1beta1.Eviction{ObjectMeta: meta("web-0")}),
				c.CoreV1().Pods("shop").EvictV1(ctx, &policyv1.Eviction{ObjectMeta: meta("web-0")}),
				c.PolicyV1().Evictions("shop").Evict(ctx, &policyv1.Eviction{ObjectMeta: meta("web-0")}),
				c.PolicyV1beta1().Evictions("shop").Evict(ctx, &policyv1beta1.Eviction{ObjectMeta: meta("web-0")}),
			)
		},
		"get shop/pods/log": func(c *fake.Clientset) error {
			data, err := c.CoreV1().Pods("shop").GetLogs("web-0", &corev1.PodLogOptions{}).DoRaw(ctx)
			assert.Equal(t, "fake logs", string(data))
			return err
		},
		"create /namespaces/finalize": func(c *fake.Clientset) error {
			_, err := c.CoreV1().Namespaces().Finalize(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}, metav1.UpdateOptions{})
			return err
		},
		"patch /nodes/status": func(c *fake.Clientset) error {
			_, err := c.CoreV1().Nodes().PatchStatus(ctx, "n", []byte("{}"))
			return err
		},
		"create shop/events/": func(c *fake.Clientset) error {
			_, err := c.CoreV1().Events("").CreateWithEventNamespaceWithContext(ctx, event)
			return err
		},
		"list default/events/": func(c *fake.Clientset) error {
			_, err := c.CoreV1().Events("").SearchWithContext(ctx, nil, pod)
			return err
		},
		"get-field-selector /events/": func(c *fake.Clientset) error {
			assert.True(t, c.CoreV1().Events("").GetFieldSelector(nil, nil, nil, nil).Empty())
			return nil
		},
		"update shop/events/": func(c *fake.Clientset) error {
			_, err := c.EventsV1beta1().Events("shop").UpdateWithEventNamespace(&eventsv1beta1.Event{ObjectMeta: meta("f")})
			return err
		},
		"update /certificatesigningrequests/approval": func(c *fake.Clientset) error {
			csr := &certificatesv1beta1.CertificateSigningRequest{ObjectMeta: metav1.ObjectMeta{Name: "c"}}
			_, err := c.CertificatesV1beta1().CertificateSigningRequests().UpdateApproval(ctx, csr, metav1.UpdateOptions{})
			return err
		},
		"create /deployments/rollback": func(c *fake.Clientset) error {
			return c.ExtensionsV1beta1().Deployments("shop").Rollback(ctx, &extensionsv1beta1.DeploymentRollback{Name: "d"}, metav1.CreateOptions{})
		},
	} {
		t.Run(want, func(t *testing.T) {
			client := fake.NewSimpleClientset()
			client.ReactionChain = nil // the actions alone count
			require.NoError(t, call(client))
			for _, a := range client.Actions() {
				assert.Equal(t, want, a.GetVerb()+" "+a.GetNamespace()+"/"+a.GetResource().Resource+"/"+a.GetSubresource())
			}
			assert.NotEmpty(t, client.Actions())
		})
	}
}

func TestFakeExpansionsOnATracker(t *testing.T) {
	ctx := t.Context()
	client := fake.NewSimpleClientset(
		&corev1.Pod{ObjectMeta: meta("web-0")}, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}},
		&corev1.ServiceAccount{ObjectMeta: meta("robot")}, &appsv1.Deployment{ObjectMeta: meta("web")},
	)
	require.NoError(t, client.CoreV1().Pods("shop").EvictV1(ctx, &policyv1.Eviction{ObjectMeta: meta("web-0")}))
	require.NoError(t, client.CoreV1().Pods("shop").Bind(ctx, &corev1.Binding{ObjectMeta: meta("web-0")}, metav1.CreateOptions{}))
	_, err := client.CoreV1().Pods("shop").Get(ctx, "web-0", metav1.GetOptions{})
	require.NoError(t, err, "a tracker deletes nothing")
	token, err := client.CoreV1().ServiceAccounts("shop").CreateToken(ctx, "robot", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	require.NoError(t, err)
	assert.Equal(t, &authenticationv1.TokenRequest{}, token)

	_, err = client.AppsV1().Deployments("shop").GetScale(ctx, "web", metav1.GetOptions{})
	require.ErrorContains(t, err, "add a reactor")
	scale := &autoscalingv1.Scale{ObjectMeta: meta("web"), Spec: autoscalingv1.ScaleSpec{Replicas: 3}}
	got, err := client.AppsV1().Deployments("shop").UpdateScale(ctx, "web", scale, metav1.UpdateOptions{})
	require.NoError(t, err)
	assert.Equal(t, scale, got)
	_, err = client.AppsV1().Deployments("shop").Get(ctx, "web", metav1.GetOptions{})
	require.NoError(t, err, "the deployment is still one")

	event := &corev1.Event{ObjectMeta: meta("e"), Count: 1}
	_, err = client.CoreV1().Events("").CreateWithEventNamespaceWithContext(ctx, event)
	require.NoError(t, err)
	patched, err := client.CoreV1().Events("").PatchWithEventNamespaceWithContext(ctx, event, []byte(`{"count":2}`))
	require.NoError(t, err)
	assert.Equal(t, int32(2), patched.Count)
}

func TestFakeLogsAndProxies(t *testing.T) {
	client := fake.NewSimpleClientset()
	logs := func() (string, error) {
		data, err := client.CoreV1().Pods("shop").GetLogs("web-0", nil).DoRaw(t.Context())
		return string(data), err
	}
	var answer runtime.Object = &runtime.Unknown{Raw: []byte("mine")}
	var fails error
	client.PrependReactor("get", "pods/log", func(clienttesting.Action) (bool, runtime.Object, error) { return true, answer, fails })
	got, err := logs()
	require.NoError(t, err)
	assert.Equal(t, "mine", got)
	answer = &corev1.Pod{}
	_, err = logs()
	require.ErrorContains(t, err, "fake Pods.GetLogs expected reactor to return *runtime.Unknown, got *v1.Pod")
	fails = errors.New("on fire")
	_, err = logs()
	require.ErrorContains(t, err, "on fire")

	want := &rest.Request{}
	client.AddProxyReactor("*", func(clienttesting.Action) (bool, rest.ResponseWrapper, error) { return true, want, nil })
	assert.Same(t, want, client.CoreV1().Services("shop").ProxyGet("", "web", "", "/", nil))
	assert.Same(t, want, client.CoreV1().Pods("shop").ProxyGet("", "web-0", "", "/", nil))
}

// TestBuiltInsOnEveryClientset has all three do what controllers do.
func TestBuiltInsOnEveryClientset(t *testing.T) {
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n", Labels: map[string]string{"zone": "a"}}}
	for name, client := range map[string]kubernetes.Interface{
		"server": fake.NewServerBacked(t, node), "fake": fake.NewClientset(node), "simple": fake.NewSimpleClientset(node),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, server := t.Context(), name == "server"
			nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{LabelSelector: "zone in (a, b)"})
			require.NoError(t, err)
			require.Len(t, nodes.Items, 1)
			assert.Equal(t, server, nodes.Items[0].UID != "")

			factory := informers.NewSharedInformerFactory(client, 0)
			maps := factory.Core().V1().ConfigMaps()
			synced := maps.Informer().HasSynced
			factory.Start(ctx.Done())
			t.Cleanup(factory.Shutdown)
			factory.WaitForCacheSync(ctx.Done())
			assert.True(t, synced())

			created, err := client.CoreV1().ConfigMaps("default").Create(ctx, &corev1.ConfigMap{
				ObjectMeta: metav1.ObjectMeta{Name: "c", Namespace: "default"}, Data: map[string]string{"a": "1"},
			}, metav1.CreateOptions{})
			require.NoError(t, err)
			assert.Equal(t, server, created.ResourceVersion != "")
			_, err = client.CoreV1().ConfigMaps("default").Create(ctx, created, metav1.CreateOptions{})
			assert.True(t, server || apierrors.IsAlreadyExists(err), "%v", err)
			require.Error(t, err)
			require.Eventually(t, func() bool {
				_, err := maps.Lister().ConfigMaps("default").Get("c")
				return err == nil
			}, 10*time.Second, time.Millisecond)

			config := applycorev1.ConfigMap("c", "default").WithData(map[string]string{"b": "2"})
			applied, err := client.CoreV1().ConfigMaps("default").Apply(ctx, config, metav1.ApplyOptions{FieldManager: "me"})
			require.NoError(t, err)
			assert.Equal(t, map[string]string{"a": "1", "b": "2"}, applied.Data)
			managed := slices.ContainsFunc(applied.ManagedFields, func(e metav1.ManagedFieldsEntry) bool { return e.Manager == "me" })
			assert.Equal(t, name != "simple", managed)
		})
	}
}

// TestServerBackedSpeaksLikeACluster does what only a server can.
func TestServerBackedSpeaksLikeACluster(t *testing.T) {
	ctx := t.Context()
	client := fake.NewServerBacked(t, &corev1.Pod{ObjectMeta: meta("web-0"), Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}}})
	replicas := int32(1)
	labels := map[string]string{"app": "web"}
	deployment := &appsv1.Deployment{ObjectMeta: meta("web"), Spec: appsv1.DeploymentSpec{
		Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels},
		Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "i"}}},
		},
	}}
	deployments := client.AppsV1().Deployments("shop")
	_, err := deployments.Create(ctx, deployment, metav1.CreateOptions{})
	require.NoError(t, err)
	scale, err := deployments.GetScale(ctx, "web", metav1.GetOptions{})
	require.NoError(t, err)
	scale.Spec.Replicas = 3
	_, err = deployments.UpdateScale(ctx, "web", scale, metav1.UpdateOptions{})
	require.NoError(t, err)
	got, err := deployments.Get(ctx, "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, int32(3), *got.Spec.Replicas)

	pods, err := client.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "metadata.name=web-0"})
	require.NoError(t, err)
	require.Len(t, pods.Items, 1)
	patched, err := client.CoreV1().Pods("shop").Patch(ctx, "web-0", types.StrategicMergePatchType,
		[]byte(`{"spec":{"containers":[{"name":"c","image":"new"}]}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	require.Len(t, patched.Spec.Containers, 1, "merged by name")
	assert.Equal(t, "new", patched.Spec.Containers[0].Image)
	token, err := client.CoreV1().ServiceAccounts("shop").CreateToken(ctx, "default", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	assert.True(t, err == nil && token.Status.Token != "" || apierrors.IsNotFound(err), "%v", err)
}
