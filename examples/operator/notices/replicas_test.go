package notices

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"example.com/operator/apis/notices/v1alpha1"
	"example.com/operator/generated/clientset/versioned"

	"github.com/typewright/typewright/generated/kubernetes"
	"github.com/typewright/typewright/generated/kubernetes/scheme"
	"github.com/typewright/typewright/runtime/apitest"
)

// manifests are the objects of config/operator.yaml.
type manifests struct {
	namespace      corev1.Namespace
	account        corev1.ServiceAccount
	clusterRole    rbacv1.ClusterRole
	clusterBinding rbacv1.ClusterRoleBinding
	role           rbacv1.Role
	binding        rbacv1.RoleBinding
	deployment     appsv1.Deployment
}

// readManifests decodes the manifests: unknown and doubled fields are errors.
func readManifests(t *testing.T) *manifests {
	t.Helper()
	text, err := os.ReadFile("../config/operator.yaml")
	require.NoError(t, err)
	m := &manifests{}
	all := []any{&m.namespace, &m.account, &m.clusterRole, &m.clusterBinding, &m.role, &m.binding, &m.deployment}
	documents := strings.Split(string(text), "\n---\n")
	require.Len(t, documents, len(all))
	for i, document := range documents {
		require.NoError(t, yaml.UnmarshalStrict([]byte(document), all[i]), document)
	}
	return m
}

func TestNamesAgree(t *testing.T) {
	m := readManifests(t)
	for _, o := range []metav1.Object{&m.account, &m.role, &m.binding, &m.deployment} {
		assert.Equal(t, m.namespace.Name, o.GetNamespace(), "%T", o)
	}
	account := []rbacv1.Subject{{Kind: m.account.Kind, Name: m.account.Name, Namespace: m.account.Namespace}}
	assert.Equal(t, account, m.binding.Subjects)
	assert.Equal(t, account, m.clusterBinding.Subjects)
	assert.Equal(t, rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: m.role.Kind, Name: m.role.Name}, m.binding.RoleRef)
	assert.Equal(t, rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: m.clusterRole.Kind, Name: m.clusterRole.Name}, m.clusterBinding.RoleRef)
	pod := m.deployment.Spec.Template
	assert.Equal(t, m.account.Name, pod.Spec.ServiceAccountName)
	selector, err := metav1.LabelSelectorAsSelector(m.deployment.Spec.Selector)
	require.NoError(t, err)
	assert.False(t, selector.Empty())
	assert.True(t, selector.Matches(labels.Set(pod.Labels)))
	dockerfile, err := os.ReadFile("../Dockerfile")
	require.NoError(t, err)
	assert.Contains(t, string(dockerfile), "-t "+pod.Spec.Containers[0].Image+" .")
	program, err := os.ReadFile("../main.go")
	require.NoError(t, err)
	for _, env := range pod.Spec.Containers[0].Env {
		assert.Contains(t, string(program), `os.Getenv("`+env.Name+`")`)
	}
}

// requests records what the operator requests, as rules are written: verb, group, resource.
type requests struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (r *requests) note(w http.ResponseWriter, req *http.Request, next http.HandlerFunc) {
	if req.UserAgent() != testAgent {
		r.mu.Lock()
		r.seen[ruleOf(req)] = true
		r.mu.Unlock()
	}
	next(w, req)
}

