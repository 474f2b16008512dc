// Package forms derives methods of discovery from others, for all clients with a cache: the methods without contexts,
// and those that combine groups and resources.
package forms

import (
	"context"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/openapi"
)

// Client is what a client with a cache implements itself.
type Client interface {
	discovery.CachedDiscoveryInterfaceWithContext
	// Documents returns the client for OpenAPI v3 documents.
	Documents() Documents
}

// Documents is a client for OpenAPI v3 documents, with and without contexts.
type Documents interface {
	openapi.Client
	openapi.ClientWithContext
}

// Derived has the methods derived from those of Client. The client embeds it and sets Client to itself.
type Derived struct {
	Client Client
}

// ServerGroups is ServerGroupsWithContext with an empty context.
func (d Derived) ServerGroups() (*metav1.APIGroupList, error) {
	return d.Client.ServerGroupsWithContext(context.Background())
}

// ServerResourcesForGroupVersion is ServerResourcesForGroupVersionWithContext with an empty context.
func (d Derived) ServerResourcesForGroupVersion(groupVersion string) (*metav1.APIResourceList, error) {
	return d.Client.ServerResourcesForGroupVersionWithContext(context.Background(), groupVersion)
}

// ServerGroupsAndResources is ServerGroupsAndResourcesWithContext with an empty context.
func (d Derived) ServerGroupsAndResources() ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	return d.ServerGroupsAndResourcesWithContext(context.Background())
}

// ServerGroupsAndResourcesWithContext returns the groups and the resources of all their versions.
func (d Derived) ServerGroupsAndResourcesWithContext(ctx context.Context) ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	return discovery.ServerGroupsAndResourcesWithContext(ctx, d.Client)
}

// ServerPreferredResources is ServerPreferredResourcesWithContext with an empty context.
func (d Derived) ServerPreferredResources() ([]*metav1.APIResourceList, error) {
	return d.ServerPreferredResourcesWithContext(context.Background())
}

// ServerPreferredResourcesWithContext returns every resource once, in the version that the server prefers.
func (d Derived) ServerPreferredResourcesWithContext(ctx context.Context) ([]*metav1.APIResourceList, error) {
	return discovery.ServerPreferredResourcesWithContext(ctx, d.Client)
}

// ServerPreferredNamespacedResources is ServerPreferredNamespacedResourcesWithContext with an empty context.
func (d Derived) ServerPreferredNamespacedResources() ([]*metav1.APIResourceList, error) {
	return d.ServerPreferredNamespacedResourcesWithContext(context.Background())
}

// ServerPreferredNamespacedResourcesWithContext returns the namespaced ones of the preferred resources.
func (d Derived) ServerPreferredNamespacedResourcesWithContext(ctx context.Context) ([]*metav1.APIResourceList, error) {
	return discovery.ServerPreferredNamespacedResourcesWithContext(ctx, d.Client)
}

// ServerVersion is ServerVersionWithContext with an empty context.
func (d Derived) ServerVersion() (*version.Info, error) {
	return d.Client.ServerVersionWithContext(context.Background())
}

// OpenAPISchema is OpenAPISchemaWithContext with an empty context.
func (d Derived) OpenAPISchema() (*openapi_v2.Document, error) {
	return d.Client.OpenAPISchemaWithContext(context.Background())
}

// OpenAPIV3 returns a client for OpenAPI v3 documents that caches them until Invalidate.
func (d Derived) OpenAPIV3() openapi.Client { return d.Client.Documents() }

// OpenAPIV3WithContext returns a client for OpenAPI v3 documents that caches them until Invalidate.
func (d Derived) OpenAPIV3WithContext(context.Context) openapi.ClientWithContext {
	return d.Client.Documents()
}

// Fresh is FreshWithContext with an empty context.
func (d Derived) Fresh() bool { return d.Client.FreshWithContext(context.Background()) }

// Invalidate is InvalidateWithContext with an empty context.
func (d Derived) Invalidate() { d.Client.InvalidateWithContext(context.Background()) }

// Invalidate invalidates a delegate that has a cache.
func Invalidate(ctx context.Context, delegate discovery.DiscoveryInterfaceWithContext) {
	switch delegate := delegate.(type) {
	case discovery.CachedDiscoveryInterfaceWithContext:
		delegate.InvalidateWithContext(ctx)
	case discovery.CachedDiscoveryInterface:
		delegate.Invalidate()
	}
}
