package discovery

import (
	"context"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/openapi"
	"github.com/typewright/typewright/runtime/rest"
)

// The first interfaces of this file take no contexts. Prefer those WithContext below.

// DiscoveryInterface discovers what a server serves.
type DiscoveryInterface interface {
	// RESTClient returns the client that sends the requests; may be nil in fakes.
	RESTClient() rest.Interface
	ServerGroupsInterface
	ServerResourcesInterface
	ServerVersionInterface
	OpenAPISchemaInterface
	OpenAPIV3SchemaInterface
	// WithLegacy returns a client that requests unaggregated documents only, or the same client if it cannot choose.
	WithLegacy() DiscoveryInterface
}

// DiscoveryInterfaces is discovery with and without contexts, as a clientset offers it.
type DiscoveryInterfaces interface {
	DiscoveryInterface
	DiscoveryInterfaceWithContext
}

// AggregatedDiscoveryInterface is discovery that may get all resources together with the groups.
type AggregatedDiscoveryInterface interface {
	DiscoveryInterface
	// GroupsAndMaybeResources returns the groups and, if the server returned them in the same response, the resources of
	// every group-version and the errors of the failed ones. Otherwise the first map is nil and the second is empty.
	GroupsAndMaybeResources() (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error)
}

// CachedDiscoveryInterface is discovery with a cache.
type CachedDiscoveryInterface interface {
	DiscoveryInterface
	// Fresh reports whether a lookup that finds nothing is final. If it is false, Invalidate and try again: the cache
	// may be older than the client.
	Fresh() bool
	// Invalidate clears the cache, so that later results are not older than this call.
	Invalidate()
}

// ServerGroupsInterface discovers the groups of a server.
type ServerGroupsInterface interface {
	// ServerGroups returns the groups with their versions and their preferred version.
	ServerGroups() (*metav1.APIGroupList, error)
}

// ServerResourcesInterface discovers the resources of a server. All methods but the first may return partial results,
// with an [ErrGroupDiscoveryFailed].
type ServerResourcesInterface interface {
	// ServerResourcesForGroupVersion returns the resources of a group-version such as "v1" or "apps/v1".
	ServerResourcesForGroupVersion(groupVersion string) (*metav1.APIResourceList, error)
	// ServerGroupsAndResources returns the groups, and the resources of all versions of all groups.
	ServerGroupsAndResources() ([]*metav1.APIGroup, []*metav1.APIResourceList, error)
	// ServerPreferredResources returns every resource once, in the version that the server prefers; no subresources.
	ServerPreferredResources() ([]*metav1.APIResourceList, error)
	// ServerPreferredNamespacedResources returns the namespaced ones of the preferred resources.
	ServerPreferredNamespacedResources() ([]*metav1.APIResourceList, error)
}

// ServerVersionInterface discovers the version of a server.
type ServerVersionInterface interface {
	// ServerVersion returns the version that the server was built from.
	ServerVersion() (*version.Info, error)
}

// OpenAPISchemaInterface fetches the OpenAPI v2 document of a server.
type OpenAPISchemaInterface interface {
	// OpenAPISchema returns the OpenAPI v2 document, which has several megabytes on a real server.
	OpenAPISchema() (*openapi_v2.Document, error)
}

// OpenAPIV3SchemaInterface gives access to the OpenAPI v3 documents of a server.
type OpenAPIV3SchemaInterface interface {
	// OpenAPIV3 returns a client that fetches OpenAPI v3 documents one by one.
	OpenAPIV3() openapi.Client
}

// DiscoveryInterfaceWithContext is [DiscoveryInterface] with contexts.
type DiscoveryInterfaceWithContext interface {
	// RESTClient returns the client that sends the requests; may be nil in fakes.
	RESTClient() rest.Interface
	ServerGroupsInterfaceWithContext
	ServerResourcesInterfaceWithContext
	ServerVersionInterfaceWithContext
	OpenAPISchemaInterfaceWithContext
	OpenAPIV3SchemaInterfaceWithContext
	// WithLegacyWithContext returns a client that asks for the unaggregated documents only, or the same client where
	// there is no such choice.
	WithLegacyWithContext(ctx context.Context) DiscoveryInterfaceWithContext
}

// AggregatedDiscoveryInterfaceWithContext is [AggregatedDiscoveryInterface] with contexts.
type AggregatedDiscoveryInterfaceWithContext interface {
	DiscoveryInterfaceWithContext
	// GroupsAndMaybeResourcesWithContext is GroupsAndMaybeResources of [AggregatedDiscoveryInterface].
	GroupsAndMaybeResourcesWithContext(ctx context.Context) (*metav1.APIGroupList, map[schema.GroupVersion]*metav1.APIResourceList, map[schema.GroupVersion]error, error)
}

// CachedDiscoveryInterfaceWithContext is [CachedDiscoveryInterface] with contexts.
type CachedDiscoveryInterfaceWithContext interface {
	DiscoveryInterfaceWithContext
	// FreshWithContext reports whether a look-up that found nothing is final.
	FreshWithContext(ctx context.Context) bool
	// InvalidateWithContext drops what is remembered, so that no later answer is older than this call.
	InvalidateWithContext(ctx context.Context)
}

// ServerGroupsInterfaceWithContext is [ServerGroupsInterface] with a context.
type ServerGroupsInterfaceWithContext interface {
	// ServerGroupsWithContext returns the groups with their versions, the preferred one among them.
	ServerGroupsWithContext(ctx context.Context) (*metav1.APIGroupList, error)
}

// ServerResourcesInterfaceWithContext is [ServerResourcesInterface] with contexts; its results may be partial too.
type ServerResourcesInterfaceWithContext interface {
	// ServerResourcesForGroupVersionWithContext returns the resources of a group-version such as "v1" or "apps/v1".
	ServerResourcesForGroupVersionWithContext(ctx context.Context, groupVersion string) (*metav1.APIResourceList, error)
	// ServerGroupsAndResourcesWithContext returns the groups, and the resources of all versions of all groups.
	ServerGroupsAndResourcesWithContext(ctx context.Context) ([]*metav1.APIGroup, []*metav1.APIResourceList, error)
	// ServerPreferredResourcesWithContext returns every resource once, in the version that the server prefers.
	ServerPreferredResourcesWithContext(ctx context.Context) ([]*metav1.APIResourceList, error)
	// ServerPreferredNamespacedResourcesWithContext returns those preferred resources which live in namespaces.
	ServerPreferredNamespacedResourcesWithContext(ctx context.Context) ([]*metav1.APIResourceList, error)
}

// ServerVersionInterfaceWithContext is [ServerVersionInterface] with a context.
type ServerVersionInterfaceWithContext interface {
	// ServerVersionWithContext returns the version that the server was built from.
	ServerVersionWithContext(ctx context.Context) (*version.Info, error)
}

// OpenAPISchemaInterfaceWithContext is [OpenAPISchemaInterface] with a context.
type OpenAPISchemaInterfaceWithContext interface {
	// OpenAPISchemaWithContext returns the whole OpenAPI v2 document.
	OpenAPISchemaWithContext(ctx context.Context) (*openapi_v2.Document, error)
}

// OpenAPIV3SchemaInterfaceWithContext is [OpenAPIV3SchemaInterface] with a context.
type OpenAPIV3SchemaInterfaceWithContext interface {
	// OpenAPIV3WithContext returns a client which fetches OpenAPI v3 documents one by one.
	OpenAPIV3WithContext(ctx context.Context) openapi.ClientWithContext
}
