package discovery_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/internal/testutil/discoverytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var metricsVersion = schema.GroupVersion{Group: "metrics.example.com", Version: "v1alpha1"}

func connect(t *testing.T, server *discoverytest.Server) *discovery.DiscoveryClient {
	t.Helper()
	client, err := discovery.NewDiscoveryClientForConfig(server.Start(t))
	require.NoError(t, err)
	return client
}

// modes runs a test against a server with aggregated documents and against one without.
func modes(t *testing.T, test func(t *testing.T, server *discoverytest.Server)) {
	t.Helper()
	for mode, legacy := range map[string]bool{"aggregated": false, "legacy": true} {
		t.Run(mode, func(t *testing.T) {
			test(t, &discoverytest.Server{Versions: discoverytest.Cluster(), Legacy: legacy})
		})
	}
}

func names(lists []*metav1.APIResourceList) []string {
	var all []string
	for _, list := range lists {
		for _, r := range list.APIResources {
			all = append(all, list.GroupVersion+" "+r.Name)
		}
	}
	return all
}

func TestServerGroups(t *testing.T) {
	modes(t, func(t *testing.T, server *discoverytest.Server) {
		groups, err := connect(t, server).ServerGroups()
		require.NoError(t, err)
		require.Len(t, groups.Groups, 3)
		assert.Empty(t, groups.Groups[0].Name)
		assert.Equal(t, "apps", groups.Groups[1].Name)
		assert.Equal(t, "apps/v1", groups.Groups[1].PreferredVersion.GroupVersion)
		assert.Len(t, groups.Groups[1].Versions, 2)
		assert.Equal(t, []string{"/api", "/apis"}, server.Requests())
	})
}

func TestServerGroupsAndResources(t *testing.T) {
	modes(t, func(t *testing.T, server *discoverytest.Server) {
		groups, resources, err := connect(t, server).ServerGroupsAndResources()
		require.NoError(t, err)
		assert.Len(t, groups, 3)
		assert.Equal(t, []string{
			"v1 pods", "v1 pods/status", "v1 nodes",
			"apps/v1 deployments", "apps/v1 deployments/scale",
			"apps/v1beta1 deployments", "apps/v1beta1 legacies",
			"metrics.example.com/v1alpha1 samples",
		}, names(resources))
		scale := resources[1].APIResources[1]
		assert.Equal(t, "autoscaling/v1 Scale true", fmt.Sprintf("%s/%s %s %v", scale.Group, scale.Version, scale.Kind, scale.Namespaced))
		if server.Legacy {
			assert.Len(t, server.Requests(), 6)
		} else {
			assert.Equal(t, []string{"/api", "/apis"}, server.Requests())
		}
	})
}

func TestPreferredResources(t *testing.T) {
	modes(t, func(t *testing.T, server *discoverytest.Server) {
		client := connect(t, server)
		preferred, err := client.ServerPreferredResources()
		require.NoError(t, err)
		assert.Equal(t, []string{
			"v1 pods", "v1 nodes", "apps/v1 deployments", "apps/v1beta1 legacies", "metrics.example.com/v1alpha1 samples",
		}, names(preferred))
		namespaced, err := client.ServerPreferredNamespacedResources()
		require.NoError(t, err)
		assert.Equal(t, []string{"v1 pods", "apps/v1 deployments", "metrics.example.com/v1alpha1 samples"}, names(namespaced))
	})
}

// The preferred version is not always the first.
func TestPreferredVersionWinsOverTheFirst(t *testing.T) {
	client := &scripted{groups: []metav1.APIGroup{{
		Name:             "g",
		Versions:         []metav1.GroupVersionForDiscovery{{GroupVersion: "g/v1beta1", Version: "v1beta1"}, {GroupVersion: "g/v1", Version: "v1"}},
		PreferredVersion: metav1.GroupVersionForDiscovery{GroupVersion: "g/v1", Version: "v1"},
	}}, resources: map[string][]string{"g/v1beta1": {"both", "old"}, "g/v1": {"both", "new"}}}
	preferred, err := discovery.ServerPreferredResources(client)
	require.NoError(t, err)
	assert.Equal(t, []string{"g/v1beta1 old", "g/v1 both", "g/v1 new"}, names(preferred))
}

