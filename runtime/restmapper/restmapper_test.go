package restmapper_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/discovery/cached/memory"
	"github.com/typewright/typewright/runtime/internal/testutil/discoverytest"
	"github.com/typewright/typewright/runtime/restmapper"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func named(r metav1.APIResource, categories []string, shortNames ...string) metav1.APIResource {
	r.Categories, r.ShortNames = categories, shortNames
	return r
}

// cluster has resources of one name in two groups, and a group which prefers its second version.
func cluster() []discoverytest.Version {
	core := schema.GroupVersion{Version: "v1"}
	apps, appsBeta := schema.GroupVersion{Group: "apps", Version: "v1"}, schema.GroupVersion{Group: "apps", Version: "v1beta1"}
	mesh := schema.GroupVersion{Group: "mesh.example.com", Version: "v1"}
	all := []string{"all"}
	return []discoverytest.Version{
		{GroupVersion: core, Resources: []metav1.APIResource{
			named(discoverytest.Resource(core, "Pod", "pods", true), all, "po"),
			discoverytest.Resource(core, "Pod", "pods/status", true),
			named(discoverytest.Resource(core, "Node", "nodes", false), nil, "no"),
			named(discoverytest.Resource(core, "Service", "services", true), all, "svc"),
		}},
		{GroupVersion: apps, Resources: []metav1.APIResource{named(discoverytest.Resource(apps, "Deployment", "deployments", true), all, "deploy")}},
		{GroupVersion: appsBeta, Resources: []metav1.APIResource{
			named(discoverytest.Resource(appsBeta, "Deployment", "deployments", true), all, "deploy"),
			discoverytest.Resource(appsBeta, "Legacy", "legacies", false),
		}},
		{GroupVersion: mesh, Resources: []metav1.APIResource{
			named(discoverytest.Resource(mesh, "Service", "services", true), []string{"mesh"}, "svc", "msvc"),
		}},
	}
}

func connect(t *testing.T, server *discoverytest.Server) discovery.CachedDiscoveryInterface {
	t.Helper()
	live, err := discovery.NewDiscoveryClientForConfig(server.Start(t))
	require.NoError(t, err)
	return memory.NewMemCacheClient(live)
}

// everyMapper runs a test on the static mapper in both forms and on the deferred one.
func everyMapper(t *testing.T, test func(t *testing.T, mapper meta.RESTMapper)) {
	t.Helper()
	client := connect(t, &discoverytest.Server{Versions: cluster()})
	groups, err := restmapper.GetAPIGroupResources(client)
	require.NoError(t, err)
	withContext, ok := restmapper.NewDiscoveryRESTMapperWithContext(groups).(*meta.PriorityRESTMapperWithContext)
	require.True(t, ok)
	mappers := map[string]meta.RESTMapper{
		"static":   restmapper.NewDiscoveryRESTMapper(groups),
		"deferred": restmapper.NewDeferredDiscoveryRESTMapper(client),
		"context":  contextless{withContext},
	}
	for form, mapper := range mappers {
		t.Run(form, func(t *testing.T) { test(t, mapper) })
	}
}

func TestResourcesAndKinds(t *testing.T) {
	everyMapper(t, func(t *testing.T, mapper meta.RESTMapper) {
		for resource, want := range map[schema.GroupVersionResource]string{
			{Resource: "pods"}:                                "/v1, Resource=pods",
			{Resource: "pod"}:                                 "/v1, Resource=pods",
			{Resource: "deployments"}:                         "apps/v1, Resource=deployments",
			{Resource: "deployments", Version: "v1beta1"}:     "apps/v1beta1, Resource=deployments",
			{Resource: "legacies"}:                            "apps/v1beta1, Resource=legacies",
			{Resource: "services"}:                            "/v1, Resource=services",
			{Resource: "services", Group: "mesh.example.com"}: "mesh.example.com/v1, Resource=services",
		} {
			got, err := mapper.ResourceFor(resource)
			require.NoError(t, err)
			assert.Equal(t, want, got.String())
		}
		kind, err := mapper.KindFor(schema.GroupVersionResource{Resource: "services"})
		require.NoError(t, err)
		assert.Equal(t, "/v1, Kind=Service", kind.String())
		kinds, err := mapper.KindsFor(schema.GroupVersionResource{Resource: "services"})
		require.NoError(t, err)
		assert.Len(t, kinds, 2)
		resources, err := mapper.ResourcesFor(schema.GroupVersionResource{Resource: "deployments"})
		require.NoError(t, err)
		assert.Len(t, resources, 2)
		singular, err := mapper.ResourceSingularizer("pods")
		require.NoError(t, err)
		assert.Equal(t, "pod", singular)
	})
}

