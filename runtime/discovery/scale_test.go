package discovery_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/discovery/cached/memory"
	"github.com/typewright/typewright/runtime/internal/testutil/discoverytest"
)

// manyGroups is the core group and n groups of custom resources, each with one version and one resource.
func manyGroups(n int) []discoverytest.Version {
	versions := discoverytest.Cluster()[:1]
	for i := range n {
		gv := schema.GroupVersion{Group: fmt.Sprintf("g%03d.example.com", i), Version: "v1"}
		versions = append(versions, discoverytest.Version{GroupVersion: gv, Resources: []metav1.APIResource{
			discoverytest.Resource(gv, "Thing", "things", true),
		}})
	}
	return versions
}

// Two hundred custom resources cost two requests on a server with aggregated discovery, and two more than there are
// group-versions on one without; with a memory, they cost that once.
func TestTwoHundredCustomResources(t *testing.T) {
	for mode, requests := range map[bool]int{false: 2, true: 2 + 1 + 200} {
		server := &discoverytest.Server{Versions: manyGroups(200), Legacy: mode}
		client := memory.NewMemCacheClient(connect(t, server))
		for range 2 {
			groups, resources, err := client.ServerGroupsAndResources()
			require.NoError(t, err)
			assert.Len(t, groups, 201)
			assert.Len(t, resources, 201)
			assert.Equal(t, "g000.example.com/v1", resources[1].GroupVersion)
		}
		assert.Len(t, server.Requests(), requests)
	}
}

func TestHealth(t *testing.T) {
	modes(t, func(t *testing.T, server *discoverytest.Server) {
		beta := schema.GroupVersion{Group: "apps", Version: "v1beta1"}
		server.Down = map[schema.GroupVersion]bool{metricsVersion: true, beta: true}
		groups, err := discovery.Health(t.Context(), connect(t, server))
		require.NoError(t, err)
		require.Len(t, groups, 3)
		assert.True(t, groups[0].Healthy())
		assert.Equal(t, []string{"v1"}, groups[0].Versions)
		assert.False(t, groups[1].Healthy())
		assert.Equal(t, []string{"v1"}, groups[1].Versions)
		assert.Error(t, groups[1].Failed["v1beta1"])
		assert.Empty(t, groups[2].Versions)
		assert.Error(t, groups[2].Failed["v1alpha1"])
	})
}

func BenchmarkTwoHundredCustomResources(b *testing.B) {
	for mode, legacy := range map[string]bool{"aggregated": false, "legacy": true} {
		b.Run(mode, func(b *testing.B) {
			server := &discoverytest.Server{Versions: manyGroups(200), Legacy: legacy}
			client, err := discovery.NewDiscoveryClientForConfig(server.Start(b))
			require.NoError(b, err)
			for b.Loop() {
				_, _, err := client.ServerGroupsAndResources()
				require.NoError(b, err)
			}
		})
	}
}
