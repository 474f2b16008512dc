package importmap

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPath(t *testing.T) {
	for was, is := range map[string]string{
		"rest":                                  Runtime + "/rest",
		"tools/cache/testing":                   Runtime + "/cache/testing",
		"util/workqueue":                        Runtime + "/workqueue",
		"tools/auth":                            Runtime + "/auth",
		"plugin/pkg/client/auth":                Runtime + "/auth/plugins",
		"plugin/pkg/client/auth/oidc":           Runtime + "/auth/oidc",
		"pkg/apis/clientauthentication/v1beta1": Runtime + "/clientauthentication/v1beta1",
		"kubernetes":                            Kubernetes,
		"kubernetes/typed/core/v1/fake":         Kubernetes + "/typed/core/v1/fake",
		"informers/apps/v1":                     Kubernetes + "/informers/apps/v1",
		"listers":                               Runtime + "/listers",
		"listers/core/v1":                       Kubernetes + "/listers/core/v1",
		"applyconfigurations/core/v1":           Kubernetes + "/applyconfigurations/core/v1",
		"applyconfigurations/meta/v1":           Runtime + "/applyconfigurations/meta/v1",
		"testing":                               Runtime + "/testing",
		"util/testing":                          "",
		"third_party/forked/httpcache":          "",
	} {
		ours, ok := Path(ClientGo + "/" + was)
		assert.Equal(t, is, ours, was)
		assert.Equal(t, is != "", ok, was)
	}
	for _, other := range []string{"k8s.io/client-go", "k8s.io/client-gopher/rest", "k8s.io/api/core/v1", "fmt"} {
		_, ok := Path(other)
		assert.False(t, ok, other)
	}
}

func TestRewriteChangesNothingButPaths(t *testing.T) {
	const source = `package main

import (
	"fmt"   // k8s.io/client-go/rest stays here
	auth "k8s.io/client-go/util/testing"
	` + "`k8s.io/client-go/tools/cache`" + `
	. "k8s.io/client-go/kubernetes"
)

const path = "k8s.io/client-go/rest"
`
	const want = `package main

import (
	"fmt"   // k8s.io/client-go/rest stays here
	auth "k8s.io/client-go/util/testing"
	"github.com/typewright/typewright/runtime/cache"
	. "github.com/typewright/typewright/generated/kubernetes"
)

const path = "k8s.io/client-go/rest"
`
	got, moved, left, err := Rewrite("main.go", []byte(source))
	require.NoError(t, err)
	assert.Equal(t, want, string(got))
	assert.Equal(t, []Import{{"k8s.io/client-go/tools/cache", 6}, {"k8s.io/client-go/kubernetes", 7}}, moved)
	assert.Equal(t, []Import{{"k8s.io/client-go/util/testing", 5}}, left)

	_, _, _, err = Rewrite("main.go", []byte("package main\nimport (")) //nolint:dogsled // the error is of interest
	assert.ErrorContains(t, err, "main.go:2")
}
