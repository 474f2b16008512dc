package discovery_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/discovery"
)

// TestKubectlSeesTheSame has kubectl list the resources of a server, as the referee for what is preferred, namespaced and
// short. Without kubectl it fails: set SKIP_KUBECTL=1 to do without.
func TestKubectlSeesTheSame(t *testing.T) {
	if os.Getenv("SKIP_KUBECTL") == "1" {
		t.Skip("SKIP_KUBECTL=1: what kubectl discovers is not compared")
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme} {
		require.NoError(t, add(scheme))
	}
	fleet := func(version, kind string) schema.GroupVersionKind {
		return schema.GroupVersionKind{Group: "fleet.example.com", Version: version, Kind: kind}
	}
	server := apitest.Start(t, apitest.Options{
		Scheme: scheme, ClusterScoped: []string{"nodes", "persistentvolumes", "componentstatuses"},
		Resources: []apitest.Resource{
			{GroupVersionKind: fleet("v1", "Robot"), ShortNames: []string{"rb", "bot"}, Status: true},
			{GroupVersionKind: fleet("v1beta1", "Robot")},
			{GroupVersionKind: fleet("v1beta1", "Site"), ClusterScoped: true},
		},
	})
	client, err := discovery.NewDiscoveryClientForConfig(server.Config())
	require.NoError(t, err)
	kubeconfig, err := server.Kubeconfig()
	require.NoError(t, err)

	for flag, list := range map[string]func() (lines []string){
		"":                  func() []string { return preferredLines(t, client, false) },
		"--namespaced=true": func() []string { return preferredLines(t, client, true) },
	} {
		args := []string{"--kubeconfig", kubeconfig, "--cache-dir", t.TempDir(), "api-resources", "--no-headers"}
		if flag != "" {
			args = append(args, flag)
		}
		out, err := exec.CommandContext(t.Context(), "kubectl", args...).CombinedOutput()
		require.NoError(t, err, "%s (set SKIP_KUBECTL=1 to do without kubectl)", out)
		var want []string
		for line := range strings.Lines(string(out)) {
			want = append(want, strings.Join(strings.Fields(line), " "))
		}
		slices.Sort(want)
		assert.Greater(t, len(want), 10)
		assert.Equal(t, want, list(), flag)
	}
}

// preferredLines are the preferred resources in the form of kubectl api-resources: NAME SHORTNAMES APIVERSION NAMESPACED KIND.
func preferredLines(t *testing.T, client *discovery.DiscoveryClient, namespaced bool) []string {
	t.Helper()
	find := client.ServerPreferredResources
	if namespaced {
		find = client.ServerPreferredNamespacedResources
	}
	lists, err := find()
	require.NoError(t, err)
	var lines []string
	for _, list := range lists {
		for _, r := range list.APIResources {
			scope := map[bool]string{true: "true", false: "false"}[r.Namespaced]
			fields := []string{r.Name, strings.Join(r.ShortNames, ","), list.GroupVersion, scope, r.Kind}
			lines = append(lines, strings.Join(strings.Fields(strings.Join(fields, " ")), " "))
		}
	}
	slices.Sort(lines)
	return lines
}
