package kubernetes_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A program pays for the groups that it uses: the client of one links the API packages that its own signatures name, and
// neither the clientset's scheme nor discovery, nor what merges by OpenAPI.
func TestAGroupsClientLinksItsOwnTypes(t *testing.T) {
	for pkg, want := range map[string][]string{
		"./typed/core/v1":         {"authentication/v1", "autoscaling/v1", "core/v1", "policy/v1", "policy/v1beta1"},
		"./typed/apps/v1":         {"apps/v1", "autoscaling/v1", "core/v1"},
		"./typed/coordination/v1": {"coordination/v1"},
	} {
		t.Run(pkg, func(t *testing.T) {
			out, err := exec.Command("go", "list", "-deps", pkg).CombinedOutput()
			require.NoError(t, err, string(out))
			var apis []string
			for dep := range strings.Lines(string(out)) {
				dep = strings.TrimSpace(dep)
				if api, ok := strings.CutPrefix(dep, "k8s.io/api/"); ok {
					apis = append(apis, api)
				}
				assert.NotContains(t, dep, "generated/kubernetes/scheme")
				assert.NotContains(t, dep, "runtime/discovery")
				assert.NotContains(t, dep, "apimachinery/pkg/util/managedfields")
				assert.NotContains(t, dep, "gnostic")
			}
			assert.Subset(t, want, apis, "API packages beyond those that the client's signatures name")
			assert.Contains(t, apis, strings.TrimPrefix(pkg, "./typed/"))
		})
	}
}