// ruleOf returns the rule that allows a request.
func ruleOf(req *http.Request) string {
	parts := strings.Split(strings.Trim(req.URL.Path, "/"), "/")
	group := ""
	if parts[0] == "apis" {
		group = parts[1]
		parts = parts[1:]
	}
	parts = parts[2:]
	if parts[0] == "namespaces" && len(parts) > 2 {
		parts = parts[2:]
	}
	resource, named := parts[0], len(parts) > 1
	if len(parts) > 2 {
		resource += "/" + parts[2]
	}
	verb := map[string]string{"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}[req.Method]
	switch {
	case verb != "":
	case req.URL.Query().Get("watch") != "":
		verb = "watch"
	case named:
		verb = "get"
	default:
		verb = "list"
	}
	return verb + " " + group + "/" + resource
}

// allowed returns the requests that the roles allow.
func (m *manifests) allowed() map[string]bool {
	all := map[string]bool{}
	for _, rule := range append(m.clusterRole.Rules, m.role.Rules...) {
		for _, verb := range rule.Verbs {
			all[verb+" "+rule.APIGroups[0]+"/"+rule.Resources[0]] = true
		}
	}
	return all
}

// testAgent is the user agent of the test, whose requests are not those of the operator.
const testAgent = "test"

// replicas is two replicas on a server that knows the kind only by its emitted definition.
type replicas struct {
	t       *testing.T
	client  versioned.Interface
	core    kubernetes.Interface
	seen    *requests
	running map[string]func()
}

func start(t *testing.T) *replicas {
	t.Helper()
	text, err := os.ReadFile("../config/crd/notices.example.com_notices.yaml")
	require.NoError(t, err)
	definition := &unstructured.Unstructured{}
	require.NoError(t, yaml.UnmarshalStrict(text, &definition.Object))
	objects := []runtime.Object{definition}
	for _, name := range []string{"default", "notice-operator", "blue", "green"} {
		objects = append(objects, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	server := apitest.Start(t, apitest.Options{Scheme: scheme.Scheme, Objects: objects, InMemory: true})
	r := &replicas{t: t, seen: &requests{seen: map[string]bool{}}, running: map[string]func(){}}
	config := server.Config()
	config.UserAgent = testAgent
	r.client, err = versioned.NewForConfig(config)
	require.NoError(t, err)
	r.core, err = kubernetes.NewForConfig(config)
	require.NoError(t, err)
	server.Inject(apitest.Fault{Do: r.seen.note})
	for _, name := range []string{"one", "two"} {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- Run(ctx, server.Config(), Replica{Identity: name, Namespace: "notice-operator"}) }()
		r.running[name] = sync.OnceFunc(func() {
			cancel()
			assert.NoError(t, <-ended)
		})
		t.Cleanup(r.running[name])
	}
	return r
}

func (r *replicas) leader() string {
	lease, err := r.core.CoordinationV1().Leases("notice-operator").Get(r.t.Context(), Name, metav1.GetOptions{})
	require.NoError(r.t, err)
	return *lease.Spec.HolderIdentity
}

// copies returns the texts of the copies by namespace.
func (r *replicas) copies() map[string]string {
	list, err := r.core.CoreV1().ConfigMaps("").List(r.t.Context(), metav1.ListOptions{LabelSelector: Label + "=party"})
	require.NoError(r.t, err)
	texts := map[string]string{}
	for i := range list.Items {
		texts[list.Items[i].Namespace] = list.Items[i].Data["text"]
	}
	return texts
}

// A notice and its copies survive a change of leaders. Minutes of virtual time cost nothing.
func TestTwoReplicas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t)
		notices := r.client.NoticesV1alpha1().Notices()
		notice := &v1alpha1.Notice{
			ObjectMeta: metav1.ObjectMeta{Name: "party"},
			Spec:       v1alpha1.NoticeSpec{Text: "at eight", Namespaces: []string{"blue", "green", "red"}},
		}
		_, err := notices.Create(t.Context(), notice, metav1.CreateOptions{})
		require.NoError(t, err)
		time.Sleep(time.Minute)
		assert.Equal(t, map[string]string{"blue": "at eight", "green": "at eight"}, r.copies())
		notice, err = notices.Get(t.Context(), "party", metav1.GetOptions{})
		require.NoError(t, err)
		assert.True(t, meta.IsStatusConditionFalse(notice.Status.Conditions, Ready), "there is no namespace red")

		first := r.leader()
		require.Contains(t, r.running, first)
		r.running[first]()
		notice.Spec.Text, notice.Spec.Namespaces = "at nine", []string{"blue"}
		_, err = notices.Update(t.Context(), notice, metav1.UpdateOptions{})
		require.NoError(t, err)
		time.Sleep(time.Minute)
		assert.NotEqual(t, first, r.leader())
		assert.Equal(t, map[string]string{"blue": "at nine"}, r.copies())
		notice, err = notices.Get(t.Context(), "party", metav1.GetOptions{})
		require.NoError(t, err)
		assert.True(t, meta.IsStatusConditionTrue(notice.Status.Conditions, Ready))
		assert.EqualValues(t, 1, notice.Status.Copies)

		require.NoError(t, notices.Delete(t.Context(), "party", metav1.DeleteOptions{}))
		time.Sleep(time.Minute)
		_, err = notices.Get(t.Context(), "party", metav1.GetOptions{})
		assert.True(t, apierrors.IsNotFound(err), "%v", err)
		assert.Empty(t, r.copies())
		r.checkRoles()
	})
}

// checkRoles compares the requests with the roles. An informer that streams its first list does not list, but must be able to; and an
// apply that creates an object is a patch on the wire.
func (r *replicas) checkRoles() {
	m := readManifests(r.t)
	r.seen.mu.Lock()
	defer r.seen.mu.Unlock()
	for _, other := range []string{"list notices.example.com/notices", "list /configmaps", "create /configmaps"} {
		r.seen.seen[other] = true
	}
	// Whether an event is patched depends on earlier events.
	assert.Contains(r.t, m.allowed(), "patch /events")
	r.seen.seen["patch /events"] = true
	assert.Equal(r.t, m.allowed(), r.seen.seen)
}