func TestAGroupThatIsDownKeepsNothingElseFromBeingKnown(t *testing.T) {
	modes(t, func(t *testing.T, server *discoverytest.Server) {
		server.Down = map[schema.GroupVersion]bool{metricsVersion: true}
		client := connect(t, server)
		_, resources, err := client.ServerGroupsAndResources()
		require.Error(t, err)
		failed, ok := discovery.GroupDiscoveryFailedErrorGroups(fmt.Errorf("wrapped: %w", err))
		require.True(t, ok)
		require.Contains(t, failed, metricsVersion)
		assert.Len(t, failed, 1)
		assert.Len(t, names(resources), 7)
		assert.True(t, discovery.IsGroupDiscoveryFailedError(err))
		assert.ErrorIs(t, err, &discovery.ErrGroupDiscoveryFailed{})
		assert.ErrorContains(t, err, "unable to retrieve the complete list of server APIs: metrics.example.com/v1alpha1: ")
		if server.Legacy {
			assert.True(t, apierrors.IsServiceUnavailable(failed[metricsVersion]), "%v", failed[metricsVersion])
		} else {
			assert.ErrorAs(t, err, new(discovery.StaleGroupVersionError))
		}

		preferred, err := client.ServerPreferredResources()
		assert.True(t, discovery.IsGroupDiscoveryFailedError(err))
		assert.Len(t, names(preferred), 4)
	})
}

func TestResourcesOfAGroupVersion(t *testing.T) {
	server := &discoverytest.Server{Versions: discoverytest.Cluster()}
	client := connect(t, server)
	list, err := client.ServerResourcesForGroupVersion("apps/v1")
	require.NoError(t, err)
	assert.Equal(t, []string{"apps/v1 deployments", "apps/v1 deployments/scale"}, names([]*metav1.APIResourceList{list}))
	list, err = client.ServerResourcesForGroupVersion("v1")
	require.NoError(t, err)
	assert.Len(t, list.APIResources, 3)

	_, err = client.ServerResourcesForGroupVersion("apps/v9")
	assert.True(t, apierrors.IsNotFound(err), "%v", err)
	_, err = client.ServerResourcesForGroupVersion("")
	assert.ErrorContains(t, err, "group-version is empty")
	assert.Equal(t, []string{"/api/v1", "/apis/apps/v1", "/apis/apps/v9"}, server.Requests())
}

// An aggregated API server has no group without a name.
func TestAServerWithoutTheCoreGroup(t *testing.T) {
	server := &discoverytest.Server{Versions: discoverytest.Cluster()[1:]}
	config := server.Start(t)
	client, err := discovery.NewDiscoveryClientForConfig(config)
	require.NoError(t, err)
	list, err := client.ServerResourcesForGroupVersion("v1")
	require.NoError(t, err)
	assert.Empty(t, list.APIResources)
	_, resources, err := client.ServerGroupsAndResources()
	require.NoError(t, err)
	assert.Len(t, names(resources), 5)
}

func TestWithLegacyAsksForUnaggregatedDocuments(t *testing.T) {
	server := &discoverytest.Server{Versions: discoverytest.Cluster()}
	client := connect(t, server)
	for _, legacy := range []discovery.DiscoveryInterface{client.WithLegacy(), client.WithLegacyWithContext(t.Context()).(discovery.DiscoveryInterface)} {
		_, resources, err := legacy.ServerGroupsAndResources()
		require.NoError(t, err)
		assert.Len(t, names(resources), 8)
		assert.Len(t, server.Requests(), 6)
	}
	assert.False(t, client.UseLegacyDiscovery)
}

func TestAContextEndsDiscovery(t *testing.T) {
	modes(t, func(t *testing.T, server *discoverytest.Server) {
		client := connect(t, server)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err := client.ServerGroupsAndResourcesWithContext(ctx)
		assert.ErrorIs(t, err, context.Canceled)
		_, err = client.ServerPreferredResourcesWithContext(ctx)
		assert.ErrorIs(t, err, context.Canceled)
		_, err = client.ServerVersionWithContext(ctx)
		assert.ErrorIs(t, err, context.Canceled)
		assert.Empty(t, server.Requests())
	})
}