func TestMappings(t *testing.T) {
	everyMapper(t, func(t *testing.T, mapper meta.RESTMapper) {
		tests := []struct {
			kind     schema.GroupKind
			versions []string
			want     string
			scope    meta.RESTScopeName
		}{
			{schema.GroupKind{Kind: "Pod"}, nil, "/v1, Resource=pods", meta.RESTScopeNameNamespace},
			{schema.GroupKind{Kind: "Node"}, nil, "/v1, Resource=nodes", meta.RESTScopeNameRoot},
			{schema.GroupKind{Group: "apps", Kind: "Deployment"}, nil, "apps/v1, Resource=deployments", meta.RESTScopeNameNamespace},
			{schema.GroupKind{Group: "apps", Kind: "Deployment"}, []string{"v1beta1"}, "apps/v1beta1, Resource=deployments", meta.RESTScopeNameNamespace},
			{schema.GroupKind{Group: "apps", Kind: "Legacy"}, nil, "apps/v1beta1, Resource=legacies", meta.RESTScopeNameRoot},
			{schema.GroupKind{Group: "apps", Kind: "deployment"}, nil, "apps/v1, Resource=deployments", meta.RESTScopeNameNamespace},
		}
		for _, tc := range tests {
			mapping, err := mapper.RESTMapping(tc.kind, tc.versions...)
			require.NoError(t, err, "%v", tc.kind)
			assert.Equal(t, tc.want, mapping.Resource.String())
			assert.Equal(t, tc.scope, mapping.Scope.Name())
		}
		mappings, err := mapper.RESTMappings(schema.GroupKind{Group: "apps", Kind: "Deployment"})
		require.NoError(t, err)
		assert.Len(t, mappings, 2)
	})
}

func TestNamesWithoutAResource(t *testing.T) {
	everyMapper(t, func(t *testing.T, mapper meta.RESTMapper) {
		_, err := mapper.ResourceFor(schema.GroupVersionResource{Resource: "unicorns"})
		assert.True(t, meta.IsNoMatchError(err))
		_, err = mapper.KindFor(schema.GroupVersionResource{Resource: "pods", Version: "v9"})
		assert.True(t, meta.IsNoMatchError(err))
		_, err = mapper.RESTMapping(schema.GroupKind{Group: "apps", Kind: "Pod"})
		assert.True(t, meta.IsNoMatchError(err))
		_, err = mapper.RESTMappings(schema.GroupKind{Kind: "Unicorn"})
		assert.True(t, meta.IsNoMatchError(err))
		_, err = mapper.ResourcesFor(schema.GroupVersionResource{Resource: "unicorns"})
		assert.True(t, meta.IsNoMatchError(err))
		_, err = mapper.KindsFor(schema.GroupVersionResource{Resource: "unicorns"})
		assert.True(t, meta.IsNoMatchError(err))
		singular, err := mapper.ResourceSingularizer("unicorns")
		assert.Error(t, err)
		assert.Equal(t, "unicorns", singular)
	})
}

// Two groups that the server did not put in an order leave a choice, which the error spells out.
func TestAmbiguityListsTheCandidates(t *testing.T) {
	client := connect(t, &discoverytest.Server{Versions: cluster()})
	groups, err := restmapper.GetAPIGroupResources(client)
	require.NoError(t, err)
	mapper := restmapper.NewDiscoveryRESTMapper(groups).(*meta.PriorityRESTMapper)
	mapper.ResourcePriority = nil
	_, err = mapper.ResourceFor(schema.GroupVersionResource{Resource: "services"})
	var ambiguous *meta.AmbiguousResourceError
	require.ErrorAs(t, err, &ambiguous)
	assert.ErrorContains(t, err, "mesh.example.com/v1")
	assert.Len(t, ambiguous.MatchingResources, 2)
}

func TestAGroupThatIsDownIsLeftOut(t *testing.T) {
	gv := schema.GroupVersion{Group: "mesh.example.com", Version: "v1"}
	for _, legacy := range []bool{false, true} {
		client := connect(t, &discoverytest.Server{Versions: cluster(), Legacy: legacy, Down: map[schema.GroupVersion]bool{gv: true}})
		mapper := restmapper.NewDeferredDiscoveryRESTMapper(client)
		_, err := mapper.ResourceFor(schema.GroupVersionResource{Resource: "pods"})
		require.NoError(t, err)
		_, err = mapper.RESTMapping(schema.GroupKind{Group: gv.Group, Kind: "Service"})
		assert.True(t, meta.IsNoMatchError(err))
	}
}

