package dropin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDropIn(t *testing.T) {
	if os.Getenv("SKIP_E2E") == "1" {
		t.Skip("SKIP_E2E=1 is set: the programs are not run")
	}
	before, after := build(t, "."), build(t, writeMovedModule(t))
	kubeconfig := startCluster(t)
	for name, programs := range map[string][2]string{
		"crud":       {before.crud, after.crud},
		"controller": {before.controller, after.controller},
		"replicas":   {before.replicas, after.replicas},
	} {
		t.Run(name, func(t *testing.T) {
			want, wantLeft := runOnCluster(t, programs[0], kubeconfig, name+"-before")
			got, gotLeft := runOnCluster(t, programs[1], kubeconfig, name+"-after")
			assert.Equal(t, want, got, "output of the programs")
			assert.Equal(t, wantLeft, gotLeft, "objects that the programs left in the cluster")
		})
	}
	t.Run("faketest", func(t *testing.T) {
		want := run(t, before.faketest)
		assert.Contains(t, want, "scaled: [web]", "the test has printed nothing")
		assert.Equal(t, want, run(t, after.faketest))
	})
}

func run(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	var out, log bytes.Buffer // the log is not compared: its lines name source files
	cmd.Stdout, cmd.Stderr = &out, &log
	require.NoError(t, cmd.Run(), "%s: %s%s", program, &out, &log)
	return out.String()
}

// runOnCluster runs a program in a namespace of its own. It returns the output and the objects in that namespace, both without values
// that differ between runs.
func runOnCluster(t *testing.T, program, kubeconfig, namespace string) (printed, left string) {
	t.Helper()
	printed = run(t, program, "-kubeconfig", kubeconfig, "-namespace", namespace)
	require.NotEmpty(t, printed)
	list := run(t, "kubectl", "--kubeconfig", kubeconfig, "-n", namespace, "get", "configmaps,secrets", "-o", "json", "--show-managed-fields")
	var content map[string]any
	require.NoError(t, json.Unmarshal([]byte(list), &content))
	require.NotEmpty(t, content["items"])
	removeGeneratedValues(content)
	data, err := json.MarshalIndent(content, "", " ")
	require.NoError(t, err)
	return strings.ReplaceAll(printed, namespace, "NAMESPACE"), strings.ReplaceAll(string(data), namespace, "NAMESPACE")
}

// removeGeneratedValues removes values that the server generates, such as uids and times.
func removeGeneratedValues(value any) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			removeGeneratedValues(item)
		}
	case map[string]any:
		for _, key := range []string{"uid", "resourceVersion", "creationTimestamp", "time"} {
			delete(v, key)
		}
		for key, item := range v {
			removeGeneratedValues(item)
			if strings.HasPrefix(key, `k:{"uid":`) {
				delete(v, key)
				v["k:uid"] = item
			}
		}
	}
}

func TestMapChangesOnlyImports(t *testing.T) {
	for path, want := range map[string]string{
		"k8s.io/client-go/tools/clientcmd/api":               module + "/runtime/clientcmd/api",
		"k8s.io/client-go/kubernetes/typed/core/v1":          module + "/generated/kubernetes/typed/core/v1",
		"k8s.io/client-go/applyconfigurations/meta/v1":       module + "/runtime/applyconfigurations/meta/v1",
		"k8s.io/client-go/applyconfigurations/core/v1":       module + "/generated/kubernetes/applyconfigurations/core/v1",
		"k8s.io/client-go/util/workqueue":                    module + "/runtime/workqueue",
		"k8s.io/client-go/rest/fake":                         module + "/runtime/rest/fake",
		"k8s.io/client-gopher":                               "k8s.io/client-gopher",
		"k8s.io/api/core/v1":                                 "k8s.io/api/core/v1",
		"k8s.io/client-go/listers/apps/v1":                   module + "/generated/kubernetes/listers/apps/v1",
		"k8s.io/client-go/listers":                           module + "/runtime/listers",
		"k8s.io/client-go/tools/leaderelection/resourcelock": module + "/runtime/leaderelection/resourcelock",
	} {
		source := fmt.Sprintf("package p // %s\n\nimport (\n\ta \"fmt\"\n\tx %q // why\n)\n\nvar _ = x.Y(%q)\n", path, path, path)
		got, err := Map("p.go", []byte(source))
		require.NoError(t, err)
		assert.Equal(t, strings.Replace(source, fmt.Sprintf("x %q", path), fmt.Sprintf("x %q", want), 1), string(got))
	}
}
