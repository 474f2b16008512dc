package discovery_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/discovery"
)

// definition is a custom resource definition in a group of its own.
func definition(i int) runtime.Object {
	group := fmt.Sprintf("g%03d.example.com", i)
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": map[string]any{"name": "things." + group},
		"spec": map[string]any{
			"group": group, "scope": "Namespaced",
			"names": map[string]any{"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
			"versions": []any{map[string]any{
				"name": "v1", "served": true, "storage": true,
				"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object"}},
			}},
		},
	}}
}

// counter counts requests.
type counter struct {
	http.RoundTripper

	requests atomic.Int64
}

func (c *counter) RoundTrip(req *http.Request) (*http.Response, error) {
	c.requests.Add(1)
	return c.RoundTripper.RoundTrip(req)
}

// TestTwoHundredDefinitions discovers a server with two hundred custom resource definitions, with and without aggregated
// documents, whole and while one group's server is down.
func TestTwoHundredDefinitions(t *testing.T) {
	// The server has four of its own: the group without a name, and those of definitions, authentication and authorization.
	const groups, own = 200, 4
	objects := make([]runtime.Object, groups)
	for i := range objects {
		objects[i] = definition(i)
	}
	server := apitest.Start(t, apitest.Options{Objects: objects, InMemory: true})
	count := &counter{}
	config := server.Config()
	config.Wrap(func(rt http.RoundTripper) http.RoundTripper { count.RoundTripper = rt; return count })
	client, err := discovery.NewDiscoveryClientForConfig(config)
	require.NoError(t, err)

	for mode, tc := range map[string]struct {
		client   discovery.DiscoveryInterface
		requests int64
	}{"aggregated": {client, 2}, "legacy": {client.WithLegacy(), 2 + own + groups}} {
		t.Run(mode, func(t *testing.T) {
			count.requests.Store(0)
			start := time.Now()
			found, lists, err := tc.client.ServerGroupsAndResources()
			took := time.Since(start)
			require.NoError(t, err)
			assert.Equal(t, groups+own, len(found)) //nolint:testifylint // the failure would print all
			assert.Equal(t, groups+own, len(lists)) //nolint:testifylint // the failure would print all
			assert.Equal(t, tc.requests, count.requests.Load())
			t.Logf("%d groups: %d requests, %s", len(found), count.requests.Load(), took)
		})
	}
	t.Run("one is down", func(t *testing.T) {
		down := schema.GroupVersion{Group: "g007.example.com", Version: "v1"}
		fault := server.Inject(apitest.Fault{
			When: func(req *http.Request) bool { return strings.HasPrefix(req.URL.Path, "/apis/"+down.Group) },
			Do:   apitest.Fail(apierrors.NewServiceUnavailable("the aggregated server is down")),
		})
		found, lists, err := client.WithLegacy().ServerGroupsAndResources()
		failed, ok := discovery.GroupDiscoveryFailedErrorGroups(err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, 2, fault.Hits(), "the failed request is sent again once")
		assert.Len(t, failed, 1)
		assert.True(t, apierrors.IsServiceUnavailable(failed[down]), "%v", failed)
		assert.Equal(t, groups+own, len(found))                           //nolint:testifylint // the failure would print all
		assert.Equal(t, groups+own-1, len(lists), "all others are known") //nolint:testifylint // the failure would print all
	})
}
