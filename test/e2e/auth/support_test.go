package auth_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/cluster"
)

var live *cluster.Cluster

func TestMain(m *testing.M) {
	cluster.Main(m, cluster.Options{}, func(c *cluster.Cluster) { live = c })
}

func codecs() serializer.CodecFactory {
	scheme := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(scheme))
	utilruntime.Must(authenticationv1.AddToScheme(scheme))
	utilruntime.Must(authorizationv1.AddToScheme(scheme))
	utilruntime.Must(rbacv1.AddToScheme(scheme))
	return serializer.NewCodecFactory(scheme)
}

// client returns a REST client for a group version whose types codecs has.
func client(t *testing.T, config *rest.Config, gv string) *rest.RESTClient {
	t.Helper()
	config = rest.CopyConfig(config)
	parsed, err := schema.ParseGroupVersion(gv)
	require.NoError(t, err)
	config.GroupVersion, config.NegotiatedSerializer, config.APIPath = &parsed, codecs(), "/apis"
	if parsed.Group == "" {
		config.APIPath = "/api"
	}
	c, err := rest.RESTClientFor(config)
	require.NoError(t, err)
	return c
}

// newWhoAmI returns a function that asks the server for the user of its requests. All calls use the same client.
func newWhoAmI(t *testing.T, config *rest.Config) func(context.Context) (authenticationv1.UserInfo, error) {
	t.Helper()
	c := client(t, config, "authentication.k8s.io/v1")
	return func(ctx context.Context) (authenticationv1.UserInfo, error) {
		var review authenticationv1.SelfSubjectReview
		err := c.Post().Resource("selfsubjectreviews").Body(&authenticationv1.SelfSubjectReview{}).Do(ctx).Into(&review)
		return review.Status.UserInfo, err
	}
}

func whoami(t *testing.T, config *rest.Config) string {
	t.Helper()
	user, err := newWhoAmI(t, config)(t.Context())
	require.NoError(t, err)
	return user.Username
}

// fleet returns a clientset for the custom resources.
func fleet(t *testing.T, config *rest.Config) *versioned.Clientset {
	t.Helper()
	c, err := versioned.NewForConfig(config)
	require.NoError(t, err)
	return c
}

// namespace creates a namespace.
func namespace(t *testing.T, name string) string {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	require.NoError(t, client(t, live.Config(), "v1").Post().Resource("namespaces").Body(ns).Do(t.Context()).Error())
	return name
}

// grant binds a new cluster role with rules to a user, and returns a function that revokes it.
func grant(t *testing.T, user, name string, rules ...rbacv1.PolicyRule) (revoke func()) {
	t.Helper()
	rbac := client(t, live.Config(), "rbac.authorization.k8s.io/v1")
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules}
	require.NoError(t, rbac.Post().Resource("clusterroles").Body(role).Do(t.Context()).Error())
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Subjects:   []rbacv1.Subject{{Kind: "User", APIGroup: "rbac.authorization.k8s.io", Name: user}},
		RoleRef:    rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "ClusterRole", Name: name},
	}
	require.NoError(t, rbac.Post().Resource("clusterrolebindings").Body(binding).Do(t.Context()).Error())
	return func() {
		require.NoError(t, rbac.Delete().Resource("clusterrolebindings").Name(name).Do(context.WithoutCancel(t.Context())).Error())
		require.NoError(t, rbac.Delete().Resource("clusterroles").Name(name).Do(context.WithoutCancel(t.Context())).Error())
	}
}

// replaceFile replaces a file as tools that rotate credentials do: it writes a new file and renames it.
func replaceFile(t *testing.T, path string, content []byte) {
	t.Helper()
	beside := path + ".new"
	require.NoError(t, os.WriteFile(beside, content, 0o600))
	require.NoError(t, os.Rename(beside, path))
}

func tempFile(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	replaceFile(t, path, content)
	return path
}

// serviceAccount creates a service account and returns a token for it.
func serviceAccount(t *testing.T, ns, name string) string {
	t.Helper()
	core := client(t, live.Config(), "v1")
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: ns}}
	require.NoError(t, core.Post().Namespace(ns).Resource("serviceaccounts").Body(account).Do(t.Context()).Error())
	var request authenticationv1.TokenRequest
	err := client(t, live.Config(), "authentication.k8s.io/v1").Post().AbsPath("/api/v1/namespaces", ns, "serviceaccounts", name, "token").
		Body(&authenticationv1.TokenRequest{}).Do(t.Context()).Into(&request)
	require.NoError(t, err)
	return request.Status.Token
}
