package discovery_test

import (
	"net/http"
	"testing"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/internal/testutil/discoverytest"
	"github.com/typewright/typewright/runtime/openapi"
	"github.com/typewright/typewright/runtime/rest"
)

// scripted has the forms without contexts only.
type scripted struct {
	groups      []metav1.APIGroup
	resources   map[string][]string
	invalidated int
}

func (s *scripted) RESTClient() rest.Interface { return nil }

func (s *scripted) ServerGroups() (*metav1.APIGroupList, error) {
	return &metav1.APIGroupList{Groups: s.groups}, nil
}

func (s *scripted) ServerResourcesForGroupVersion(groupVersion string) (*metav1.APIResourceList, error) {
	list := &metav1.APIResourceList{GroupVersion: groupVersion}
	for _, name := range s.resources[groupVersion] {
		list.APIResources = append(list.APIResources, metav1.APIResource{Name: name})
	}
	return list, nil
}

func (s *scripted) ServerGroupsAndResources() ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	return nil, nil, errScripted
}

func (s *scripted) ServerPreferredResources() ([]*metav1.APIResourceList, error) {
	return nil, errScripted
}

func (s *scripted) ServerPreferredNamespacedResources() ([]*metav1.APIResourceList, error) {
	return nil, errScripted
}

func (s *scripted) ServerVersion() (*version.Info, error)        { return nil, errScripted }
func (s *scripted) OpenAPISchema() (*openapi_v2.Document, error) { return nil, errScripted }
func (s *scripted) OpenAPIV3() openapi.Client                    { return nil }
func (s *scripted) WithLegacy() discovery.DiscoveryInterface     { return s }
func (s *scripted) Fresh() bool                                  { return true }
func (s *scripted) Invalidate()                                  { s.invalidated++ }

var _ discovery.CachedDiscoveryInterface = (*scripted)(nil)

// connectTo serves every path with the handler.
func connectTo(t *testing.T, handler http.Handler) *discovery.DiscoveryClient {
	t.Helper()
	client, err := discovery.NewDiscoveryClientForConfig(discoverytest.Serve(t, handler))
	require.NoError(t, err)
	return client
}