// stale reports that its first answers are not fresh.
type stale struct {
	discovery.CachedDiscoveryInterfaceWithContext

	lock        sync.Mutex
	invalidated int
}

func (s *stale) FreshWithContext(context.Context) bool {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.invalidated > 0
}

func (s *stale) InvalidateWithContext(ctx context.Context) {
	s.lock.Lock()
	s.invalidated++
	s.lock.Unlock()
	s.CachedDiscoveryInterfaceWithContext.InvalidateWithContext(ctx)
}

func TestADeferredMapperAsksAgainWhenItsAnswersMayBeOld(t *testing.T) {
	server := &discoverytest.Server{Versions: cluster()[:2]}
	client := &stale{CachedDiscoveryInterfaceWithContext: connect(t, server).(discovery.CachedDiscoveryInterfaceWithContext)}
	mapper := restmapper.NewDeferredDiscoveryRESTMapperWithContext(client)
	_, err := mapper.ResourceFor(schema.GroupVersionResource{Resource: "pods"})
	require.NoError(t, err)
	assert.Len(t, server.Requests(), 2)

	server.Versions = cluster()
	resource, err := mapper.ResourceFor(schema.GroupVersionResource{Resource: "legacies"})
	require.NoError(t, err)
	assert.Equal(t, "apps", resource.Group)
	assert.Len(t, server.Requests(), 2)
	assert.Equal(t, 1, client.invalidated)

	_, err = mapper.ResourceFor(schema.GroupVersionResource{Resource: "unicorns"})
	assert.True(t, meta.IsNoMatchError(err))
	assert.Empty(t, server.Requests(), "fresh answers are final")
}

func TestReset(t *testing.T) {
	server := &discoverytest.Server{Versions: cluster()[:1]}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(connect(t, server))
	assert.Contains(t, mapper.String(), "DeferredDiscoveryRESTMapper{")
	_, err := mapper.ResourceFor(schema.GroupVersionResource{Resource: "deployments"})
	require.Error(t, err)
	server.Versions = cluster()
	mapper.Reset()
	_, err = mapper.ResourceFor(schema.GroupVersionResource{Resource: "deployments"})
	require.NoError(t, err)
}

func TestADeferredMapperWithoutAServer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(connect(t, &discoverytest.Server{}))
	_, err := mapper.KindForWithContext(ctx, schema.GroupVersionResource{Resource: "pods"})
	assert.ErrorIs(t, err, context.Canceled)
	singular, err := mapper.ResourceSingularizerWithContext(ctx, "pods")
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "pods", singular)
}

func TestShortNames(t *testing.T) {
	client := connect(t, &discoverytest.Server{Versions: cluster()})
	var warnings []string
	mapper := restmapper.NewShortcutExpander(restmapper.NewDeferredDiscoveryRESTMapper(client), client, func(w string) { warnings = append(warnings, w) })
	for resource, want := range map[schema.GroupVersionResource]string{
		{Resource: "po"}:                             "/v1, Resource=pods",
		{Resource: "pods"}:                           "/v1, Resource=pods",
		{Resource: "pod"}:                            "/v1, Resource=pods",
		{Resource: "deploy"}:                         "apps/v1, Resource=deployments",
		{Resource: "msvc"}:                           "mesh.example.com/v1, Resource=services",
		{Resource: "svc", Group: "mesh.example.com"}: "mesh.example.com/v1, Resource=services",
		{Resource: "msvc", Group: "mesh"}:            "mesh.example.com/v1, Resource=services",
	} {
		got, err := mapper.ResourceFor(resource)
		require.NoError(t, err, "%v", resource)
		assert.Equal(t, want, got.String())
	}
	assert.Empty(t, warnings)
	got, err := mapper.KindFor(schema.GroupVersionResource{Resource: "svc"})
	require.NoError(t, err)
	assert.Equal(t, "/v1, Kind=Service", got.String())
	assert.Equal(t, []string{`short name "svc" could also match lower priority resource services.mesh.example.com`}, warnings)
	singular, err := mapper.ResourceSingularizer("po")
	require.NoError(t, err)
	assert.Equal(t, "pod", singular)
	_, err = mapper.RESTMapping(schema.GroupKind{Kind: "Pod"})
	require.NoError(t, err)
	meta.MaybeResetRESTMapper(mapper)
	assert.False(t, client.Fresh())
}