func TestMalformedAnswers(t *testing.T) {
	calls := map[string]func(*discovery.DiscoveryClient) error{
		"groups":   func(c *discovery.DiscoveryClient) error { _, err := c.ServerGroups(); return err },
		"version":  func(c *discovery.DiscoveryClient) error { _, err := c.ServerVersion(); return err },
		"openapi2": func(c *discovery.DiscoveryClient) error { _, err := c.OpenAPISchema(); return err },
		"openapi3": func(c *discovery.DiscoveryClient) error { _, err := c.OpenAPIV3().Paths(); return err },
		"resources": func(c *discovery.DiscoveryClient) error {
			_, err := c.ServerResourcesForGroupVersion("v1")
			return err
		},
	}
	for what, call := range calls {
		for _, contentType := range []string{"application/json", discovery.AcceptV2} {
			t.Run(what+" as "+contentType, func(t *testing.T) {
				garbage := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", contentType)
					_, _ = w.Write([]byte(`{"groups": 7, "items": "x", "versions": {}, "paths": [], "resources": 1, "major": {}`))
				})
				assert.Error(t, call(connectTo(t, garbage)))
			})
		}
	}
}

func TestServerVersionAndDocuments(t *testing.T) {
	document, err := proto.Marshal(&openapi_v2.Document{Swagger: "2.0"})
	require.NoError(t, err)
	server := &discoverytest.Server{Handle: func(w http.ResponseWriter, req *http.Request) {
		switch req.URL.Path {
		case "/version":
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(version.Info{Major: "1", Minor: "37", GitVersion: "v1.37.2"})
		case "/openapi/v2":
			assert.Contains(t, req.Header.Get("Accept"), "protobuf")
			w.Header().Set("Content-Type", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf")
			_, _ = w.Write(document)
		}
	}}
	client := connect(t, server)
	info, err := client.ServerVersion()
	require.NoError(t, err)
	assert.Equal(t, "v1.37.2", info.GitVersion)
	require.NoError(t, discovery.MatchesServerVersion(version.Info{GitVersion: "v1.37.2"}, client))
	require.Error(t, discovery.MatchesServerVersion(version.Info{GitVersion: "v1.36.0"}, client))
	schemas, err := client.OpenAPISchema()
	require.NoError(t, err)
	assert.Equal(t, "2.0", schemas.Swagger)
}

func TestHelpers(t *testing.T) {
	client := connect(t, &discoverytest.Server{Versions: discoverytest.Cluster()})
	for resource, want := range map[schema.GroupVersionResource]bool{
		{Version: "v1", Resource: "pods"}:                          true,
		{Version: "v1", Resource: "podz"}:                          false,
		{Group: "nowhere", Version: "v1", Resource: "pods"}:        false,
		{Group: "apps", Version: "v1", Resource: "deployments"}:    true,
		{Group: "apps", Version: "v1beta1", Resource: "legacies"}:  true,
		{Group: "apps", Version: "v1", Resource: "legacies"}:       false,
		{Group: "apps", Version: "v77", Resource: "deployments"}:   false,
		{Group: "apps", Version: "v1", Resource: "deployments/xx"}: false,
	} {
		got, err := discovery.IsResourceEnabled(client, resource)
		require.NoError(t, err)
		assert.Equal(t, want, got, "%v", resource)
	}
	require.NoError(t, discovery.ServerSupportsVersion(client, schema.GroupVersion{Group: "apps", Version: "v1"}))
	require.EqualError(t, discovery.ServerSupportsVersion(client, schema.GroupVersion{Group: "apps", Version: "v3"}),
		`server does not support API version "apps/v3"`)
	require.NoError(t, discovery.ServerSupportsVersion(&scripted{}, schema.GroupVersion{Version: "v1"}))

	_, resources, err := client.ServerGroupsAndResources()
	require.NoError(t, err)
	set, err := discovery.GroupVersionResources(resources)
	require.NoError(t, err)
	assert.Len(t, set, 8)
	assert.Contains(t, set, schema.GroupVersionResource{Version: "v1", Resource: "pods/status"})
	_, err = discovery.GroupVersionResources([]*metav1.APIResourceList{{GroupVersion: "a/b/c"}})
	require.Error(t, err)
	assert.Empty(t, discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"list", "delete"}}, resources))
	assert.Len(t, names(discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"list", "get"}}, resources)), 8)
}

