package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/runtime/apitest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// manifests are the objects of manifests.yaml.
type manifests struct {
	namespace  corev1.Namespace
	account    corev1.ServiceAccount
	role       rbacv1.Role
	binding    rbacv1.RoleBinding
	deployment appsv1.Deployment
}

// read decodes the manifests: unknown and doubled fields are errors.
func read(t *testing.T) *manifests {
	t.Helper()
	text, err := os.ReadFile("manifests.yaml")
	require.NoError(t, err)
	m := &manifests{}
	all := []any{&m.namespace, &m.account, &m.role, &m.binding, &m.deployment}
	documents := strings.Split(string(text), "\n---\n")
	require.Len(t, documents, len(all))
	for i, document := range documents {
		require.NoError(t, yaml.UnmarshalStrict([]byte(document), all[i]), document)
	}
	return m
}

func TestNamesAgree(t *testing.T) {
	m := read(t)
	for _, o := range []metav1.Object{&m.account, &m.role, &m.binding, &m.deployment} {
		assert.Equal(t, m.namespace.Name, o.GetNamespace(), "%T", o)
	}
	assert.Equal(t, rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: m.role.Kind, Name: m.role.Name}, m.binding.RoleRef)
	assert.Equal(t, []rbacv1.Subject{{Kind: m.account.Kind, Name: m.account.Name, Namespace: m.account.Namespace}}, m.binding.Subjects)
	pod := m.deployment.Spec.Template
	assert.Equal(t, m.account.Name, pod.Spec.ServiceAccountName)
	selector, err := metav1.LabelSelectorAsSelector(m.deployment.Spec.Selector)
	require.NoError(t, err)
	assert.False(t, selector.Empty())
	assert.True(t, selector.Matches(labels.Set(pod.Labels)))

	program, err := os.ReadFile("main.go")
	require.NoError(t, err)
	dockerfile, err := os.ReadFile("Dockerfile")
	require.NoError(t, err)
	for _, env := range pod.Spec.Containers[0].Env {
		assert.Contains(t, string(program), `os.Getenv("`+env.Name+`")`)
	}
	for _, text := range []string{string(program), string(dockerfile)} {
		assert.Contains(t, text, "-t "+pod.Spec.Containers[0].Image+" .", "the image that is built is the one that runs")
	}
	for _, use := range []string{"-o /incluster ", "COPY --from=build /incluster /incluster\n", `ENTRYPOINT ["/incluster"]`} {
		assert.Contains(t, string(dockerfile), use, "what is built is what starts")
	}
}

// The program requests what its role allows, and nothing else: lists and watches of one resource in one namespace.
func TestRoleIsWhatTheProgramRequests(t *testing.T) {
	m := read(t)
	require.Len(t, m.role.Rules, 1)
	assert.Equal(t, rbacv1.PolicyRule{
		APIGroups: []string{v1beta1.GroupName}, Resources: []string{"robots"}, Verbs: []string{"list", "watch"},
	}, m.role.Rules[0])
	collection := "/apis/" + v1beta1.SchemeGroupVersion.String() + "/namespaces/" + m.namespace.Name + "/robots"

	server := apitest.Start(t, apitest.Options{
		Scheme: scheme.Scheme, Resources: fake.Resources(),
		Objects: []runtime.Object{&v1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Namespace: m.namespace.Name, Name: "ada"}}},
	})
	var requests sync.Map
	server.Inject(apitest.Fault{Do: func(w http.ResponseWriter, req *http.Request, next http.HandlerFunc) {
		requests.Store(req.Method+" "+req.URL.Path, true)
		next(w, req)
	}})
	kubeconfig, err := server.Kubeconfig()
	require.NoError(t, err)
	t.Setenv("KUBECONFIG", kubeconfig)
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	config, err := connect()
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(t.Context())
	out, printed := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, config, m.namespace.Name, printed) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "added ada\n", line)
	cancel()
	require.NoError(t, <-ended)
	requests.Range(func(request, _ any) bool {
		return assert.Equal(t, "GET "+collection, request)
	})
}