// A short name that came with a new kind is found at once, although the first look was at old answers.
func TestAShortNameOfANewKind(t *testing.T) {
	server := &discoverytest.Server{Versions: cluster()[:1]}
	client := &stale{CachedDiscoveryInterfaceWithContext: connect(t, server).(discovery.CachedDiscoveryInterfaceWithContext)}
	mapper := restmapper.NewShortcutExpanderWithContext(restmapper.NewDeferredDiscoveryRESTMapperWithContext(client), client, nil)
	_, err := mapper.KindForWithContext(t.Context(), schema.GroupVersionResource{Resource: "po"})
	require.NoError(t, err)
	server.Versions = cluster()
	kind, err := mapper.KindForWithContext(t.Context(), schema.GroupVersionResource{Resource: "msvc"})
	require.NoError(t, err)
	assert.Equal(t, "mesh.example.com", kind.Group)
}

func TestCategories(t *testing.T) {
	client := connect(t, &discoverytest.Server{Versions: cluster()})
	expander := restmapper.NewDiscoveryCategoryExpander(client)
	all, ok := expander.Expand("all")
	assert.True(t, ok)
	assert.Equal(t, []schema.GroupResource{{Resource: "pods"}, {Resource: "services"}, {Group: "apps", Resource: "deployments"}}, all)
	_, ok = expander.Expand("none")
	assert.False(t, ok)

	fixed := restmapper.SimpleCategoryExpander{Expansions: map[string][]schema.GroupResource{"all": {{Resource: "nodes"}, {Resource: "pods"}}}}
	union := restmapper.UnionCategoryExpander{fixed, expander, plainExpander{}}
	all, ok = union.Expand("all")
	assert.True(t, ok)
	assert.Equal(t, []schema.GroupResource{{Resource: "nodes"}, {Resource: "pods"}, {Resource: "services"}, {Group: "apps", Resource: "deployments"}}, all)
	nothing, ok := union.Expand("none")
	assert.False(t, ok)
	assert.Empty(t, nothing)

	assert.Nil(t, restmapper.ToCategoryExpanderWithContext(nil))
	_, ok = restmapper.NewDiscoveryCategoryExpander(nil).Expand("all")
	assert.False(t, ok)
	withContext := restmapper.NewDiscoveryCategoryExpanderWithContext(client.(discovery.DiscoveryInterfaceWithContext))
	_, ok = restmapper.UnionCategoryExpanderWithContext{withContext}.ExpandWithContext(t.Context(), "mesh")
	assert.True(t, ok)
}

type plainExpander struct{}

func (plainExpander) Expand(string) ([]schema.GroupResource, bool) { return nil, false }

// contextless is a mapper with contexts in the form without.
type contextless struct{ meta.RESTMapperWithContext }

func (m contextless) KindFor(r schema.GroupVersionResource) (schema.GroupVersionKind, error) {
	return m.KindForWithContext(context.Background(), r)
}

func (m contextless) KindsFor(r schema.GroupVersionResource) ([]schema.GroupVersionKind, error) {
	return m.KindsForWithContext(context.Background(), r)
}

func (m contextless) ResourceFor(r schema.GroupVersionResource) (schema.GroupVersionResource, error) {
	return m.ResourceForWithContext(context.Background(), r)
}

func (m contextless) ResourcesFor(r schema.GroupVersionResource) ([]schema.GroupVersionResource, error) {
	return m.ResourcesForWithContext(context.Background(), r)
}

func (m contextless) RESTMapping(gk schema.GroupKind, versions ...string) (*meta.RESTMapping, error) {
	return m.RESTMappingWithContext(context.Background(), gk, versions...)
}

func (m contextless) RESTMappings(gk schema.GroupKind, versions ...string) ([]*meta.RESTMapping, error) {
	return m.RESTMappingsWithContext(context.Background(), gk, versions...)
}

func (m contextless) ResourceSingularizer(resource string) (string, error) {
	return m.ResourceSingularizerWithContext(context.Background(), resource)
}

func ExampleNewDiscoveryRESTMapper() {
	groups := []*restmapper.APIGroupResources{{
		Group: metav1.APIGroup{Name: "apps", Versions: []metav1.GroupVersionForDiscovery{{GroupVersion: "apps/v1", Version: "v1"}}},
		VersionedResources: map[string][]metav1.APIResource{
			"v1": {{Name: "deployments", SingularName: "deployment", Kind: "Deployment", Namespaced: true}},
		},
	}}
	mapper := restmapper.NewDiscoveryRESTMapper(groups)
	mapping, err := mapper.RESTMapping(schema.GroupKind{Group: "apps", Kind: "Deployment"})
	fmt.Println(mapping.Resource.Resource, mapping.Scope.Name(), err)
	// Output: deployments namespace <nil>
}
