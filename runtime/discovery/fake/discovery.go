package fake

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/openapi"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/testing"
)

// FakeDiscovery is a discovery client for the Resources of its Fake. Groups come in the order in which the resources
// first name them; the first version of a group is its preferred one.
//
// Calls for groups, resources and the version are actions, "get" on the resource "group", "resource" or "version". A
// reactor can make them fail, and has no other effect.
type FakeDiscovery struct {
	*testing.Fake

	// FakedServerVersion is the server's version; nil means v0.0.0-fake.
	FakedServerVersion *version.Info
}

var _ discovery.DiscoveryInterfaces = &FakeDiscovery{}

// ask performs the action "get" on a resource.
func (c *FakeDiscovery) ask(resource string) error {
	_, err := c.Invokes(testing.ActionImpl{Verb: "get", Resource: schema.GroupVersionResource{Resource: resource}}, nil)
	return err
}

// ServerGroups is ServerGroupsWithContext with an empty context.
func (c *FakeDiscovery) ServerGroups() (*metav1.APIGroupList, error) {
	return c.ServerGroupsWithContext(context.Background())
}

// ServerGroupsWithContext returns the groups of the Resources.
func (c *FakeDiscovery) ServerGroupsWithContext(context.Context) (*metav1.APIGroupList, error) {
	if err := c.ask("group"); err != nil {
		return nil, err
	}
	list := &metav1.APIGroupList{}
	for _, resources := range c.Resources {
		gv, err := schema.ParseGroupVersion(resources.GroupVersion)
		if err != nil {
			return nil, err
		}
		entry := metav1.GroupVersionForDiscovery{GroupVersion: resources.GroupVersion, Version: gv.Version}
		i := slices.IndexFunc(list.Groups, func(g metav1.APIGroup) bool { return g.Name == gv.Group })
		if i < 0 {
			i = len(list.Groups)
			list.Groups = append(list.Groups, metav1.APIGroup{Name: gv.Group, PreferredVersion: entry})
		}
		list.Groups[i].Versions = append(list.Groups[i].Versions, entry)
	}
	return list, nil
}

// ServerResourcesForGroupVersion is ServerResourcesForGroupVersionWithContext with an empty context.
func (c *FakeDiscovery) ServerResourcesForGroupVersion(groupVersion string) (*metav1.APIResourceList, error) {
	return c.ServerResourcesForGroupVersionWithContext(context.Background(), groupVersion)
}

// ServerResourcesForGroupVersionWithContext returns the list of that group-version in the Resources.
func (c *FakeDiscovery) ServerResourcesForGroupVersionWithContext(_ context.Context, groupVersion string) (*metav1.APIResourceList, error) {
	if err := c.ask("resource"); err != nil {
		return nil, err
	}
	for _, resources := range c.Resources {
		if resources.GroupVersion == groupVersion {
			return resources, nil
		}
	}
	return nil, &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusNotFound, Reason: metav1.StatusReasonNotFound,
		Message: fmt.Sprintf("the server could not find the requested resource, GroupVersion %q not found", groupVersion),
	}}
}

// ServerGroupsAndResources is ServerGroupsAndResourcesWithContext with an empty context.
func (c *FakeDiscovery) ServerGroupsAndResources() ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	return c.ServerGroupsAndResourcesWithContext(context.Background())
}

// ServerGroupsAndResourcesWithContext returns the groups and the Resources.
func (c *FakeDiscovery) ServerGroupsAndResourcesWithContext(ctx context.Context) ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	list, err := c.ServerGroupsWithContext(ctx)
	if err != nil {
		return nil, nil, err
	}
	groups := make([]*metav1.APIGroup, len(list.Groups))
	for i := range list.Groups {
		groups[i] = &list.Groups[i]
	}
	return groups, c.Resources, c.ask("resource")
}

// ServerPreferredResources is ServerPreferredResourcesWithContext with an empty context.
func (c *FakeDiscovery) ServerPreferredResources() ([]*metav1.APIResourceList, error) {
	return c.ServerPreferredResourcesWithContext(context.Background())
}

// ServerPreferredResourcesWithContext returns each resource once, in its group's preferred version. It is not an
// action.
func (c *FakeDiscovery) ServerPreferredResourcesWithContext(ctx context.Context) ([]*metav1.APIResourceList, error) {
	return discovery.ServerPreferredResourcesWithContext(ctx, c.silent())
}

// ServerPreferredNamespacedResources is ServerPreferredNamespacedResourcesWithContext with an empty context.
func (c *FakeDiscovery) ServerPreferredNamespacedResources() ([]*metav1.APIResourceList, error) {
	return c.ServerPreferredNamespacedResourcesWithContext(context.Background())
}

// ServerPreferredNamespacedResourcesWithContext returns the namespaced ones of the preferred resources. It is not an
// action.
func (c *FakeDiscovery) ServerPreferredNamespacedResourcesWithContext(ctx context.Context) ([]*metav1.APIResourceList, error) {
	return discovery.ServerPreferredNamespacedResourcesWithContext(ctx, c.silent())
}

// silent returns a client with the same resources that does not record actions in c.
func (c *FakeDiscovery) silent() *FakeDiscovery {
	return &FakeDiscovery{Fake: &testing.Fake{Resources: c.Resources}}
}

// ServerVersion is ServerVersionWithContext with an empty context.
func (c *FakeDiscovery) ServerVersion() (*version.Info, error) {
	return c.ServerVersionWithContext(context.Background())
}

// ServerVersionWithContext returns FakedServerVersion.
func (c *FakeDiscovery) ServerVersionWithContext(context.Context) (*version.Info, error) {
	if err := c.ask("version"); err != nil {
		return nil, err
	}
	if c.FakedServerVersion != nil {
		return c.FakedServerVersion, nil
	}
	return &version.Info{GitVersion: "v0.0.0-fake"}, nil
}

// OpenAPISchema returns an empty document.
func (c *FakeDiscovery) OpenAPISchema() (*openapi_v2.Document, error) {
	return c.OpenAPISchemaWithContext(context.Background())
}

// OpenAPISchemaWithContext returns an empty document.
func (*FakeDiscovery) OpenAPISchemaWithContext(context.Context) (*openapi_v2.Document, error) {
	return &openapi_v2.Document{}, nil
}

// OpenAPIV3 returns a client that finds no documents.
func (*FakeDiscovery) OpenAPIV3() openapi.Client { return noDocuments{} }

// OpenAPIV3WithContext returns a client that finds no documents.
func (*FakeDiscovery) OpenAPIV3WithContext(context.Context) openapi.ClientWithContext {
	return noDocuments{}
}

// RESTClient returns nil: there is no server.
func (*FakeDiscovery) RESTClient() rest.Interface { return nil }

// WithLegacy returns the same client.
func (c *FakeDiscovery) WithLegacy() discovery.DiscoveryInterface { return c }

// WithLegacyWithContext returns the same client.
func (c *FakeDiscovery) WithLegacyWithContext(context.Context) discovery.DiscoveryInterfaceWithContext {
	return c
}

type noDocuments struct{}

func (noDocuments) Paths() (map[string]openapi.GroupVersion, error) { return nil, nil }

func (noDocuments) PathsWithContext(context.Context) (map[string]openapi.GroupVersionWithContext, error) {
	return nil, nil
}