func TestContentTypeIsGVK(t *testing.T) {
	want := schema.GroupVersionKind{Group: "apidiscovery.k8s.io", Version: "v2", Kind: "APIGroupDiscoveryList"}
	for contentType, is := range map[string]bool{
		discovery.AcceptV2: true,
		"application/json; as=APIGroupDiscoveryList; g=apidiscovery.k8s.io; v=v2; charset=utf-8": true,
		"application/json": false,
		"application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList":               false,
		"application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList": false,
	} {
		got, err := discovery.ContentTypeIsGVK(contentType, want)
		require.NoError(t, err)
		assert.Equal(t, is, got, contentType)
	}
	_, err := discovery.ContentTypeIsGVK("application/json;;;=", want)
	assert.Error(t, err)
}

func TestAdaptersIgnoreContexts(t *testing.T) {
	plain := &scripted{groups: []metav1.APIGroup{{Name: "g", Versions: []metav1.GroupVersionForDiscovery{{GroupVersion: "g/v1", Version: "v1"}}}}, resources: map[string][]string{"g/v1": {"things"}}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	adapted := discovery.ToDiscoveryInterfaceWithContext(plain)
	groups, err := adapted.ServerGroupsWithContext(ctx)
	require.NoError(t, err)
	assert.Len(t, groups.Groups, 1)
	list, err := adapted.ServerResourcesForGroupVersionWithContext(ctx, "g/v1")
	require.NoError(t, err)
	assert.Len(t, list.APIResources, 1)
	_, err = adapted.ServerVersionWithContext(ctx)
	require.ErrorIs(t, err, errScripted)
	_, err = adapted.OpenAPISchemaWithContext(ctx)
	require.ErrorIs(t, err, errScripted)
	assert.Nil(t, adapted.OpenAPIV3WithContext(ctx))
	assert.Nil(t, adapted.RESTClient())
	assert.NotNil(t, adapted.WithLegacyWithContext(ctx))
	_, _, err = adapted.ServerGroupsAndResourcesWithContext(ctx)
	require.ErrorIs(t, err, errScripted)
	_, err = adapted.ServerPreferredResourcesWithContext(ctx)
	require.ErrorIs(t, err, errScripted)
	_, err = adapted.ServerPreferredNamespacedResourcesWithContext(ctx)
	require.ErrorIs(t, err, errScripted)

	cached := discovery.ToCachedDiscoveryInterfaceWithContext(plain)
	assert.True(t, cached.FreshWithContext(ctx))
	cached.InvalidateWithContext(ctx)
	assert.Equal(t, 1, plain.invalidated)

	assert.Nil(t, discovery.ToDiscoveryInterfaceWithContext(nil))
	assert.Nil(t, discovery.ToAggregatedDiscoveryInterfaceWithContext(nil))
	assert.Nil(t, discovery.ToCachedDiscoveryInterfaceWithContext(nil))
	assert.Nil(t, discovery.ToServerGroupsInterfaceWithContext(nil))
	assert.Nil(t, discovery.ToServerResourcesInterfaceWithContext(nil))
	assert.Nil(t, discovery.ToServerVersionInterfaceWithContext(nil))
	assert.Nil(t, discovery.ToOpenAPISchemaInterfaceWithContext(nil))
	assert.Nil(t, discovery.OpenAPIV3ToSchemaInterfaceWithContext(nil))
	assert.Nil(t, discovery.ToOpenAPIClientWithContext(nil))

	live := &discovery.DiscoveryClient{}
	assert.Same(t, live, discovery.ToDiscoveryInterfaceWithContext(live))
	assert.Same(t, live, discovery.ToAggregatedDiscoveryInterfaceWithContext(live))
	assert.Nil(t, (*discovery.DiscoveryClient)(nil).RESTClient())
}

var errScripted = errors.New("scripted")
