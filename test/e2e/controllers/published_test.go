package controllers_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/test/e2e/cluster"
)

// TestPublishedController builds a published controller from unchanged source with the module standin/ in the place of client-go, and runs
// it on a real server.
func TestPublishedController(t *testing.T) {
	source := moduleFolder(t, "k8s.io/sample-controller@v0.36.0")
	examples := filepath.Join(source, "artifacts", "examples")
	require.NoError(t, live.Install(t.Context(), readObject(t, filepath.Join(examples, "crd-status-subresource.yaml"))))
	runPublished(t, buildOnStandin(t, source))

	c, ns := client(t), namespace(t, "published")
	untyped, err := dynamic.NewForConfig(live.Config())
	require.NoError(t, err)
	resource := schema.GroupVersionResource{Group: "samplecontroller.k8s.io", Version: "v1alpha1", Resource: "foos"}
	foos := untyped.Resource(resource).Namespace(ns)
	foo, err := foos.Create(t.Context(), readObject(t, filepath.Join(examples, "example-foo.yaml")), metav1.CreateOptions{})
	require.NoError(t, err)
	replicas := func(want int, gone types.UID) (uid types.UID) {
		t.Helper()
		require.EventuallyWithT(t, func(collect *assert.CollectT) {
			d, err := c.AppsV1().Deployments(ns).Get(t.Context(), "example-foo", metav1.GetOptions{})
			require.NoError(collect, err)
			assert.EqualValues(collect, want, *d.Spec.Replicas)
			assert.True(collect, metav1.IsControlledBy(d, foo))
			assert.NotEqual(collect, gone, d.UID)
			uid = d.UID
		}, timeout, 50*time.Millisecond)
		return uid
	}

	first := replicas(1, "")
	_, err = foos.Patch(t.Context(), foo.GetName(), types.MergePatchType, []byte(`{"spec":{"replicas":3}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	assert.Equal(t, first, replicas(3, ""), "the deployment is updated")
	require.NoError(t, c.AppsV1().Deployments(ns).Delete(t.Context(), "example-foo", metav1.DeleteOptions{}))
	replicas(3, first) // the deployment is created again
	require.EventuallyWithT(t, func(collect *assert.CollectT) {
		events, err := c.CoreV1().Events(ns).List(t.Context(), metav1.ListOptions{FieldSelector: "reason=Synced,involvedObject.kind=Foo"})
		require.NoError(collect, err)
		assert.NotEmpty(collect, events.Items)
	}, timeout, 50*time.Millisecond, "its events arrive")
}

// moduleFolder returns the folder of a module, given as path@version, in the module cache.
func moduleFolder(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", module).Output()
	require.NoError(t, err, "%s", out)
	var found struct{ Dir string }
	require.NoError(t, json.Unmarshal(out, &found))
	return found.Dir
}

// buildOnStandin builds the program of a folder, with a copy of its go.mod that replaces client-go with the module standin/.
func buildOnStandin(t *testing.T, source string) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	work := t.TempDir()
	modfile, binary := filepath.Join(work, "go.mod"), filepath.Join(work, "published")
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(source, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(work, name), data, 0o600))
	}
	for _, args := range [][]string{
		{
			"mod", "edit",
			"-replace=k8s.io/client-go=" + filepath.Join(root, "standin"),
			"-replace=github.com/typewright/typewright=" + root,
			"-replace=github.com/typewright/typewright/generated/kubernetes=" + filepath.Join(root, "generated", "kubernetes"),
			modfile,
		},
		{"build", "-mod=mod", "-modfile=" + modfile, "-o", binary, "."},
	} {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = source
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	return binary
}

// runPublished runs the program until the test ends, and then stops it with SIGTERM. It shows the log if the test fails.
func runPublished(t *testing.T, binary string) {
	t.Helper()
	kubeconfig, err := live.Kubeconfig(cluster.Admin)
	require.NoError(t, err)
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	cmd := exec.Command(binary, "-kubeconfig="+kubeconfig)
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		assert.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		assert.NoError(t, cmd.Wait(), "the program must exit with 0")
		_ = log.Close()
		if text, err := os.ReadFile(log.Name()); t.Failed() && err == nil {
			t.Logf("%s", text)
		}
	})
}

func readObject(t *testing.T, path string) *unstructured.Unstructured {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	object := &unstructured.Unstructured{}
	require.NoError(t, yaml.Unmarshal(data, object))
	return object
}
